import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// Texts that are made of other columns, and of numbers of their own.
@Suite struct CompositionInferenceTests {
  private static let firsts = ["Anna", "Bo", "Carla", "Dirk", "Émile", "Jörg", "Zoë", "Max", "Mia"]
  private static let lasts = ["Berg", "Van Dyk", "Li", "Maier", "Öz", "Núñez", "Al", "Albers"]

  private struct Person {
    var first: String
    var last: String
    var number: Int
  }

  private func people(_ count: Int = 1_200) -> [Person] {
    var random = SplitMix(seed: 4)
    return (0..<count).map { _ in
      Person(
        first: Self.firsts[Int(random.next() % 9)], last: Self.lasts[Int(random.next() % 8)],
        number: Int(random.next() % 1_000))
    }
  }

  /// The plan of a column that is made of the names of people, which gives all of it back.
  private func plan(
    _ text: (Person) -> String?, _ options: InferenceOptions = InferenceOptions()
  ) throws -> TablePlan {
    let people = people()
    let table = try makeTable([
      ("text", people.map(text)), ("first", people.map(\.first)), ("last", people.map(\.last)),
      ("n", people.map { "\($0.number)" }),
    ])
    let plan = try TablePlan(table: table, options: options)
    let records = try plan.records(of: table)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
    #expect(try plan.readBack(table).schema == plan.schema)
    return plan
  }

