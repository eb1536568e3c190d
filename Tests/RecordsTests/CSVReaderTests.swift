import TestSupport
import Testing

@testable import Records

@Suite("CSV rows and cells")
struct CSVReaderTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(
    "RFC 4180",
    arguments: [
      ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
      ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
      ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
      ("\u{FEFF}a,b", [["a", "b"]]),
      ("\u{FEFF}\"a\",b", [["a", "b"]]),
      (",\n,,\n", [["", ""], ["", "", ""]]),
      ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]),
      ("\"\"\"\"\n", [["\""]]),
      ("\"\"\n", [[""]]),
      ("\"a\nb\",\"c\r\nd\"\r\n", [["a\nb", "c\r\nd"]]),
      ("\"a\rb\"\n", [["a\rb"]]),
      ("\n\na\n\r\n\nb\n\n", [["a"], ["b"]]),
      (" a , b \n", [[" a ", " b "]]),
      ("é,日本,🙂\n", [["é", "日本", "🙂"]]),
      ("a,\"\"", [["a", ""]]),
      ("a,", [["a", ""]]),
    ])
  func cells(text: String, rows: [[String]]) throws {
    let path = try folder.write(text, to: "t.csv")
    for chunkSize in [1, 2, 3, 1_000] {
      #expect(try csvRows(path, chunkSize: chunkSize) == rows)
    }
  }

  @Test(
    "Rows at fault, and the rows after them",
    arguments: [
      ("a,b\"c,d\nnext\n", 1, RowProblem.strayQuote),
      ("a,\"b\"c\",d\nnext\n", 1, .textAfterQuote),
      ("\"b\" ,d\nnext\n", 0, .textAfterQuote),
      ("a,b\rnext\n", 1, .loneCarriageReturn),
      ("\rnext\n", 0, .loneCarriageReturn),
      ("a\0,b\nnext\n", 0, .zeroByte),
    ])
  func faults(text: String, cell: Int, problem: RowProblem) throws {
    let path = try folder.write(text, to: "t.csv")
    for chunkSize in [1, 2, 1_000] {
      var reader = try CSVReader(path: path, chunkSize: chunkSize)
      #expect(try reader.next())
      let found = try #require(reader.problem)
      #expect(found.cell == cell)
      #expect(found.problem == problem)
      #expect(try reader.next())
      #expect(reader.problem == nil)
      #expect(reader.cell(0) == "next")
      #expect(try !reader.next())
    }
  }

  @Test("Rows stand as they are in the file")
  func rawRows() throws {
    let path = try folder.write("\u{FEFF}a,\"b\nc\"\r\n\n\"d\"\"\",e", to: "t.csv")
    for chunkSize in [1, 5, 1_000] {
      var reader = try CSVReader(path: path, chunkSize: chunkSize)
      var rows: [String] = []
      while try reader.next() { rows.append(String(decoding: reader.rawRow, as: UTF8.self)) }
      #expect(rows == ["a,\"b\nc\"\r\n", "\"d\"\"\",e"])
    }
  }
}

/// The cells of a file; a row at fault is thrown as its problem.
func csvRows(_ path: String, chunkSize: Int) throws -> [[String]] {
  var reader = try CSVReader(path: path, chunkSize: chunkSize)
  var rows: [[String]] = []
  while try reader.next() {
    if let problem = reader.problem?.problem { throw problem }
    guard reader.firstCellNotUTF8() == nil else { throw RowProblem.notUTF8 }
    rows.append((0..<reader.cellCount).compactMap { reader.cell($0) })
  }
  return rows
}
