import FakeGen
import Foundation
import TestSupport
import Testing

/// From a made-up table with every kind of column to the rows of the model in fixed point.
@Suite struct LearnCommandTests {
  /// Columns of the table, each with what every value must be.
  private static let header = [
    "id", "code", "status", "paid", "amount", "tax", "total", "when", "at", "score", "note", "size",
    "nothing", "always",
  ]
  private static let statuses = ["active", "inactive", "pending", "banned"]

  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    var random = SplitMix(seed: 5)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let words = ["red", "green", "blue", "round", "flat", "old", "new", "box", "lamp", "chair"]
    var lines = [Self.header.joined(separator: ",")]
    for row in 0..<600 {
      let status = Self.statuses[row % 10 < 5 ? 0 : row % 4]
      let amount = below(3) == 0 ? 0 : 5 + below(90_000)
      let tax = amount / 10
      let day = String(format: "2023-%02d-%02d", 1 + below(12), 1 + below(28))
      let cells = [
        String(1000 + row), "N\(100 + below(900))\(["AB", "CD", "EF"][below(3)])\(below(10_000))",
        status, status == "active" ? "t" : "f",
        String(format: "%d.%02d", amount / 100, amount % 100),
        String(format: "%d.%02d", tax / 100, tax % 100),
        String(format: "%d.%02d", (amount + tax) / 100, (amount + tax) % 100), day,
        String(format: "%02d:%02d", 8 + below(9), 15 * below(4)),
        below(4) == 0 ? "" : String(below(4) == 0 ? -999 : below(100)),
        "\(words[below(10)]) \(words[below(10)]) \(words[below(10)]) \(below(1000))",
        String(500 * (1 + below(90))), "", "same",
      ]
      lines.append(cells.joined(separator: ","))
    }
    path = try folder.write(lines.joined(separator: "\n") + "\n", to: "shop.csv")
  }

  private func learn(_ name: String, _ options: String...) throws -> RunResult {
    try runBuilt(
      "trainer",
      ["learn", path, "--output", folder.path(name), "--size", "small", "--set", "steps=60"]
        + options)
  }

  private func rows(_ model: String, _ options: String...) throws -> [[String]] {
    let result = try runBuilt(
      "fakegen", ["--model", folder.path("\(model).fakegen"), "--no-header"] + options)
    #expect(result.status == 0, "\(result.error)")
    return result.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func textsHaveTheirOwnColumnsCharactersOnly() throws {
    var random = SplitMix(seed: 8)
    func word(_ letters: String) -> String {
      let letters = Array(letters)
      return String((0..<8).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
    }
    let lines = (0..<300).map { _ in "\(word("abcde")),\(word("vwxyz."))" }
    let table = try folder.write(
      "left,right\n" + lines.joined(separator: "\n") + "\n", to: "two.csv")
    // Hardly trained: of all characters any could come.
    let learned = try runBuilt(
      "trainer",
      [
        "learn", table, "--output", folder.path("two"), "--size", "small", "--set", "steps=2",
        "--kind", "left=text", "--kind", "right=text",
      ])
    #expect(learned.status == 0, "\(learned.error)")
    for row in try rows("two", "-n", "300") {
      #expect(!row[0].isEmpty && row[0].allSatisfy { "abcde".contains($0) }, "\(row)")
      #expect(!row[1].isEmpty && row[1].allSatisfy { "vwxyz.".contains($0) }, "\(row)")
    }
  }

  @Test func everyKindOfColumn() throws {
    let learned = try learn("shop")
    #expect(learned.status == 0, "\(learned.error)")
    #expect(learned.output.contains("shop.fakegen"), "\(learned.output)")
    #expect(
      try folder.names().sorted() == ["shop.csv", "shop.fakegen", "shop.html", "shop.proto"])
    #expect(try folder.readText("shop.html").contains("<html"))
    let finished = try learn("shop", "--resume")
    #expect(finished.status == 1)
    #expect(finished.error.contains("shop.fakegen: the run is finished"), "\(finished.error)")
    let rows = try rows("shop", "-n", "3000")
    #expect(rows.count == 3000)
    func column(_ name: String) throws -> [String] {
      let place = try #require(Self.header.firstIndex(of: name))
      return rows.map { $0[place] }
    }
    func cents(_ text: String) throws -> Int {
      let parts = text.split(separator: ".")
      try #require(parts.count == 2 && parts[1].count == 2, "\(text)")
      return try #require(Int(parts[0] + parts[1]))
    }
    // Keys: never twice.
    #expect(Set(try column("id")).count == 3000)
    let codes = try column("code")
    #expect(Set(codes).count == 3000)
    #expect(codes.allSatisfy { $0.wholeMatch(of: /N\d{3}[A-F]{2}\d{1,5}/) != nil })
    // Categories: nothing but what there was, in the data's spelling.
    #expect(Set(try column("status")).isSubset(of: Self.statuses))
    #expect(Set(try column("paid")).isSubset(of: ["t", "f"]))
    // Numbers: range, decimals, zeros, steps, codes; what follows from others.
    let amounts = try column("amount").map(cents)
    #expect(amounts.allSatisfy { (0...90_005).contains($0) })
    #expect((500...1500).contains(amounts.count { $0 == 0 }))
    for (amount, (tax, total)) in zip(
      amounts, zip(try column("tax").map(cents), try column("total").map(cents)))
    {
      #expect(total == amount + tax)
    }
    let sizes = try column("size").map { try #require(Int($0)) }
    #expect(sizes.allSatisfy { $0 % 500 == 0 && (500...45_000).contains($0) })
    let scores = try column("score")
    #expect((300...1200).contains(scores.count { $0.isEmpty }))
    #expect(
      scores.allSatisfy { $0.isEmpty || $0 == "-999" || Int($0).map((0...99).contains) == true })
    #expect(scores.contains("-999"))
    // Moments: days that there are, none before the data's first or after their last.
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for day in try column("when") {
      let match = try #require(day.wholeMatch(of: /2023-(\d\d)-(\d\d)/), "\(day)")
      #expect(("2023-01-01"..."2023-12-28").contains(day))
      let month = try #require(Int(match.1))
      let length = try #require(lengths.indices.contains(month - 1) ? lengths[month - 1] : nil)
      #expect((1...length).contains(Int(match.2) ?? 0), "\(day)")
    }
    #expect(
      try column("at").allSatisfy { $0.wholeMatch(of: /(0[89]|1[0-6]):(00|15|30|45)/) != nil })
    // A column without values, and one with a single one.
    #expect(Set(try column("nothing")) == [""])
    #expect(Set(try column("always")) == ["same"])
    #expect(try column("note").allSatisfy { $0.unicodeScalars.count <= 30 })
    // Rows are the model's and the seed's alone.
    #expect(
      try self.rows("shop", "-n", "1000", "--start", "2000", "--threads", "2")
        == Array(rows[2000...]))
  }

  /// Rows with nothing in them but what many have are no part of the filter: they may come back. The
  /// summary says so, and how rows come out with the table's delimiter.
  @Test func rowsThatHoldLittleComeBack() throws {
    var random = SplitMix(seed: 6)
    var (lines, empty) = (["city;year;month;sales"], Set<String>())
    for row in 0..<1_200 {
      let start = "c\(row % 10);\(2000 + row / 10 % 10);\(1 + row / 100)"
      let isEmpty = random.next() % 5 == 0
      if isEmpty { empty.insert(start + ";") }
      lines.append(start + (isEmpty ? ";" : ";\(random.next() % 100_000)"))
    }
    let table = try folder.write(lines.joined(separator: "\n") + "\n", to: "panel.csv")
    let learned = try runBuilt(
      "trainer",
      [
        "learn", table, "--output", folder.path("panel"), "--size", "small", "--set", "steps=60",
      ])
    #expect(learned.status == 0, "\(learned.error)")
    let said = try #require(
      learned.output.firstMatch(of: /no training row is ever printed, but (\d+) that hold little/))
    #expect(Int(said.1).map { (empty.count * 8 / 10...empty.count).contains($0) } == true)
    #expect(learned.output.contains("panel.fakegen --delimiter ';'\n"), "\(learned.output)")
    #expect(!learned.output.contains("training rows come back"), "\(learned.output)")
    #expect(learned.output.contains("are training rows that hold little, which are not kept back"))
    let rows = try rows("panel", "-n", "2000", "--delimiter", ";")
    let back = rows.filter { empty.contains($0.joined()) }
    #expect(rows.count == 2_000 && back.count > 40, "\(back.count)")
    #expect(!rows.contains { lines.contains($0.joined()) && !empty.contains($0.joined()) })
  }

  /// The same table and options give the same model at any number of threads, and so does a message
  /// that is given back.
  @Test func modelsAreReproducible() throws {
    #expect(try learn("a", "--threads", "1").status == 0)
    #expect(try learn("b", "--threads", "2").status == 0)
    #expect(try learn("c", "--schema", folder.path("a.proto")).status == 0)
    let bytes = try folder.read("a.fakegen")
    #expect(try folder.read("b.fakegen") == bytes)
    #expect(try folder.read("c.fakegen") == bytes)
  }

  @Test func filesAreNotOverwrittenUnasked() throws {
    _ = try folder.write("mine", to: "shop.proto")
    let refused = try learn("shop")
    #expect(refused.status == 1)
    #expect(refused.error.contains("it exists already"))
    #expect(try folder.readText("shop.proto") == "mine")
    #expect(try folder.names().sorted() == ["shop.csv", "shop.proto"])
  }

  @Test(
    arguments: [
      (["--size", "huge"], 2), (["--time", "5"], 2), (["--set", "widths=3"], 1),
      (["--kind", "status=number"], 1), (["--exclude", "x"], 1), (["--resume"], 1),
      (["--time", "5m", "--set", "steps=3"], 2),
    ] as [([String], Int32)])
  func wrongUsageIsOneLine(options: [String], status: Int32) throws {
    let result = try runBuilt(
      "trainer", ["learn", path, "--output", folder.path("x")] + options)
    #expect(result.status == status, "\(result.error)")
    #expect(result.output.isEmpty)
    #expect(result.error.split(separator: "\n").last?.contains("trainer: ") == true)
    #expect(try folder.names() == ["shop.csv"])
  }

  @Test func aTableOfOneRowIsRefused() throws {
    let path = try folder.write("a,b\n1,2\n", to: "one.csv")
    let result = try runBuilt("trainer", ["learn", path, "--output", folder.path("x")])
    #expect(result.status == 1)
    #expect(result.error.contains("expected at least 2 rows"))
  }
}

