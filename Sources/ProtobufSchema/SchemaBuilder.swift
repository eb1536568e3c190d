import FakeGen
import Schema
import SwiftProtobuf

/// Turns a message into leaves and the module tree over them.
struct SchemaBuilder {
  /// How deep messages may be nested, the root counted.
  static let maximumDepth = 16
  /// How many leaves a record may have: a small file can nest messages into very many.
  static let maximumLeaves = 1_000
  /// Digits after the point of a real for which no option gives another number.
  static let standardDecimals = 6

  /// How a `google.protobuf.Timestamp` is written, RFC 3339 as in protobuf's JSON.
  static let timestampLayout = "%Y-%m-%dT%H:%M:%SZ"
  /// The seconds of the years 1 to 9999.
  private static let timestampRange = IntegerRange(
    minimum: -62_135_596_800, maximum: 253_402_300_799)

  private let types: TypeTable
  private let options: SchemaOptions
  private let path: String
  private var leaves: [Leaf] = []

  private init(types: TypeTable, options: SchemaOptions, path: String) {
    self.types = types
    self.options = options
    self.path = path
  }

  /// Builds the record type of a message.
  ///
  /// - Throws: `SchemaError` for anything in the message or the options that does not fit.
  static func build(
    _ descriptors: Google_Protobuf_FileDescriptorSet, options: SchemaOptions, path: String
  ) throws(SchemaError) -> RecordSchema {
    let types = try TypeTable(descriptors, path: path)
    let message = try types.choose(options.message)
    var builder = SchemaBuilder(types: types, options: options, path: path)
    let root = try builder.tuple(message, at: Position())
    try builder.checkOptions()
    try builder.checkColumns()
    return RecordSchema(
      messageName: message.name, leaves: builder.leaves, columns: Array(builder.leaves.indices),
      root: root
    ).expandingMoments()
  }

  /// Where in the message the builder is.
  private struct Position {
    /// Field names from the root.
    var names: [String] = []
    /// Numbers of the fields from the root.
    var numbers: [Int] = []
    /// JSON names from the root.
    var jsonNames: [String] = []
    /// Full names of the messages from the root.
    var messages: [String] = []

    var path: String { names.joined(separator: ".") }

    func appending(_ field: Google_Protobuf_FieldDescriptorProto, in message: String) -> Position {
      Position(
        names: names + [field.name], numbers: numbers + [Int(field.number)],
        jsonNames: jsonNames + [field.hasJsonName ? field.jsonName : field.name],
        messages: messages + [message])
    }
  }

  /// Builds the tuple of a message: its strings, enums, bools and messages in declaration order,
  /// then all its scalars in one module.
  private mutating func tuple(
    _ message: TypeTable.Message, at position: Position
  ) throws(SchemaError) -> ModuleNode {
    guard !message.descriptor.field.isEmpty else {
      throw .emptyMessage(
        message: message.name, field: position.names.isEmpty ? nil : position.path)
    }
    if let start = position.messages.firstIndex(of: message.name) {
      throw .recursion(
        field: position.path, chain: Array(position.messages[start...]) + [message.name])
    }
    guard position.messages.count < Self.maximumDepth else {
      throw .tooDeep(field: position.path, limit: Self.maximumDepth)
    }

    var elements: [ModuleNode] = []
    var scalars: [Int] = []
    var names: Set<String> = []
    var numbers: Set<Int32> = []
    for declared in message.descriptor.field {
      let field = try types.resolved(declared)
      try types.check(field, of: message, names: &names, numbers: &numbers)
      let place = position.appending(field, in: message.name)
      try refuseUnsupported(field, place: place, in: message)
      let presence = message.presence.presence(of: field)
      if field.type == .message, !types.isTimestamp(field) {
        let nested = try tuple(types.message(of: field), at: place)
        elements.append(presence == .required ? nested : .optional(nested))
        continue
      }
      let leaf = try addLeaf(field, place: place, presence: presence)
      let module: ModuleNode
      switch leaves[leaf].kind {
      case .text, .digits, .moment: module = .stringLiteral(leaf: leaf)
      case .boolean: module = .categorical(leaf: leaf, classes: 2)
      case .enumeration(let names, _): module = .categorical(leaf: leaf, classes: names.count)
      case .list: module = .repeated(leaf: leaf)
      case .real, .integer:
        scalars.append(leaf)
        continue
      }
      elements.append(leaves[leaf].isOptional ? .optional(module) : module)
    }
    if !scalars.isEmpty { elements.append(.scalarTuple(leaves: scalars)) }
    return .tuple(name: position.path, elements: elements)
  }

  private func refuseUnsupported(
    _ field: Google_Protobuf_FieldDescriptorProto, place: Position, in message: TypeTable.Message
  ) throws(SchemaError) {
    let construct: UnsupportedConstruct? =
      if types.isMap(field) {
        .map
      } else if field.label == .repeated {
        .repeated
      } else if field.hasOneofIndex, !field.proto3Optional {
        .oneof
      } else if field.type == .bytes {
        .bytes
      } else if field.type == .group {
        .group
      } else {
        nil
      }
    if let construct {
      throw .unsupported(field: place.path, message: message.name, construct: construct)
    }
  }

