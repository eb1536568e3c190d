import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

@testable import FakeGenCLI

/// SQL for each database, and CSV for what reads it.
@Suite struct DialectTests {
  let folder: TemporaryFolder
  let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write(KindModel.bytes, to: "kinds.fakegen")
  }

  private func output(_ arguments: String...) throws -> String {
    let result = try Fakegen.run(Fakegen.path, ["--model", model] + arguments)
    #expect(result.status == 0 && result.error == "", "\(result.error)")
    return result.output
  }

  /// What `scripts/checks/databases` loads.
  @Test func theModelOfTheCheck() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/kinds.fakegen")
    #expect(try Array(Data(contentsOf: golden)) == KindModel.bytes)
  }

  static let long = String(repeating: "long name ", count: 7)

  @Test(arguments: [
    (
      "standard",
      [
        "\"id\" BIGINT NOT NULL", "\"ID_2\" TEXT NOT NULL", "\"select\" TEXT NOT NULL",
        "\"A \"\"quoted\"\", `name`\" TEXT", "\"big\" BIGINT", "\"wide\" DECIMAL(19, 2)",
        "\"price\" DECIMAL(19, 4) NOT NULL", "\"flag\" BOOLEAN", "\"KIND\" TEXT",
        "\"code\" BIGINT NOT NULL", "\"day\" DATE NOT NULL", "\"seen\" TIMESTAMP NOT NULL",
        "\"made\" TIMESTAMP WITH TIME ZONE NOT NULL", "\"clock\" TIME NOT NULL",
        "\"odd\" TEXT NOT NULL", "\"\(long.prefix(63))\" BIGINT NOT NULL",
        "\"\(long.prefix(61))_2\" BIGINT",
        "\"=formula\" TEXT NOT NULL", "\"Id_3\" TEXT NOT NULL",
      ]
    ),
    (
      "sqlite",
      [
        "\"id\" INTEGER NOT NULL", "\"ID_2\" TEXT NOT NULL", "\"day\" TEXT NOT NULL",
        "\"seen\" TEXT NOT NULL", "\"made\" TEXT NOT NULL", "\"clock\" TEXT NOT NULL",
        "\"flag\" BOOLEAN", "\"wide\" DECIMAL(19, 2)",
      ]
    ),
    (
      "postgres",
      [
        "\"id\" BIGINT NOT NULL", "\"ID\" TEXT NOT NULL", "\"Id\" TEXT NOT NULL",
        "\"\(long.prefix(63))\" BIGINT NOT NULL", "\"\(long.prefix(61))_2\" BIGINT",
        "\"made\" TIMESTAMP WITH TIME ZONE NOT NULL",
      ]
    ),
    (
      "mysql",
      [
        "`id` BIGINT NOT NULL", "`ID_2` TEXT NOT NULL", "`A \"quoted\", ``name``` TEXT",
        "`seen` DATETIME(3) NOT NULL", "`made` TEXT NOT NULL", "`clock` TIME(3) NOT NULL",
        "`\(long.prefix(64))` BIGINT NOT NULL", "`\(long.prefix(62))_2` BIGINT",
      ]
    ),
    (
      "duckdb",
      [
        "\"ID_2\" TEXT NOT NULL", "\"seen\" TIMESTAMP NOT NULL",
        "\"made\" TIMESTAMP WITH TIME ZONE NOT NULL", "\"\(long)2\" BIGINT",
      ]
    ),
  ])
  func tables(dialect: String, columns: [String]) throws {
    let text = try output("-f", "sql", "-n", "0", "--dialect", dialect, "--table", "s.t")
    let quote = dialect == "mysql" ? "`" : "\""
    let first = "CREATE TABLE IF NOT EXISTS \(quote)s\(quote).\(quote)t\(quote) (\n"
    #expect(text.hasPrefix(first))
    let end = dialect == "mysql" ? "\n) DEFAULT CHARACTER SET utf8mb4;\n" : "\n);\n"
    #expect(text.hasSuffix(end))
    let lines = text.dropFirst(first.count).dropLast(end.count).components(separatedBy: ",\n")
      .map { String($0.dropFirst(2)) }
    #expect(lines.count == KindModel.names.count)
    for column in columns { #expect(lines.contains(column), "\(column)\n\(text)") }
    if dialect == "standard" {
      #expect(lines == columns)
      #expect(try text == output("-f", "sql", "-n", "0", "--table", "s.t"))
    }
  }

  /// A name does not depend on which columns are printed, and INSERT has the names of the table.
  @Test func namesAreThoseOfTheWholeTable() throws {
    let text = try output("-f", "sql", "-n", "1", "--fields", "Id,ID", "--dialect", "sqlite")
    #expect(text.contains("(\n  \"Id_3\" TEXT NOT NULL,\n  \"ID_2\" TEXT NOT NULL\n);\n"))
    #expect(text.contains("INSERT INTO \"kinds\" (\"Id_3\", \"ID_2\") VALUES\n("))
  }

  @Test func aNameThatIsTakenGetsAnother() {
    let names = ["a", "A", "a_2", "é", "É"]
    let unfolded = SQLDialect.postgres.columnNames(names).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(unfolded == names)
    let folded = SQLDialect.sqlite.columnNames(names).map { String(decoding: $0, as: UTF8.self) }
    #expect(folded == ["a", "A_3", "a_2", "é", "É"])
    // No character is cut in two.
    let accents = String(repeating: "é", count: 40)
    let cut = SQLDialect.postgres.columnNames([accents, accents + "x"])
    #expect(String(decoding: cut[0], as: UTF8.self) == String(repeating: "é", count: 31))
    #expect(String(decoding: cut[1], as: UTF8.self) == String(repeating: "é", count: 30) + "_2")
  }

  @Test(arguments: [
    ("t", "\"t\""), ("s.t", "\"s\".\"t\""), ("d.s.t", "\"d\".\"s\".\"t\""), ("\"s.t\"", "\"s.t\""),
    ("s.\"a.\"\"b\"\"\"", "\"s\".\"a.\"\"b\"\"\""), ("a \"b\"", "\"a \"\"b\"\"\""),
  ])
  func tableNames(argument: String, name: String) throws {
    let text = try output("-f", "sql", "-n", "0", "--fields=id", "--table", argument)
    #expect(text == "CREATE TABLE IF NOT EXISTS \(name) (\n  \"id\" BIGINT NOT NULL\n);\n")
  }

  /// MySQL reads backslashes in texts unless it is told not to.
  @Test func backslashesInMySQL() throws {
    let options = ["--model", model, "-n", "400", "--no-header", "--fields", "select", "-f"]
    let cells = try Fakegen.run(Fakegen.path, options + ["jsonl"]).output.split(separator: "\n")
      .map { line in
        try JSONDecoder().decode([String: String].self, from: Data(line.utf8))["select"] ?? ""
      }
    #expect(cells.contains { $0.contains("\\") })
    let text = try Fakegen.run(Fakegen.path, options + ["sql", "--dialect", "mysql"]).output
    let values = cells.map {
      "('" + $0.replacing("\\", with: "\\\\").replacing("'", with: "''") + "')"
    }
    #expect(
      text == "INSERT INTO `kinds` (`select`) VALUES\n" + values.joined(separator: ",\n") + ";\n")
  }

  /// 64 bits come out of a reader of JSON that has them, and as numbers if that is asked for.
  @Test func integersOfJSON() throws {
    let fields = "--fields=big,code,wide,id"
    let texts = try output("-n", "40", "-f", "jsonl", fields)
    #expect(texts.contains("\"big\":\"-9223372036854775808\""))
    #expect(texts.contains("\"big\":null") && texts.contains("\"id\":\"40\""))
    #expect(try texts == output("-n", "40", "-f", "jsonl", fields, "--json-integers=string"))
    let numbers = try output("-n", "40", "-f", "jsonl", fields, "--json-integers", "number")
    #expect(numbers.contains("\"big\":-9223372036854775808,\"code\":"))
    #expect(numbers.contains("\"id\":40}"))
    #expect(
      numbers
        == texts.replacing(#/"(-?\d+)"/#) { match in String(match.1) })
  }

  @Test func aTextForNull() throws {
    let options = ["--model", model, "-n", "3000", "--no-header", "--fields=big,=formula"]
    func rows(_ arguments: String...) throws -> [[String]] {
      let text = try Fakegen.run(Fakegen.path, options + arguments).output
      let path = try folder.write(text, to: "rows.csv")
      let parsed = try Fakegen.python(
        """
        import csv, json, sys
        print(json.dumps(list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))))
        """, path)
      return try JSONDecoder().decode([[String]].self, from: Data(parsed.output.utf8))
    }
    let plain = try rows()
    let marked = try rows("--null", "\\N")
    #expect(plain.contains { $0[0] == "" } && !marked.contains { $0[0] == "" })
    #expect(marked.map { [$0[0] == "\\N" ? "" : $0[0], $0[1]] } == plain)
    // What is no null but looks like one stands in quotes; with another null, empty texts do not.
    let raw = try output("-n", "3000", "--no-header", "--fields=big,=formula", "--null", "0")
    #expect(raw.contains("\n\"0\",") && raw.contains("\n0,"))
    #expect(raw.contains(",\"0\"\n") && !raw.contains(",\"\"\n") && raw.contains(",\n"))
    let empty = try output("-n", "3000", "--no-header", "--fields=big,=formula")
    #expect(empty.contains(",\"\"\n") && empty.contains("\n,"))
  }

  @Test func noCellIsAFormula() throws {
    let fields = ["=formula", "price", "big", "code", "select"]
    let options = ["--model", model, "-n", "2000", "--fields", fields.joined(separator: ",")]
    func table(_ arguments: String...) throws -> [[String]] {
      let text = try Fakegen.run(Fakegen.path, options + arguments).output
      let parsed = try Fakegen.python(
        """
        import csv, json, sys
        print(json.dumps(list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))))
        """, folder.write(text, to: "rows.csv"))
      return try JSONDecoder().decode([[String]].self, from: Data(parsed.output.utf8))
    }
    let plain = try table()
    let guarded = try table("--safe-spreadsheet")
    let special: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]
    #expect(guarded[0] == ["'=formula", "price", "big", "code", "select"])
    for start in special {
      #expect(plain.contains { $0[0].unicodeScalars.first == start }, "\(start)")
    }
    #expect(plain.contains { $0[1].hasPrefix("-") && $0[2].hasPrefix("-") })
    let expected = plain.map { row in
      row.enumerated().map { column, cell in
        guard column == 0 || column == 4, let first = cell.unicodeScalars.first else { return cell }
        return special.contains(first) ? "'" + cell : cell
      }
    }
    #expect(guarded == expected)
  }
}
