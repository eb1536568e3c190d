import FakeGen
import Foundation
import ProtobufSchema
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// One made-up table as programs write it: each file has the same records.
@Suite struct ForeignFileTests {
  private static let header = ["id", "name", "price", "paid", "note"]
  /// Nil is null.
  private static let rows: [[String?]] = [
    ["1", "Zoë \"Z\" O'Hara", "1200.5", "t", "two\nlines, and a comma"],
    ["2", "C:\\temp\\new", nil, "f", ""], ["3", "tab\there; semicolon", "-0.25", "t", nil],
    ["4", "plain", "7", "f", "last"],
  ]

  /// The table as programs write it, by the program's name: PostgreSQL, SQLite and pandas as they did,
  /// MySQL and Excel as they are known to. `scripts/checks/foreign-files` has the first three write
  /// files anew, and names their folder in `FAKEGEN_FOREIGN_FILES`.
  private static let texts: [String: String] = [
    "postgres.csv": """
    id,name,price,paid,note
    1,"Zoë ""Z"" O'Hara",1200.5,t,"two
    lines, and a comma"
    2,C:\\temp\\new,,f,""
    3,tab\there; semicolon,-0.25,t,
    4,plain,7,f,last

    """,
    "postgres.tsv": """
    id\tname\tprice\tpaid\tnote
    1\tZoë "Z" O'Hara\t1200.5\tt\ttwo\\nlines, and a comma
    2\tC:\\\\temp\\\\new\t\\N\tf\t
    3\ttab\\there; semicolon\t-0.25\tt\t\\N
    4\tplain\t7\tf\tlast

    """,
    "mysql.tsv": """
    id\tname\tprice\tpaid\tnote
    1\tZoë "Z" O'Hara\t1200.5\tt\ttwo\\nlines, and a comma
    2\tC:\\\\temp\\\\new\tNULL\tf\t
    3\ttab\\there; semicolon\t-0.25\tt\tNULL
    4\tplain\t7\tf\tlast

    """,
    "sqlite.csv": """
    id,name,price,paid,note\r
    1,"Zoë ""Z"" O'Hara",1200.5,t,"two
    lines, and a comma"\r
    2,C:\\temp\\new,,f,""\r
    3,"tab\there; semicolon",-0.25,t,\r
    4,plain,7,f,last\r

    """,
    "pandas.csv": """
    id,name,price,paid,note
    1,"Zoë ""Z"" O'Hara",1200.5,True,"two
    lines, and a comma"
    2,C:\\temp\\new,,False,
    3,tab\there; semicolon,-0.25,True,
    4,plain,7.0,False,last

    """,
    "pandas-index.csv": """
    ,id,name,price,paid,note
    0,1.0,"Zoë ""Z"" O'Hara",1200.5,True,"two
    lines, and a comma"
    1,2.0,C:\\temp\\new,NaN,False,
    2,3.0,tab\there; semicolon,-0.25,True,
    3,4.0,plain,7.0,False,last

    """,
    "excel-utf8.csv": """
    \u{FEFF}id,name,price,paid,note\r
    1,"Zoë ""Z"" O'Hara",1200.5,TRUE,"two
    lines, and a comma"\r
    2,C:\\temp\\new,,FALSE,""\r
    3,tab\there; semicolon,-0.25,TRUE,\r
    4,plain,7,FALSE,last\r

    """,
    "excel-semicolons.csv": """
    \u{FEFF}id;name;price;paid;note\r
    1;"Zoë ""Z"" O'Hara";1.200,5;WAHR;"two
    lines, and a comma"\r
    2;C:\\temp\\new;;FALSCH;""\r
    3;"tab\there; semicolon";-0,25;WAHR;\r
    4;plain;7;FALSCH;last
    """,
    "excel-spaces.csv": """
    ID, Name, Price, Paid, Note

    1,"Zoë ""Z"" O'Hara","$1,200.50", Y,"two
    lines, and a comma"
    2,C:\\temp\\new,, N,""
    3,tab\there; semicolon,-$0.25, Y,

    4,plain,$7.00, N,last
    """,
  ]

  private let folder: TemporaryFolder
  private let schema: RecordSchema

  init() throws {
    folder = try TemporaryFolder()
    schema = try RecordSchema(
      path: folder.write(
        """
        syntax = "proto3";
        message T {
          int32 id = 1 [json_name = "id"]; string name = 2; optional double price = 3; bool paid = 4;
          optional string note = 5;
        }
        """, to: "t.proto"), options: SchemaOptions(fields: ["id": .scalar]))
  }

  private static let records: [Record] = rows.map { row in
    Record(values: [
      .integer(Int64(row[0] ?? "") ?? 0), .text(row[1] ?? ""),
      row[2].flatMap(Double.init).map(FieldValue.real) ?? .null, .choice(row[3] == "t" ? 1 : 0),
      row[4].map(FieldValue.text) ?? .null,
    ])
  }

