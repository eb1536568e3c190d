import FakeGen

/// The characters that strings are spelled with: codes 2, 3, ... are Unicode scalars in ascending
/// order; code 0 ends a string and code 1 is any character outside the alphabet.
///
/// Text is taken as it is, scalar by scalar, without normalization.
public struct Alphabet: Codable, Hashable, Sendable {
  /// The code that ends a string.
  public static let endCode = Int32(StringCode.end)
  /// The code of every character outside the alphabet.
  public static let otherCode = Int32(StringCode.unknown)
  /// The code of the alphabet's first character.
  public static let firstCode = Int32(StringCode.first)
  /// What `otherCode` is shown as.
  public static let replacement: Unicode.Scalar = "\u{FFFD}"
  /// Most characters of an alphabet, unless asked otherwise.
  public static let standardMaximumSize = 8_000

  /// The characters of codes 2, 3, ...
  public let scalars: [Unicode.Scalar]
  private let codes: [Unicode.Scalar: Int32]

  /// Creates an alphabet of the given characters, sorted and each once.
  public init(_ scalars: some Sequence<Unicode.Scalar>) {
    self.scalars = Set(scalars).sorted()
    codes = Dictionary(
      uniqueKeysWithValues: zip(self.scalars, Self.firstCode...).map { ($0, $1) })
  }

  /// Creates an alphabet of the characters that were counted often enough.
  ///
  /// - Parameters:
  ///   - counts: how often each character occurs.
  ///   - minimumCount: how often a character must occur.
  ///   - maximumSize: characters that the alphabet may have: the most frequent ones, of equally
  ///     frequent ones those with the lowest values.
  public init(
    _ counts: CharacterCounts, minimumCount: Int = 1,
    maximumSize: Int = Alphabet.standardMaximumSize
  ) {
    let frequent = counts.all.filter { $0.count >= minimumCount }
      .sorted { ($1.count, $0.scalar) < ($0.count, $1.scalar) }
    self.init(frequent.prefix(max(maximumSize, 0)).map(\.scalar))
  }

  /// Creates the alphabet of texts, as of their `CharacterCounts`.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - minimumCount: how often a character must occur.
  ///   - maximumSize: characters that the alphabet may have; the most frequent are taken.
  public init(
    texts: some Sequence<String>, minimumCount: Int = 1,
    maximumSize: Int = Alphabet.standardMaximumSize
  ) {
    var counts = CharacterCounts()
    for text in texts { counts.add(text) }
    self.init(counts, minimumCount: minimumCount, maximumSize: maximumSize)
  }

  /// Creates the alphabet of a checkpoint or model; nil if a value is no Unicode scalar value or
  /// the values do not ascend.
  ///
  /// - Parameter values: the Unicode scalar values of codes 2, 3, ...
  public init?(values: [UInt32]) {
    let scalars = values.compactMap(Unicode.Scalar.init)
    guard scalars.count == values.count,
      zip(values, values.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    self.init(scalars)
  }

  /// Unicode scalar values of codes 2, 3, ..., as `ModelDescription.alphabet` holds them.
  public var values: [UInt32] { scalars.map(\.value) }

  /// Number of codes, those of the end and of other characters counted.
  public var codeCount: Int { scalars.count + Int(Self.firstCode) }

  /// Returns the codes of a text, one for each Unicode scalar; the end's code is not among them.
  public func encode(_ text: String) -> [Int32] {
    text.unicodeScalars.map { codes[$0] ?? Self.otherCode }
  }

  /// Returns the text of codes up to the first that ends it. Codes that the alphabet does not have
  /// are shown as other characters are.
  public func decode(_ codes: some Sequence<Int32>) -> String {
    var text = String.UnicodeScalarView()
    for code in codes {
      if code == Self.endCode { break }
      let index = Int(code) - Int(Self.firstCode)
      text.append(scalars.indices.contains(index) ? scalars[index] : Self.replacement)
    }
    return String(text)
  }

  /// Reads an alphabet from its characters.
  ///
  /// - Throws: `DecodingError` if they are not those of an alphabet.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let alphabet = Alphabet(values: try container.decode([UInt32].self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected Unicode scalar values in ascending order")
    }
    self = alphabet
  }

  /// Writes the alphabet's characters.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values)
  }
}
