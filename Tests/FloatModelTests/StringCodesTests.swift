import FloatModel
import TestSupport
import Testing

@Suite struct StringCodesTests {
  private let alphabet = Alphabet(texts: ["ABCD "])
  private let pieces = ["AB", "BC", "CD", "ABC", "D A", "BCD"]

  /// Every way to spell `text` by characters and pieces, by brute force: codes of the shortest.
  private func fewestCodes(_ text: String) -> Int {
    guard !text.isEmpty else { return 0 }
    let rests = [String(text.prefix(1))] + pieces.filter { text.hasPrefix($0) }
    return 1 + rests.map { fewestCodes(String(text.dropFirst($0.count))) }.min()!
  }

  @Test func spellsWithAsFewCodesAsPossible() {
    let codes = StringCodes(alphabet: alphabet, pieces: pieces)
    var random = SplitMix(seed: 3)
    let letters = Array("ABCD ")
    for _ in 0..<500 {
      let length = Int.random(in: 0...9, using: &random)
      let text = String((0..<length).map { _ in letters.randomElement(using: &random)! })
      let encoded = codes.encode(text)
      #expect(codes.decode(encoded) == text)
      #expect(encoded.count == fewestCodes(text))
      #expect(codes.encode(text, joining: false) == alphabet.encode(text))
    }
  }

  @Test func prefersPiecesThatComeFirst() {
    // A + BCD, AB + CD and ABC + D are all two codes: the lowest sum of places decides.
    let codes = StringCodes(alphabet: alphabet, pieces: pieces)
    #expect(codes.encode("ABCD").map { codes.decode([$0]) } == ["AB", "CD"])
  }

  @Test func otherCharactersKeepTheirCode() {
    let codes = StringCodes(alphabet: alphabet, pieces: pieces)
    #expect(codes.encode("ABéCD")[1] == Alphabet.otherCode)
    #expect(codes.count == 2 + 5 + 6)
    #expect(codes.spelling(codes.encode("ABC")[0]).count == 3)
    #expect(codes.spelling(Alphabet.endCode).isEmpty)
  }
}
