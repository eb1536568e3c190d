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
    /// The leaf that says whether a row has the field, if it is an alternative of several: no two of
    /// the same leaf are there together.
    var chooser: Int?
  }

  indirect enum Content: Sendable {
    /// `column` is nil where the rows have no column of the field.
    case leaf(Column, column: Int?)
    /// A repeated field of messages, the entries of a map if so.
    case messages(ProtobufMessage, column: Int?, isMap: Bool)
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
    var choices: [Int: [AlternativeChoice]] = [:]
    for element in model.content.network.root.elements {
      Self.gather(element.child, [], into: &choices)
    }
    markAlternatives(schema, choices, path: [])
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
          list.schema, leaves: list.schema.columns.sorted(), source: source), column: column,
        isMap: list.isMap)
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

  /// An alternative: the leaf that chooses it, and what that is then.
  private struct AlternativeChoice: Equatable {
    var leaf: Int
    var choice: Int64
  }

  /// Gathers the alternatives that leaves are of, outer ones first.
  private static func gather(
    _ module: DecoderModule, _ outer: [AlternativeChoice],
    into choices: inout [Int: [AlternativeChoice]]
  ) {
    switch module {
    case .chosen(let decoder):
      gather(
        decoder.child,
        outer + [AlternativeChoice(leaf: decoder.leaf, choice: decoder.choice)], into: &choices)
    case .optional(let decoder): gather(decoder.child, outer, into: &choices)
    case .tuple(let decoder):
      for element in decoder.elements { gather(element.child, outer, into: &choices) }
    case .string(let field): choices[field.leaf] = outer
    case .vocabulary(let decoder): choices[decoder.leaf] = outer
    case .number(let decoder): choices[decoder.leaf] = outer
    case .categorical(let decoder): choices[decoder.leaf] = outer
    case .repeated(let decoder): choices[decoder.leaf] = outer
    case .scalars(let decoder):
      for output in decoder.outputs { choices[output.leaf] = outer }
    }
  }

  /// Marks fields that are alternatives of others of their message: a message if what it holds is of
  /// one alternative.
  private mutating func markAlternatives(
    _ schema: RowSchema, _ choices: [Int: [AlternativeChoice]], path: [String]
  ) {
    var found: [AlternativeChoice?] = []
    for index in fields.indices {
      let own = path + [fields[index].name]
      if case .message(var message) = fields[index].content {
        message.markAlternatives(schema, choices, path: own)
        fields[index].content = .message(message)
      }
      var common: [AlternativeChoice]?
      for (leaf, column) in schema.leaves.enumerated() {
        let names = Self.components(column.path)
        guard names.count >= own.count, let choice = choices[leaf] else { continue }
        var isBelow = true
        for (one, other) in zip(own, names) { isBelow = isBelow && isSame(one, other) }
        if !isBelow { continue }
        common = common.map { $0.filter { choice.contains($0) } } ?? choice
      }
      var isRepeated = false
      switch fields[index].content {
      case .messages, .values: isRepeated = true
      case .leaf, .message: break
      }
      found.append(isRepeated ? nil : common?.first)
    }
    for (index, own) in found.enumerated() {
      guard let own else { continue }
      var others = 0
      for other in found where other?.leaf == own.leaf && other?.choice != own.choice {
        others += 1
      }
      if others > 0 { fields[index].chooser = own.leaf }
    }
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
