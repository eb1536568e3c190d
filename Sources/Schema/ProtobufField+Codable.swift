import FakeGen

extension ProtobufField: Codable {
  private enum CodingKeys: CodingKey {
    case numbers, keys, type, isWrapped, isExplicit, names, nameNumbers
  }

  /// Decodes what a message says of a leaf; elements of lists say it of theirs.
  ///
  /// - Throws: `DecodingError` if it is malformed.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let type = ProtobufType(rawValue: try container.decode(UInt32.self, forKey: .type)) else {
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: container, debugDescription: "expected the number of a protobuf type")
    }
    let names = try container.decode([String].self, forKey: .names)
    let numbers = try container.decode([Int32].self, forKey: .nameNumbers)
    self.init(
      numbers: try container.decode([Int].self, forKey: .numbers),
      keys: try container.decode([String].self, forKey: .keys), type: type,
      isWrapped: try container.decode(Bool.self, forKey: .isWrapped),
      isExplicit: try container.decode(Bool.self, forKey: .isExplicit),
      values: zip(names, numbers).map { .init(number: $1, name: $0) })
  }

  /// Encodes it.
  ///
  /// - Throws: what the encoder throws.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(numbers, forKey: .numbers)
    try container.encode(keys, forKey: .keys)
    try container.encode(type.rawValue, forKey: .type)
    try container.encode(isWrapped, forKey: .isWrapped)
    try container.encode(isExplicit, forKey: .isExplicit)
    try container.encode(values.map(\.name), forKey: .names)
    try container.encode(values.map(\.number), forKey: .nameNumbers)
  }
}
