import FakeGen
import Foundation
import Schema
import SwiftProtobuf

extension MessageDeclaration {
  /// `fakegen/options.proto`, which a message with our options imports.
  package static var optionsText: String { FakegenOptions.text }
}

extension DeclaredMessages {
  /// Reads a message, with those in it, from a `.proto` file or a descriptor set, and the options of
  /// `fakegen/options.proto`, which `protoc` finds without being told.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - options: the message's name and folders of imports; the others do not count.
  /// - Throws: `SchemaError`.
  package init(path: String, options: SchemaOptions = SchemaOptions()) throws(SchemaError) {
    let descriptors = try DescriptorSource.read(path: path, importPaths: options.importPaths)
    try self.init(descriptors, path: path, message: options.message)
  }

  /// Reads a message, with those in it, from the bytes of a descriptor set.
  ///
  /// - Parameters:
  ///   - bytes: a serialized `FileDescriptorSet`.
  ///   - name: stands for the descriptor set in errors.
  ///   - message: name of the message; nil if there is one.
  /// - Throws: `SchemaError`.
  package init(
    descriptorSet bytes: [UInt8], name: String, message: String? = nil
  ) throws(SchemaError) {
    try self.init(
      try DescriptorSource.parse(Data(bytes), path: name), path: name, message: message)
  }

  private init(
    _ descriptors: Google_Protobuf_FileDescriptorSet, path: String, message: String?
  ) throws(SchemaError) {
    let types = try TypeTable(descriptors, path: path)
    let message = try types.choose(message)
    var reader = DeclarationReader(types: types)
    let root = try reader.read(message, field: nil)
    try reader.readTypes()
    self.init(root: root, others: reader.messages)
  }
}

/// Reads messages, and those that are the types of their fields.
private struct DeclarationReader {
  let types: TypeTable
  /// Those that were read, by their full names, but for the first.
  private(set) var messages: [String: MessageDeclaration] = [:]
  /// Names of those that are read, will be, and of the first.
  private var known: Set<String> = []
  /// Those that will be read, with a field whose type each is: messages may name one another in chains
  /// of any length.
  private var rest: [(message: TypeTable.Message, field: String)] = []

  init(types: TypeTable) { self.types = types }

  /// Reads the messages that those read before name, until there are no more.
  mutating func readTypes() throws(SchemaError) {
    while let (message, field) = rest.popLast() {
      messages[message.name] = try read(message, field: field)
    }
  }

  /// - Parameter field: whose type the message is; nil for the first one.
  mutating func read(
    _ message: TypeTable.Message, field: String?
  ) throws(SchemaError) -> MessageDeclaration {
    guard !message.descriptor.field.isEmpty else {
      throw .emptyMessage(message: message.name, field: field)
    }
    known.insert(message.name)
    var names: Set<String> = []
    var numbers: Set<Int32> = []
    var fields: [MessageDeclaration.Field] = []
    for declared in message.descriptor.field {
      let field = try types.resolved(declared)
      try types.check(field, of: message, names: &names, numbers: &numbers)
      fields.append(try read(field, of: message))
    }
    let own = OptionFields(message.descriptor.options.unknownFields.data)
    let words = own.texts(51_234)
    return MessageDeclaration(
      name: message.name, fields: fields,
      nullWords: words.isEmpty ? nil : words.filter { !$0.isEmpty }, order: own.texts(51_235),
      minimumCount: own.number(51_236).map(Int.init(truncatingIfNeeded:)),
      alternatives: own.texts(51_237))
  }

  private mutating func read(
    _ field: Google_Protobuf_FieldDescriptorProto, of message: TypeTable.Message
  ) throws(SchemaError) -> MessageDeclaration.Field {
    let said = OptionFields(field.options.unknownFields.data)
    var result = MessageDeclaration.Field(
      name: field.name, number: Int(field.number),
      jsonName: field.hasJsonName && !field.jsonName.isEmpty ? field.jsonName : field.name,
      column: said.texts(51_235).last, kind: said.texts(51_234).last,
      isNullable: said.number(51_236) == 1,
      type: .value(.string, isWrapped: false),
      cardinality: message.presence.presence(of: field) == .implicit ? .implicit : .optional)
    if field.hasOneofIndex, !field.proto3Optional {
      guard message.descriptor.oneofDecl.indices.contains(Int(field.oneofIndex)) else {
        throw types.malformed("field '\(field.name)' is of a oneof that there is not")
      }
      result.oneof = message.descriptor.oneofDecl[Int(field.oneofIndex)].name
      result.cardinality = .optional
    }
    if types.isMap(field) {
      let entry = try types.message(of: field).descriptor
      guard entry.field.count == 2 else {
        throw types.malformed("field '\(field.name)' is a map without keys and values")
      }
      let (key, value) = (entry.field[0], try types.resolved(entry.field[1]))
      result.type = try type(of: value, message)
      if case .message = result.type {
        throw .unsupported(field: field.name, message: message.name, construct: .mapOfMessages)
      }
      guard let keyType = ProtobufType(rawValue: UInt32(key.type.rawValue)),
        keyType.isInteger || keyType == .bool || keyType == .string
      else { throw types.malformed("field '\(field.name)' is a map whose keys have no type") }
      result.cardinality = .map(key: keyType)
      return result
    }
    result.type = try type(of: field, message)
    if field.label == .repeated { result.cardinality = .repeated }
    return result
  }

  private mutating func type(
    of field: Google_Protobuf_FieldDescriptorProto, _ message: TypeTable.Message
  ) throws(SchemaError) -> MessageDeclaration.FieldType {
    func unsupported(_ construct: UnsupportedConstruct) -> SchemaError {
      .unsupported(field: field.name, message: message.name, construct: construct)
    }
    switch field.type {
    case .group: throw unsupported(.group)
    case .enum: return .enumeration(try types.values(of: field))
    case .message: break
    default:
      guard let type = ProtobufType(rawValue: UInt32(field.type.rawValue)) else {
        throw types.malformed("field '\(field.name)' has no type that protobuf knows")
      }
      return .value(type, isWrapped: false)
    }
    let name = types.fullName(field)
    switch name.hasPrefix("google.protobuf.") ? name.dropFirst("google.protobuf.".count) : "" {
    case "Timestamp": return .value(.timestamp, isWrapped: false)
    case "Duration": return .value(.duration, isWrapped: false)
    case "DoubleValue": return .value(.double, isWrapped: true)
    case "FloatValue": return .value(.float, isWrapped: true)
    case "Int64Value": return .value(.int64, isWrapped: true)
    case "UInt64Value": return .value(.uint64, isWrapped: true)
    case "Int32Value": return .value(.int32, isWrapped: true)
    case "UInt32Value": return .value(.uint32, isWrapped: true)
    case "BoolValue": return .value(.bool, isWrapped: true)
    case "StringValue": return .value(.string, isWrapped: true)
    case "BytesValue": return .value(.bytes, isWrapped: true)
    case "Struct", "Value", "ListValue", "Any": throw unsupported(.undeclared)
    default: break
    }
    let inner = try types.message(of: field)
    if known.insert(inner.name).inserted { rest.append((inner, field.name)) }
    return .message(inner.name)
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