  private mutating func addLeaf(
    _ field: Google_Protobuf_FieldDescriptorProto, place: Position,
    presence: PresenceRule.Presence
  ) throws(SchemaError) -> Int {
    guard leaves.count < Self.maximumLeaves else {
      throw .tooManyFields(
        message: place.messages.first ?? "", limit: Self.maximumLeaves)
    }
    let path = place.path
    let column = options.columns[path] ?? place.jsonNames.joined(separator: ".")
    if options.columns[path] != nil, column.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      throw .unsuitableOption(
        option: "--column", field: path,
        reason: "has the column \(column.debugDescription): column names may not hold line ends or "
          + "tabs; rename it in the table")
    }
    guard !column.isEmpty, !column.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      throw .malformedDescriptor(
        path: self.path,
        reason: "field '\(path)' has the column name \(column.debugDescription)")
    }
    var leaf = Leaf(
      path: path, column: column, kind: try kind(of: field, path: path),
      isOptional: presence == .explicit,
      jsonNames: place.jsonNames,
      typeRange: types.isTimestamp(field) ? Self.timestampRange : field.type.integerRange)
    if let type = ProtobufType(field, isTimestamp: types.isTimestamp(field)) {
      leaf.protobuf = ProtobufField(
        numbers: place.numbers, keys: place.names, type: type, isExplicit: presence != .implicit)
      if type == .enumeration { leaf.protobuf?.values = try types.values(of: field) }
    }
    leaves.append(leaf)
    return leaves.count - 1
  }

  private func kind(
    of field: Google_Protobuf_FieldDescriptorProto, path: String
  ) throws(SchemaError) -> LeafKind {
    let override = options.fields[path]
    if field.type.integerRange != nil {
      switch override {
      case .digits: return .digits
      case .scalar: return .integer
      case nil: return IdentifierRule.identifies(field.name) ? .digits : .integer
      case .decimals:
        throw .unsuitableOption(
          option: "--field", field: path, reason: "is an integer; decimals are for reals")
      }
    }
    switch field.type {
    case .float, .double:
      switch override {
      case nil: return .real(decimals: Self.standardDecimals)
      case .decimals(let count): return .real(decimals: count)
      case .digits, .scalar:
        throw .unsuitableOption(
          option: "--field", field: path, reason: "is a real; it takes decimals:N")
      }
    default:
      guard override == nil else {
        throw .unsuitableOption(
          option: "--field", field: path, reason: "is no number; --field is for numbers")
      }
    }
    switch field.type {
    case .string: return .text
    case .bool: return .boolean
    // No other message is a leaf.
    case .message: return .moment(layout: Self.timestampLayout)
    case .enum:
      let values = try types.values(of: field)
      return .enumeration(names: values.map(\.name), numbers: values.map(\.number))
    default:
      throw .malformedDescriptor(
        path: self.path, reason: "field '\(path)' has no type that protobuf knows")
    }
  }

  private func checkOptions() throws(SchemaError) {
    let paths = leaves.map(\.path)
    for (option, fields) in [
      ("--column", Array(options.columns.keys)), ("--field", Array(options.fields.keys)),
    ] {
      if let unknown = fields.sorted().first(where: { !paths.contains($0) }) {
        throw .unknownField(option: option, field: unknown, candidates: paths)
      }
    }
  }

  private func checkColumns() throws(SchemaError) {
    let fields = Dictionary(grouping: leaves, by: \.column)
    if let shared = leaves.lazy.map(\.column).first(where: { fields[$0, default: []].count > 1 }) {
      throw .sharedColumn(column: shared, fields: fields[shared, default: []].map(\.path))
    }
  }
}

extension ProtobufType {
  /// The type of a field that is a leaf.
  fileprivate init?(_ field: Google_Protobuf_FieldDescriptorProto, isTimestamp: Bool) {
    guard let type = ProtobufType(rawValue: UInt32(field.type.rawValue)) else { return nil }
    self = isTimestamp ? .timestamp : type
  }
}

extension Google_Protobuf_FieldDescriptorProto.TypeEnum {
  /// Values of an integer type, nil for other types. Those of the unsigned 64-bit types are cut
  /// off at the largest signed one.
  fileprivate var integerRange: IntegerRange? {
    switch self {
    case .int32, .sint32, .sfixed32:
      IntegerRange(minimum: Int64(Int32.min), maximum: Int64(Int32.max))
    case .uint32, .fixed32: IntegerRange(minimum: 0, maximum: Int64(UInt32.max))
    case .int64, .sint64, .sfixed64: IntegerRange(minimum: .min, maximum: .max)
    case .uint64, .fixed64: IntegerRange(minimum: 0, maximum: .max)
    case .double, .float, .bool, .string, .group, .message, .bytes, .enum: nil
    }
  }
}
