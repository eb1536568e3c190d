/// Why a row cannot be made. `description` is one line.
public enum GenerationError: Error, Hashable, Sendable {
  /// Every attempt at the row gave one that the model's filter excludes. `row` is its index,
  /// `attempts` how many were made.
  case excluded(row: UInt64, attempts: Int)
}

extension GenerationError: CustomStringConvertible {
  /// The error in one line.
  public var description: String {
    switch self {
    case .excluded(let row, let attempts):
      ("""
      row \(row): all \(attempts) attempts gave a row that the model must not print; leave it out \
      with --start, take another --seed, or quantize with more --exclude-fields
      """ as UTF8Text).text
    }
  }
}
