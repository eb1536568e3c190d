/// What rows have beside what the network makes.
package struct RowRules: Sendable, Hashable {
  /// Leaves that no module makes, each after those that it follows from.
  package var derived: [DerivedLeaf]
  /// Leaves in no column, which are there for others to follow from. They are integers.
  package var hidden: [Int]

  /// Creates rules; without arguments none.
  ///
  /// - Parameters:
  ///   - derived: leaves that no module makes, each after those that it follows from.
  ///   - hidden: leaves in no column.
  package init(derived: [DerivedLeaf] = [], hidden: [Int] = []) {
    self.derived = derived
    self.hidden = hidden
  }

  /// Computes the derived leaves of rows, which are null before.
  ///
  /// - Parameters:
  ///   - rows: positions in the batch.
  ///   - first: number of the batch's first row.
  ///   - seed: of the rows.
  ///   - schema: of the rows.
  ///   - batch: the rows.
  func decode(
    _ rows: RowList, first: UInt64, seed: UInt64, schema: RowSchema,
    into batch: inout DecodedBatch
  ) {
    for leaf in derived {
      leaf.decode(
        rows: rows, first: first, seed: seed,
        isInteger: schema.leaves[leaf.leaf].kind.isInteger, into: &batch)
    }
  }

  /// Says which derived leaves may be null, given those that they follow from.
  ///
  /// - Parameters:
  ///   - mayBeNull: for each leaf; set for the derived ones.
  ///   - schema: of the rows.
  ///   - root: what makes the leaves that they follow from.
  func markLeaves(in mayBeNull: inout [Bool], schema: RowSchema, root: DecoderModule) {
    for leaf in derived {
      var mayBe = schema.leaves[leaf.leaf].isOptional
      if case .lookup(let source, let table) = leaf.rule {
        mayBe =
          mayBe
          || table.mayGiveNull(
            for: schema.leaves[source].kind, orNull: mayBeNull[source],
            known: root.knownValues(of: source))
      } else if !leaf.isKey {
        for source in leaf.sources { mayBe = mayBe || mayBeNull[source] }
      }
      mayBeNull[leaf.leaf] = mayBe
    }
  }
}

extension ColumnKind {
  var isInteger: Bool {
    if case .integer = self { true } else { false }
  }
}
