import Records

extension Record {
  /// Returns the value that plays a role, with empty text as null; nil if no leaf plays it.
  func value(_ leaf: Int?) -> FieldValue? {
    guard let leaf else { return nil }
    let value = values[leaf]
    return value == .text("") ? .null : value
  }

  func values(_ leaves: Int?...) -> [FieldValue]? {
    let values = leaves.compactMap(value)
    return values.count == leaves.count ? values : nil
  }

  /// Returns what makes a row the same address as another: number, street, city and postcode.
  func key(_ roles: FieldRoles) -> [FieldValue]? {
    values(roles.number, roles.street, roles.city, roles.zip)
  }

  /// Returns the coordinates in degrees north and east; nil if one is missing or not finite.
  public func place(_ roles: FieldRoles) -> (latitude: Double, longitude: Double)? {
    coordinates(roles).map { ($0.latitude, $0.longitude) }
  }

  /// Returns the coordinates; nil if one is missing or not finite.
  func coordinates(_ roles: FieldRoles) -> Coordinates? {
    guard let latitude = value(roles.latitude)?.number, latitude.isFinite,
      let longitude = value(roles.longitude)?.number, longitude.isFinite
    else { return nil }
    return Coordinates(latitude: latitude, longitude: longitude)
  }
}

extension FieldValue {
  /// Of a real that is finite or of an integer.
  var number: Double? {
    switch self {
    case .real(let value): value.isFinite ? value : nil
    case .integer(let value): Double(value)
    case .null, .text, .choice, .list: nil
    }
  }
}
