import FakeGen
import Schema
import SwiftProtobuf

/// The messages and enums of a descriptor set by their full names.
struct TypeTable {
  /// A message and what its file says about the presence of its fields.
  struct Message {
    /// Full name without a leading dot.
    var name: String
    var descriptor: Google_Protobuf_DescriptorProto
    var presence: PresenceRule
  }

  private var messages: [String: Message] = [:]
  private var enumerations: [String: Google_Protobuf_EnumDescriptorProto] = [:]
  /// Full names of the top-level messages of the files that no other file of the set imports.
  private(set) var candidates: [String] = []
  private let path: String

  /// Collects the messages and enums of a descriptor set.
  ///
  /// - Throws: `SchemaError.malformedDescriptor` if a name is defined twice or an imported file is
  ///   not in the set.
  init(_ descriptors: Google_Protobuf_FileDescriptorSet, path: String) throws(SchemaError) {
    self.path = path
    let imported = Set(descriptors.file.flatMap(\.dependency))
    if let absent = imported.subtracting(descriptors.file.map(\.name)).min() {
      throw .malformedDescriptor(
        path: path,
        reason: "the imported file \(absent.debugDescription) is not in it; "
          + "write it with --include_imports")
    }
    for file in descriptors.file {
      let presence = PresenceRule(file)
      for message in file.messageType {
        let name = try add(message, scope: file.package, presence: presence)
        if !imported.contains(file.name) { candidates.append(name) }
      }
      for enumeration in file.enumType { try add(enumeration, scope: file.package) }
    }
  }

  /// Finds the message that `name` names, or the only candidate.
  ///
  /// - Throws: `SchemaError.noMessage`, `.messageNameNeeded` or `.unknownMessage`.
  func choose(_ name: String?) throws(SchemaError) -> Message {
    guard let name else {
      guard let first = candidates.first else { throw .noMessage(path: path) }
      guard candidates.count == 1, let message = messages[first] else {
        throw .messageNameNeeded(path: path, candidates: candidates)
      }
      return message
    }
    let matches = candidates.filter { $0 == name || $0.hasSuffix(".\(name)") }
    guard let message = messages[name] ?? (matches.count == 1 ? messages[matches[0]] : nil) else {
      throw .unknownMessage(name: name, path: path, candidates: candidates)
    }
    return message
  }

  /// Returns the field with its type, which a descriptor may leave to its type's name.
  ///
  /// - Throws: `SchemaError.malformedDescriptor` if it names a type that it has no use for, or
  ///   none that is defined.
  func resolved(
    _ field: Google_Protobuf_FieldDescriptorProto
  ) throws(SchemaError) -> Google_Protobuf_FieldDescriptorProto {
    var field = field
    if !field.hasType {
      if messages[fullName(field)] != nil {
        field.type = .message
      } else if enumerations[fullName(field)] != nil {
        field.type = .enum
      } else {
        throw unresolved(field)
      }
    }
    let takesName = [.message, .group, .enum].contains(field.type)
    guard takesName || field.typeName.isEmpty else {
      throw .malformedDescriptor(
        path: path,
        reason: "field \(shown(field)) is no message or enum, yet has the type "
          + field.typeName.debugDescription)
    }
    return field
  }

  /// Finds the message that is a field's type.
  ///
  /// - Throws: `SchemaError.malformedDescriptor`.
  func message(of field: Google_Protobuf_FieldDescriptorProto) throws(SchemaError) -> Message {
    guard let found = messages[fullName(field)] else { throw unresolved(field) }
    return found
  }

  /// Finds the enum that is a field's type.
  ///
  /// - Throws: `SchemaError.malformedDescriptor`, also for an enum without values.
  private func enumeration(
    of field: Google_Protobuf_FieldDescriptorProto
  ) throws(SchemaError) -> Google_Protobuf_EnumDescriptorProto {
    guard let found = enumerations[fullName(field)] else { throw unresolved(field) }
    guard !found.value.isEmpty else {
      throw .malformedDescriptor(path: path, reason: "enum \(found.name) has no values")
    }
    return found
  }

  /// Tells whether the field is a map: a repeated field of an entry message made by `protoc`.
  func isMap(_ field: Google_Protobuf_FieldDescriptorProto) -> Bool {
    field.type == .message && messages[fullName(field)]?.descriptor.options.mapEntry == true
  }

