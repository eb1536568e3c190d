import FloatModel
import Schema

/// Learns subword pieces: candidates by byte-pair encoding (Sennrich et al. 2016), in which the
/// most frequent pair of neighbouring pieces becomes one, again and again; of these, the ones that
/// the shortest spellings of the strings use often enough. Pieces may contain spaces, up to whole
/// strings; digits stay alone, or numbers would be learned by heart.
struct PieceLearner {
  private struct Pair: Hashable, Comparable {
    var left: Int32
    var right: Int32

    static func < (a: Pair, b: Pair) -> Bool {
      (a.left, a.right) < (b.left, b.right)
    }
  }

  /// Codes of the distinct strings, and how often each occurs.
  private var strings: [[Int32]] = []
  private var counts: [Int] = []
  private var pairCounts: [Pair: Int] = [:]
  /// Strings in which a pair has been seen; some may have lost it since.
  private var pairStrings: [Pair: Set<Int>] = [:]
  private var spellings: [[Int32]] = []
  /// Codes of the digits.
  private let digits: Set<Int32>

  /// Learns the pieces of strings.
  ///
  /// - Parameters:
  ///   - texts: distinct strings, and how often each occurs.
  ///   - maximum: most pieces to keep.
  ///   - minimumCount: how often a piece must be used.
  /// - Returns: the pieces' texts, most used first.
  static func learn(
    _ texts: [String: Int], alphabet: Alphabet, maximum: Int, minimumCount: Int
  ) -> [String] {
    guard maximum > 0 else { return [] }
    var learner = PieceLearner(texts, alphabet: alphabet)
    var pieces = learner.candidates(
      alphabet, maximum: candidatesPerPiece * maximum, minimumCount: max(minimumCount, 1))
    // What is dropped is spelled by others, which may then be used often enough or no longer.
    for _ in 0..<pruningRounds {
      let codes = StringCodes(alphabet: alphabet, pieces: pieces)
      var uses = Array(repeating: 0, count: codes.count)
      for (text, count) in texts {
        for code in codes.encode(text) { uses[Int(code)] += count }
      }
      let used = pieces.enumerated().map { (text: $1, uses: uses[alphabet.codeCount + $0]) }
        .filter { $0.uses >= max(minimumCount, 1) }
        .sorted { ($1.uses, $0.text) < ($0.uses, $1.text) }
      pieces = used.prefix(maximum).map(\.text)
    }
    return pieces
  }

  /// Candidates for each piece that may be kept.
  private static let candidatesPerPiece = 3
  private static let pruningRounds = 3

  private init(_ texts: [String: Int], alphabet: Alphabet) {
    digits = Set(alphabet.encode("0123456789"))
    // Sorted, for a dictionary's order differs from run to run.
    for (text, count) in texts.sorted(by: { $0.key < $1.key }) {
      strings.append(alphabet.encode(text))
      counts.append(count)
    }
    spellings = (0..<Int32(alphabet.codeCount)).map { [$0] }
    for index in strings.indices { count(string: index, sign: 1) }
  }

  private func isJoinable(_ code: Int32) -> Bool {
    code != Alphabet.otherCode && !digits.contains(code)
  }

  private mutating func count(string index: Int, sign: Int) {
    let string = strings[index]
    for (left, right) in zip(string, string.dropFirst())
    where isJoinable(left) && isJoinable(right) {
      let pair = Pair(left: left, right: right)
      let total = pairCounts[pair, default: 0] + sign * counts[index]
      pairCounts[pair] = total == 0 ? nil : total
      if sign > 0 { pairStrings[pair, default: []].insert(index) }
    }
  }

  private mutating func candidates(
    _ alphabet: Alphabet, maximum: Int, minimumCount: Int
  ) -> [String] {
    var pieces: [String] = []
    var codes: [[Int32]: Int32] = [:]
    while pieces.count < maximum {
      let best = pairCounts.max { ($0.value, $1.key) < ($1.value, $0.key) }
      guard let best, best.value >= minimumCount else { break }
      let spelling = spellings[Int(best.key.left)] + spellings[Int(best.key.right)]
      // Another split of the same text may have made the piece already.
      let code = codes[spelling] ?? Int32(spellings.count)
      if codes[spelling] == nil {
        codes[spelling] = code
        spellings.append(spelling)
        pieces.append(alphabet.decode(spelling))
      }
      for index in pairStrings.removeValue(forKey: best.key) ?? [] {
        count(string: index, sign: -1)
        join(best.key, as: code, in: index)
        count(string: index, sign: 1)
      }
    }
    return pieces
  }

  private mutating func join(_ pair: Pair, as code: Int32, in index: Int) {
    let string = strings[index]
    var joined: [Int32] = []
    var place = 0
    while place < string.count {
      if place + 1 < string.count, string[place] == pair.left, string[place + 1] == pair.right {
        joined.append(code)
        place += 2
      } else {
        joined.append(string[place])
        place += 1
      }
    }
    strings[index] = joined
  }
}
