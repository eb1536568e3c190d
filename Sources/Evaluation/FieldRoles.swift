import Schema

/// Which leaves of a record play the parts of an address that the metrics speak of. Each is an index
/// into `RecordSchema.leaves`, or nil where the record has no such field; the metrics that need it
/// are then absent.
public struct FieldRoles: Hashable, Sendable {
  /// Degrees north.
  public var latitude: Int?
  /// Degrees east.
  public var longitude: Int?
  public var zip: Int?
  public var city: Int?
  public var street: Int?
  /// House number.
  public var number: Int?

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

  /// Names that a role's field may have, without regard to case or underscores: those of
  /// `examples/address.proto` (paper, App. A) first.
  private static let latitudeNames: Set = ["lat", "latitude"]
  private static let longitudeNames: Set = ["long", "lon", "lng", "longitude"]
  private static let zipNames: Set = ["postcode", "postalcode", "zip", "zipcode"]
  private static let cityNames: Set = ["city", "town"]
  private static let streetNames: Set = ["street", "streetname"]
  private static let numberNames: Set = ["number", "housenumber", "streetnumber"]

  /// The roles that the fields' names imply, at the root or inside nested messages. A role is nil if no
  /// field, or more than one, has such a name. Coordinates must be numbers.
  public init(schema: RecordSchema) {
    func leaf(_ names: Set<String>, isNumber: Bool = false) -> Int? {
      let matches = schema.leaves.indices.filter { index in
        let leaf = schema.leaves[index]
        let name = leaf.path.split(separator: ".").last?.lowercased().replacing("_", with: "")
        return names.contains(name ?? "") && (!isNumber || leaf.kind.isNumber)
      }
      return matches.count == 1 ? matches[0] : nil
    }
    self.init(
      latitude: leaf(Self.latitudeNames, isNumber: true),
      longitude: leaf(Self.longitudeNames, isNumber: true), zip: leaf(Self.zipNames),
      city: leaf(Self.cityNames), street: leaf(Self.streetNames), number: leaf(Self.numberNames))
  }

  /// What each role without a field would have needed, for a person.
  public var missing: [String] {
    let roles: [(Int?, String, Set<String>)] = [
      (latitude, "a latitude", Self.latitudeNames), (longitude, "a longitude", Self.longitudeNames),
      (zip, "a zip", Self.zipNames), (city, "a city", Self.cityNames),
      (street, "a street", Self.streetNames), (number, "a house number", Self.numberNames),
    ]
    return roles.filter { $0.0 == nil }.map { role in
      "\(role.1): expected one field named \(role.2.sorted().joined(separator: ", or "))"
    }
  }
}

extension LeafKind {
  fileprivate var isNumber: Bool {
    switch self {
    case .real, .integer: true
    case .text, .digits, .boolean, .enumeration: false
    }
  }
}
