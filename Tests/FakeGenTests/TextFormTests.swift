import Foundation
import TestModels
import Testing

@testable import FakeGen

@Suite struct TextFormTests {
  private func text(_ text: String, _ form: TextForm, after before: String = "é ") -> String {
    var bytes = Array((before + text).utf8)
    form.apply(to: &bytes, from: before.utf8.count)
    #expect(bytes.starts(with: before.utf8))
    return String(decoding: bytes.dropFirst(before.utf8.count), as: UTF8.self)
  }

  /// Letters of ASCII and Latin-1 as Foundation has them, those left out that Latin-1 lacks a case of.
  @Test func lettersOfLatin1() throws {
    for value in (0x20...0x7E as ClosedRange<UInt32>).map(\.self) + Array(0xA0...0xFF) {
      let letter = String(Character(try #require(Unicode.Scalar(value))))
      func expected(_ changed: String) -> String {
        changed.unicodeScalars.count == 1 && changed.unicodeScalars.allSatisfy { $0.value < 0x100 }
          ? changed : letter
      }
      #expect(
        text(letter, TextForm(letters: .small)) == expected(letter.lowercased()), "\(letter)")
      #expect(
        text(letter, TextForm(letters: .capital))
          == (letter == "µ" ? letter : expected(letter.uppercased())), "\(letter)")
    }
    #expect(text("Żółć Ωmega", TextForm(letters: .small)) == "Żółć Ωmega")
  }

  /// Letters without marks as Foundation folds them, but for those that it leaves.
  @Test func marks() throws {
    let others = [
      "Æ": "Ae", "æ": "ae", "Ð": "D", "ð": "d", "Ø": "O", "ø": "o", "Þ": "Th", "þ": "th", "ß": "ss",
    ]
    let spelled = [
      "Ä": "Ae", "ä": "ae", "Ö": "Oe", "ö": "oe", "Ü": "Ue", "ü": "ue", "Ø": "Oe", "ø": "oe",
      "Å": "Aa", "å": "aa",
    ]
    for value in 0xA0...0xFF as ClosedRange<UInt32> {
      let letter = String(Character(try #require(Unicode.Scalar(value))))
      let folded = letter.folding(options: .diacriticInsensitive, locale: nil)
      let isLetter = value >= 0xC0
      let expected = others[letter] ?? (isLetter ? folded : letter)
      #expect(text(letter, TextForm(marks: .dropped)) == expected, "\(letter)")
      #expect(text(letter, TextForm(marks: .spelled)) == spelled[letter] ?? expected, "\(letter)")
    }
  }

  @Test func spacesPartsAndWidths() {
    #expect(text(" a  b ", TextForm(spaces: .removed)) == "ab")
    #expect(text("a b", TextForm(spaces: .hyphen)) == "a-b")
    #expect(text("a b", TextForm(spaces: .underscore)) == "a_b")
    #expect(text("a b", TextForm(spaces: .point)) == "a.b")
    #expect(text("aéж", TextForm(part: 2)) == "aé")
    #expect(text("aéж", TextForm(part: -2)) == "éж")
    for part in [3, 9, -3, -128] as [Int8] { #expect(text("aéж", TextForm(part: part)) == "aéж") }
    #expect(text("", TextForm(part: -1)) == "" && text("", TextForm(part: 1)) == "")
    #expect(text("42", TextForm(width: 5)) == "00042")
    #expect(text("", TextForm(width: 2)) == "00" && text("123", TextForm(width: 2)) == "123")
    #expect(
      text("Van der Ä", TextForm(letters: .small, spaces: .removed, marks: .spelled, part: 7))
        == "vandera")
  }

  /// Texts of texts of texts stay within bounds, and end where a character does.
  @Test func longTextsAreCut() throws {
    var content = RuleModel.content()
    let euros = ComposedText.Piece.literal(Array(String(repeating: "€", count: 4_096).utf8))
    content.rules.derived[12] = DerivedLeaf(
      leaf: 18,
      rule: .composed(
        ComposedText(choice: nil, templates: [Array(repeating: euros, count: 64)])))
    var generator = Generator(model: try Model(bytes: content.encoded()), seed: 1)
    guard case .text(let text)? = try generator.row(0).fields.dropLast().last else {
      Issue.record("no text")
      return
    }
    #expect(text == String(repeating: "€", count: ComposedText.maximumBytes / 3))
  }
}
