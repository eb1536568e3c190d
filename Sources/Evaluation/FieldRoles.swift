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

  /// The roles that the names of `examples/address.proto` (paper, App. A) imply: `lat`, `long`,
  /// `postcode`, `city`, `street` and `number`, at the root or inside a nested message. A role is nil
  /// if no field, or more than one, has its name. Coordinates must be numbers.
  public init(schema: RecordSchema) {
    func leaf(named name: String, isNumber: Bool = false) -> Int? {
      let matches = schema.leaves.indices.filter { index in
        let leaf = schema.leaves[index]
        return leaf.path.split(separator: ".").last.map(String.init) == name
          && (!isNumber || leaf.kind.isNumber)
      }
      return matches.count == 1 ? matches[0] : nil
    }
    self.init(
      latitude: leaf(named: "lat", isNumber: true), longitude: leaf(named: "long", isNumber: true),
      zip: leaf(named: "postcode"), city: leaf(named: "city"), street: leaf(named: "street"),
      number: leaf(named: "number"))
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
