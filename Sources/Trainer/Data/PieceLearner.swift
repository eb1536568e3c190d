import Schema

/// Learns subword pieces by byte-pair encoding (Sennrich et al. 2016): the most frequent pair of
/// neighbouring pieces becomes one, again and again. Pieces may contain spaces.
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

  /// - Parameters:
  ///   - maximum: most pieces to learn.
  ///   - minimumCount: how often a pair must occur to become a piece.
  /// - Returns: the pieces' texts, in the order in which they were learned.
  static func learn(
    _ texts: [String: Int], alphabet: Alphabet, maximum: Int, minimumCount: Int
  ) -> [String] {
    guard maximum > 0 else { return [] }
    var learner = PieceLearner(texts, alphabet: alphabet)
    return learner.learn(alphabet, maximum: maximum, minimumCount: max(minimumCount, 1))
  }

  private init(_ texts: [String: Int], alphabet: Alphabet) {
    // Sorted, for a dictionary's order differs from run to run.
    for (text, count) in texts.sorted(by: { $0.key < $1.key }) {
      strings.append(alphabet.encode(text))
      counts.append(count)
    }
    spellings = (0..<Int32(alphabet.codeCount)).map { [$0] }
    for index in strings.indices { count(string: index, sign: 1) }
  }

  private mutating func count(string index: Int, sign: Int) {
    let string = strings[index]
    for (left, right) in zip(string, string.dropFirst())
    where left != Alphabet.otherCode && right != Alphabet.otherCode {
      let pair = Pair(left: left, right: right)
      let total = pairCounts[pair, default: 0] + sign * counts[index]
      pairCounts[pair] = total == 0 ? nil : total
      if sign > 0 { pairStrings[pair, default: []].insert(index) }
    }
  }

  private mutating func learn(
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
