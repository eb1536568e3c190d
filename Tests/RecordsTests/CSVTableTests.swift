import ProtobufSchema
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Reading CSV")
struct CSVTableTests {
  let folder: TemporaryFolder
  let address: RecordSchema

  init() throws {
    folder = try TemporaryFolder()
    address = try RecordSchema(path: example("address.proto"))
  }

  static let header = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE\n"
  static let goodRow = "-73.5,44.25,12,MAIN ST,,SOMEWHERE,,,05001\n"

  private func read(_ text: String, skipBad: Int = 0) throws -> Table {
    try readTable(
      path: folder.write(text, to: "t.csv"), schema: address,
      reading: TableReading(skipBad: skipBad))
  }

  /// The error of a table, its folder taken out of the text.
  private func message(_ text: String, skipBad: Int = 0) throws -> String {
    let error = try #require(
      #expect(throws: TableError.self) { try read(text, skipBad: skipBad) })
    return error.description.replacing(folder.path("t.csv"), with: "t.csv")
  }

  @Test("Columns are bound by the header, in its order")
  func columns() throws {
    let table = try read(
      Self.header + "-73.5,44.25,12,\"MAIN ST, \"\"OLD\"\"\",,SOMEWHERE,,,05001\n")
    #expect(table.schema.columns == [1, 0, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      table.records == [
        Record(values: [
          .real(44.25), .real(-73.5), .text("12"), .text("MAIN ST, \"OLD\""), .text(""),
          .text("SOMEWHERE"), .text(""), .text(""), .text("05001"),
        ])
      ])
    #expect(table.skipped.isEmpty)
    #expect(table.ignoredColumns.isEmpty)
  }

  @Test("Columns that hold no field are ignored and named")
  func ignored() throws {
    let table = try read("HASH," + Self.header + "x," + Self.goodRow)
    #expect(table.ignoredColumns == ["HASH"])
    #expect(table.records.count == 1)
  }

  @Test("Bad rows are named by file, line and field")
  func badRows() throws {
    let advice = "\ncorrect it, or allow some with --skip-bad N"
    #expect(
      try message(Self.header + Self.goodRow + "-73.5,north,12,MAIN ST,,X,,,05001\n")
        == "t.csv:3: field 'lat' (column 'LAT'): expected a decimal number, found \"north\""
        + advice)
    #expect(
      try message(Self.header + "-73.5,,12,MAIN ST,,X,,,05001\n")
        == "t.csv:2: field 'lat' (column 'LAT'): expected a decimal number, found nothing; "
        + "declare the field 'optional' if it may be missing" + advice)
    #expect(
      try message(Self.header + "-73.5,44.25,12\n")
        == "t.csv:2: expected 9 cells as in the header, found 3" + advice)
  }

  @Test("Bytes that are not UTF-8 are found, in ignored columns too")
  func notUTF8() throws {
    for (column, field) in [("CITY", "field 'city' (column 'CITY')"), ("NOTE", "column 'NOTE'")] {
      let bytes =
        Array("NOTE,\(Self.header)".utf8)
        + Array((column == "CITY" ? ",-73.5,44.25,1,S,,A" : "A").utf8) + [0xC3]
        + Array((column == "CITY" ? "B,,,1\n" : "B,-73.5,44.25,1,S,,,,,1\n").utf8)
      let path = try folder.write(bytes, to: "t.csv")
      let error = #expect(throws: TableError.self) { try readTable(path: path, schema: address) }
      #expect(
        error?.description.hasPrefix("\(path):2: \(field): expected UTF-8, found other bytes")
          == true)
    }
  }

  @Test("As many bad rows as allowed are skipped, one more is an error that shows the first")
  func skipping() throws {
    let bad = (1...7).map { "x\($0),44.25,12,MAIN ST,,X,,,05001\n" }
    let text = Self.header + bad.joined() + Self.goodRow
    let table = try read(text, skipBad: 7)
    #expect(table.records.count == 1)
    #expect(table.skipped.map(\.line) == Array(2...8))
    #expect(table.skipped[6].problem == .notANumber(found: "x7"))

    let error = #expect(throws: TableError.self) { try read(text, skipBad: 6) }
    guard case .tooManyBadRows(6, _, _, let first)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(first.map(\.line) == Array(2...8))
    let lines = try message(text, skipBad: 6).split(separator: "\n")
    #expect(lines.count == 8)
    #expect(
      lines.last == "7 cells or rows do not fit, in 7 rows; more rows than --skip-bad 6 allows")
  }

  @Test("All bad cells of a file are told in one pass: the first twenty and how many there are")
  func allBadCells() throws {
    let rows = (1...30).map { "x\($0),44.25,,MAIN ST,,X,,,05001\nwest,north,1,A,,X,,,1\n" }
    let lines = try message(Self.header + rows.joined()).split(separator: "\n")
    #expect(lines.count == 21)
    #expect(lines[1].hasPrefix("t.csv:3: field 'lat'"))
    #expect(lines[2].hasPrefix("t.csv:3: field 'long'"))
    #expect(
      lines.last.map(String.init)
        == "90 cells or rows do not fit, in 60 rows; the first 20 are shown; correct them, or "
        + "allow some with --skip-bad N")
  }

  @Test("Lines are counted through quoted line ends and empty lines")
  func lineNumbers() throws {
    let text =
      Self.header + "-73.5,44.25,12,\"MAIN\nST\r\nEAST\",,X,,,1\r\n\n\nbad,44.25,1,A,,X,,,1\n"
      + Self.goodRow
    let table = try read(text, skipBad: 1)
    #expect(table.records[0].values[3] == .text("MAIN\nST\r\nEAST"))
    #expect(table.skipped.map(\.line) == [7])
    #expect(table.records.count == 2)
  }

  @Test("Files that are missing, empty, without rows, or folders")
  func emptyFiles() throws {
    #expect(try message("") == "t.csv: expected a table, found an empty file")
    #expect(try message("\u{FEFF}\n\n") == "t.csv: expected a table, found an empty file")
    #expect(
      try message(Self.header) == "t.csv: expected at least one row of data, found none")
    #expect(
      try message(Self.header + "1,2\n", skipBad: 5)
        == "t.csv: expected at least one row of data, found none that fits (skipped 1)")
    for path in [folder.path("none.csv"), folder.path] {
      let error = #expect(throws: TableError.self) { try readTable(path: path, schema: address) }
      guard case .file(.cannotOpen(path, _)) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test("A header that does not fit")
  func header() throws {
    #expect(
      try message("LON,LAT\n1,2\n").hasPrefix(
        "t.csv:1: no column for field 'number' (column 'NUMBER'), "))
    #expect(
      try message("LON,LAT,LON\n1,2,3\n").hasPrefix("t.csv:1: column 'LON' appears more than once"))
    #expect(
      try message("LON,LA\"T\n1,2\n").hasPrefix("t.csv:1: found a quote inside a cell"))
    let path = try folder.write([0x4C, 0xFF, 0x0A], to: "t.csv")
    let error = #expect(throws: TableError.self) { try readTable(path: path, schema: address) }
    #expect(error == .badHeader(RowDiagnostic(path: path, line: 1, problem: .notUTF8)))
  }

  @Test("Faults that leave the rest in doubt end the reading whatever may be skipped")
  func fatal() throws {
    let path = folder.path("t.csv")
    let open = Self.header + Self.goodRow + "-73.5,44.25,12,\"MAIN ST,,X,,,1\n" + Self.goodRow
    #expect(throws: TableError.unclosedQuote(path: path, line: 3)) { try read(open, skipBad: 9) }
    let long = Self.header + "1,2,3,\(String(repeating: "x", count: 131_073)),,X,,,1\n"
    #expect(throws: TableError.cellTooLong(path: path, line: 2, limit: 131_072)) {
      try read(long, skipBad: 9)
    }
    let endless =
      Self.header + "1,2,3,\"" + String(repeating: "x\n", count: CSVReader.maximumRowSize)
    #expect(
      throws: TableError.rowTooLong(path: path, line: 2, limit: CSVReader.maximumRowSize)
    ) { try read(endless, skipBad: 9) }
  }

  @Test("A cell of the largest size is read")
  func largestCell() throws {
    let street = String(repeating: "x", count: 131_072)
    let table = try read(Self.header + "1,2,3,\(street),,X,,,1\n")
    #expect(table.records[0].values[3] == .text(street))
  }
}
