import FakeGen

/// The protobuf message that a model's rows are. Field numbers count from 1 in the order of
/// declaration. Moments are texts unless they are a `google.protobuf.Timestamp`. Reals are `double`,
/// integers and digits `int64`, an enumeration's values are numbered from 0 in the order of
/// declaration, and lists are repeated fields.
struct ProtobufMessage: Sendable {
  struct Field: Sendable {
    let name: String
    let number: UInt64
    var content: Content
  }

  indirect enum Content: Sendable {
    /// `column` is nil where the rows have no column of the field.
    case leaf(Column, column: Int?)
    /// A repeated field of messages.
    case messages(ProtobufMessage, column: Int?)
    /// A repeated field of values.
    case values(Column, column: Int?)
    case message(ProtobufMessage)
  }

  var fields: [Field] = []

  /// Builds the message of a model's rows.
  ///
  /// - Throws: `Failure.badModel` if the names in the model make no message.
  init(_ model: Model, source: String) throws(Failure) {
    let hidden = model.content.rules.hidden
    let schema = model.content.schema
    try self.init(
      schema, leaves: schema.leaves.indices.filter { !hidden.contains($0) }, source: source)
  }

  /// Builds the message of some of a schema's leaves.
  private init(_ schema: RowSchema, leaves: [Int], source: String) throws(Failure) {
    for leaf in leaves {
      let column = schema.leaves[leaf]
      let path = Self.components(column.path)
      var isMessage = path.count <= ModelFormat.maximumDepth
      for name in path { isMessage = isMessage && isIdentifier(name) }
      guard isMessage,
        insert(
          try Self.content(
            column, column: schema.columns.firstIndex(of: leaf), source: source), at: path[...])
      else {
        throw .badModel(
          source: source,
          reason: "expected the path of a protobuf field, found '\(column.path)'")
      }
    }
  }

  private init() {}

  private static func content(
    _ leaf: Column, column: Int?, source: String
  ) throws(Failure) -> Content {
    guard case .list(let list) = leaf.kind else { return .leaf(leaf, column: column) }
    if list.isMessage {
      return .messages(
        try ProtobufMessage(
          list.schema, leaves: list.schema.columns.sorted(), source: source), column: column)
    }
    let value = list.schema.leaves[list.schema.columns[0]]
    if case .list = value.kind {
      throw .badModel(
        source: source,
        reason: "'\(leaf.name)' holds lists of lists, which protobuf does not have; "
          + "use --format jsonl without --nested")
    }
    return .values(value, column: column)
  }

  /// Inserts a leaf; false if a field is there already.
  private mutating func insert(_ leaf: Content, at path: ArraySlice<String>) -> Bool {
    guard let name = path.first else { return false }
    let position = fields.firstIndex { isSame($0.name, name) }
    if path.count == 1 {
      guard position == nil else { return false }
      fields.append(Field(name: name, number: UInt64(fields.count + 1), content: leaf))
      return true
    }
    var child = ProtobufMessage()
    if let position {
      guard case .message(let message) = fields[position].content else { return false }
      child = message
    }
    guard child.insert(leaf, at: path.dropFirst()) else { return false }
    if let position {
      fields[position].content = .message(child)
    } else {
      fields.append(
        Field(name: name, number: UInt64(fields.count + 1), content: .message(child)))
    }
    return true
  }

  /// Splits `text` at its dots.
  static func components(_ text: String) -> [String] {
    Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

extension ColumnKind {
  /// Whether protobuf has it as a `google.protobuf.Timestamp`.
  var isTimestamp: Bool {
    if case .moment(let layout) = self { layout.isTimestamp } else { false }
  }

  /// Whether it is one, or holds some in its elements.
  var holdsTimestamps: Bool {
    guard case .list(let list) = self else { return isTimestamp }
    return list.columns.contains { $0.kind.holdsTimestamps }
  }
}

/// Tells whether protobuf takes `name` as a name.
func isIdentifier(_ name: String) -> Bool {
  var isFirst = true
  for byte in name.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      break
    case UInt8(ascii: "0")...UInt8(ascii: "9") where !isFirst: break
    default: return false
    }
    isFirst = false
  }
  return !isFirst
}
