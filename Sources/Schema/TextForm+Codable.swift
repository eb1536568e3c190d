import FakeGen

extension TextForm.Letters: Codable {}
extension TextForm.Spaces: Codable {}
extension TextForm.Marks: Codable {}

extension TextForm: Codable {
  private enum Key: CodingKey { case letters, spaces, marks, part, width }

  /// Reads a form.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      letters: try values.decode(Letters.self, forKey: .letters),
      spaces: try values.decode(Spaces.self, forKey: .spaces),
      marks: try values.decode(Marks.self, forKey: .marks),
      part: try values.decode(Int8.self, forKey: .part),
      width: try values.decode(UInt8.self, forKey: .width))
  }

  /// Writes a form.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(letters, forKey: .letters)
    try values.encode(spaces, forKey: .spaces)
    try values.encode(marks, forKey: .marks)
    try values.encode(part, forKey: .part)
    try values.encode(width, forKey: .width)
  }
}
