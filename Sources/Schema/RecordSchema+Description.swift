extension RecordSchema {
  /// Describes the model that the schema becomes, for a person.
  ///
  /// - Returns: one line for each module with its field, column, values, what an empty cell means
  ///   and its weight in the reconstruction loss; then one for each leaf that follows from others.
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
    return "message \(messageName), fields: \(leaves.count)\n\n" + table.joined() + ruleLines()
  }

  private func lines(_ node: ModuleNode, depth: Int, isOptional: Bool) -> [[String]] {
    let kind = node.kind
    let indentation = String(repeating: "  ", count: depth)
    let title = indentation + kind.name
    if !kind.isJoint, let leaf = node.ownLeaves.first {
      return [line(title, leaf, isOptional ? "" : nil, kind)]
    }
    var (name, emptyCell) = ("", "")
    switch node {
    case .optional(let child):
      let path = child.fieldPath(in: self)
      name = path ?? child.leaves.first.map { leaves[$0].path } ?? ""
      if case .tuple = child { emptyCell = "null if all are" } else { emptyCell = "null" }
    case .chosen(let leaf, let choice, let child):
      name = child.fieldPath(in: self) ?? ""
      emptyCell = "null unless \(leaves[leaf].path) is \(choice)"
    case .tuple(let message, _): name = message
    default: break
    }
    return [[title, name, "", "", emptyCell, String(node.weight(in: self))]]
      + node.ownLeaves.map { leaf in
        line(indentation + "  scalar", leaf, leaves[leaf].isOptional ? "null" : nil, kind)
      }
      + node.children.flatMap {
        lines($0, depth: depth + 1, isOptional: kind.headWeight > 0)
      }
  }

  private func line(
    _ module: String, _ leaf: Int, _ emptyCell: String?, _ kind: ModuleKind
  ) -> [String] {
    let leaf = leaves[leaf]
    let standard = leaf.kind == .text ? "empty string" : "error"
    return [
      module, leaf.path, leaf.column, leaf.kind.summary, emptyCell ?? standard,
      String(kind.weight(of: leaf)),
    ]
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
    case .moment(let layout): return layout
    case .boolean: return "false, true"
    case .list(let type):
      return "\(type.counts.lowerBound) to \(type.counts.upperBound) elements"
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
