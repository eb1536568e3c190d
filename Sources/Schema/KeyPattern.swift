/// What the keys of a column look like. A key is a function of the seed and the row's number, one
/// to one, so that no two rows of a seed share one whatever is generated, in any shards.
public enum KeyPattern: Codable, Hashable, Sendable {
  /// `prefix`, then `start + step * row` with at least `width` digits, then `suffix`.
  case sequence(prefix: String, start: Int64, step: Int64, width: Int, suffix: String)
  /// A random text of one of the shapes, by their weights. When a shape's texts are used up, it goes
  /// on with longer ones.
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
