import Foundation
import TestSupport
import Testing

/// From made-up linked tables, as files and as a database, to the tables of the model.
@Suite struct LearnLinkedTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var random = SplitMix(seed: 11)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    var (customers, orders, items) = (["id,kind"], ["id,pay,customer_id"], ["order_id,product,n"])
    for customer in 1...300 {
      let isShop = below(3) == 0
      customers.append("\(customer),\(isShop ? "shop" : "home")")
      for _ in 0..<(isShop ? 2 + below(2) : below(2)) {
        let order = 5_000 + orders.count
        orders.append("\(order),\(isShop ? "bill" : "card"),\(customer)")
        for _ in 0..<(1 + below(2)) {
          items.append("\(order),\(isShop ? 7 : 8),\(isShop ? 10 + below(5) : 1 + below(5))")
        }
      }
    }
    for (name, lines) in [("customers", customers), ("orders", orders), ("items", items)] {
      _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "\(name).csv")
    }
    _ = try folder.write("id,name\n7,big\n8,small\n9,other\n", to: "products.csv")
  }

  private func learn(_ arguments: [String]) throws -> RunResult {
    try runBuilt(
      "trainer",
      ["learn", "-o", folder.path("shop"), "--size", "small", "--set", "steps=60", "--overwrite"]
        + arguments)
  }

  private var tables: [String] {
    ["customers", "orders", "items"].flatMap { ["--table", folder.path("\($0).csv")] }
  }

  private func rows(_ name: String) throws -> [[String]] {
    try folder.readText(name).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func tablesAreLearned() throws {
    let learned = try learn(
      tables + ["--lookup", folder.path("products.csv"), "--link", "items.product=products.id"])
    #expect(learned.status == 0, "\(learned.error)")
    #expect(learned.error.contains("link orders.customer_id=customers.id: taken for one"))
    #expect(learned.error.contains("table 'products' stays as it is"))
    var (customers, orders, items) = ([[String]](), [[String]](), [[String]]())
    // Shards, and rows far behind them.
    for range in [["--shard", "1/2"], ["--shard", "2/2"], ["--start", "1000000000"]] {
      let made = try runBuilt(
        "fakegen",
        ["--model", folder.path("shop.fakegen"), "-n", "400", "-o", folder.path("out") + "/"]
          + range)
      #expect(made.status == 0, "\(made.error)")
      customers += try rows("out/customers.csv")
      orders += try rows("out/orders.csv")
      items += try rows("out/items.csv")
    }
    #expect(customers.count == 800 && orders.count > 100 && items.count > 100)
    let (ids, numbers) = (Set(customers.map { $0[0] }), Set(orders.map { $0[0] }))
    #expect(ids.count == customers.count && numbers.count == orders.count)
    #expect(orders.allSatisfy { ids.contains($0[2]) })
    #expect(items.allSatisfy { numbers.contains($0[0]) })
    #expect(Set(items.map { $0[1] }).isSubset(of: ["7", "8"]))
  }

  @Test func wrongUse() throws {
    let both = try learn([folder.path("items.csv")] + tables)
    #expect(
      both.status == 2 && both.error.contains("--table: expected linked tables with --table each"))
    let none = try learn([])
    #expect(none.status == 2 && none.error.contains("expected a file with a table"))
    let link = try learn(tables + ["--link", "orders.x=customers.id"])
    #expect(
      link.status == 1 && link.error.contains("--link orders.x=customers.id: expected TABLE.COLUMN")
    )
    let kind = try learn(tables + ["--kind", "customers.id=category"])
    #expect(kind.status == 1 && kind.error.contains("column 'customers.id': expected a key"))
  }

  @Test func databasesSayWhatIsLinked() throws {
    let script = """
      CREATE TABLE owner (code TEXT PRIMARY KEY, town TEXT, photo BLOB);
      CREATE TABLE "pet animal" (tag INTEGER PRIMARY KEY, mine TEXT REFERENCES owner, kind TEXT);
      .import --csv --skip 1 \(folder.path("owner.csv")) owner
      .import --csv --skip 1 \(folder.path("pet.csv")) "pet animal"
      """
    let owners = (0..<60).map { "C\(100 + $0),\(["Oslo", "Roma"][$0 % 2]),x" }
    let pets = (0..<90).map { "\($0 + 1),C\(100 + $0 % 45),\(["cat", "dog"][$0 % 2])" }
    _ = try folder.write(
      "code,town,photo\n" + owners.joined(separator: "\n") + "\n", to: "owner.csv")
    _ = try folder.write("tag,mine,kind\n" + pets.joined(separator: "\n") + "\n", to: "pet.csv")
    let path = folder.path("pets.db")
    let made = try run("sqlite3", ["-bail", path], input: folder.write(script, to: "make.sql"))
    #expect(made.status == 0)
    let message = try runBuilt("trainer", ["infer", path])
    #expect(message.status == 0, "\(message.error)")
    #expect(message.error.contains("column 'owner.photo' is left out: it holds bytes"))
    #expect(message.output.contains("message Pets {"))
    #expect(message.output.contains("[json_name = \"pet animal\", (fakegen.kind) = \"list\"]"))
    #expect(message.output.contains("(fakegen.kind) = \"key"), "\(message.output)")
    #expect(!message.output.contains("mine"))
    let one = try runBuilt("trainer", ["infer", path, "--table", "owner"])
    #expect(one.status == 0 && !one.output.contains("pet animal"), "\(one.error)")
    let none = try runBuilt("trainer", ["infer", path, "--table", "cat"])
    #expect(none.status == 1 && none.error.contains("expected a table of the database"))
  }

  /// A pipe is read once, from its beginning.
  @Test func aPipeIsReadWhole() throws {
    let whole = try runBuilt("trainer", ["infer", "--message", "A", folder.path("items.csv")])
    let pipe = try run(
      "bash",
      [
        "-c", #""$0" infer --message A <(cat "$1")"#, builtProgram("trainer"),
        folder.path("items.csv"),
      ])
    #expect(pipe.status == 0 && whole.status == 0)
    func fields(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { !$0.contains("//") }
    }
    #expect(fields(String(decoding: pipe.output, as: UTF8.self)) == fields(whole.output))
  }

  private func database(_ script: String) throws -> String {
    let path = folder.path("made.db")
    let made = try run("sqlite3", ["-bail", path], input: folder.write(script, to: "make.sql"))
    #expect(made.status == 0)
    return path
  }

  /// SQLite takes names in any case; empty tables and columns of bytes leave their links behind.
  @Test func databasesLeaveOutWhatIsNothing() throws {
    let path = try database(
      """
      CREATE TABLE customers (id INTEGER PRIMARY KEY, kind TEXT, note TEXT);
      CREATE TABLE orders (
        number INTEGER PRIMARY KEY, who INTEGER REFERENCES Customers(ID), pay TEXT,
        photo BLOB REFERENCES pictures(id));
      CREATE TABLE pictures (id BLOB PRIMARY KEY, t TEXT);
      CREATE TABLE empties (id INTEGER PRIMARY KEY, who INTEGER REFERENCES customers);
      WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 60)
        INSERT INTO customers SELECT x, CASE x % 3 WHEN 0 THEN 'shop' ELSE 'home' END, 'n' || x % 2 FROM c;
      INSERT INTO orders SELECT 100 + id, 1 + id * 7 % 45, CASE id % 2 WHEN 0 THEN 'bill' ELSE 'card' END,
        NULL FROM customers;
      INSERT INTO pictures SELECT x'00', 't';
      """)
    let message = try runBuilt(
      "trainer",
      ["infer", path, "--table", "customers", "--table", "orders", "--table", "empties"]
        + ["--exclude", "customers.note"])
    #expect(message.status == 0, "\(message.error)")
    #expect(message.error.contains("table 'empties' is left out: it has no rows"))
    #expect(message.error.contains("'orders.photo', which refers to 'pictures', is no link"))
    #expect(message.output.contains("Orders"))
    #expect(!message.output.contains("who") && !message.output.contains("note"))
    let none = try runBuilt("trainer", ["infer", path, "--table", "empties"])
    #expect(none.status == 1 && none.error.contains("expected tables with rows, found none"))
  }

  /// A table by itself is one like others, with its declared key; a row of null alone is one.
  @Test func databasesWithOneTable() throws {
    let path = try database(
      """
      CREATE TABLE people (tag INTEGER PRIMARY KEY, boss INTEGER REFERENCES people, town TEXT);
      CREATE TABLE words (w TEXT);
      WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 80)
        INSERT INTO people SELECT 7 * x, 7 * (1 + x / 3), CASE x % 3 WHEN 0 THEN 'Oslo' ELSE 'Roma' END FROM c;
      INSERT INTO words SELECT CASE tag % 2 WHEN 0 THEN town END FROM people;
      """)
    let people = try runBuilt("trainer", ["infer", path, "--table", "people"])
    #expect(people.status == 0 && people.output.contains("boss"), "\(people.error)")
    #expect(people.output.contains("(fakegen.kind) = \"key"))
    let link = try runBuilt("trainer", ["infer", path, "--table", "people", "--link", "a.b=c.d"])
    #expect(link.status == 1 && link.error.contains("--link a.b=c.d: expected TABLE.COLUMN"))
    let words = try runBuilt("trainer", ["infer", path, "--table", "words"])
    #expect(words.status == 0 && words.output.contains("optional"), "\(words.error)")
    #expect(words.output.contains("40"), "\(words.output)")
  }
}
