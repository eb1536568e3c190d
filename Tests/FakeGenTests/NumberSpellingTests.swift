import TestModels
import Testing

@testable import FakeGen

/// Numbers in the spelling of a table, there and back.
@Suite struct NumberSpellingTests {
  private static let euros = NumberSpelling(
    suffix: Array(" €".utf8), group: [UInt8(ascii: ".")], point: UInt8(ascii: ","))
  private static let dollars = NumberSpelling(
    prefix: [UInt8(ascii: "$")], group: [UInt8(ascii: ",")])
  private static let inner = NumberSpelling(prefix: Array("CHF ".utf8), sign: .inner)
  private static let tiny = NumberSpelling(scientific: .init(decimals: 3))
  private static let short = NumberSpelling(
    scientific: .init(letter: UInt8(ascii: "E"), hasPlus: false, exponentDigits: 1))

  private static let accounts = NumberSpelling(
    prefix: [UInt8(ascii: "$")], group: [UInt8(ascii: ",")], sign: .parentheses)
  private static let behind = NumberSpelling(suffix: Array(" kg".utf8), sign: .after)

  private static let trimmed = NumberSpelling(leastDecimals: 1)

  private func text(_ spelling: NumberSpelling, _ units: Int64, _ decimals: Int) -> String {
    var bytes: [UInt8] = []
    spelling.append(units, decimals: decimals, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (euros, 123_456_789, 2, "1.234.567,89 €"), (euros, -5, 2, "-0,05 €"),
      (euros, 999, 0, "999 €"),
      (euros, 1_000, 0, "1.000 €"), (dollars, 120_050, 2, "$1,200.50"), (dollars, -5, 0, "-$5"),
      (dollars, .min, 0, "-$9,223,372,036,854,775,808"), (dollars, 0, 0, "$0"),
      (trimmed, 1_373_189, 5, "13.73189"), (trimmed, 25_000, 5, "0.25"), (trimmed, 0, 5, "0.0"),
      (trimmed, -100_000, 5, "-1.0"), (NumberSpelling(leastDecimals: 0), 250, 2, "2.5"),
      (NumberSpelling(group: [0x2C], leastDecimals: 0), 123_400_000, 2, "1,234,000"),
      (accounts, -115_856, 2, "($1,158.56)"), (accounts, 115_856, 2, "$1,158.56"),
      (behind, -32_668, 2, "326.68 kg-"), (behind, 1, 1, "0.1 kg"),
      (trimmed, 7, 0, "7"), (inner, -123_400, 2, "CHF -1234.00"),
      (NumberSpelling(suffix: [0x25]), 5, 1, "0.5%"),
      (NumberSpelling(), 1, 18, "0.000000000000000001"), (tiny, 7_842, 12, "7.842e-09"),
      (tiny, 8_400, 12, "8.400e-09"), (tiny, -78_421, 13, "-7.8421e-09"),
      (tiny, 0, 12, "0.000e+00"),
      (tiny, 5, 0, "5.000e+00"), (short, 1_200_000_000_000, 0, "1.2E12"), (short, 3, 7, "3E-7"),
      (short, .max, 0, "9.223372036854775807E18"),
    ] as [(NumberSpelling, Int64, Int, String)])
  func writing(spelling: NumberSpelling, units: Int64, decimals: Int, expected: String) {
    #expect(text(spelling, units, decimals) == expected)
    #expect(spelling.problem == nil)
  }

  /// A column's digits alone, trimmed or with a comma, are what its spelling says.
  @Test func trimmedDecimalsAreTheSpelling() throws {
    var draws = RandomStream(seed: 2, row: 0, stream: 0)
    var spellings: [NumberSpelling] = [0, 1, 2, 5, 18, nil].map { .init(leastDecimals: $0) }
    spellings.append(.init(point: UInt8(ascii: ","), leastDecimals: 2))
    spellings.append(.init(point: UInt8(ascii: ",")))
    for decimals in [0, 1, 2, 5, 9, 18] {
      for spelling in spellings {
        let kind = decimals == 0 ? ColumnKind.integer : .real(decimals: decimals)
        let column = Column(
          name: "x", kind: kind, path: "x", isOptional: false, spelling: spelling)
        let form = try #require(TrimmedDecimals(column))
        let some = (0..<40).map { _ in Int64(draws.next() % 3_000) * 10 - 15_000 }
        for units in some + [0, 1, -1, 10, -100, 100_000, .min, .max] {
          var bytes = Array("ab,".utf8)
          form.append(units, to: &bytes)
          #expect(String(decoding: bytes, as: UTF8.self) == "ab," + text(spelling, units, decimals))
        }
      }
    }
    for spelling in [
      Self.euros, Self.dollars, Self.inner, Self.tiny, .init(sign: .parentheses),
      .init(sign: .after),
    ] {
      let column = Column(
        name: "x", kind: .integer, path: "x", isOptional: false, spelling: spelling)
      #expect(TrimmedDecimals(column) == nil)
    }
  }

