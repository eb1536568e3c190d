import Records

/// Measures rows against the training rows.
///
/// - Parameters:
///   - rows: generated or held-out rows, of the schema of the reference.
///   - reference: built from the training rows.
///   - heldOutPValues: `reference.pValues(of: heldOutRows)`; nil leaves out the distance to them.
///   - distances: `NearestRecords.distances(of: rows)`; nil leaves out the metrics of them.
/// - Returns: the metrics of `rows`.
public func evaluate(
  rows: [Record], reference: ReferenceData, heldOutPValues: [Double]?,
  distances: [NearestRecords.Distances]? = nil
) -> Metrics {
  let roles = reference.roles
  var metrics = Metrics(rows: rows.count)

  if let pValues = reference.pValues(of: rows) {
    metrics.pValues = SampleStatistics(pValues)
    if let heldOutPValues {
      metrics.pValueDistance = kolmogorovSmirnovDistance(pValues, heldOutPValues)
    }
  }

  metrics.knownZip = share(of: rows.map { $0.value(roles.zip) }, where: reference.zips.contains)
  metrics.knownCity = share(of: rows.map { $0.value(roles.city) }, where: reference.cities.contains)
  metrics.knownStreet = reference.knownStreetShare(of: rows)
  metrics.knownCityZip = share(
    of: rows.map { $0.values(roles.city, roles.zip) }, where: reference.cityZips.contains)
  metrics.knownCityStreet = share(
    of: rows.map { $0.values(roles.city, roles.street) }, where: reference.cityStreets.contains)

  let keys = rows.map { $0.key(roles) }
  metrics.copies = share(of: keys, where: reference.keys.contains)
  let presentKeys = keys.compactMap(\.self)
  if !presentKeys.isEmpty {
    let distinct = Set(presentKeys)
    metrics.unique = Double(distinct.count) / Double(presentKeys.count)
    metrics.novelty =
      Double(distinct.count { !reference.keys.contains($0) }) / Double(presentKeys.count)
  }

  metrics.zipTotalVariation = ValueCounts(rows.lazy.compactMap { $0.value(roles.zip) })
    .totalVariation(to: reference.zips)
  metrics.cityTotalVariation = ValueCounts(rows.lazy.compactMap { $0.value(roles.city) })
    .totalVariation(to: reference.cities)

  let kilometres = reference.zipKilometres(of: rows)
  metrics.zipKilometres = quantile(kilometres, 0.5)
  metrics.zipKilometres90 = quantile(kilometres, 0.9)
  metrics.distinctStreets = distinctPer10000(rows.compactMap { $0.value(roles.street) })
  metrics.distinctZips = distinctPer10000(rows.compactMap { $0.value(roles.zip) })
  (metrics.columnShapes, metrics.pairTrends) = reference.columns.scores(of: rows)
  if let distances, !distances.isEmpty {
    metrics.nearestTraining = quantile(distances.map(\.training), 0.5)
    metrics.nearestHeldOut = quantile(distances.map(\.heldOut), 0.5)
    let nearer = distances.reduce(0.0) { sum, distance in
      sum + (distance.training < distance.heldOut ? 1 : 0)
        + (distance.training == distance.heldOut ? 0.5 : 0)
    }
    metrics.nearerTraining = nearer / Double(distances.count)
  }
  return metrics
}

/// Counts the distinct streets and zips that 10,000 of the rows have on average.
///
/// - Parameters:
///   - rows: the rows.
///   - roles: which fields are street and zip.
/// - Returns: the counts; nil where there are fewer rows, or no such field.
public func distinctStreetsAndZips(
  of rows: [Record], roles: FieldRoles
) -> (streets: Double?, zips: Double?) {
  (
    distinctPer10000(rows.compactMap { $0.value(roles.street) }),
    distinctPer10000(rows.compactMap { $0.value(roles.zip) })
  )
}

private func distinctPer10000(_ values: [FieldValue]) -> Double? {
  expectedDistinct(values, among: 10_000)
}

extension ReferenceData {
  /// Returns the share of the rows whose street is a training row's; nil without rows or the field.
  public func knownStreetShare(of rows: [Record]) -> Double? {
    share(of: rows.map { $0.value(roles.street) }, where: streets.contains)
  }
}

/// Returns the share of the values for which `predicate` holds; nil if there are none, which is so
/// for all rows alike when a role is missing.
private func share<Value>(of values: [Value?], where predicate: (Value) -> Bool) -> Double? {
  let values = values.compactMap(\.self)
  guard !values.isEmpty else { return nil }
  return Double(values.count(where: predicate)) / Double(values.count)
}
