import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Tables that are joined by links, and those that cannot be.
@Suite struct LinkedTableTests {
  private static func named(
    _ name: String, _ columns: [(String, [String?])], key: String? = nil
  ) throws -> NamedTable {
    NamedTable(name: name, table: try makeTable(columns), key: key)
  }

  private static func link(
    _ child: String, _ column: String, _ parent: String, _ key: String
  ) -> TableLink {
    TableLink(child: child, column: column, parent: parent, key: key, origin: .option)
  }

  private static func customers() throws -> NamedTable {
    try named("customers", [("id", ["3", "1", "2"]), ("city", ["Oslo", "Roma", "Oslo"])])
  }

  private static func orders(_ customers: [String?] = ["1", "3", "1", "3"]) throws -> NamedTable {
    try named(
      "orders",
      [
        ("id", ["10", "11", "12", "13"]), ("customer_id", customers),
        ("pay", ["a", "b", "c", "d"]),
      ])
  }

  private static func items(_ orders: [String?] = ["12", "10", "12"]) throws -> NamedTable {
    try named("items", [("order_id", orders), ("n", ["5", "6", "7"])])
  }

  private func words(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// The texts of the columns of a list's elements, by row of the table around it.
  private func lists(_ column: String, of table: RawTable) throws -> [[[String?]]] {
    let index = try #require(table.header.firstIndex(of: column))
    let elements = try RawElements(of: index, in: table)
    let columns = elements.table.columns.filter { !$0.isList }
    return (0..<table.rowCount).map { row in
      (elements.starts[row]..<elements.starts[row + 1]).map { element in
        columns.map { $0.text(element) }
      }
    }
  }

  /// Whatever a link option says, there is a link between columns that are there, or one line.
  @Test func damagedOptions() throws {
    let tables = [try Self.customers(), try Self.orders(), try Self.items()]
    let texts = ["orders.customer_id=customers.id", "items.order_id=orders.id"]
    var random = SplitMix(seed: 20_261_129)
    let letters = Array("orders.customer_id=items\n\u{0}\u{FFFD}é\"' ".unicodeScalars)
    var links = 0
    for index in 0..<10_000 {
      var scalars = Array(texts[index % 2].unicodeScalars)
      for _ in 0..<Int.random(in: 1...3, using: &random) where !scalars.isEmpty {
        let place = Int.random(in: 0..<scalars.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: scalars[place] = letters[Int.random(in: 0..<letters.count, using: &random)]
        case 1: scalars.remove(at: place)
        case 2: scalars.insert(contentsOf: scalars[place...].prefix(7), at: place)
        default: scalars.removeSubrange(place...)
        }
      }
      let text = String(String.UnicodeScalarView(scalars))
      do throws(LinkError) {
        let link = try TableLink(text, tables: tables)
        links += 1
        for (name, column) in [(link.child, link.column), (link.parent, link.key)] {
          #expect(tables.contains { $0.name == name && $0.table.header.contains(column) })
        }
      } catch {
        #expect(!error.description.contains("\n"), "\(text.debugDescription)")
      }
    }
    #expect(links < 10_000)
  }

  @Test func rowsLieInThoseOfTheirParents() throws {
    let joined = try JoinedTables(
      [Self.items(), Self.customers(), Self.orders()], links: [])
    #expect(joined.table.header == ["id", "city", "orders"])
    #expect(joined.table.texts("id") == ["3", "1", "2"])
    #expect(
      try lists("orders", of: joined.table) == [
        [["11", "b"], ["13", "d"]], [["10", "a"], ["12", "c"]], [],
      ])
    let orders = try RawElements(of: 2, in: joined.table).table
    #expect(orders.header == ["id", "pay", "items"])
    #expect(try lists("items", of: orders) == [[], [], [["6"]], [["5"], ["7"]]])
    #expect(joined.tables.map(\.name) == ["customers", "orders", "items"])
    #expect(joined.tables.map(\.path) == [[], ["orders"], ["orders", "items"]])
    #expect(joined.tables.map(\.key) == ["id", "id", nil])
    #expect(joined.tables[1].columnsBefore == ["id"])
    // What was found is said.
    #expect(joined.notes.contains { $0.hasPrefix("link orders.customer_id=customers.id: taken") })
    #expect(joined.path(of: "items.n") == "orders.items.n")
    #expect(joined.path(of: "customers.city") == "city")
    #expect(joined.path(of: "city") == "city")
  }