  /// What is written is read as the same number.
  @Test func readingIsTheInverse() {
    var draws = RandomStream(seed: 1, row: 0, stream: 0)
    for spelling in [
      Self.euros, Self.dollars, Self.inner, Self.tiny, Self.short, NumberSpelling(), Self.accounts,
      Self.behind,
    ] {
      for round in 0..<400 {
        let high = Int64(draws.next()) >> Int64(draws.next() % 32)
        let units = (high << 20 ^ Int64(draws.next())) * (round % 2 == 0 ? 1 : -1)
        let decimals = spelling.scientific == nil ? Int(draws.next() % 10) : 0
        let spelled = text(spelling, units, decimals)
        guard let plain = spelling.plain(Array(spelled.utf8)[...]) else {
          Issue.record("\(spelled)")
          continue
        }
        let number = String(decoding: plain, as: UTF8.self)
        var expected: [UInt8] = []
        Field.real(units: units, decimals: decimals).append(to: &expected)
        #expect(
          spelling.scientific == nil
            ? plain == expected
            : abs((Double(number) ?? .nan) - Double(units)) <= 1e-15 * abs(Double(units)),
          "\(spelled)")
      }
    }
  }

  @Test(
    arguments: [
      (dollars, "1,200"), (dollars, "$1,20"), (dollars, "$,200"), (dollars, "$1200,300"),
      (dollars, "$1,200,30"), (dollars, "$0,200"), (dollars, "$"), (dollars, "$-"),
      (dollars, "--$5"),
      (euros, "5"), (euros, "5 € €"), (euros, "1,234,5 €"), (inner, "5"), (tiny, "1e"),
      (tiny, "1e5555"), (tiny, ""), (dollars, "$1 200"),
    ])
  func whatIsNotSpelledSo(spelling: NumberSpelling, text: String) {
    #expect(spelling.plain(Array(text.utf8)[...]) == nil)
  }

  @Test(
    arguments: [
      (dollars, " $1200 ", "1200"), (dollars, "-$1,200", "-1200"),
      (dollars, "$-1,200.5", "-1200.5"),
      (inner, "-CHF 5", "-5"), (inner, "CHF5", nil), (tiny, "5", "5"), (tiny, ".5e-3", ".5e-3"),
      (euros, "+1.234,5 €", "+1234.5"),
    ])
  func whatIsReadToo(spelling: NumberSpelling, text: String, plain: String?) {
    #expect(
      spelling.plain(Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) } == plain)
  }

  /// A model keeps the spellings of its columns; rows have numbers, their texts the spelling.
  @Test func modelsKeepSpellings() throws {
    var number = NumberModel(feedback: .state)
    var content = number.content()
    content.schema.leaves[0].spelling = Self.dollars
    content.schema.leaves[2].spelling = Self.short
    let bytes = content.encoded()
    let model = try Model(bytes: bytes)
    #expect(model.content.encoded() == bytes)
    #expect(model.columns.map(\.spelling) == [Self.dollars, nil, Self.short, nil])
    var generator = Generator(model: model, seed: 1)
    var plain = Generator(model: try Model(bytes: NumberModel.bytes()), seed: 1)
    for row in 0..<50 as Range<UInt64> {
      #expect(try generator.row(row) == plain.row(row))
      for column in 0..<4 {
        var (spelled, own) = ([UInt8](), [UInt8]())
        generator.appendSpelled(column, to: &spelled)
        generator.append(column, to: &own)
        if let spelling = model.columns[column].spelling {
          var expected: [UInt8] = []
          spelling.append(
            try #require(generator.number(column)), decimals: column == 0 ? 2 : 0, to: &expected)
          #expect(spelled == expected)
        } else {
          #expect(spelled == own)
        }
      }
    }
  }

  /// Spellings that would not be read again, and those of leaves that are no numbers, are refused.
  @Test func modelsOfImpossibleSpellingsAreRefused() throws {
    let bad = [
      NumberSpelling(prefix: [0x31]), NumberSpelling(suffix: [0x2D]), NumberSpelling(group: [0x0A]),
      NumberSpelling(group: [0x2E]), NumberSpelling(point: 0x3B), NumberSpelling(suffix: [0x2E]),
      NumberSpelling(prefix: [UInt8](repeating: 0x41, count: 33)),
      NumberSpelling(group: [0x2C], scientific: .init()),
      NumberSpelling(scientific: .init(letter: 0x46)),
    ]
    for spelling in bad {
      #expect(spelling.problem != nil)
      var number = NumberModel(feedback: .state)
      var content = number.content()
      content.schema.leaves[0].spelling = spelling
      #expect(throws: ModelError.self) { try Model(bytes: content.encoded()) }
    }
    var number = NumberModel(feedback: .state)
    var content = number.content()
    content.schema.leaves[3].spelling = Self.dollars
    #expect(throws: ModelError.self) { try Model(bytes: content.encoded()) }
  }
}