  /// The files: those that are written here, in UTF-16 too, and those that programs wrote.
  private func files() throws -> [String] {
    var paths: [String] = []
    for (name, text) in Self.texts {
      paths.append(try folder.write(text, to: name))
      guard name == "excel-utf8.csv" else { continue }
      let units = Array(text.utf16)
      paths.append(
        try folder.write(
          units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }, to: "utf16le.csv"))
      paths.append(
        try folder.write(
          units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }, to: "utf16be.csv"))
    }
    let packed = try run("gzip", ["-c", folder.path("sqlite.csv")]).output
    paths.append(try folder.write(Array(packed), to: "packed-without-ending.csv"))
    if let made = ProcessInfo.processInfo.environment["FAKEGEN_FOREIGN_FILES"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: made)
      try #require(names.count >= 3)
      paths += names.map { "\(made)/\($0)" }
    }
    return paths
  }

  /// pandas writes nothing for an empty text.
  private func hasNoEmptyTexts(_ path: String) -> Bool {
    path.contains("/pandas") && !path.hasSuffix(".jsonl")
  }

  /// With a message of one's own.
  @Test func haveTheSameRecords() throws {
    for path in try files() {
      var reading = TableReading()
      // A word that may be a text is nothing only if one says so; booleans of other languages are
      // none.
      if path.contains("mysql") { reading.nullWords = ["NULL"] }
      if path.contains("semicolons") { continue }
      let table = try readTable(path: path, schema: schema, reading: reading)
      var expected = Self.records
      if hasNoEmptyTexts(path) { expected[1].values[4] = .null }
      #expect(table.records == expected, "\(path)")
      #expect(table.warnings.isEmpty)
    }
  }

  /// Without one.
  @Test func haveTheSameCells() throws {
    for path in try files() {
      let table = try RawTable(paths: [path])
      let names = table.header.map { $0.lowercased() }
      #expect(names.filter { $0 != "column_1" } == Self.header, "\(path)")
      let columns = try Self.header.map { name in
        let index = try #require(names.firstIndex(of: name), "\(path)")
        return (0..<table.rowCount).map { table.column(index).text($0) }
      }
      #expect(columns[1] == Self.rows.map { $0[1] }, "\(path)")
      let isNull = path.contains("mysql") ? "NULL" : nil
      var notes = Self.rows.map { $0[4] ?? isNull }
      if hasNoEmptyTexts(path) { notes[1] = nil }
      #expect(columns[4] == notes, "\(path)")
      let plan = try TablePlan(table: table)
      let index = try #require(names.firstIndex(of: "price"))
      let price = table.header[index]
      guard
        case .number(_, _, let spelling) = plan.choices.first(where: { $0.column == price })?.kind
      else {
        Issue.record("\(path): \(String(describing: plan.kind(price)))")
        continue
      }
      let leaf = try #require(plan.schema.leaves.firstIndex { $0.column == price })
      #expect(
        try plan.records(of: table).map { $0.values[leaf] } == Self.records.map { $0.values[2] },
        "\(path)")
      let isSpelled = path.contains("semicolons") || path.contains("spaces")
      var marks = spelling ?? NumberSpelling()
      marks.leastDecimals = nil
      #expect((marks != NumberSpelling()) == isSpelled, "\(path)")
    }
  }

  /// Files of other kinds are refused by name, with what to do.
  @Test(
    arguments: [
      ([0x50, 0x4B, 3, 4, 20, 0], "Excel"), (Array("PAR1....".utf8), "Parquet"),
      ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], "UTF-32"), (Array("SQLite format 3\0".utf8), "SQLite"),
      ([0x28, 0xB5, 0x2F, 0xFD, 1], "zstd"),
      (Array("a,b\ncaf".utf8) + [0xE9] + Array(",1\n".utf8), "iconv"),
    ] as [([UInt8], String)])
  func otherFilesAreNamed(bytes: [UInt8], word: String) throws {
    let path = try folder.write(bytes, to: "x.csv")
    let error = #expect(throws: TableError.self) { try readTable(path: path, schema: schema) }
    // Latin-1 breaks a row, and its header lacks the fields.
    guard word != "iconv" else {
      let error = #expect(throws: InferenceError.self) { try RawTable(paths: [path]) }
      #expect(error?.description.contains("iconv -f WINDOWS-1252") == true)
      return
    }
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
  }

  /// Packed bytes on standard input cannot be unpacked there, and are named.
  @Test func packedStandardInputIsNamed() throws {
    let plain = try folder.write("a\n1\n2\n", to: "t.csv")
    let packed = try folder.write(Array(try run("gzip", ["-c", plain]).output), to: "t.gz")
    let result = try run("sh", ["-c", "'\(builtProgram("trainer"))' infer - < '\(packed)' 2>&1"])
    #expect(String(decoding: result.output, as: UTF8.self).contains("gzip -dc"))
  }
}
