import TestSupport
import Testing

@testable import Evaluation

@Suite struct LevenshteinDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3),
    ("sunday", "saturday", 3),
    ("flaw", "lawn", 2), ("MAPLE ST", "MAPLE ST", 0), ("MAPLE ST", "MAPLE STREET", 4),
    // One precomposed scalar against two.
    ("caf\u{e9}", "cafe\u{301}", 2),
  ])
  func distanceOfKnownPairs(original: String, other: String, expected: Int) {
    #expect(levenshteinDistance(original, other) == expected)
    #expect(levenshteinDistance(other, original) == expected)
  }

  @Test func distanceIsThatOfAPlainTableInPython() throws {
    var random = SplitMix(seed: 5)
    let letters = Array("ab\u{e9}\u{1f600} ")
    let pairs = (0..<200).map { _ in
      (0..<2).map { _ in
        String(
          (0..<Int.random(in: 0...12, using: &random)).map { _ in
            letters[Int.random(in: 0..<letters.count, using: &random)]
          })
      }
    }
    let expected: [Int] = try Python.evaluate(
      """
      import json, sys, functools
      def distance(a, b):
          @functools.lru_cache(None)
          def d(i, j):
              if i == 0 or j == 0: return i + j
              return min(d(i-1, j) + 1, d(i, j-1) + 1, d(i-1, j-1) + (a[i-1] != b[j-1]))
          return d(len(a), len(b))
      print(json.dumps([distance(a, b) for a, b in json.loads(sys.argv[1])]))
      """, input: pairs)
    #expect(pairs.map { levenshteinDistance($0[0], $0[1]) } == expected)
  }

  @Test func distancePerCharacter() {
    #expect(levenshteinDistancePerCharacter(original: "ELM ST", other: "ELM AV") == 2.0 / 6)
    #expect(levenshteinDistancePerCharacter(original: "", other: "") == 0)
    #expect(levenshteinDistancePerCharacter(original: "", other: "OAK") == 3)
    #expect(levenshteinDistancePerCharacter(original: "OAK", other: "") == 1)
    #expect(
      meanLevenshteinDistancePerCharacter([("ELM", "ELM"), ("ELM", "OAK"), ("", ""), ("AB", "B")])
        == (0 + 1 + 0 + 0.5) / 4)
    #expect(meanLevenshteinDistancePerCharacter([]) == nil)
  }
}
