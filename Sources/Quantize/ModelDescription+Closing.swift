import FloatModel
import Schema

extension ModelDescription {
  /// Closes vocabularies, of which known values alone are drawn then: what the escape to a spelled
  /// string had of the probability goes to them, in proportion to their own.
  ///
  /// - Parameter columns: their columns' names.
  /// - Throws: `QuantizationError.notAVocabulary`.
  mutating func close(_ columns: [String]) throws(QuantizationError) {
    for column in columns {
      guard schema.close(column) else {
        throw .notAVocabulary(name: column, columns: schema.openVocabularies)
      }
    }
  }
}

extension RecordSchema {
  /// Names of the columns that have an open vocabulary; in lists behind the list's and a dot.
  fileprivate var openVocabularies: [String] {
    root.nodes.compactMap { node -> Int? in
      if case .vocabulary(let leaf) = node { leaf } else { nil }
    }.sorted().map { leaves[$0].column }
      + lists.flatMap { leaf, type in
        type.elements.openVocabularies.map { "\(leaves[leaf].column).\($0)" }
      }
  }

  /// Closes the vocabulary of a column; false if it has none.
  fileprivate mutating func close(_ column: String) -> Bool {
    for node in root.nodes {
      switch node {
      case .vocabulary(let leaf) where leaves[leaf].column.utf8.elementsEqual(column.utf8):
        root = root.closing(leaf)
        return true
      case .closedVocabulary(let leaf) where leaves[leaf].column.utf8.elementsEqual(column.utf8):
        return true
      default: break
      }
    }
    for (leaf, type) in lists {
      let prefix = Array("\(leaves[leaf].column).".utf8)
      guard column.utf8.starts(with: prefix) else { continue }
      var type = type
      if type.elements.close(String(decoding: column.utf8.dropFirst(prefix.count), as: UTF8.self)) {
        leaves[leaf].kind = .list(type)
        return true
      }
    }
    return false
  }
}

extension ModuleNode {
  /// Returns the node with a leaf's vocabulary, here or below, closed.
  fileprivate func closing(_ closed: Int) -> ModuleNode {
    if case .vocabulary(closed) = self { return .closedVocabulary(leaf: closed) }
    return mappingChildren { $0.closing(closed) }
  }
}
