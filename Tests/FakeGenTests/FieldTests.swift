import FakeGen
import Testing

@Suite struct FieldTests {
  private func text(_ field: Field) -> String {
    var bytes = Array("<".utf8)
    field.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (-72_512_345, 6, "-72.512345"), (0, 6, "0.000000"), (5, 6, "0.000005"), (-5, 3, "-0.005"),
      (1234, 0, "1234"), (1_000_000, 6, "1.000000"), (12, 1, "1.2"), (-100, 2, "-1.00"),
      (.max, 18, "9.223372036854775807"), (.min, 0, "-9223372036854775808"),
    ] as [(Int64, Int, String)])
  func reals(units: Int64, decimals: Int, expected: String) {
    #expect(text(.real(units: units, decimals: decimals)) == "<" + expected)
  }

  @Test func others() {
    #expect(text(.null) == "<")
    #expect(text(.text("é漢\"")) == "<é漢\"")
    #expect(text(.integer(-12)) == "<-12")
    #expect(text(.integer(0)) == "<0")
    #expect(text(.integer(.min)) == "<-9223372036854775808")
    #expect(text(.boolean(true)) == "<true")
    #expect(text(.boolean(false)) == "<false")
    #expect(text(.enumeration("FLAT")) == "<FLAT")
  }
}
