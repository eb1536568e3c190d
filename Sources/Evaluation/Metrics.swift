/// Figures of how good a set of rows is, with the training rows as the reference. A metric is nil
/// if the record has no fields that play its roles, or if there are no rows.
public struct Metrics: Codable, Hashable, Sendable {
  /// Number of rows measured.
  public var rows: Int
  /// The p-values of the coordinates given the zip (paper, section 2.2). Ideal: uniform, so mean
  /// and median 0.5, standard deviation 0.289.
  public var pValues: SampleStatistics?
  /// Two-sample Kolmogorov-Smirnov distance of the p-values to those of the held-out rows.
  public var pValueDistance: Double?
  /// Share of rows whose zip is a training row's.
  public var knownZip: Double?
  /// Share of rows whose city is a training row's.
  public var knownCity: Double?
  /// Share of rows whose city and zip are together a training row's.
  public var knownCityZip: Double?
  /// Share of rows whose street is a training row's.
  public var knownStreet: Double?
  /// Share of rows whose city and street are together a training row's.
  public var knownCityStreet: Double?
  /// Share of rows whose key (number, street, city, postcode) is a training row's.
  public var copies: Double?
  /// Number of distinct keys divided by the number of rows.
  public var unique: Double?
  /// Total variation distance between the rows' and the training rows' zips.
  public var zipTotalVariation: Double?
  /// Total variation distance between the rows' and the training rows' cities.
  public var cityTotalVariation: Double?
  /// Median distance of the coordinates to the centroid of the zip's training rows, in kilometres
  /// on a sphere of 6371 km, over the rows whose zip is a training row's.
  public var zipKilometres: Double?
  /// 90th percentile of these distances.
  public var zipKilometres90: Double?
  /// Number of distinct keys that no training row has, divided by the number of rows.
  public var novelty: Double?
  /// Number of distinct streets that 10,000 of the rows have on average.
  public var distinctStreets: Double?
  /// Number of distinct zips that 10,000 of the rows have on average.
  public var distinctZips: Double?
  /// Mean score of the columns beside the training rows', as SDMetrics defines it
  /// (`ColumnSimilarity`).
  public var columnShapes: Double?
  /// Mean score of the pairs of columns likewise.
  public var pairTrends: Double?
  /// Median distance to the nearest training row (`NearestRecords`).
  public var nearestTraining: Double?
  /// Median distance to the nearest held-out row.
  public var nearestHeldOut: Double?
  /// Share of rows that are nearer to a training row than to any of as many held-out rows; those
  /// that are as near to both count by half. Ideal: 0.5.
  public var nearerTraining: Double?
  /// Figures of all columns, beside held-out rows; filled in by whoever compares the tables
  /// (`TableComparison`).
  public var table: TableFigures?
  /// 95 % intervals of figures by their label in the table, if they were asked for.
  public var intervals: [String: Interval]?
  /// Mean Levenshtein distance per character between original and reconstructed streets; filled in
  /// by whoever has a model that reconstructs (`meanLevenshteinDistancePerCharacter`).
  public var streetLevenshtein: Double?
  /// Share of rows that are malformed comma-separated text, whose p-value is 0 (paper, App. F);
  /// filled in by whoever has a model of such text.
  public var malformed: Double?

  /// Creates metrics of which none is known.
  ///
  /// - Parameter rows: number of rows measured.
  public init(rows: Int) {
    self.rows = rows
  }
}
