import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Values that follow by rules")
struct RuleValueTests {
  /// A table's leaves: a date, an amount, a city, a total, a hidden week and weekday.
  private let schema = RecordSchema(
    messageName: "M",
    leaves: [
      Leaf(path: "day", column: "DAY", kind: .moment(layout: "%d.%m.%Y"), isOptional: true),
      Leaf(path: "price", column: "PRICE", kind: .real(decimals: 2), isOptional: false),
      Leaf(path: "city", column: "CITY", kind: .text, isOptional: true),
      Leaf(path: "week", column: "week", kind: .integer, isOptional: true),
      Leaf(path: "weekday", column: "weekday", kind: .integer, isOptional: true),
      Leaf(path: "state", column: "STATE", kind: .text, isOptional: true),
      Leaf(path: "total", column: "TOTAL", kind: .real(decimals: 1), isOptional: false),
    ], columns: [0, 1, 2, 5, 6], root: .tuple(name: "", elements: []),
    derived: [
      RuledLeaf(
        leaf: 0,
        rule: .sum(
          terms: [.init(leaf: 3, factor: 604_800), .init(leaf: 4, factor: 86_400)],
          constant: -259_200)),
      RuledLeaf(
        leaf: 5,
        rule: .lookup(
          leaf: 2,
          entries: [
            .init(key: .text("Rome"), value: .text("Lazio")),
            .init(key: .text("\u{212A}"), value: .text("kelvin")),
            .init(key: .text("K"), value: .text("letter")), .init(key: .null, value: .text("none")),
          ])),
      RuledLeaf(leaf: 6, rule: .sum(terms: [.init(leaf: 1, factor: 3)], constant: 10)),
    ],
    hidden: [
      RuledLeaf(
        leaf: 3, rule: .digit(leaf: 0, offset: -259_200, unit: 604_800, count: nil)),
      RuledLeaf(leaf: 4, rule: .digit(leaf: 0, offset: -259_200, unit: 86_400, count: 7)),
    ])

  private func read(_ text: String, name: String = "t.csv", skipBad: Int = 0) throws -> Table {
    let folder = try TemporaryFolder()
    return try readTable(
      path: folder.write(text, to: name), schema: schema, reading: TableReading(skipBad: skipBad))
  }

