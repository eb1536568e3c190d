// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CFakeGen
import CShippedModel
import FakeGen

// The functions of fakegen.h, which describes them and gives them their names; the compiler
// compares their types.

/// Returns the version of the interface, `FAKEGEN_ABI_VERSION`.
@c @implementation
public func fakegen_abi_version() -> UInt32 { UInt32(FAKEGEN_ABI_VERSION) }

/// Decodes a model and creates a generator of its rows.
@c @implementation
public func fakegen_create(
  _ model: UnsafeRawPointer?, _ modelSize: Int, _ seed: UInt64,
  _ generator: UnsafeMutablePointer<OpaquePointer?>?, _ message: UnsafeMutablePointer<CChar>?,
  _ capacity: Int
) -> fakegen_status {
  guard let generator else { return badArgument }
  generator.pointee = nil
  guard isBuffer(message, capacity), isBuffer(model, modelSize) else { return badArgument }
  do throws(ModelError) {
    let decoded =
      if let model {
        try Model(bytes: Array(UnsafeRawBufferPointer(start: model, count: modelSize)))
      } else {
        try Model(
          shipped: UnsafeRawBufferPointer(
            start: fakegen_shipped_model(), count: fakegen_shipped_model_size()))
      }
    generator.pointee = Handle(model: decoded, seed: seed).retained
    _ = copy("".utf8, to: message, capacity)
    return fakegen_status(FAKEGEN_OK)
  } catch {
    _ = copy(error.description.utf8, to: message, capacity)
    return fakegen_status(FAKEGEN_BAD_MODEL)
  }
}

/// Copies a generator, so that another thread can make rows.
@c @implementation
public func fakegen_copy(
  _ generator: OpaquePointer?, _ copy: UnsafeMutablePointer<OpaquePointer?>?
) -> fakegen_status {
  guard let copy else { return badArgument }
  copy.pointee = nil
  guard let handle = Handle.of(generator) else { return badArgument }
  copy.pointee = Handle(model: handle.generator.model, seed: handle.generator.seed).retained
  return fakegen_status(FAKEGEN_OK)
}

/// Frees a generator.
@c @implementation
public func fakegen_destroy(_ generator: OpaquePointer?) {
  Handle.release(generator)
}

/// Sets the seed of the rows to come.
@c @implementation
public func fakegen_set_seed(_ generator: OpaquePointer?, _ seed: UInt64) -> fakegen_status {
  guard let handle = Handle.of(generator) else { return badArgument }
  handle.setSeed(seed)
  return fakegen_status(FAKEGEN_OK)
}

/// Writes the line that names the training data's owner.
@c @implementation
public func fakegen_attribution(
  _ generator: OpaquePointer?, _ line: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
  guard let handle = Handle.of(generator), isBuffer(line, capacity) else { return 0 }
  return copy(handle.generator.model.information.attribution.utf8, to: line, capacity)
}

/// Returns the number of columns.
@c @implementation
public func fakegen_column_count(_ generator: OpaquePointer?) -> Int {
  Handle.of(generator)?.generator.model.columns.count ?? 0
}

/// Describes a column.
@c @implementation
public func fakegen_describe_column(
  _ generator: OpaquePointer?, _ column: Int,
  _ description: UnsafeMutablePointer<fakegen_column>?
) -> fakegen_status {
  guard let column = Handle.of(generator)?.column(column), let description else {
    return badArgument
  }
  var result = fakegen_column()
  result.is_optional = column.isOptional ? 1 : 0
  switch column.kind {
  case .text, .moment: result.kind = fakegen_kind(FAKEGEN_TEXT)
  case .list: result.kind = fakegen_kind(FAKEGEN_LIST)
  case .digits: result.kind = fakegen_kind(FAKEGEN_DIGITS)
  case .real(let decimals):
    result.kind = fakegen_kind(FAKEGEN_REAL)
    result.decimals = Int32(decimals)
  case .integer: result.kind = fakegen_kind(FAKEGEN_INTEGER)
  case .boolean: result.kind = fakegen_kind(FAKEGEN_BOOLEAN)
  case .enumeration(let names):
    result.kind = fakegen_kind(FAKEGEN_ENUMERATION)
    result.choices = Int32(names.count)
  }
  description.pointee = result
  return fakegen_status(FAKEGEN_OK)
}

/// Writes a column's name.
@c @implementation
public func fakegen_column_name(
  _ generator: OpaquePointer?, _ column: Int, _ name: UnsafeMutablePointer<CChar>?,
  _ capacity: Int
) -> Int {
  guard let column = Handle.of(generator)?.column(column), isBuffer(name, capacity) else {
    return 0
  }
  return copy(column.name.utf8, to: name, capacity)
}

/// Writes the name of an enumeration's value.
@c @implementation
public func fakegen_choice_name(
  _ generator: OpaquePointer?, _ column: Int, _ choice: Int,
  _ name: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
  guard let column = Handle.of(generator)?.column(column), isBuffer(name, capacity),
    case .enumeration(let names) = column.kind, names.indices.contains(choice)
  else { return 0 }
  return copy(names[choice].utf8, to: name, capacity)
}

/// Makes a row as text and fields.
@c @implementation
public func fakegen_row(
  _ generator: OpaquePointer?, _ row: UInt64, _ text: UnsafeMutablePointer<CChar>?,
  _ capacity: Int, _ size: UnsafeMutablePointer<Int>?,
  _ fields: UnsafeMutablePointer<fakegen_field>?, _ fieldCount: Int
) -> fakegen_status {
  guard let handle = Handle.of(generator), isBuffer(text, capacity), let size, let fields,
    fieldCount == handle.generator.model.columns.count
  else { return badArgument }
  do throws(GenerationError) {
    try handle.makeRow(row, fields: UnsafeMutableBufferPointer(start: fields, count: fieldCount))
  } catch {
    return fakegen_status(FAKEGEN_ROW_EXCLUDED)
  }
  size.pointee = handle.text.count
  guard handle.text.count <= capacity else { return fakegen_status(FAKEGEN_TOO_SMALL) }
  for (index, byte) in handle.text.enumerated() { text?[index] = CChar(bitPattern: byte) }
  return fakegen_status(FAKEGEN_OK)
}
