/// What the codes of strings stand for: an alphabet's characters and, after them, subword pieces.
public struct StringCodes: Hashable, Sendable {
  /// The characters of codes 2, 3, ...
  public let alphabet: Alphabet
  /// Texts of the codes after the alphabet's, each of at least two characters of the alphabet.
  public let pieces: [String]
  private let places: [[Int32]: Int32]
  private let spellings: [[Int32]]
  private let longest: Int

  /// Creates codes of an alphabet and pieces.
  ///
  /// - Parameters:
  ///   - alphabet: the characters.
  ///   - pieces: each of at least two characters of the alphabet.
  public init(alphabet: Alphabet, pieces: [String] = []) {
    self.alphabet = alphabet
    self.pieces = pieces
    spellings = pieces.map { alphabet.encode($0) }
    places = Dictionary(
      zip(spellings, Int32(0)...).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
    longest = spellings.map(\.count).max() ?? 1
  }

  /// Number of codes, those of the end and of other characters counted.
  public var count: Int { alphabet.codeCount + pieces.count }

  /// Returns a text's codes without the end: as few as possible; of several ways the one whose
  /// pieces have the lowest places together, the first ones longest.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - joining: false for characters alone, as `.digits` leaves have them.
  public func encode(_ text: String, joining: Bool = true) -> [Int32] {
    let characters = alphabet.encode(text)
    guard joining, !pieces.isEmpty, characters.count > 1 else { return characters }
    // Best way to spell the characters from each place on: codes, sum of places, length taken.
    var best = Array(repeating: (codes: 0, places: 0, length: 0), count: characters.count + 1)
    for start in characters.indices.reversed() {
      let rest = best[start + 1]
      best[start] = (rest.codes + 1, rest.places, 1)
      guard characters.count - start > 1 else { continue }
      for length in 2...max(2, min(longest, characters.count - start)) {
        guard let place = places[Array(characters[start..<start + length])] else { continue }
        let rest = best[start + length]
        let way = (rest.codes + 1, rest.places + Int(place), length)
        if (way.0, way.1) <= (best[start].codes, best[start].places) { best[start] = way }
      }
    }
    var codes: [Int32] = []
    var start = 0
    while start < characters.count {
      let length = best[start].length
      if length == 1 {
        codes.append(characters[start])
      } else {
        let place = places[Array(characters[start..<start + length])] ?? 0
        codes.append(Int32(alphabet.codeCount) + place)
      }
      start += length
    }
    return codes
  }

  /// Returns the characters that a code stands for, as codes of the alphabet; none for the end.
  public func spelling(_ code: Int32) -> [Int32] {
    let piece = Int(code) - alphabet.codeCount
    if pieces.indices.contains(piece) { return spellings[piece] }
    return code == Alphabet.endCode ? [] : [code]
  }

  /// Returns the text of codes up to the first that ends it.
  public func decode(_ codes: some Sequence<Int32>) -> String {
    var spelled: [Int32] = []
    for code in codes {
      if code == Alphabet.endCode { break }
      spelled += spelling(code)
    }
    return alphabet.decode(spelled)
  }
}
