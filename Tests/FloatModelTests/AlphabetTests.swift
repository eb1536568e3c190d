import FloatModel
import Foundation
import Testing

@Suite("Alphabet")
struct AlphabetTests {
  @Test("Characters are sorted by their values and coded from 2")
  func order() {
    let alphabet = Alphabet(texts: ["ba", "Ω b", "é"])
    #expect(alphabet.scalars == [" ", "a", "b", "é", "Ω"])
    #expect(alphabet.codeCount == 7)
    #expect(alphabet.encode("bΩ!") == [4, 6, 1])
    #expect(alphabet.encode("").isEmpty)
  }

  @Test("Scalars count, not characters: no text is normalized")
  func scalars() {
    let alphabet = Alphabet(texts: ["e\u{301}"])
    #expect(alphabet.scalars == ["e", "\u{301}"])
    #expect(alphabet.encode("e\u{301}") == [2, 3])
    #expect(alphabet.encode("é") == [1])
    #expect(Array(alphabet.decode([2, 3]).unicodeScalars) == ["e", "\u{301}"])
  }

  @Test("Rare characters and those past the largest size fall out, the rarest first")
  func limits() {
    let texts = ["aaa", "ccc", "bb", "d"]
    #expect(Alphabet(texts: texts, minimumCount: 2).scalars == ["a", "b", "c"])
    #expect(Alphabet(texts: texts, maximumSize: 1).scalars == ["a"])
    #expect(Alphabet(texts: texts, maximumSize: 2).scalars == ["a", "c"])
    #expect(Alphabet(texts: texts, maximumSize: 0).scalars.isEmpty)
    let many = (0..<9_000).compactMap { Unicode.Scalar(0x4E00 + $0).map(String.init) }
    #expect(Alphabet(texts: many).scalars.count == 8_000)
    #expect(Alphabet(texts: many).values == (0..<8_000).map { 0x4E00 + $0 })
  }

  @Test("Decoding ends at the end's code and shows what it cannot spell")
  func decoding() {
    let alphabet = Alphabet(["a", "b"])
    #expect(alphabet.decode([3, 2, 0, 2]) == "ba")
    #expect(alphabet.decode([2, 1, 4, -7, 3]) == "a\u{FFFD}\u{FFFD}\u{FFFD}b")
    for text in ["", "ab", "bbba"] { #expect(alphabet.decode(alphabet.encode(text)) == text) }
  }

  @Test("Values read back give the same alphabet, others none")
  func values() throws {
    let alphabet = Alphabet(texts: ["hello Ωé"])
    #expect(Alphabet(values: alphabet.values) == alphabet)
    #expect(Alphabet(values: [98, 97]) == nil)
    #expect(Alphabet(values: [97, 97]) == nil)
    #expect(Alphabet(values: [0xD800]) == nil)
    #expect(Alphabet(values: [0x11_0000]) == nil)
    let data = try JSONEncoder().encode(alphabet)
    #expect(try JSONDecoder().decode(Alphabet.self, from: data) == alphabet)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Alphabet.self, from: Data("[3, 2]".utf8))
    }
  }
}
