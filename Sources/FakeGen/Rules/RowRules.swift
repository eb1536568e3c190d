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
      } else if case .pairLookup(let first, let second, let table, let otherwise) = leaf.rule {
        if let otherwise, !otherwise.isPosition {
          mayBe = mayBe || mayBeNull[otherwise.leaf] || table.choices.contains(0)
        } else {
          let drawn = otherwise.flatMap {
            mayBeNull[$0.leaf] ? nil : root.knownValues(of: $0.leaf)
          }
          mayBe =
            mayBe
            || table.mayGiveNull(
              orNull: (mayBeNull[first], mayBeNull[second]),
              known: (root.knownValues(of: first), root.knownValues(of: second)),
              otherwise: drawn)
        }
      } else if case .calendar(let source, let part, _, let texts) = leaf.rule {
        let areAll = texts.map { Int64($0.count) >= part.range?.upperBound ?? .max } ?? true
        mayBe = mayBe || mayBeNull[source] || !areAll
      } else if case .sumOrElse(let terms, _, let otherwise) = leaf.rule {
        var lacksTerm = false
        for term in terms { lacksTerm = lacksTerm || mayBeNull[term.leaf] }
        mayBe = mayBe || lacksTerm && mayBeNull[otherwise]
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
