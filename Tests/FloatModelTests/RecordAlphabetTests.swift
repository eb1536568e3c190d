import FloatModel
import Records
import Testing

@Suite("The alphabet of records")
struct RecordAlphabetTests {
  @Test("It is made of the text of strings and digit strings")
  func records() {
    let records = [
      Record(values: [.text("ab"), .null, .real(1.5), .integer(7), .choice(1)]),
      Record(values: [.text("bc"), .text("9"), .real(2), .integer(8), .choice(0)]),
    ]
    #expect(Alphabet(records: records).scalars == ["9", "a", "b", "c"])
    #expect(Alphabet(records: records, minimumCount: 2).scalars == ["b"])
    #expect(Alphabet(records: records, maximumSize: 2).scalars == ["9", "b"])
  }
}