/// What a small table has in common, from the table to the rows.
@Suite struct LearnedRelationTests {
  /// Continuous columns that go together, in fewer rows than they have values; categories whose rare
  /// values are in single rows: few, which are left out, and more, which are spelled.
  @Test func fewRowsAreEnough() throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(seed: 4)
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.uniform() } }
    let towns = ["Barre", "Stowe", "Essex", "Milton", "Albany"]
    let lines = (0..<800).map { row in
      let height = 170 + 9 * normal()
      let weight = 70 + 0.9 * (height - 170) + 3 * normal()
      let town = row % 80 == 0 ? "Rare\(row)" : towns[Int(random.next() % 5)]
      let model = row % 25 == 0 ? "X-\(row)" : "A320"
      return String(format: "%.3f,%.3f,%@,%@", height, weight, town, model)
    }
    let path = try folder.write(
      (["height,weight,town,model"] + lines).joined(separator: "\n"), to: "people.csv")
    let learned = try runBuilt("trainer", ["learn", path, "--output", folder.path("people")])
    #expect(learned.status == 0, "\(learned.error)")
    #expect(learned.error.contains("rare values are never generated: 'town' (1"))
    #expect(learned.error.contains("rare values are invented anew: 'model' (4"))
    #expect(learned.error.contains("a smaller (fakegen.minimum_count) in the message"))
    let rows = try runBuilt(
      "fakegen", ["--model", folder.path("people.fakegen"), "-n", "2000", "--no-header"]
    ).output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 2000 && rows.allSatisfy { $0.count == 4 })
    #expect(Set(rows.map { String($0[2]) }) == Set(towns))
    let invented = rows.count { $0[3] != "A320" }
    #expect((20...200).contains(invented), "\(invented)")
    let pairs = rows.map { (Double($0[0]) ?? .nan, Double($0[1]) ?? .nan) }
    #expect(correlation(pairs) > 0.75, "\(correlation(pairs))")
  }

  private func correlation(_ pairs: [(Double, Double)]) -> Double {
    let count = Double(pairs.count)
    let x = pairs.reduce(0) { $0 + $1.0 } / count
    let y = pairs.reduce(0) { $0 + $1.1 } / count
    let products = pairs.reduce(into: (xx: 0.0, xy: 0.0, yy: 0.0)) { sums, pair in
      sums.xx += (pair.0 - x) * (pair.0 - x)
      sums.xy += (pair.0 - x) * (pair.1 - y)
      sums.yy += (pair.1 - y) * (pair.1 - y)
    }
    return products.xy / (products.xx * products.yy).squareRoot()
  }
}

