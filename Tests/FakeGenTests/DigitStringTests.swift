import FakeGen
import Testing

@Suite struct DigitStringTests {
  /// All strings of at most `length` characters that may be made and ended.
  private func strings(
    _ range: ClosedRange<Int64>, length: Int, prefix: String = "", _ number: DigitString? = nil
  ) -> [String] {
    let number = number ?? DigitString(range: range, maximumLength: length)
    var found = number.allows(.end) ? [prefix] : []
    guard prefix.count < length else { return found }
    for character in "-0123456789x".unicodeScalars {
      let kind = DigitString.Kind(character.value)
      guard number.allows(kind) else { continue }
      var next = number
      next.append(kind)
      found += strings(range, length: length, prefix: prefix + String(character), next)
    }
    return found
  }

  @Test(arguments: [-120...250, 0...99, -9...9, 0...9] as [ClosedRange<Int64>])
  func exactlyTheIntegersOfTheRange(range: ClosedRange<Int64>) {
    #expect(DigitString.isValid(range))
    #expect(Set(strings(range, length: 5)) == Set(range.map(String.init)))
  }

  @Test func longestIntegersEnd() {
    for text in ["9223372036854775807", "-9223372036854775808"] {
      var number = DigitString(range: .min ... .max, maximumLength: 64)
      for character in text.unicodeScalars {
        let kind = DigitString.Kind(character.value)
        #expect(number.allows(kind))
        number.append(kind)
      }
      #expect(number.allows(.end))
      for digit in 0...9 as ClosedRange<UInt8> { #expect(!number.allows(.digit(digit))) }
    }
  }

  @Test func narrowRangesAreRefused() {
    #expect(!DigitString.isValid(0...8))
    #expect(!DigitString.isValid(-5...100))
    #expect(!DigitString.isValid(3...100))
  }
}
