/// What the codes of strings stand for: an alphabet's characters and, after them, subword pieces.
public struct StringCodes: Hashable, Sendable {
  public let alphabet: Alphabet
  /// Texts of the codes after the alphabet's, each of at least two characters of the alphabet.
  public let pieces: [String]
  private let ranks: [[Int32]: Int32]
  private let spellings: [[Int32]]

  public init(alphabet: Alphabet, pieces: [String] = []) {
    self.alphabet = alphabet
    self.pieces = pieces
    spellings = pieces.map { alphabet.encode($0) }
    ranks = Dictionary(
      zip(spellings, Int32(0)...).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }

  /// Number of codes, those of the end and of other characters counted.
  public var count: Int { alphabet.codeCount + pieces.count }

  /// A text's codes without the end: its characters, then joined pair by pair, the pair that makes
  /// the piece of the lowest index first, the leftmost of equals (byte-pair encoding; Sennrich et
  /// al. 2016).
  ///
  /// - Parameter joining: false for characters alone, as `.digits` leaves have them.
  public func encode(_ text: String, joining: Bool = true) -> [Int32] {
    var codes = alphabet.encode(text)
    guard joining, !pieces.isEmpty else { return codes }
    var spelled = codes.map { [$0] }
    while codes.count > 1 {
      var best: (rank: Int32, place: Int)?
      for place in 0..<codes.count - 1 {
        guard let rank = ranks[spelled[place] + spelled[place + 1]] else { continue }
        if rank < best?.rank ?? .max { best = (rank, place) }
      }
      guard let best else { break }
      codes[best.place] = Int32(alphabet.codeCount) + best.rank
      spelled[best.place] += spelled[best.place + 1]
      codes.remove(at: best.place + 1)
      spelled.remove(at: best.place + 1)
    }
    return codes
  }

  /// The characters that a code stands for, as codes of the alphabet; none for the end.
  public func spelling(_ code: Int32) -> [Int32] {
    let piece = Int(code) - alphabet.codeCount
    if pieces.indices.contains(piece) { return spellings[piece] }
    return code == Alphabet.endCode ? [] : [code]
  }

  /// The text of codes up to the first that ends it.
  public func decode(_ codes: some Sequence<Int32>) -> String {
    var spelled: [Int32] = []
    for code in codes {
      if code == Alphabet.endCode { break }
      spelled += spelling(code)
    }
    return alphabet.decode(spelled)
  }
}