/// Numbers in a table's own spelling, from the table to the rows.
@Suite struct LearnedSpellingTests {
  @Test func rowsHaveTheTablesSpelling() throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(seed: 9)
    var lines = ["item;price;share;tiny"]
    for _ in 0..<200 {
      let price = Int(random.next() % 4_000_000)
      let whole = price / 100
      let thousands = whole / 1000
      lines.append(
        [
          ["a", "b"][Int(random.next() % 2)],
          (thousands > 0 ? "\(thousands)." + String(format: "%03d", whole % 1000) : "\(whole)")
            + String(format: ",%02d €", price % 100),
          "\(random.next() % 101)%", "\(1 + random.next() % 9).\(random.next() % 900 + 100)e-09",
        ].joined(separator: ";"))
    }
    let path = try folder.write(lines.joined(separator: "\r\n"), to: "t.csv")
    let learned = try runBuilt(
      "trainer",
      [
        "learn", path, "--output", folder.path("t"), "--size", "small", "--set", "steps=20",
      ])
    #expect(learned.status == 0, "\(learned.error)")
    func rows(_ options: String...) throws -> [String] {
      let result = try runBuilt(
        "fakegen", ["--model", folder.path("t.fakegen"), "-n", "300"] + options)
      #expect(result.status == 0, "\(result.error)")
      return result.output.split(separator: "\n").map(String.init)
    }
    let spelled = try rows("--delimiter", ";", "--no-header")
    #expect(spelled.count == 300)
    for row in spelled {
      #expect(
        row.wholeMatch(of: /[ab];(\d{1,3}|\d{1,2}\.\d{3}),\d\d €;\d{1,3}%;\d\.\d{3,}e-09/) != nil,
        "\(row)")
    }
    // Numbers elsewhere; the same row of the same seed.
    let json = try rows("-f", "jsonl", "--json-integers", "number")
    for (row, object) in zip(spelled, json) {
      let members =
        try JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any] ?? [:]
      let cells = row.split(separator: ";")
      let price = cells[1].dropLast(2).replacing(".", with: "").replacing(",", with: ".")
      #expect(members["price"] as? Double == Double(price))
      #expect(members["share"] as? Int == Int(cells[2].dropLast()))
      #expect(members["tiny"] as? Double == Double(cells[3]))
    }
    let page = try folder.readText("t.html")
    #expect(page.contains(/<td>\d{1,3}%<\/td>/) && page.contains(/<td>[\d.]+,\d\d €<\/td>/))
    // The message says how, and gives the same plan.
    let message = try folder.readText("t.proto")
    #expect(message.contains("number decimals:2 suffix:\\\" €\\\" group:. point:,"))
    #expect(message.contains("scientific:0.000e+00"))
    let again = try runBuilt(
      "trainer",
      [
        "learn", path, "--output", folder.path("again"), "--size", "small", "--set", "steps=20",
        "--schema", folder.path("t.proto"),
      ])
    #expect(again.status == 0, "\(again.error)")
    #expect(try folder.read("again.fakegen") == folder.read("t.fakegen"))
  }
}
