extension RecordSchema {
  /// The model that the schema becomes, for a person: one line for each module with its field,
  /// column, values, what an empty cell means and its weight in the reconstruction loss.
  public func describe() -> String {
    var rows = [["MODULE", "FIELD", "COLUMN", "VALUES", "EMPTY CELL", "LOSS WEIGHT"]]
    rows += lines(root, depth: 0, isOptional: false)
    let widths = (0..<rows[0].count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      var line = ""
      for (text, width) in zip(row, widths) {
        line += text + String(repeating: " ", count: width - text.count + 2)
      }
      return line.trimmingTrailingSpaces() + "\n"
    }
    return "message \(messageName), fields: \(leaves.count)\n\n" + table.joined()
  }

  private func lines(_ node: ModuleNode, depth: Int, isOptional: Bool) -> [[String]] {
    let indentation = String(repeating: "  ", count: depth)
    switch node {
    case .stringLiteral(let leaf):
      return [line(indentation + "StringLiteral", leaf, isOptional ? "" : nil, 1)]
    case .constant(let leaf):
      return [line(indentation + "Constant", leaf, isOptional ? "" : nil, 0)]
    case .vocabulary(let leaf):
      return [line(indentation + "Vocabulary", leaf, isOptional ? "" : nil, 1)]
    case .categorical(let leaf, _):
      return [line(indentation + "Categorical", leaf, isOptional ? "" : nil, 1)]
    case .scalarTuple(let scalars):
      let own = [indentation + "ScalarTuple", "", "", "", "", String(node.weight(in: self))]
      return [own]
        + scalars.map { leaf in
          line(
            indentation + "  scalar", leaf, leaves[leaf].isOptional ? "null" : nil,
            leaves[leaf].isOptional ? 2 : 1)
        }
    case .optional(let child):
      let message: (name: String, note: String) =
        switch child {
        case .tuple(let name, _): (name, "null if all are")
        default: (child.leaves.first.map { leaves[$0].path } ?? "", "null")
        }
      return [
        [
          indentation + "Presence", message.name, "", "", message.note,
          String(node.weight(in: self)),
        ]
      ] + lines(child, depth: depth + 1, isOptional: true)
    case .tuple(let name, let elements):
      return [[indentation + "Tuple", name, "", "", "", String(node.weight(in: self))]]
        + elements.flatMap { lines($0, depth: depth + 1, isOptional: false) }
    }
  }

  private func line(
    _ module: String, _ leaf: Int, _ emptyCell: String?, _ weight: Int
  ) -> [String] {
    let leaf = leaves[leaf]
    let standard = leaf.kind == .text ? "empty string" : "error"
    return [
      module, leaf.path, leaf.column, leaf.kind.summary, emptyCell ?? standard, String(weight),
    ]
  }
}

extension ModuleNode {
  /// The node's weight in the reconstruction loss: 1 for each field and 1 for each presence
  /// head, below it too.
  public func weight(in schema: RecordSchema) -> Int {
    switch self {
    case .stringLiteral, .vocabulary, .categorical: 1
    case .constant: 0
    case .scalarTuple(let leaves):
      leaves.reduce(0) { $0 + (schema.leaves[$1].isOptional ? 2 : 1) }
    case .optional(let child): child.weight(in: schema) + 1
    case .tuple(_, let elements): elements.reduce(0) { $0 + $1.weight(in: schema) }
    }
  }
}

extension LeafKind {
  /// The kind's values, for a person.
  fileprivate var summary: String {
    switch self {
    case .text: return "text"
    case .digits: return "digits, as text"
    case .real(let decimals): return "real, \(decimals) decimals"
    case .integer: return "integer"
    case .boolean: return "false, true"
    case .enumeration(let names, _):
      let shown = 4
      let rest = names.count > shown ? ", ... (\(names.count))" : ""
      return names.prefix(shown).joined(separator: ", ") + rest
    }
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> Substring {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return text
  }
}
