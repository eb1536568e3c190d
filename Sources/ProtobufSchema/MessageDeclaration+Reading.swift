import Foundation
import Schema
import SwiftProtobuf

extension MessageDeclaration {
  /// `fakegen/options.proto`, which a message with our options imports.
  public static var optionsText: String { FakegenOptions.text }

  /// Reads a message of scalar and repeated fields from a `.proto` file or a descriptor set, with the
  /// options of `fakegen/options.proto`, which `protoc` finds without being told.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - options: the message's name, columns and folders of imports; overrides of fields do not
  ///     count.
  /// - Throws: `SchemaError`, for messages in messages too, unless they are repeated.
  public init(path: String, options: SchemaOptions = SchemaOptions()) throws(SchemaError) {
    let descriptors = try DescriptorSource.read(path: path, importPaths: options.importPaths)
    self = try Self.read(descriptors, options: options, path: path, outer: [])
  }

  /// - Parameter outer: full names of the messages whose lists it is an element of.
  private static func read(
    _ descriptors: Google_Protobuf_FileDescriptorSet, options: SchemaOptions, path: String,
    outer: [String]
  ) throws(SchemaError) -> MessageDeclaration {
    // It refuses what no record may have.
    let schema = try SchemaBuilder.build(
      descriptors, options: options, path: path, listsAreTexts: true)
    let types = try TypeTable(descriptors, path: path)
    let message = try types.choose(options.message)
    if outer.contains(message.name) {
      throw .recursion(field: outer.last ?? "", chain: outer + [message.name])
    }
    guard schema.leaves.count == message.descriptor.field.count,
      zip(schema.leaves, message.descriptor.field).allSatisfy({ $0.path == $1.name })
    else {
      let nested = message.descriptor.field.first { $0.type == .message }
      throw .unsupported(field: nested?.name ?? "", message: message.name, construct: .nested)
    }
    let own = OptionFields(message.descriptor.options.unknownFields.data)
    var fields: [Field] = []
    for (leaf, declared) in zip(schema.leaves, message.descriptor.field) {
      let field = try types.resolved(declared)
      let said = OptionFields(field.options.unknownFields.data)
      var elements: [MessageDeclaration] = []
      if types.isList(field) {
        if field.type == .message, !types.isTimestamp(field) {
          var inner = options
          inner.message = try types.message(of: field).name
          inner.columns = [:]
          elements = [
            try read(descriptors, options: inner, path: path, outer: outer + [message.name])
          ]
        } else {
          elements = [MessageDeclaration(name: leaf.path, valueIsText: field.type == .string)]
        }
      }
      fields.append(
        Field(
          name: leaf.path, column: said.texts(51_235).last ?? leaf.column,
          kind: said.texts(51_234).last, isText: leaf.kind == .text, elements: elements))
    }
    let words = own.texts(51_234)
    return MessageDeclaration(
      name: message.name, fields: fields,
      nullWords: words.isEmpty ? nil : words.filter { !$0.isEmpty }, order: own.texts(51_235),
      minimumCount: own.number(51_236).map(Int.init(truncatingIfNeeded:)),
      alternatives: own.texts(51_237))
  }
}

/// Fields of a serialized message that its type does not declare: options by number.
private struct OptionFields {
  private var values: [(number: UInt64, bytes: ArraySlice<UInt8>, varint: UInt64)] = []

  init(_ data: Data) {
    var rest = [UInt8](data)[...]
    while !rest.isEmpty {
      guard let tag = Self.varint(&rest) else { return }
      switch tag & 7 {
      case 0:
        guard let value = Self.varint(&rest) else { return }
        values.append((tag >> 3, [], value))
      case 1: rest = rest.dropFirst(8)
      case 2:
        guard let size = Self.varint(&rest), size <= UInt64(rest.count) else { return }
        values.append((tag >> 3, rest.prefix(Int(size)), 0))
        rest = rest.dropFirst(Int(size))
      case 5: rest = rest.dropFirst(4)
      default: return
      }
    }
  }

  func texts(_ number: UInt64) -> [String] {
    values.filter { $0.number == number }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  func number(_ number: UInt64) -> UInt64? { values.last { $0.number == number }?.varint }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
