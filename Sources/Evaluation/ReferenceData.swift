import Records

/// What the metrics know of the training rows: the distribution of coordinates in each zip, the
/// values and combinations that occur, and how often.
///
/// Null and empty text are one and the same value here, and it is a value like any other: rows
/// without a zip form a group of their own.
public struct ReferenceData: Sendable {
  /// Which leaves the metrics are about.
  public let roles: FieldRoles
  let coordinates: [FieldValue: CoordinateDistribution]
  let zips: ValueCounts
  let cities: ValueCounts
  let streets: Set<FieldValue>
  let cityZips: Set<[FieldValue]>
  let cityStreets: Set<[FieldValue]>
  let keys: Set<[FieldValue]>
  let columns: ColumnSimilarity
  /// Mean place of each zip's rows.
  let centroids: [FieldValue: Coordinates]

  /// Learns what the metrics need of the training rows.
  ///
  /// - Parameters:
  ///   - rows: the training rows, all of the one schema that `roles` indexes.
  ///   - roles: which leaves the metrics are about.
  public init(rows: [Record], roles: FieldRoles) {
    self.roles = roles
    var places: [FieldValue: [Coordinates]] = [:]
    for row in rows {
      guard let zip = row.value(roles.zip), let place = row.coordinates(roles) else { continue }
      places[zip, default: []].append(place)
    }
    coordinates = places.compactMapValues(CoordinateDistribution.init(places:))
    zips = ValueCounts(rows.lazy.compactMap { $0.value(roles.zip) })
    cities = ValueCounts(rows.lazy.compactMap { $0.value(roles.city) })
    streets = Set(rows.lazy.compactMap { $0.value(roles.street) })
    cityZips = Set(rows.lazy.compactMap { $0.values(roles.city, roles.zip) })
    cityStreets = Set(rows.lazy.compactMap { $0.values(roles.city, roles.street) })
    keys = Set(rows.lazy.compactMap { $0.key(roles) })
    columns = ColumnSimilarity(reference: rows)
    centroids = places.mapValues { places in
      Coordinates(
        latitude: places.reduce(0) { $0 + $1.latitude } / Double(places.count),
        longitude: places.reduce(0) { $0 + $1.longitude } / Double(places.count))
    }
  }

  /// Kilometres from each row's place to its zip's centroid, for the rows that have both.
  func zipKilometres(of rows: [Record]) -> [Double] {
    rows.compactMap { row in
      guard let zip = row.value(roles.zip), let centroid = centroids[zip],
        let place = row.coordinates(roles)
      else { return nil }
      return place.kilometres(to: centroid)
    }
  }

  /// Number of zips with a distribution of coordinates.
  public var distributionCount: Int { coordinates.count }

  /// Computes the p-value of each row's coordinates given its zip (paper, section 2.2).
  ///
  /// The coordinates of a zip are taken as normal with the training rows' mean and covariance
  /// (divided by n - 1). The p-value is 0 if the row's zip is not among the training rows; if fewer
  /// than 3 training rows have it; if they all lie on one point or line, which is to say that the
  /// standard deviation of the latitude, or of the longitude given the latitude, is below 1e-6
  /// degrees (0.1 m); or if the row's own coordinates are missing.
  ///
  /// - Parameter rows: of the schema of the training rows.
  /// - Returns: p-values 0...1; nil if the roles name no coordinates or no zip.
  public func pValues(of rows: [Record]) -> [Double]? {
    guard roles.latitude != nil, roles.longitude != nil, roles.zip != nil else { return nil }
    return rows.map { row in
      guard let zip = row.value(roles.zip), let place = row.coordinates(roles) else { return 0 }
      return coordinates[zip]?.pValue(of: place) ?? 0
    }
  }
}
