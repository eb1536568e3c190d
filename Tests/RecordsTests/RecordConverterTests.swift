import Schema
import TestSupport
import Testing

@testable import Records

@Suite("From cells to typed values")
struct RecordConverterTests {
  static let lines = """
    enum E { RED = 0; GREEN = 7; BLUE = -3; }
    string text = 1; int32 id = 2; double real = 3; int32 small = 4; int64 large = 5;
    uint64 natural = 6; bool flag = 7; E color = 8;
    """

  /// A value of one field, the other fields holding good cells.
  private func convert(_ field: String, _ cell: String?) throws -> FieldValue {
    let schema = try schema(Self.lines)
    var cells: [String?] = ["t", "1", "1", "1", "1", "1", "1", "RED"]
    let index = try #require(schema.leaves.firstIndex { $0.path == field })
    cells[index] = cell
    do {
      return try RecordConverter(schema).record(cells).values[index]
    } catch {
      #expect(error.leaf == index)
      throw error.problem
    }
  }

  @Test(
    "Cells that fit",
    arguments: [
      ("text", "é\u{301} ", FieldValue.text("é\u{301} ")), ("text", "", .text("")),
      ("id", "007", .text("7")), ("id", "-5", .text("-5")), ("id", "+7", .text("7")),
      ("id", "-0", .text("0")),
      ("real", "-73.25", .real(-73.25)), ("real", "+.5", .real(0.5)), ("real", "5.", .real(5)),
      ("real", "1e3", .real(1_000)), ("real", "2.5E-1", .real(0.25)), ("real", "1e15", .real(1e15)),
      ("real", "0.1", .real(0.1)), ("real", " 1.5  ", .real(1.5)),
      ("small", "12.0", .integer(12)), ("small", "-3.000", .integer(-3)),
      ("id", "54.0", .text("54")),
      ("flag", "t", .choice(1)), ("flag", "N", .choice(0)), ("flag", " True", .choice(1)),
      ("color", "GREEN ", .choice(1)), ("real", "1e-400", .real(0)),
      ("small", "2147483647", .integer(2_147_483_647)),
      ("small", "-2147483648", .integer(-2_147_483_648)),
      ("small", "+12", .integer(12)), ("small", "0012", .integer(12)),
      ("large", "-9223372036854775808", .integer(.min)),
      ("natural", "9223372036854775807", .integer(.max)),
      ("flag", "true", .choice(1)), ("flag", "No", .choice(0)), ("flag", "YES", .choice(1)),
      ("flag", "0", .choice(0)), ("flag", "1", .choice(1)), ("flag", "False", .choice(0)),
      ("color", "GREEN", .choice(1)), ("color", "7", .choice(1)), ("color", "-3", .choice(2)),
    ])
  func good(field: String, cell: String, value: FieldValue) throws {
    #expect(try convert(field, cell) == value)
  }

