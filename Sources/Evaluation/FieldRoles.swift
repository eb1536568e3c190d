import Schema

/// Which leaves of a record play the parts of an address that the metrics use. Each is an
/// index into `RecordSchema.leaves`, or nil where the record has no such field; the metrics that
/// need it are then absent.
public struct FieldRoles: Hashable, Sendable {
  /// The coordinate in degrees north.
  public var latitude: Int?
  /// The coordinate in degrees east.
  public var longitude: Int?
  /// The postcode.
  public var zip: Int?
  /// The city.
  public var city: Int?
  /// The street.
  public var street: Int?
  /// The house number.
  public var number: Int?

  /// Creates roles; each is an index into `RecordSchema.leaves`, or nil.
  public init(
    latitude: Int? = nil, longitude: Int? = nil, zip: Int? = nil, city: Int? = nil,
    street: Int? = nil, number: Int? = nil
  ) {
    self.latitude = latitude
    self.longitude = longitude
    self.zip = zip
    self.city = city
    self.street = street
    self.number = number
  }

  /// Names that a role's field may have, without regard to case or underscores: that of
  /// `examples/address.proto` (paper, App. A) first.
  private static let latitudeNames = ["lat", "latitude"]
  private static let longitudeNames = ["long", "lon", "lng", "longitude"]
  private static let zipNames = ["postcode", "postalcode", "zip", "zipcode"]
  private static let cityNames = ["city", "town"]
  private static let streetNames = ["street", "streetname"]
  private static let numberNames = ["number", "housenumber", "streetnumber"]

  /// Finds the roles that the fields' names imply, at the root or inside nested messages: the first
  /// of a role's names that exactly one field has. Coordinates must be numbers.
  ///
  /// - Parameter schema: of the records.
  public init(schema: RecordSchema) {
    func leaf(_ names: [String], isNumber: Bool = false) -> Int? {
      for name in names {
        let matches = schema.leaves.indices.filter { index in
          let leaf = schema.leaves[index]
          let last = leaf.path.split(separator: ".").last?.lowercased().replacing("_", with: "")
          return last == name && (!isNumber || leaf.kind.isNumber)
        }
        if matches.count == 1 { return matches[0] }
      }
      return nil
    }
    self.init(
      latitude: leaf(Self.latitudeNames, isNumber: true),
      longitude: leaf(Self.longitudeNames, isNumber: true), zip: leaf(Self.zipNames),
      city: leaf(Self.cityNames), street: leaf(Self.streetNames), number: leaf(Self.numberNames))
  }

  /// What each role without a field would have needed, for a person.
  public var missing: [String] {
    let roles: [(leaf: Int?, expectation: String, names: [String])] = [
      (latitude, "latitude: expected one number", Self.latitudeNames),
      (longitude, "longitude: expected one number", Self.longitudeNames),
      (zip, "zip: expected one field", Self.zipNames),
      (city, "city: expected one field", Self.cityNames),
      (street, "street: expected one field", Self.streetNames),
      (number, "house number: expected one field", Self.numberNames),
    ]
    return roles.filter { $0.leaf == nil }.map { role in
      "\(role.expectation) named \(role.names.joined(separator: " or ")), found none or several"
    }
  }
}

extension LeafKind {
  fileprivate var isNumber: Bool {
    switch self {
    case .real, .integer, .moment: true
    case .text, .digits, .boolean, .enumeration, .list: false
    }
  }
}