  @Test("Hidden leaves are computed when a table is read; the table need not have them")
  func hiddenLeaves() throws {
    #expect(schema.ruleProblem == nil)
    let table = try read(
      "TOTAL,DAY,PRICE,CITY,STATE\n9.0,05.01.1970,1.25,Rome,Lazio\n1.0,,2,,\n1.0,31.12.1969,2,,\n")
    #expect(table.schema.columns == [6, 0, 1, 2, 5])
    #expect(
      table.records[0].values == [
        .integer(345_600), .real(1.25), .text("Rome"), .integer(1), .integer(0), .text("Lazio"),
        .real(9),
      ])
    #expect(table.records[1].values[0...4] == [.null, .real(2), .null, .null, .null])
    #expect(table.records[2].values[3...4] == [.integer(0), .integer(2)])
    let lines = try read(
      #"{"day":"05.01.1970","price":1.25,"city":"Rome","week":"x","total":9}"# + "\n",
      name: "t.jsonl")
    #expect(lines.records[0].values[3...4] == [.integer(1), .integer(0)])
  }

  @Test("A moment that is none is told with one that is")
  func badMoments() throws {
    let table = try read(
      "TOTAL,DAY,PRICE,CITY,STATE\n1,31.04.1970,2,,\n1,01.01.1970,2,,\n", skipBad: 1)
    #expect(table.records.count == 1)
    #expect(
      table.skipped.map(\.problem.description)
        == [#"expected a moment like 31.01.2024 (%d.%m.%Y), found "31.04.1970""#])
  }

  @Test("Records are written with moments and without hidden leaves, and read again")
  func writing() throws {
    let table = try read("TOTAL,DAY,PRICE,CITY,STATE\n9.0,05.01.1970,1.25,Rome,Lazio\n")
    for format in [TableFormat.csv, .jsonLines] {
      let formatter = RecordFormatter(schema: table.schema, format: format)
      let text = formatter.header + formatter.line(table.records[0])
      #expect(
        text.contains(format == .csv ? "\n9.0,05.01.1970," : #"{"day":"05.01.1970","price":"#))
      #expect(!text.contains("week"))
      let again = try read(text, name: format == .csv ? "t.csv" : "t.jsonl")
      #expect(again.records == table.records)
    }
  }

  @Test("Rules over values")
  func rules() {
    func record(_ price: FieldValue, _ city: FieldValue = .null) -> Record {
      Record(values: [.null, price, city, .null, .null, .null, .null])
    }
    func result(_ leaf: Int, _ record: Record) -> FieldValue {
      let ruled = schema.derived.first { $0.leaf == leaf }
      guard let ruled else { return .null }
      return value(
        of: ruled.rule, kind: schema.leaves[leaf].kind, in: record, schema: schema)
    }
    // 0.29 is 28.999... hundredths in binary.
    #expect(result(6, record(.real(0.29))) == .real(9.7))
    #expect(result(6, record(.null)) == .null)
    #expect(result(5, record(.null, .text("K"))) == .text("letter"))
    #expect(result(5, record(.null, .text("\u{212A}"))) == .text("kelvin"))
    #expect(result(5, record(.null, .text("Paris"))) == .null)
    #expect(result(5, record(.null, .null)) == .text("none"))
    func digit(_ number: Int64, _ offset: Int64, _ unit: Int64, _ count: Int64?) -> FieldValue {
      value(
        of: .digit(leaf: 3, offset: offset, unit: unit, count: count), kind: .integer,
        in: Record(values: [.null, .null, .null, .integer(number)]), schema: schema)
    }
    #expect(digit(-1, 0, 10, nil) == .integer(-1))
    #expect(digit(-1, 0, 10, 7) == .integer(6))
    #expect(digit(19, 5, 10, nil) == .integer(1))
    #expect(digit(.min, 1, 1, nil) == .integer(.max))
    var copy = record(.real(1), .text("Rome"))
    copy.compute(schema.derived, schema: schema)
    #expect(copy.values[5...6] == [.text("Lazio"), .real(31)])
  }

  @Test("What rules cannot be")
  func problems() {
    func problem(_ change: (inout RecordSchema) -> Void) -> String {
      var changed = schema
      change(&changed)
      return changed.ruleProblem ?? "none"
    }
    for (found, expected) in [
      (problem { $0.derived[0].leaf = 9 }, "its derived leaves should be distinct leaves"),
      (problem { $0.derived[1].leaf = 0 }, "its derived leaves should be distinct leaves"),
      (
        problem { $0.derived[0].rule = .sum(terms: [.init(leaf: 6, factor: 1)], constant: 0) },
        "day should come after total, which it follows from"
      ),
      (
        problem { $0.derived[0].rule = .sum(terms: [.init(leaf: 2, factor: 1)], constant: 0) },
        "day is a sum, which numbers alone have"
      ),
      (
        problem { $0.derived[0].rule = .digit(leaf: 3, offset: 0, unit: 0, count: nil) },
        "day should have a unit and a count of 1 or more"
      ),
      (
        problem {
          $0.derived[0].rule = .lookup(leaf: 2, entries: [.init(key: .integer(1), value: .null)])
        },
        "day has a table whose values are not those of city and its own"
      ),
      (
        problem {
          $0.derived[1].rule = .lookup(
            leaf: 2, entries: [.init(key: .null, value: .null), .init(key: .null, value: .null)])
        }, "state has a table with a value twice"
      ),
      (
        problem {
          $0.derived[1].rule = .key(
            .sequence(prefix: "", start: 0, step: 1, width: 0, suffix: ""))
        }, "state is a key, which is never null"
      ),
      (
        problem {
          $0.derived[2].rule = .key(
            .sequence(prefix: "", start: 0, step: 1, width: 0, suffix: ""))
        }, "total is a key, which only a text or an integer can be"
      ),
      (problem { $0.hidden[0].leaf = 1 }, "price is hidden, which only an integer"),
      (
        problem { $0.hidden[0].rule = .sum(terms: [.init(leaf: 4, factor: 1)], constant: 0) },
        "week should come after weekday, which it is computed from"
      ),
      (
        problem { $0.leaves[0].kind = .moment(layout: "%Q") }, "the layout '%Q' of day has '%Q'"
      ),
    ] {
      #expect(found.hasPrefix(expected), "\(found), expected \(expected)")
    }
  }

  @Test("A schema shows what follows from what")
  func description() {
    let text = schema.describe()
    for line in [
      "  day = 604800 * week + 86400 * weekday - 259200\n",
      "  state: by a table of 4 values of city\n", "  total = 3 * price + 10\n",
      "  week = (day + 259200) / 604800\n", "  weekday = (day + 259200) / 86400 modulo 7\n",
    ] {
      #expect(text.contains(line), "\(text)")
    }
  }
}