  /// Checks the name and the number of a field.
  ///
  /// - Parameters:
  ///   - names: of the fields of the message before it, to which it is added.
  ///   - numbers: of the fields before it, likewise.
  /// - Throws: `SchemaError.malformedDescriptor`.
  func check(
    _ field: Google_Protobuf_FieldDescriptorProto, of message: Message, names: inout Set<String>,
    numbers: inout Set<Int32>
  ) throws(SchemaError) {
    guard field.name.isProtobufIdentifier, names.insert(field.name).inserted else {
      throw .malformedDescriptor(
        path: path,
        reason: "expected the name of one more field of \(message.name), found "
          + field.name.debugDescription)
    }
    guard ProtobufField.numbers.contains(Int(field.number)), numbers.insert(field.number).inserted
    else {
      throw .malformedDescriptor(
        path: path,
        reason: "field '\(field.name)' of \(message.name) has the number \(field.number), which "
          + "is taken or none")
    }
  }

  /// Finds the values of the enum that is a field's type.
  ///
  /// - Throws: `SchemaError.malformedDescriptor`, also for an enum without values or with two of one
  ///   name.
  func values(
    of field: Google_Protobuf_FieldDescriptorProto
  ) throws(SchemaError) -> [ProtobufField.EnumerationValue] {
    let values = try enumeration(of: field).value
    guard values.allSatisfy(\.name.isProtobufIdentifier),
      Set(values.map(\.name)).count == values.count
    else {
      throw .malformedDescriptor(
        path: path, reason: "the enum of field '\(field.name)' has unnamed or repeated values")
    }
    return values.map { .init(number: $0.number, name: $0.name) }
  }

  /// Tells whether the field is a `google.protobuf.Timestamp`.
  func isTimestamp(_ field: Google_Protobuf_FieldDescriptorProto) -> Bool {
    field.type == .message && fullName(field) == "google.protobuf.Timestamp"
  }

  /// The full name of the message or enum that is a field's type.
  func fullName(_ field: Google_Protobuf_FieldDescriptorProto) -> String {
    String(field.typeName.drop { $0 == "." })
  }

  /// The error for something that `protoc` would not have written.
  func malformed(_ reason: String) -> SchemaError {
    .malformedDescriptor(path: path, reason: reason)
  }

  /// A field's name for a person: in a descriptor set it may be anything.
  private func shown(_ field: Google_Protobuf_FieldDescriptorProto) -> String {
    field.name.isProtobufIdentifier ? "'\(field.name)'" : field.name.debugDescription
  }

  private func unresolved(_ field: Google_Protobuf_FieldDescriptorProto) -> SchemaError {
    .malformedDescriptor(
      path: path,
      reason:
        "field \(shown(field)) has the type \(field.typeName.debugDescription), which it does not define; "
        + "write it with --include_imports")
  }

  @discardableResult
  private mutating func add(
    _ message: Google_Protobuf_DescriptorProto, scope: String, presence: PresenceRule
  ) throws(SchemaError) -> String {
    let name = try qualified(message.name, scope: scope)
    guard messages[name] == nil else { throw duplicate(name) }
    messages[name] = Message(name: name, descriptor: message, presence: presence)
    for nested in message.nestedType { try add(nested, scope: name, presence: presence) }
    for enumeration in message.enumType { try add(enumeration, scope: name) }
    return name
  }

  private mutating func add(
    _ enumeration: Google_Protobuf_EnumDescriptorProto, scope: String
  ) throws(SchemaError) {
    let name = try qualified(enumeration.name, scope: scope)
    guard enumerations[name] == nil else { throw duplicate(name) }
    enumerations[name] = enumeration
  }

  private func qualified(_ name: String, scope: String) throws(SchemaError) -> String {
    guard name.isProtobufIdentifier, scope.isEmpty || scope.isProtobufFullName else {
      throw .malformedDescriptor(
        path: path, reason: "expected the name of a type, found \(name.debugDescription)")
    }
    return scope.isEmpty ? name : "\(scope).\(name)"
  }

  private func duplicate(_ name: String) -> SchemaError {
    .malformedDescriptor(path: path, reason: "\(name) is defined twice")
  }
}

extension String {
  /// A letter or underscore, then letters, digits and underscores.
  var isProtobufIdentifier: Bool {
    guard let first = utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return false
    }
    return utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// Identifiers joined by dots.
  var isProtobufFullName: Bool {
    split(separator: ".", omittingEmptySubsequences: false)
      .allSatisfy { String($0).isProtobufIdentifier }
  }
}