  @Test func namesOfPeople() throws {
    let found = try plan { "\($0.first) \($0.last)" }
    #expect(found.kind("text") == "composed: first ' ' last")
    #expect(found.choices[0].why.hasSuffix("; made of 'first', 'last'"))
    // It follows from others alone.
    #expect(!found.order.contains { $0.column == "text" })
    #expect(
      try plan { "\($0.last), \($0.first.prefix(1)). (\($0.number))" }.kind("text")
        == "composed: last ', ' first.first1 '. (' n ')'")
    #expect(
      try plan { "\($0.first.uppercased())-" + "0000\($0.number)".suffix(4) }.kind("text")
        == "composed: first.capital '-' n#4")
  }

  @Test func addressesOfMail() throws {
    let letters: [Character: String] = ["é": "e", "ö": "oe", "ë": "e", "ú": "u", "ñ": "n"]
    func plain(_ text: String) -> String {
      text.lowercased().map { letters[$0] ?? String($0) }.joined()
    }
    let hosts = ["a.org", "b.net"]
    let found = try plan { person in
      plain(person.first) + "." + plain(person.last.replacing(" ", with: "")) + "@"
        + hosts[person.number % 2]
    }
    // What fits names with marks fits those without any.
    let templates = [
      "first.spelled.small '.' last.spelled.small", "first.spelled.small '.' last.removed.small",
    ]
    .flatMap { template in ["a.org", "b.net"].map { "\(template) '@\($0)'" } }
    let kind = try #require(found.kind("text")?.dropFirst("composed: ".count))
    #expect(Set(kind.split(separator: " | ").map(String.init)) == Set(templates))
    #expect(found.order.contains(ColumnPart("text", .template)))
    // Numbers of their own.
    let numbered = try plan { "\(plain($0.first))\(($0.number * 7919) % 9_973)@a.org" }
    #expect(numbered.kind("text") == "composed: first.spelled.small # '@a.org'")
    #expect(numbered.order.contains(ColumnPart("text", .number)))
  }

  @Test func nothingInSomeRows() throws {
    // Nothing by itself, and nothing where a part of it is.
    let some = try plan { $0.number % 7 == 0 ? nil : "\($0.first) \($0.last)" }
    #expect(some.kind("text") == "composed: first ' ' last")
    #expect(some.order.contains(ColumnPart("text", .template)))
    let people = people()
    let table = try makeTable([
      ("first", people.map { $0.number % 5 == 0 ? nil : $0.first }), ("last", people.map(\.last)),
      ("text", people.map { $0.number % 5 == 0 ? nil : "\($0.first) \($0.last)" }),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("text") == "composed: first ' ' last")
    #expect(!plan.order.contains { $0.column == "text" })
    for record in try plan.records(of: table) {
      #expect(DerivedValues(schema: plan.schema).recomputed(record) == record)
    }
  }

  @Test func numbersInTexts() throws {
    var random = SplitMix(seed: 7)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    func kind(_ text: () -> String) throws -> String? {
      let table = try makeTable([("x", (0..<900).map { _ in text() })])
      let plan = try TablePlan(table: table)
      for record in try plan.records(of: table) {
        #expect(DerivedValues(schema: plan.schema).recomputed(record) == record)
      }
      #expect(try plan.readBack(table).schema == plan.schema)
      return plan.kind("x")
    }
    #expect(
      try kind { "10.\(below(256)).\(below(256)).\(below(256))" }
        == "composed: '10.' # '.' # '.' #")
    #expect(
      try kind {
        let (hours, minutes) = (below(5), below(60))
        return hours > 0 ? "\(hours)h \(minutes < 10 ? "0" : "")\(minutes)m" : "\(minutes)m"
      } == "composed: # 'h ' #2 'm' | # 'm'")
    #expect(
      try kind { "\(1 + below(12)) x \(below(90)) x \(below(300)) cm" }
        == "composed: # ' x ' # ' x ' # ' cm'")
  }

  @Test func whatIsNotComposed() throws {
    // By chance a letter of a name stands in most texts.
    let words = ["amber", "ochre", "umber", "violet", "indigo", "mauve", "magenta", "olive"]
    #expect(
      try plan { words[$0.number % 8] + " \(words[$0.number / 8 % 8])" }.kind("text") == "category")
    // Houses in many streets, and what is asked for as text.
    let letters = Array("abcdefghijklmnopqrst")
    #expect(
      try plan {
        "\($0.number * 31 % 977) \(letters[$0.number % 20])\(letters[$0.number / 20 % 20]) street"
      }.kind("text") == "text")
    var options = InferenceOptions()
    try options.addKind("text=text")
    #expect(try plan({ "\($0.first) \($0.last)" }, options).kind("text") == "text")
    // A column that is the same is looked up, or follows in one direction.
    let people = people().map { "\($0.first) \($0.last) \($0.number)" }
    let twice = try TablePlan(table: makeTable([("a", people), ("b", people)]))
    #expect(twice.kind("a")?.hasPrefix("composed") == false && twice.kind("b") == "composed: a")
  }

  @Test func asAskedFor() throws {
    var options = InferenceOptions()
    try options.addKind("text=composed: first ' ' last")
    let found = try plan({ "\($0.first) \($0.last)" }, options)
    #expect(found.kind("text") == "composed: first ' ' last")
    for (kind, reason) in [
      ("composed: nobody", "there is no other column 'nobody'"),
      ("composed: text", "there is no other column 'text'"),
    ] {
      var options = InferenceOptions()
      try options.addKind("text=\(kind)")
      #expect {
        try plan({ "\($0.first) \($0.last)" }, options)
      } throws: {
        "\($0)".contains(reason)
      }
    }
    var bare = InferenceOptions()
    try bare.addKind("text=composed")
    let letters = Array("qwertzuiop")
    #expect {
      try plan({ String("\($0.number)".map { letters[$0.wholeNumberValue ?? 0] }) }, bare)
    } throws: {
      "\($0)".contains("no few templates of other columns")
    }
  }

  /// Keys differ, and keep the prefixes of phones' numbers whole.
  @Test func keys() throws {
    var random = SplitMix(seed: 11)
    let codes = ["030", "040", "0221"]
    let rows = (0..<600).map { _ in Int(random.next() % 3) }
    let numbers = rows.map { _ in "\(1_000_000 + random.next() % 9_000_000)" }
    let table = try makeTable([
      ("phone", zip(rows, numbers).map { "\(codes[$0]) \($1)" }),
      ("town", rows.map { ["Berlin", "Hamburg", "Köln"][$0] }),
    ])
    let plan = try TablePlan(table: table)
    let kind = try #require(plan.kind("phone"))
    for code in codes { #expect(kind.contains("*\(code)\\ [1-9][0-9]{6}"), "\(kind)") }
    #expect(plan.kind("town") == "lookup: phone.shape")
    // What keys are made of is told where it is no shape of theirs: of 30 towns, say.
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let towns = (0..<600).map { number -> String in
      let town = number % 30
      return String([7, 11, 15].map { letters[(town * $0 + $0) % 26] })
    }
    let orders = try TablePlan(
      table: makeTable([
        ("order", zip(towns, numbers).map { "\($0)-\($1)" }), ("town", towns),
      ]))
    #expect(orders.kind("order")?.hasPrefix("key ") == true)
    #expect(orders.warnings.contains { $0.text.contains("--kind \"order=composed\"") })
  }
  /// Prefixes stay whole where they are the beginning of a run, and where few texts are left for each,
  /// whose digits may be any then.
  @Test func prefixesOfKeys() throws {
    var random = SplitMix(seed: 13)
    let kinds = (0..<600).map { _ in Int(random.next() % 2) }
    func kind(_ text: (Int, Int) -> String) throws -> String {
      let table = try makeTable([("id", kinds.indices.map { text(kinds[$0], $0) })])
      return try #require(try TablePlan(table: table).kind("id"))
    }
    let numbers = kinds.map { _ in 100_000_000 + random.next() % 900_000_000 }
    let phones = try kind { "+\([49, 33][$0])\(numbers[$1])" }
    #expect(
      Set(phones.split(separator: " ").dropFirst().compactMap { $0.split(separator: "*").last })
        == ["+49[1-9][0-9]{8}", "|", "+33[1-9][0-9]{8}"])
    // An empty text has no runs.
    #expect(
      try kind { $1 == 7 ? "" : "+\([49, 33][$0])\(numbers[$1])" }.contains("*+49[1-9][0-9]{8}"))
    let articles = try kind { "\(["FUR", "KIT"][$0])-0\(1_000 + $1)" }
    #expect(articles.contains("*FUR-[0-9]{5}") && articles.contains("*KIT-[0-9]{5}"), "\(articles)")
  }

  /// Numbers with more zeros before them than a form may have are none of another column.
  @Test func manyZeros() throws {
    let numbers = (0..<300).map { 1_000 + $0 * 7 % 300 }
    let plan = try TablePlan(
      table: makeTable([
        ("n", numbers.map { "\($0)" }),
        ("text", numbers.map { "x\(String(repeating: "0", count: 30))\($0)" }),
      ]))
    #expect(plan.schema.ruleProblem == nil)
  }

  /// A part of a value is no letter of another word, nor what lies between two.
  @Test func partsAreWords() throws {
    var random = SplitMix(seed: 17)
    let goods = [("FUR", "Frame"), ("KIT", "Knife"), ("TOY", "Train"), ("FUR", "Fence")]
    let rows = (0..<900).map { _ in (Int(random.next() % 4), 1 + Int(random.next() % 150)) }
    let plan = try TablePlan(
      table: makeTable([
        ("group", rows.map { goods[$0.0].0 }),
        ("size", rows.map { "\($0.1) x \(1 + $0.1 * 7 % 90)" }),
        ("name", rows.map { "\(goods[$0.0].1) \($0.1)cm" }),
      ]))
    let kind = try #require(plan.kind("name"))
    #expect(
      Set(kind.dropFirst("composed: ".count).split(separator: " | "))
        == ["'Fence ' # 'cm'", "'Train ' # 'cm'", "'Knife ' # 'cm'", "'Frame ' # 'cm'"])
  }

  @Test func distinctOnesAreTold() throws {
    let table = try makeTable([
      ("n", (0..<400).map { "\($0 * 7 % 100)" }), ("m", (0..<400).map { "\($0 / 4)" }),
      ("both", (0..<400).map { "no. \($0 * 7 % 100) of \($0 / 4)" }),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("both")?.hasPrefix("composed") == true)
    #expect(plan.warnings.contains { $0.column == "both" && $0.text.contains("--unique-by") })
    let few = try TablePlan(
      table: makeTable([("id", (0..<110).map { "A\(100 + $0 * 37 % 150)" })]))
    #expect(few.warnings.contains { $0.text.contains("keys of more rows are longer") })
  }
}
