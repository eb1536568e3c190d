import Schema

/// Writes lists as JSON arrays, as `fakegen` writes them where a list is to be a text: of values, or of
/// objects, inner ones without any value as null; maps as objects.
struct ElementFormatter: Sendable {
  private struct Member: Sendable {
    var name: String
    /// Nil for an inner object.
    var leaf: Int?
    var members: [Member] = []
  }

  private let formatter: RecordFormatter
  private let isMessage: Bool
  private let isMap: Bool
  private let members: [Member]

  init(_ type: ListType) {
    formatter = RecordFormatter(schema: type.elements, format: .jsonLines)
    isMessage = type.isMessage
    isMap = type.isMap
    let schema = type.elements
    members =
      isMessage
      ? Self.members(schema.columns, depth: 0, schema)
      : schema.columns.map { Member(name: "", leaf: $0) }
  }

  private static func members(
    _ leaves: [Int], depth: Int, _ schema: RecordSchema
  ) -> [Member] {
    var members: [Member] = []
    var taken: Set<Int> = []
    for leaf in leaves where !taken.contains(leaf) {
      let names = schema.leaves[leaf].jsonNames
      guard names.count > depth + 1 else {
        members.append(Member(name: names[depth], leaf: leaf))
        continue
      }
      let inner = leaves.filter {
        let other = schema.leaves[$0].jsonNames
        return other.count > depth + 1 && other[depth] == names[depth]
      }
      taken.formUnion(inner)
      members.append(
        Member(name: names[depth], members: Self.members(inner, depth: depth + 1, schema)))
    }
    return members
  }

  /// Writes a list.
  func text(_ elements: [Record]) -> String {
    if isMap, let key = members.first?.leaf, let content = members.last?.leaf {
      let texts = elements.map { element in
        let name = formatter.text(element.values[key], formatter.schema.leaves[key].kind)
        return "\(RecordFormatter.jsonString(name)):\(value(element, content))"
      }
      return "{\(texts.joined(separator: ","))}"
    }
    let texts = elements.map { element in
      isMessage
        ? object(members, element)
        : members.first.flatMap(\.leaf).map { value(element, $0) } ?? "null"
    }
    return "[\(texts.joined(separator: ","))]"
  }

  private func value(_ element: Record, _ leaf: Int) -> String {
    formatter.json(element.values[leaf], formatter.schema.leaves[leaf].kind)
  }

  private func object(_ members: [Member], _ element: Record) -> String {
    let texts = members.map { member in
      let text: String =
        if let leaf = member.leaf {
          value(element, leaf)
        } else if hasValue(member, element) {
          object(member.members, element)
        } else {
          "null"
        }
      return "\(RecordFormatter.jsonString(member.name)):\(text)"
    }
    return "{\(texts.joined(separator: ","))}"
  }

  private func hasValue(_ member: Member, _ element: Record) -> Bool {
    if let leaf = member.leaf { return element.values[leaf] != .null }
    return member.members.contains { hasValue($0, element) }
  }
}
