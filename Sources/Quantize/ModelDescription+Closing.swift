import FloatModel
import Schema

extension ModelDescription {
  /// Closes vocabularies, of which known values alone are drawn then: what the escape to a spelled
  /// string had of the probability goes to them, in proportion to their own.
  ///
  /// - Parameter columns: their columns' names.
  /// - Throws: `QuantizationError.notAVocabulary`.
  mutating func close(_ columns: [String]) throws(QuantizationError) {
    for column in columns where !isClosed(column) {
      let open = schema.root.nodes.compactMap { node -> Int? in
        if case .vocabulary(let leaf) = node { leaf } else { nil }
      }
      guard
        let leaf = open.first(where: {
          schema.leaves[$0].column.utf8.elementsEqual(column.utf8)
        })
      else {
        throw .notAVocabulary(name: column, columns: open.sorted().map { schema.leaves[$0].column })
      }
      schema.root = schema.root.closing(leaf)
    }
  }
}

extension ModelDescription {
  /// Whether a column has a vocabulary that is closed already.
  private func isClosed(_ column: String) -> Bool {
    schema.root.nodes.contains { node in
      guard case .closedVocabulary(let leaf) = node else { return false }
      return schema.leaves[leaf].column.utf8.elementsEqual(column.utf8)
    }
  }
}

extension ModuleNode {
  /// Returns the node with a leaf's vocabulary, here or below, closed.
  fileprivate func closing(_ closed: Int) -> ModuleNode {
    if case .vocabulary(closed) = self { return .closedVocabulary(leaf: closed) }
    return mappingChildren { $0.closing(closed) }
  }
}