  @Test("Canonically equivalent spellings are different values")
  func spellings() {
    let (composed, decomposed) = (FieldValue.text("caf\u{E9}"), FieldValue.text("cafe\u{301}"))
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed, .text("caf\u{E9}")]).count == 2)
    #expect(Set([Record(values: [composed]), Record(values: [decomposed])]).count == 2)
  }

  @Test("An enum's name is matched scalar by scalar: U+212A, the kelvin sign, is no K")
  func kelvin() throws {
    let schema = try schema("enum E { K = 0; } E color = 1;")
    let converter = RecordConverter(schema)
    #expect(try converter.record(["K"]).values == [.choice(0)])
    #expect(throws: RecordConverter.FieldProblem.self) { try converter.record(["\u{212A}"]) }
  }

  @Test(
    "Numbers that do not fit",
    arguments: [
      ("real", "nan.", RowProblem.notANumber(found: "nan.")),
      ("real", "inf", .notANumber(found: "inf")), ("real", "0x1p3", .notANumber(found: "0x1p3")),
      ("real", "1,5", .notANumber(found: "1,5")), ("real", "1\t", .notANumber(found: "1\t")),
      ("real", ".", .notANumber(found: ".")),
      ("real", "1e", .notANumber(found: "1e")), ("real", "1e+", .notANumber(found: "1e+")),
      ("real", "--1", .notANumber(found: "--1")), ("real", "１", .notANumber(found: "１")),
      ("real", "1e400", .outOfRange(found: "1e400", minimum: "-1e15", maximum: "1e15")),
      ("real", "-2e15", .outOfRange(found: "-2e15", minimum: "-1e15", maximum: "1e15")),
      ("small", "1.5", .notAnInteger(found: "1.5")), ("small", "1.", .notAnInteger(found: "1.")),
      ("small", "-", .notAnInteger(found: "-")),
      ("small", "٣", .notAnInteger(found: "٣")),
      (
        "small", "2147483648",
        .outOfRange(found: "2147483648", minimum: "-2147483648", maximum: "2147483647")
      ),
      (
        "id", "2147483648",
        .outOfRange(found: "2147483648", minimum: "-2147483648", maximum: "2147483647")
      ),
      ("id", "12a", .notAnInteger(found: "12a")),
      ("natural", "-1", .outOfRange(found: "-1", minimum: "0", maximum: "9223372036854775807")),
      (
        "large", "9223372036854775808",
        .outOfRange(
          found: "9223372036854775808", minimum: "-9223372036854775808",
          maximum: "9223372036854775807")
      ),
    ])
  func badNumbers(field: String, cell: String, problem: RowProblem) throws {
    #expect(throws: problem) { try convert(field, cell) }
  }

  @Test("Other values that do not fit")
  func badValues() throws {
    #expect(throws: RowProblem.zeroByte) { try convert("text", "a\0b") }
    for cell in ["maybe", "2", "tr"] {
      #expect(throws: RowProblem.notABoolean(found: cell)) { try convert("flag", cell) }
    }
    for cell in ["green", "1", "GREEN."] {
      #expect(throws: RowProblem.notInEnumeration(found: cell, names: ["RED", "GREEN", "BLUE"])) {
        try convert("color", cell)
      }
    }
  }

  @Test("A missing cell is the empty string for text, an error for other kinds")
  func missing() throws {
    #expect(try convert("text", nil) == .text(""))
    for (field, expected) in [
      ("id", "an integer"), ("real", "a decimal number"), ("small", "an integer"),
      ("flag", "true or false"), ("color", "the name of an enum's value"),
    ] {
      #expect(throws: RowProblem.emptyCell(expected: expected)) { try convert(field, nil) }
    }
  }

  @Test("A missing cell of an optional field is null, whatever its kind")
  func optional() throws {
    let schema = try schema(
      """
      enum E { RED = 0; } optional string text = 1; optional int32 id = 2; optional double x = 3;
      optional int32 n = 4; optional bool flag = 5; optional E color = 6;
      """)
    let record = try RecordConverter(schema).record(Array(repeating: nil, count: 6))
    #expect(record.values == Array(repeating: .null, count: 6))
    #expect(
      try RecordConverter(schema).record(["", nil, nil, nil, nil, nil]).values[0] == .text(""))
    // Words that mean nothing, but in texts.
    for word in ["NA", "NULL", "\\N", "None", " nan ", ""] {
      let cells = [String?](repeating: word, count: 6)
      let values = try RecordConverter(schema).record(cells).values
      #expect(values == [.text(word)] + Array(repeating: .null, count: 5))
      let own = RecordConverter(schema, nullWords: [word.withoutOuterSpaces, "-"])
      #expect(try own.record(["-"] + cells.dropFirst()).values == Array(repeating: .null, count: 6))
    }
  }

  @Test("A nested message is absent when all its cells are missing, at every level")
  func nested() throws {
    let schema = try schema(
      """
      message Geo { double x = 1; double y = 2; } message Home { string city = 1; Geo geo = 2; }
      string name = 1; Home home = 2;
      """)
    let converter = RecordConverter(schema)
    #expect(
      try converter.record(["A", nil, nil, nil]).values == [.text("A"), .null, .null, .null])
    #expect(
      try converter.record(["A", "B", nil, nil]).values == [.text("A"), .text("B"), .null, .null])
    #expect(
      try converter.record(["A", nil, "1", "2"]).values
        == [.text("A"), .text(""), .real(1), .real(2)])
    let error = #expect(throws: RecordConverter.FieldProblem.self) {
      try converter.record(["A", "B", "1", nil])
    }
    #expect(error?.leaf == 3)
    #expect(error?.problem == .emptyCell(expected: "a decimal number"))
  }

  @Test("Values shown in errors are escaped and cut off")
  func shownValues() {
    #expect(
      RowProblem.notANumber(found: "\u{1B}[2Jx\n").description
        == "expected a decimal number, found \"\\u{1B}[2Jx\\n\"")
    let long = String(repeating: "9", count: 1_000)
    #expect(
      RowProblem.notAnInteger(found: long).description
        == "expected an integer, found \"\(long.prefix(40))\"...")
  }
}
