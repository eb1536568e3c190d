import Schema

/// A member of the JSON object that a record is written as: a leaf, or a nested message.
struct JSONMember: Hashable, Sendable {
  var name: String
  /// Nil for a nested message.
  var leaf: Int?
  /// Of a nested message.
  var members: [JSONMember] = []
  /// The leaf, or all those of the nested message.
  var leaves: [Int]
  /// Whether it is a nested message that may be absent.
  var isOptional = false

  /// Returns the members of a record's object in the order of the schema's leaves; hidden
  /// ones have none.
  static func tree(_ schema: RecordSchema) -> [JSONMember] {
    let hidden = schema.hiddenLeaves
    return members(
      schema.leaves.indices.filter { !hidden.contains($0) }[...], depth: 0, schema: schema,
      optionalMessages: Set(
        schema.optionalMessages.map { $0.filter { !hidden.contains($0) }.sorted() }))
  }

  private static func members(
    _ leaves: ArraySlice<Int>, depth: Int, schema: RecordSchema, optionalMessages: Set<[Int]>
  ) -> [JSONMember] {
    var members: [JSONMember] = []
    var rest = leaves
    while let first = rest.first {
      let names = schema.leaves[first].jsonNames
      if names.count == depth + 1 {
        members.append(JSONMember(name: names[depth], leaf: first, leaves: [first]))
        rest = rest.dropFirst()
        continue
      }
      // The leaves of a message follow one another.
      let below = rest.prefix { schema.leaves[$0].jsonNames.starts(with: names.prefix(depth + 1)) }
      members.append(
        JSONMember(
          name: names[depth], leaf: nil,
          members: Self.members(
            below, depth: depth + 1, schema: schema, optionalMessages: optionalMessages),
          leaves: Array(below), isOptional: optionalMessages.contains(Array(below))))
      rest = rest.dropFirst(below.count)
    }
    return members
  }
}
