import FakeGen

/// The protobuf message that a model's rows are. Numbers and types of fields are those of the message
/// that the model was learned with. Without one, numbers count from 1 in the order of declaration,
/// moments are texts unless they are a `google.protobuf.Timestamp`, reals are `double`, integers and
/// digits `int64`, and an enumeration's values are numbered from 0 in the order of declaration. Lists
/// are repeated fields.
struct ProtobufMessage: Sendable {
  struct Field: Sendable {
    let name: String
    let number: UInt64
    /// Its key in nested JSON.
    let key: String
    var content: Content
    /// What a message says of its leaf, or of a list's values; nil if there is none.
    var declared: ProtobufField?
    /// The leaf that says whether a row has the field, if it is an alternative of several: no two of
    /// the same leaf are there together.
    var chooser: Int?
    /// Whether it may be absent where its message is there, as the alternatives have it.
    var isChosen = false
    /// Whether the default value of a leaf's type is written: it is absent only where it is null.
    func isExplicit(_ leaf: Column) -> Bool {
      leaf.isOptional || isChosen || declared?.isExplicit == true
    }
    /// Those that it is of.
    fileprivate var alternatives: [LeafAlternatives.Choice] = []
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
    let content = model.content
    let schema = content.schema
    try self.init(
      schema, leaves: schema.leaves.indices.filter { !content.rules.hidden.contains($0) },
      declared: content.protobuf,
      alternatives: LeafAlternatives(
        schema, rules: content.rules, modules: content.network.root.elements.map { $0.child }),
      source: source)
  }

  /// Builds the message of some of a schema's leaves.
  private init(
    _ schema: RowSchema, leaves: [Int], declared: [ProtobufField],
    alternatives: LeafAlternatives, source: String
  ) throws(Failure) {
    for leaf in leaves {
      let column = schema.leaves[leaf]
      let path = Self.components(column.path)
      var isMessage = path.count <= ModelFormat.maximumDepth
      for name in path { isMessage = isMessage && isIdentifier(name) }
      let field: ProtobufField? = declared.isEmpty ? nil : declared[leaf]
      isMessage = isMessage && field.map { $0.numbers.count == path.count } ?? true
      let content = try Self.content(
        column, column: schema.columns.firstIndex(of: leaf), declared: field,
        elements: alternatives.elements[leaf], source: source)
      guard isMessage,
        insert(content, field, of: alternatives.choices[leaf], at: path[...])
      else {
        throw .badModel(
          source: source,
          reason: "expected the path of a protobuf field, found '\(column.path)'")
      }
    }
    _ = markAlternatives(isAlwaysThere: true)
  }

  private init() {}

  private static func content(
    _ leaf: Column, column: Int?, declared: ProtobufField?, elements: LeafAlternatives?,
    source: String
  ) throws(Failure) -> Content {
    guard case .list(let list) = leaf.kind else { return .leaf(leaf, column: column) }
    if list.isMessage {
      return .messages(
        try ProtobufMessage(
          list.schema, leaves: list.schema.columns.sorted(), declared: declared?.elements ?? [],
          alternatives: elements ?? LeafAlternatives(list.schema), source: source),
        column: column, isMap: list.isMap)
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

  /// Inserts a leaf; false if a field of its name or number is there already.
  private mutating func insert(
    _ leaf: Content, _ declared: ProtobufField?, of alternatives: [LeafAlternatives.Choice],
    at path: ArraySlice<String>
  ) -> Bool {
    guard let name = path.first else { return false }
    let position = fields.firstIndex { isSame($0.name, name) }
    let number = UInt64(declared.map { $0.numbers[path.startIndex] } ?? fields.count + 1)
    let place = fields.firstIndex { $0.number == number }
    let key = declared.map { $0.keys[path.startIndex] } ?? name
    if path.count == 1 {
      guard position == nil, place == nil else { return false }
      fields.append(
        Field(
          name: name, number: number, key: key, content: leaf, declared: declared,
          alternatives: alternatives))
      return true
    }
    guard declared == nil || place == position else { return false }
    var child = ProtobufMessage()
    if let position {
      guard case .message(let message) = fields[position].content else { return false }
      child = message
    }
    guard child.insert(leaf, declared, of: alternatives, at: path.dropFirst()) else {
      return false
    }
    if let position {
      fields[position].content = .message(child)
    } else {
      fields.append(Field(name: name, number: number, key: key, content: .message(child)))
    }
    return true
  }

  /// Marks fields that are alternatives of others of their message, and those that may be absent
  /// though it is there.
  ///
  /// - Parameter isAlwaysThere: whether it is there without any field too.
  /// - Returns: the alternatives that all of its fields are of.
  private mutating func markAlternatives(isAlwaysThere: Bool) -> [LeafAlternatives.Choice] {
    var common: [LeafAlternatives.Choice]?
    fields.sort { $0.number < $1.number }
    for index in fields.indices {
      if case .message(var message) = fields[index].content {
        fields[index].alternatives = message.markAlternatives(isAlwaysThere: false)
        fields[index].content = .message(message)
      }
      let own = fields[index].alternatives
      common = common.map { $0.filter { own.contains($0) } } ?? own
    }
    let implied = isAlwaysThere ? [] : common ?? []
    for index in fields.indices {
      for own in fields[index].alternatives where !implied.contains(own) {
        fields[index].isChosen = true
        if fields[index].chooser == nil, hasAlternative(to: own, of: index) {
          fields[index].chooser = own.leaf
        }
      }
    }
    return common ?? []
  }

  /// Whether another field is there only where one's alternative is not; protobuf has that of fields
  /// that are not repeated.
  private func hasAlternative(to own: LeafAlternatives.Choice, of index: Int) -> Bool {
    if fields[index].isRepeated { return false }
    for (other, field) in fields.enumerated() where other != index && !field.isRepeated {
      for choice in field.alternatives where choice.leaf == own.leaf && choice.choice != own.choice
      {
        return true
      }
    }
    return false
  }

  /// Splits `text` at its dots.
  static func components(_ text: String) -> [String] {
    Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

extension ProtobufMessage.Field {
  fileprivate var isRepeated: Bool {
    switch content {
    case .messages, .values: true
    case .leaf, .message: false
    }
  }
}

extension ProtobufMessage {
  /// Calls a closure with how each value is written, of its lists' elements too.
  func forEachValue(_ body: (ProtobufValue) -> Void) {
    for field in fields {
      switch field.content {
      case .leaf(let leaf, _), .values(let leaf, _):
        body(ProtobufValue(field.declared, kind: leaf.kind))
      case .messages(let message, _, _), .message(let message): message.forEachValue(body)
      }
    }
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
