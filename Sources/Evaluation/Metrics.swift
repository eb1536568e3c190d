/// How good a set of rows is, with the training rows as the reference. A metric is nil if the record
/// has no fields that play its roles, or if there are no rows.
public struct Metrics: Codable, Hashable, Sendable {
  /// Rows measured.
  public var rows: Int
  /// p-values of the coordinates given the zip (paper, section 2.2). Ideal: uniform, so mean and
  /// median 0.5, standard deviation 0.289.
  public var pValues: SampleStatistics?
  /// Two-sample Kolmogorov-Smirnov distance of the p-values to those of the held-out rows.
  public var pValueDistance: Double?
  /// Share of rows whose zip is a training row's; so for the next four.
  public var knownZip: Double?
  public var knownCity: Double?
  public var knownCityZip: Double?
  public var knownStreet: Double?
  public var knownCityStreet: Double?
  /// Share of rows whose key (number, street, city, postcode) is a training row's.
  public var copies: Double?
  /// Number of distinct keys divided by the number of rows.
  public var unique: Double?
  /// Total variation distance between the rows' and the training rows' zips.
  public var zipTotalVariation: Double?
  /// Total variation distance between the rows' and the training rows' cities.
  public var cityTotalVariation: Double?
  /// Mean Levenshtein distance per character between original and reconstructed streets; filled in
  /// by whoever has a model that reconstructs (`meanLevenshteinDistancePerCharacter`).
  public var streetLevenshtein: Double?

  public init(rows: Int) {
    self.rows = rows
  }
}