  /// A sample of the first table's rows has their own rows and no others.
  @Test func sampledRowsKeepTheirOwn() throws {
    let count = 200
    let parents = try Self.named(
      "parents", [("id", (0..<count).map(String.init)), ("x", (0..<count).map { "x\($0)" })])
    let children = try Self.named(
      "children",
      [
        ("parent_id", (0..<3 * count).map { String($0 % count) }),
        ("y", (0..<3 * count).map { "y\($0 % count)" }),
      ])
    let joined = try JoinedTables([parents, children], links: [], limit: 50, seed: 7)
    #expect(joined.table.rowCount == 50)
    let lists = try lists("children", of: joined.table)
    for (row, id) in joined.table.texts("id").enumerated() {
      #expect(lists[row] == Array(repeating: ["y\(id ?? "")"], count: 3))
    }
  }

  @Test func rowsWithoutParentsAreCounted() throws {
    let joined = try JoinedTables(
      [Self.customers(), Self.orders(["1", nil, "9", "9"])],
      links: [Self.link("orders", "customer_id", "customers", "id")])
    #expect(try lists("orders", of: joined.table) == [[], [["10", "a"]], []])
    #expect(
      joined.notes == [
        "orders.customer_id=customers.id: left out 1 rows of 'orders' with nothing in "
          + "'customer_id', the first at table:2",
        "orders.customer_id=customers.id: left out 2 rows of 'orders' whose 'customer_id' is in no "
          + "row of 'customers.id', the first at table:3",
      ])
    #expect(
      words {
        _ = try JoinedTables(
          [Self.customers(), Self.orders(["7", "8", "9", nil])],
          links: [Self.link("orders", "customer_id", "customers", "id")])
      }.contains("expected values of 'customers.id', found none in 4 rows of 'orders'"))
  }

  @Test func tablesThatStayAsTheyAre() throws {
    let products = try Self.named("products", [("id", ["1", "2", "3"]), ("p", ["x", "y", "z"])])
    let items = try Self.named(
      "items",
      [
        ("order_id", ["10", "11", "12", "13"]), ("product_id", ["2", nil, "3", "8"]),
        ("n", ["1", "2", "3", "4"]),
      ])
    let joined = try JoinedTables(
      [Self.customers(), Self.orders(), items, products],
      links: [
        Self.link("items", "order_id", "orders", "id"),
        Self.link("items", "product_id", "products", "id"),
      ])
    #expect(joined.lookups == ["products"])
    #expect(joined.tables.map(\.name) == ["customers", "orders", "items"])
    #expect(joined.references == ["orders.items.product_id"])
    #expect(joined.tables[2].references.map(\.isInteger) == [true])
    // A row whose product there is not is left out, and its order keeps its place.
    let orders = try RawElements(of: 2, in: joined.table).table
    #expect(
      try lists("items", of: orders) == [[[nil, "2"]], [], [["2", "1"]], [["3", "3"]]])
    #expect(
      joined.notes.contains {
        $0.contains("left out 1 rows of 'items' whose value is no key of 'products'")
      })
    let options = joined.options(InferenceOptions(exclude: ["items.n"]))
    #expect(options.kinds["orders.items.product_id"] == .category)
    #expect(options.kinds["id"] == .key(nil) && options.kinds["orders.id"] == .key(nil))
    #expect(options.exclude == ["orders.items.n"])
  }

  /// Of two parents the one of most rows has the rows, unless a person says otherwise.
  @Test func theParentOfMostRows() throws {
    let staff = try Self.named("staff", [("id", ["1", "2"]), ("s", ["x", "y"])])
    let orders = try Self.named(
      "orders",
      [("customer_id", ["1", "2", "3"]), ("staff_id", ["1", "2", "1"]), ("n", ["1", "2", "3"])])
    let joined = try JoinedTables([Self.customers(), staff, orders], links: [])
    #expect(joined.tables.map(\.name) == ["customers", "orders"] && joined.lookups == ["staff"])
    let other = try JoinedTables(
      [Self.customers(), staff, orders],
      links: [Self.link("orders", "staff_id", "staff", "id")])
    #expect(other.tables.map(\.name) == ["staff", "orders"] && other.lookups == ["customers"])
    let wanted = try JoinedTables(
      [Self.customers(), staff, orders], links: [], lookups: ["customers"])
    #expect(wanted.tables.map(\.name) == ["staff", "orders"] && wanted.lookups == ["customers"])
  }

  @Test func namesAloneAreNoLink() throws {
    // 4 is no customer.
    #expect(
      words {
        _ = try JoinedTables([Self.customers(), Self.orders(["1", "3", "1", "4"])], links: [])
      } == "tables customers and orders: expected a link between them, as in --link "
        + "orders.customers_id=customers.id, found none; learn them one by one, or name what stays "
        + "as it is with --lookup")
    #expect(
      words {
        _ = try JoinedTables(
          [Self.customers(), Self.orders()], links: [], unlinked: ["orders.customer_id"])
      }.contains("expected a link between them"))
  }

  @Test func whatCannotBeJoined() throws {
    let people = try Self.named("people", [("id", ["1", "2"]), ("boss", ["2", "1"])])
    let selfLink = words {
      _ = try JoinedTables([people], links: [Self.link("people", "boss", "people", "id")])
    }
    #expect(selfLink.contains("people.boss=people.id: expected a link to another table"))
    #expect(selfLink.contains("--no-link people.boss"))

    let (a, b) = (
      try Self.named("a", [("id", ["1", "2"]), ("b", ["1", "2"])]),
      try Self.named("b", [("id", ["1", "2"]), ("a", ["1", "2"])])
    )
    #expect(
      words {
        _ = try JoinedTables(
          [a, b], links: [Self.link("a", "b", "b", "id"), Self.link("b", "a", "a", "id")])
      }.contains("expected links that end at one table, found a circle"))

    // Many to many.
    let marks = try Self.named(
      "marks", [("city", ["Oslo", "Oslo", "Roma"]), ("m", ["1", "2", "3"])])
    let many = words {
      _ = try JoinedTables(
        [Self.customers(), marks], links: [Self.link("marks", "city", "customers", "city")])
    }
    #expect(many.contains("table:3: column 'city': expected a key that no other row has"))
    #expect(many.contains("found 'Oslo' again") && many.contains("a row for each pair of keys"))

    let second = words {
      _ = try JoinedTables(
        [
          Self.customers(), Self.orders(),
          Self.named(
            "items",
            [("order_id", ["10", "11"]), ("customer_id", ["1", "2"]), ("n", ["1", "2"])]),
        ], links: [])
    }
    #expect(second.contains("expected no second link among such; --lookup"))

    let taken = try Self.named(
      "customers", [("id", ["1", "2", "3"]), ("orders", ["1", "2", "3"])])
    #expect(
      words { _ = try JoinedTables([taken, Self.orders()], links: []) }.contains(
        "table 'customers': it has a column 'orders', the name of a table linked to it"))
    #expect(
      words { _ = try JoinedTables([Self.customers(), Self.customers()], links: []) }.contains(
        "two tables are called 'customers'"))
    #expect(
      words { _ = try JoinedTables([Self.customers()], links: [], lookups: ["x"]) }.contains(
        "--lookup: no table 'x'; there are customers"))
    #expect(
      words { _ = try TableLink("orders.customer=customers.id", tables: [Self.customers()]) }
        .contains("--link orders.customer=customers.id: expected TABLE.COLUMN=TABLE.KEY"))
    let link = try TableLink(
      "orders.customer_id=customers.id", tables: [Self.orders(), Self.customers()])
    #expect(link == Self.link("orders", "customer_id", "customers", "id"))
  }

  @Test func limitsAreToldByName() throws {
    let parents = try Self.named("parents", [("id", ["1", "2"]), ("x", ["a", "b"])])
    let children = try Self.named(
      "children",
      [
        ("parent_id", Array(repeating: "2", count: 4_097)),
        ("y", Array(repeating: "y", count: 4_097)),
      ])
    #expect(
      words { _ = try JoinedTables([parents, children], links: []) }.contains(
        "expected at most 4096 rows of 'children' for one of 'parents', found 4097 for '2'"))
    // 100 rows each of which has 50 at most are 5,000.
    let some = try Self.named(
      "children",
      [("id", (0..<100).map(String.init)), ("parent_id", Array(repeating: "2", count: 100))])
    let grand = try Self.named(
      "toys",
      [("child_id", Array(repeating: "7", count: 50)), ("z", Array(repeating: "z", count: 50))])
    let words = words {
      _ = try JoinedTables(
        [parents, some, grand],
        links: [Self.link("toys", "child_id", "children", "id")])
    }
    #expect(words.contains("a row of 'parents' would have room for 5000 rows of other tables"))
    #expect(words.contains("up to 100 of 'children' with 2 columns, up to 50 of 'toys'"))
  }

  /// A first table, and others whose rows all lie in one row of the one before.
  private static func chain(_ count: Int, rows: Int) throws -> [NamedTable] {
    try (0..<count).map { number in
      let rows = number == 0 ? 1 : rows
      return try named(
        "t\(number)",
        [
          ("id", (0..<rows).map(String.init)),
          (number == 0 ? "x" : "t\(number - 1)_id", Array(repeating: "0", count: rows)),
        ])
    }
  }

  @Test func chainsThatAreTooLong() throws {
    // 4,096 to the power of 6 is more than 64 bits hold.
    let tables = try Self.chain(7, rows: 4_096)
    let links = (1..<7).map { Self.link("t\($0)", "t\($0 - 1)_id", "t\($0 - 1)", "id") }
    #expect(
      words { _ = try JoinedTables(tables, links: links) }.contains(
        "a row of 't0' would have room for 1099511627776 rows of other tables"))
    let deep = try Self.chain(8, rows: 1)
    let deepLinks = (1..<8).map { Self.link("t\($0)", "t\($0 - 1)_id", "t\($0 - 1)", "id") }
    #expect(
      words { _ = try JoinedTables(deep, links: deepLinks) }.contains(
        "tables t0, t1, t2, t3, t4, t5, t6, t7: expected at most 7 whose rows lie in one another, "
          + "found 8"))
    #expect(
      words { _ = try JoinedTables(Array(deep[..<7]), links: Array(deepLinks[..<6])) } == "")
  }

  @Test func moreTablesThanAModelHas() throws {
    let root = try Self.named("root", [("id", ["1", "2"]), ("x", ["a", "b"])])
    func joined(_ count: Int) throws -> JoinedTables {
      let others = try (0..<count).map {
        try Self.named("t\($0)", [("of", ["1", "2"]), ("y", ["a", "b"])])
      }
      return try JoinedTables(
        [root] + others, links: (0..<count).map { Self.link("t\($0)", "of", "root", "id") })
    }
    #expect(try joined(63).tables.count == 64)
    #expect(
      words { _ = try joined(64) }.contains(
        "--table: expected at most 64 tables that are made anew, found 65"))
  }

  @Test func namesThatDifferInCaseAlone() throws {
    var other = try Self.orders()
    other.name = "Orders"
    let tables = [try Self.customers(), try Self.orders(), other]
    #expect(
      words { _ = try JoinedTables(tables, links: []) }.contains("two tables are called 'Orders'"))
  }

  /// Rows are told by the file that they stood in, whichever table is given first.
  @Test func placesAreThoseOfTheRows() throws {
    var (customers, orders) = (try Self.customers(), try Self.orders())
    customers.table.files = ["customers.csv"]
    orders.table.files = ["orders.csv"]
    let joined = try JoinedTables([orders, customers], links: [])
    #expect(joined.table.place(2) == "customers.csv:3")
    let elements = try RawElements(of: 2, in: joined.table).table
    #expect((0..<4).map(elements.place) == [2, 4, 1, 3].map { "orders.csv:\($0)" })
    // Both orders of a customer count as one row.
    #expect(elements.groups == [0, 0, 1, 1])
  }

  @Test func rowsOfRowsThatAreLeftOutAreCounted() throws {
    let staff = try Self.named("staff", [("id", ["1", "2"]), ("s", ["x", "y"])])
    let orders = try Self.named(
      "orders",
      [
        ("id", ["10", "11", "12"]), ("customer_id", ["1", "2", "3"]),
        ("staff_id", ["1", "9", "2"]),
        ("n", ["1", "2", "3"]),
      ])
    let joined = try JoinedTables(
      [
        Self.customers(), staff, orders, Self.items(["11", "10", "11", "12"].prefix(3).map { $0 }),
      ],
      links: [
        Self.link("orders", "customer_id", "customers", "id"),
        Self.link("orders", "staff_id", "staff", "id"),
        Self.link("items", "order_id", "orders", "id"),
      ])
    #expect(
      joined.notes.contains(
        "items.order_id=orders.id: left out 2 rows of 'items' whose row of 'orders' is left out, "
          + "the first at table:1"))
  }

  /// What a table that stays as it is refers to is nothing to the model.
  @Test func lookupsMayReferToThemselves() throws {
    let products = try Self.named(
      "products", [("id", ["1", "2", "3"]), ("parent_id", ["2", "3", "1"])])
    let items = try Self.named(
      "items",
      [
        ("order_id", ["10", "11", "12"]), ("product_id", ["2", "1", "3"]), ("n", ["1", "2", "3"]),
      ])
    let links = [
      Self.link("products", "parent_id", "products", "id"),
      Self.link("items", "order_id", "orders", "id"),
      Self.link("items", "product_id", "products", "id"),
    ]
    let joined = try JoinedTables(
      [Self.customers(), Self.orders(), items, products], links: links)
    #expect(joined.lookups == ["products"])
  }

  @Test func declaredTypesOfReferences() throws {
    func reference(_ type: String?, _ keys: [String] = ["1", "2", "3"]) throws -> [Bool] {
      var products = try Self.named("products", [("id", keys), ("p", ["x", "y", "z"])])
      products.types = type.map { ["id": $0] } ?? [:]
      let items = try Self.named("items", [("product", [keys[1], keys[0]]), ("n", ["1", "2"])])
      let joined = try JoinedTables(
        [items, products], links: [Self.link("items", "product", "products", "id")],
        lookups: ["products"])
      let found = try #require(joined.tables[0].references.first)
      return [found.isInteger, found.isDeclared]
    }
    #expect(try reference(nil) == [true, false])
    #expect(try reference("bigint") == [true, true])
    #expect(try reference("TEXT") == [false, true])
    #expect(try reference("character varying", ["a", "b", "c"]) == [false, true])
    #expect(try reference("uuid", ["a", "b", "c"]) == [false, false])
  }

  /// One table without links is printed as one.
  @Test func aTableByItself() throws {
    let joined = try JoinedTables([Self.customers()], links: [])
    let plan = try TablePlan(table: joined.table, options: joined.options(InferenceOptions()))
    #expect(try joined.linkedTables(of: plan) == nil)
  }

  @Test func aLinkOfAKey() throws {
    let children = try Self.named(
      "children", [("id", ["1", "2", "3"]), ("y", ["a", "b", "c"])], key: "id")
    let toys = try Self.named("toys", [("child_id", ["1", "2"]), ("z", ["a", "b"])])
    #expect(
      words {
        _ = try JoinedTables(
          [Self.customers(), children, toys],
          links: [
            Self.link("children", "id", "customers", "id"),
            Self.link("toys", "child_id", "children", "id"),
          ])
      }.contains("children.id=customers.id: expected a link of a column that no other link goes to")
    )
  }
}
