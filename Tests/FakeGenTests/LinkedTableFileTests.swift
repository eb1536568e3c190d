import FakeGen
import TestModels
import Testing

/// What a model file says of its tables, and what of it is refused.
@Suite struct LinkedTableFileTests {
  @Test func tablesAreKept() throws {
    let tables = try #require(try Model(bytes: LinkedModel.bytes).content.tables).tables
    #expect(tables.map(\.name) == ["shops", "sales", "parts"])
    #expect(tables.map(\.key) == [1, 0, 2])
    #expect(tables[2].link?.parent == 1 && tables[2].link?.list == 2)
    #expect(tables[1].link?.column == "shop" && tables[1].link?.place == 1)
    #expect(tables[2].references.map(\.table) == ["colors"])
    #expect(tables[2].references.map(\.isInteger) == [true])
  }

  @Test func spellingsOfListsAreKept() throws {
    let model = try Model(bytes: LinkedModel.bytes)
    guard case .list(let sales) = model.columns[2].kind else {
      Issue.record("sales are a list")
      return
    }
    #expect(sales.columns.map { $0.spelling?.prefix } == [nil, Array("$".utf8), nil])
    #expect(model.content.encoded() == LinkedModel.bytes)
  }

  /// Elements' keys are told apart over all rows, whichever are made together.
  @Test func keysAreDistinctOverRows() throws {
    let model = try Model(bytes: LinkedModel.bytes)
    var generator = Generator(model: model, seed: 3)
    var keys: Set<Field> = []
    var count = 0
    for row in Array(0..<400 as Range<UInt64>) + Array(1_000_000..<1_000_100 as Range<UInt64>) {
      guard case .list(let sales) = try generator.row(row).fields[2] else { continue }
      for sale in sales {
        keys.insert(sale.fields[0])
        count += 1
        guard case .list(let parts) = sale.fields[2] else { continue }
        for part in parts {
          keys.insert(part.fields[2])
          count += 1
        }
      }
    }
    #expect(count > 200 && keys.count == count)
  }

  @Test(arguments: [
    "", ".hidden", "a/b", "a\\b", "a\u{0}b", "a\nb", String(repeating: "n", count: 129),
  ])
  func namesOfNoFiles(name: String) {
    let bytes = LinkedModel.bytes { $0.tables[1].name = name }
    #expect {
      try Model(bytes: bytes)
    } throws: {
      "\($0)".contains("section tables: a table's name is none of a file")
    }
  }

  private func words(_ change: (inout LinkedTables) -> Void) -> String {
    do {
      _ = try Model(bytes: LinkedModel.bytes(change))
      return ""
    } catch {
      return error.description
    }
  }

  @Test func linksThatCannotBe() {
    #expect(words { _ in } == "")
    let refused: [(String, (inout LinkedTables) -> Void)] = [
      ("two tables are called sales", { $0.tables[2].name = "sales" }),
      ("two tables are called SALES", { $0.tables[2].name = "SALES" }),
      ("the key of table shops is not made by a rule", { $0.tables[0].key = 0 }),
      ("the key of table sales is not made by a rule", { $0.tables[1].key = 1 }),
      ("the key of table parts is not made by a rule", { $0.tables[2].key = 0 }),
      ("table sales is in no list of messages", { $0.tables[1].link?.list = 0 }),
      ("table sales is in no list of messages", { $0.tables[1].link?.list = 3 }),
      ("fewer columns than 4", { $0.tables[1].link?.place = 4 }),
      ("has no name", { $0.tables[1].link?.column = "" }),
      ("two columns of the name", { $0.tables[1].link?.column = "price" }),
      ("table shops has no key for sales", { $0.tables[0].key = nil }),
      ("the key of table shops is a list", { $0.tables[0].key = 2 }),
      ("expected a number in 0...3, found 4", { $0.tables[2].key = 3 }),
      ("expected a number in 0...1, found 2", { $0.tables[2].link?.parent = 2 }),
      ("expected a number in 0...2, found 3", { $0.tables[2].references[0].column = 3 }),
      (
        "a reference of table sales is a list",
        {
          $0.tables[1].references = [.init(column: 2, table: "t", key: "k", isInteger: false)]
        }
      ),
      (
        "two tables are in one list",
        { tables in
          tables.tables.append(tables.tables[2])
          tables.tables[3].name = "again"
        }
      ),
    ]
    for (reason, change) in refused {
      let found = words(change)
      #expect(found.contains(reason), "expected \(reason), found \(found)")
    }
  }
}
