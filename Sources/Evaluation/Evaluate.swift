import Records

/// Measures rows against the training rows.
///
/// - Parameters:
///   - rows: generated or held-out rows, of the schema of the reference.
///   - reference: built from the training rows.
///   - heldOutPValues: `reference.pValues(of: heldOutRows)`; nil leaves out the distance to them.
public func evaluate(
  rows: [Record], reference: ReferenceData, heldOutPValues: [Double]?
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
    metrics.unique = Double(Set(presentKeys).count) / Double(presentKeys.count)
  }

  metrics.zipTotalVariation = ValueCounts(rows.lazy.compactMap { $0.value(roles.zip) })
    .totalVariation(to: reference.zips)
  metrics.cityTotalVariation = ValueCounts(rows.lazy.compactMap { $0.value(roles.city) })
    .totalVariation(to: reference.cities)
  return metrics
}

extension ReferenceData {
  /// Share of the rows whose street is a training row's; nil without rows or the field.
  public func knownStreetShare(of rows: [Record]) -> Double? {
    share(of: rows.map { $0.value(roles.street) }, where: streets.contains)
  }
}

/// Share of the values for which `predicate` holds; nil if there are none, which is so for all rows
/// alike when a role is missing.
private func share<Value>(of values: [Value?], where predicate: (Value) -> Bool) -> Double? {
  let values = values.compactMap(\.self)
  guard !values.isEmpty else { return nil }
  return Double(values.count(where: predicate)) / Double(values.count)
}
