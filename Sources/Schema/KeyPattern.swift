/// What the keys of a column look like. A key is a function of the seed and the row's number, one
/// to one, so that no two rows of a seed share one whatever is generated, in any shards.
public enum KeyPattern: Codable, Hashable, Sendable {
  /// `prefix`, then `start + step * row` with at least `width` digits, then `suffix`.
  case sequence(prefix: String, start: Int64, step: Int64, width: Int, suffix: String)
  /// A random text of one of the shapes, by their weights or as another leaf says. When a shape's
  /// texts are used up, it goes on with others or longer ones.
  case shapes([Shape])

  /// Texts of one length.
  public struct Shape: Codable, Hashable, Sendable {
    /// How often the shape is taken, relative to the others; at least 1.
    public var weight: Int
    /// The characters that each place may hold, distinct; a single one is always there.
    public var places: [String]

    /// Creates a shape.
    public init(weight: Int, places: [String]) {
      self.weight = weight
      self.places = places
    }
  }
}

extension KeyPattern {
  /// Returns the number of the first shape that a text has; 0 if it has none, or if there is one.
  public func shape(of text: String) -> Int {
    guard case .shapes(let shapes) = self, shapes.count > 1 else { return 0 }
    return shapes.firstIndex { $0.fits(text.unicodeScalars) } ?? 0
  }
}

extension KeyPattern.Shape {
  /// Whether each of a text's characters is one that its place may hold.
  fileprivate func fits(_ text: String.UnicodeScalarView) -> Bool {
    var rest = text.makeIterator()
    for place in places {
      guard let scalar = rest.next(), place.unicodeScalars.contains(scalar) else { return false }
    }
    return rest.next() == nil
  }
}
