/// The figures of one set of rows in a `TableComparison`.
public struct TableFigures: Codable, Hashable, Sendable {
  /// How well boosted trees tell the rows from held-out ones; of held-out rows themselves, training
  /// rows from them.
  public var auc: Double?
  /// How alike the columns' distributions are, 1 at best.
  public var shape: Double
  /// How alike those of pairs are.
  public var pair: Double?
  /// Greatest difference of a column's null rate to that of the held-out rows.
  public var nullDifference: Double
  /// Share of rows that are training rows, keys aside.
  public var copies: Double?
  /// Share of rows that are nearer to a training row than all but 5 % of the held-out rows.
  public var nearCopies: Double?
  /// Share of the values of each near-unique column that are training rows'.
  public var knownValues: [String: Double]
}

extension TableComparison {
  /// The figures of the generated rows.
  public var ofGenerated: TableFigures { figures(generated, \.generated) }

  /// The figures of real rows: training rows as if they were generated, held-out rows where
  /// training rows are looked for.
  public var ofReal: TableFigures { figures(real, \.heldOut) }

  private func figures(
    _ scores: Scores, _ figure: (PrivacyFigures.Pair) -> Double?
  ) -> TableFigures {
    TableFigures(
      auc: scores.auc, shape: scores.shape, pair: scores.pair,
      nullDifference: scores.nullDifference, copies: figure(privacy.copies),
      nearCopies: privacy.nearCopies.flatMap(figure),
      knownValues: Dictionary(
        privacy.nearUnique.compactMap { column in
          figure(column.known).map { (columns[column.column].column.name, $0) }
        }, uniquingKeysWith: { first, _ in first }))
  }
}
