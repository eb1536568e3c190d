import FakeGen
import Records
import Schema
import TestSupport
import Testing

@testable import Inference

/// What columns are found to be, each kind at both ends.
@Suite struct ColumnKindTests {
  private func repeated(_ values: [String?], _ count: Int) -> [String?] {
    (0..<count).map { values[$0 % values.count] }
  }

  // MARK: - Numbers

  @Test(
    arguments: [
      (["1", "2", "30"], "number decimals:0"), (["+1", "-2"], "number decimals:0"),
      (["1.5", "2"], "number decimals:1 least:0"), (["0.25", "17.00", "0"], "number decimals:2"),
      (["1.0", "2.0"], "number decimals:1"), (["1.0", "2"], "number decimals:0"),
      (["1e3", "0.25"], "number decimals:2 least:0"),
      (["1e5", "2"], "number decimals:0"), ([".5", "5."], "number decimals:1 least:0"),
      (["9223372036854775807", "-9223372036854775808"], "number decimals:0"),
      (["919569682262.46", "99999999999999.1"], "number decimals:1 least:1"),
      (["1.123456789", "2"], "number decimals:9 least:0"), ([" 1.5", " 2.5"], "number decimals:1"),
    ])
  func numbers(values: [String], kind: String) throws {
    let plan = try plan(repeated(values, 12))
    #expect(plan.kind("x") == kind)
    let records = try plan.records(of: makeTable([("x", repeated(values, 12))]))
    #expect(records.count == 12)
  }

  @Test(
    arguments: [
      ["05454", "10001"], ["+14155550123", "+14155550124"], ["12a", "13"], ["1,20", "5.5"],
      ["99999999999999999999", "1"], ["0x1F", "2"], ["$5", "5%"], ["1-2", "3-4"],
      ["1,2345", "1.5"],
      ["5 kg", "6 lb"], ["12B", "7B"], ["$007", "$008"], ["0,123,456", "1"],
    ])
  func noNumbers(values: [String]) throws {
    #expect(try plan(repeated(values, 12)).kind("x") == "category")
  }

  @Test func zipCodesAreNoNumbers() throws {
    #expect(try plan(repeated(["90210", "10001"], 12), name: "zip").kind("zip") == "category")
    #expect(
      try plan(repeated(["90210", "10001"], 12), name: "homeZip5").kind("homeZip5") == "category")
    #expect(
      try plan(repeated(["90210", "10001"], 12), name: "zipped").kind("zipped")
        == "number decimals:0")
  }

  /// Few numbers with noise of floating point stay as they are; of many the noise goes.
  @Test func noiseOfFloatingPoint() throws {
    let few = repeated(["0.30000000000000004", "0.1", "NA", "0.2", "0.2"], 100)
    let plan = try plan(few)
    #expect(plan.kind("x") == "category")
    #expect(plan.node(0) == .optional(.closedVocabulary(leaf: 0)))
    #expect(plan.knownValues[0] == ["0.2", "0.1", "0.30000000000000004"])
    let records = try plan.records(of: makeTable([("x", few)]))
    #expect(records[0].values[0] == .text("0.30000000000000004"))
    #expect(records[2].values[0] == .null)
    let many = (0..<400).map { $0 == 7 ? "0.30000000000000004" : "\($0).5" }
    #expect(try self.plan(many).kind("x")?.hasPrefix("number decimals:1") == true)
  }

  /// Noise is rounded where enough other numbers tell how many digits there are, however near to a
  /// round number it is, so that sums hold.
  @Test func noiseOfDifferences() throws {
    let (before, after) = (
      (0..<240).map { 3_617 + $0 * 53 % 9_000 }, (0..<240).map { 4_000 + $0 * 71 % 6_007 }
    )
    let differences = zip(before, after).map { Double($1) / 100 - Double($0) / 100 }
    let table = try makeTable([
      ("before", before.map { "\(Double($0) / 100)" }),
      ("after", after.map { "\(Double($0) / 100)" }),
      ("change", differences.map { "\($0)" }),
    ])
    #expect(differences.contains { "\($0)".utf8.count > 16 })
    let plan = try TablePlan(table: table)
    #expect(plan.choices.contains { $0.kind.text.hasPrefix("sum: ") })
    let why = try #require(plan.choices.first { $0.column == "change" }?.why)
    #expect(why.contains(/\d+ rounded, which floating point made longer than the others/), "\(why)")
    #expect(plan.schema.leaves[2].kind == .real(decimals: 2))
    #expect(try plan.readBack(table).schema == plan.schema)
    // Fewer distinct ones are no category then.
    let few = (0..<900).map { "\(Double($0 % 90) / 10 + 0.1 + 0.2)" }
    #expect(few.contains("0.30000000000000004"))
    #expect(try self.plan(few).schema.leaves[0].kind == .real(decimals: 1))
    // Numbers that are as long by themselves stay so.
    let long = (0..<240).map { "\(Double($0 * $0 + 1) / 97)" }
    #expect(try self.plan(long).schema.leaves[0].kind == .real(decimals: 9))
  }

  /// Zeros at the end are left out where the table leaves them out everywhere.
  @Test func zerosAtTheEnd() throws {
    func kind(_ texts: [String]) throws -> String? { try plan(repeated(texts, 200)).kind("x") }
    #expect(try kind(["1.0", "0.25", "13.73189", "0.0"]) == "number decimals:5 least:1")
    #expect(try kind(["1", "0.25", "13.7", "2"]) == "number decimals:2 least:0")
    #expect(
      try kind(["$1,200.5", "$3.25", "$1.0"]) == "number decimals:2 prefix:$ group:, least:1")
    #expect(try kind(["1.0", "0.20", "13.73"]) == "number decimals:2")
    #expect(try kind(["1.50", "0.25", "13.70"]) == "number decimals:2")
  }

  /// Whole numbers that nulls made reals are whole numbers.
  @Test func wholeNumbersWithNulls() throws {
    let values = repeated(["1.0", nil, "25.0"], 30)
    let plan = try plan(values)
    #expect(plan.schema.leaves[0].kind == .integer)
    #expect(plan.schema.leaves[0].isOptional)
    let records = try plan.records(of: makeTable([("x", values)]))
    #expect(records[0].values[0] == .integer(1))
    #expect(records[1].values[0] == .null)
  }

  @Test func stepsOfManyValues() throws {
    let values = (0..<200).map { "\(1_250 + 500 * ($0 * 7 % 150))" }
    let plan = try plan(values)
    #expect(plan.kind("x") == "number decimals:0 step:500")
    #expect(plan.schema.leaves.count == 2)
    #expect(plan.schema.columns == [0])
    #expect(plan.schema.hidden.first?.rule == .digit(leaf: 0, offset: 1_250, unit: 500, count: nil))
    #expect(
      plan.schema.derived.first?.rule
        == .sum(terms: [.init(leaf: 1, factor: 500)], constant: 1_250))
    // Few values have a bin each, and need no step.
    let few = (0..<200).map { "\(1_250 + 500 * ($0 * 7 % 50))" }
    #expect(try self.plan(few).kind("x") == "number decimals:0")
    // As asked for, though there are few.
    let options = InferenceOptions(kinds: ["x": try Kind("number step:250")])
    #expect(
      try Inference.TablePlan(table: makeTable([("x", few)]), options: options).kind("x")
        == "number decimals:0 step:250")
  }

  private func plan(_ values: [String?]) throws -> TablePlan {
    try InferenceTests.plan(values)
  }

  private func plan(_ values: [String?], name: String) throws -> TablePlan {
    try InferenceTests.plan(values, name: name)
  }

  /// Numbers of which few digits are left are told of.
  @Test func digitsThatAreLost() throws {
    let tiny = try plan((1...40).map { "\($0).5e-19" })
    #expect(tiny.warnings.contains { $0.column == "x" && $0.text.contains("smaller unit") })
    let large = try plan((1...40).map { "100000000000000.\(1000 + $0)" })
    #expect(large.kind("x") == "number decimals:1")
    #expect(large.warnings.contains { $0.column == "x" })
    #expect(try plan((1...40).map { "\($0).25" }).warnings.isEmpty)
  }

  @Test func nullWordsOfNumbersAlone() throws {
    let table = try makeTable([
      ("n", repeated(["1", "NA", "2"], 70)), ("t", repeated(["NA", "EU", "AS", "EU"], 70)),
      ("d", repeated(["2019-01-01", "NULL", "2020-02-02", "NULL", "NULL"], 70)),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("n") == "number decimals:0")
    #expect(plan.kind("t") == "category")
    #expect(plan.kind("d") == "date %Y-%m-%d")
    let record = try plan.records(of: table)[1]
    #expect(record.values[0] == .null)
    #expect(record.values[1] == .text("EU"))
    #expect(record.values[2] == .null)
    #expect(plan.schema.leaves[0].isOptional && !plan.schema.leaves[1].isOptional)
  }

  @Test func nullWordsAsAskedFor() throws {
    let table = try makeTable([
      ("n", repeated(["1", "-", "2"], 70)), ("t", repeated(["-", "EU", "NA", "EU"], 70)),
      ("m", repeated(["1", "NA", "2", "2", "2"], 70)),
    ])
    let plan = try TablePlan(table: table, options: InferenceOptions(nullWords: ["-"]))
    #expect(plan.kind("n") == "number decimals:0")
    #expect(plan.kind("m") == "category")
    #expect(plan.knownValues[1] == ["EU", "NA"])
    #expect(plan.schema.leaves[1].isOptional)
    #expect(plan.node(1) == .optional(.closedVocabulary(leaf: 1)))
  }

  /// A few cells that are no numbers are told of, with the first of them.
  @Test func mixtures() throws {
    var values: [String?] = (0..<100).map { "\($0 % 7)" }
    values[31] = "unknown"
    values[62] = "unknown"
    let plan = try plan(values)
    #expect(plan.kind("x") == "category")
    let warning = try #require(plan.warnings.first)
    #expect(
      warning.description.contains("2 of 100 values are no numbers, as \"unknown\" at table:32"))
  }

  // MARK: - Categories

  @Test func closedAndOpenCategories() throws {
    let closed = repeated(["t", "f", "f"], 300)
    let table = try makeTable([
      ("closed", closed),
      ("open", closed.enumerated().map { $0.offset < 4 ? "rare \($0.offset)" : $0.element }),
      ("null", closed.enumerated().map { $0.offset < 4 ? nil : $0.element }),
    ])
    let plan = try TablePlan(table: table)
    #expect(
      ["closed", "open", "null"].map { plan.kind($0) } == ["category", "category", "category"])
    #expect(plan.knownValues == [["f", "t"], ["f", "t"], ["f", "t"]])
    #expect(plan.node(0) == .closedVocabulary(leaf: 0))
    #expect(plan.node(1) == .vocabulary(leaf: 1))
    #expect(plan.node(2) == .optional(.closedVocabulary(leaf: 2)))
  }

  /// A value is known from 5 rows on.
  @Test func rareValuesAreNotKnown() throws {
    let values =
      ["a", "b"].flatMap { Array(repeating: Optional($0), count: $0 == "a" ? 20 : 4) }
      + Array(repeating: "c", count: 5)
    let plan = try plan(values)
    #expect(plan.knownValues[0] == ["a", "c"])
    #expect(plan.node(0) == .vocabulary(leaf: 0))
    let all = try InferenceTests.plan(values, InferenceOptions(minimumCount: 4))
    #expect(all.knownValues[0] == ["a", "c", "b"])
    #expect(all.node(0) == .closedVocabulary(leaf: 0))
  }

  @Test func coverageDecidesWhatIsFreeText() throws {
    // 60 of 100 rows have a known value, then 59.
    let known = Array(repeating: Optional("yes"), count: 60)
    let rare = (0..<40).map {
      Optional("some words \($0 * 37 % 41) of \(String(repeating: "x", count: $0))")
    }
    #expect(try plan(known + rare).kind("x") == "category")
    #expect(try plan(Array(known.dropLast()) + ["another"] + rare).kind("x") == "text")
  }

  @Test func tooManyKnownValuesAreFreeText() throws {
    let letters = Array("abcdefghijklmnopq")
    let values = (0..<4_097 * 2).map { number in
      let value = number % 4_097
      return Optional("value \(String([1, 17, 289].map { letters[value / $0 % 17] }))")
    }
    let options = InferenceOptions(minimumCount: 2)
    #expect(try InferenceTests.plan(values, options).kind("x") == "text")
    #expect(
      try InferenceTests.plan(values.map { $0 == "value haa" ? "value iaa" : $0 }, options).kind(
        "x")
        == "category")
  }

  // MARK: - Nothing and constants

  @Test func wordsTrueAndFalseAreBooleans() throws {
    let flags = (0..<100).map { $0 % 3 == 0 ? "true" : "false" }
    let days = flags.map { $0 == "true" ? "Sunday" : "Monday" }
    let numbers = (0..<100).map { String($0 % 7) }
    let table = try makeTable([
      ("flag", flags.enumerated().map { $0 == 5 ? nil : $1 }), ("day", days), ("closed", flags),
      ("n", numbers), ("letter", flags.map { String($0.prefix(1)) }),
    ])
    let plan = try TablePlan(table: table)
    #expect(plan.schema.leaves[0].kind == .boolean && plan.schema.leaves[0].isOptional)
    #expect(plan.node(0) == .optional(.categorical(leaf: 0, classes: 2)))
    // Follows from the day, or the day from it.
    #expect(plan.schema.leaves[2].kind == .boolean)
    #expect(plan.schema.leaves[4].kind == .text)
    #expect(plan.messageText(source: "").contains("optional bool flag"))
    let records = try plan.records(of: table)
    #expect(records[0].values[0] == .choice(1) && records[1].values[0] == .choice(0))
    #expect(records[5].values[0] == .null)
    let derived = DerivedValues(schema: plan.schema)
    for record in records { #expect(derived.recomputed(record) == record) }
  }

  @Test func rowsInTheHeadersPlaceAreTold() throws {
    func warnings(_ names: [String]) throws -> [String] {
      let numbers = (0..<60).map { String($0 * $0 % 41) }
      let letters = (0..<60).map { ["a", "b", "c"][$0 % 3] }
      return try TablePlan(table: makeTable([(names[0], numbers), (names[1], letters)]))
        .warnings.filter { $0.column == nil }.map(\.text)
    }
    #expect(try warnings(["12", "b"]).first?.hasPrefix("the first line looks like a row") == true)
    #expect(try warnings(["12", "letter"]).isEmpty)
    #expect(try warnings(["number", "b"]).isEmpty)
  }

  @Test func fractionsOfSecondsThatAreLeftOut() throws {
    let texts = ["2024-01-02 10:00:00", "2024-01-03 11:12:13.250000", "2024-02-03 01:02:03"]
    let found = try plan(repeated(texts, 30))
    #expect(found.kind("x") == "moment %Y-%m-%d %H:%M:%S%-6f")
    let zoned = try plan(repeated(texts.map { $0.replacing(" ", with: "T") + "Z" }, 30))
    #expect(zoned.kind("x")?.contains("%S%-6fZ") == true)
    #expect(try plan(repeated(texts + ["NaT"], 30)).kind("x") == found.kind("x"))
  }

  @Test func emptyColumns() throws {
    let table = try makeTable([("k", repeated(["a", "b"], 20)), ("v", repeated([nil], 20))])
    let plan = try TablePlan(table: table)
    #expect(plan.kind("v") == "empty")
    #expect(plan.schema.derived == [RuledLeaf(leaf: 1, rule: .lookup(leaf: 0, entries: []))])
    #expect(plan.schema.leaves[1].isOptional)
    #expect(plan.warnings.map(\.column) == ["v"])
    #expect(try plan.records(of: table)[3].values[1] == .null)
    #expect(throws: InferenceError.self) {
      try plan.records(of: makeTable([("k", ["a"]), ("v", ["x"])]))
    }
  }

  @Test func constants() throws {
    let table = try makeTable([
      ("k", repeated(["a", "b"], 20)), ("t", repeated(["same"], 20)), ("n", repeated(["2013"], 20)),
      ("r", repeated(["1.50"], 20)), ("m", repeated(["same", nil], 20)),
    ])
    let plan = try TablePlan(table: table)
    #expect(
      ["t", "n", "r", "m"].map { plan.kind($0) } == [
        "constant", "constant", "constant", "category",
      ])
    #expect(plan.node(1) == .constant(leaf: 1))
    #expect(plan.knownValues[1] == ["same"])
    #expect(
      plan.schema.derived.map(\.rule) == [
        .sum(terms: [], constant: 2_013), .sum(terms: [], constant: 150),
      ])
    #expect(plan.schema.leaves[3].kind == .real(decimals: 2))
    #expect(throws: InferenceError.self) {
      try plan.records(
        of: makeTable([
          ("k", ["a"]), ("t", ["other"]), ("n", ["2013"]), ("r", ["1.50"]), ("m", ["same"]),
        ]))
    }
  }

  /// Where nothing is left to learn there still is an element.
  @Test func nothingToLearn() throws {
    let plan = try plan((1...30).map { "\($0)" }, name: "id")
    #expect(plan.kind("id") == "key sequence start:1 step:1")
    #expect(plan.schema.root.children.count == 1)
    #expect(plan.warnings.contains { $0.text.contains("nothing to learn") })
    let empty = try InferenceTests.plan([nil, nil], name: "e")
    #expect(empty.schema.root.children.count == 1)
    #expect(empty.schema.derived.count == 1)
  }

  // MARK: - Keys

  @Test func sequences() throws {
    #expect(
      try plan((0..<30).map { "\(100_000 + $0)" }).kind("x") == "key sequence start:100000 step:1")
    #expect(
      try plan((0..<30).map { "\(500 - 10 * $0)" }).kind("x") == "key sequence start:500 step:-10")
    #expect(
      try plan((0..<30).map { "ORD-\(String(1_000_000 + $0).dropFirst())/x" }).kind("x")
        == "key sequence start:0 step:1 width:6 prefix:ORD- suffix:/x")
    // A part of the rows, as a split leaves it; and another order.
    #expect(
      try plan((0..<90).filter { $0 % 3 != 1 }.map { "\($0)" }).kind("x")
        == "key sequence start:0 step:1")
    #expect(
      try plan((0..<31).map { "\(7 + $0 * 11 % 31)" }).kind("x") == "key sequence start:7 step:1")
    // Nineteen rows are too few, and so are rows that leave most of a sequence out.
    #expect(try plan((0..<19).map { "\(100_000 + $0)" }).kind("x") == "number decimals:0")
    #expect(try plan((0..<30).map { "\($0 * $0)" }).kind("x") == "number decimals:0")
  }

  /// A sample of a sequence is one.
  @Test func sampledSequence() throws {
    let folder = try TemporaryFolder()
    let text = "n,k\n" + (0..<4_000).map { "\($0 + 50),A\(3 * $0)\n" }.joined()
    let path = try folder.write(text, to: "t.csv")
    let plan = try TablePlan(table: RawTable(paths: [path], reading: .init(limit: 300)))
    #expect(plan.kind("n")?.hasPrefix("key sequence start:") == true)
    #expect(plan.kind("n")?.hasSuffix(" step:1") == true)
    #expect(plan.kind("k")?.hasSuffix(" step:3 prefix:A") == true)
  }

  @Test func randomKeys() throws {
    var random = SplitMix(seed: 9)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
    }
    func letter() -> String { String(letters[Int.random(in: 0..<26, using: &random)]) }
    let tails = (0..<2_000).map { _ in "N\(digits(3))\(letter())\(letter())" }
    #expect(try plan(tails).kind("x") == "key N[0-9]{3}[A-Z]{2}")
    let mixed = (0..<2_000).map {
      $0 % 4 == 0 ? "A\(digits(6))" : "\(letter())\(letter())-\(digits(5))"
    }
    #expect(try plan(mixed).kind("x") == "key 1500*[A-Z]{2}-[0-9]{5} | 500*A[0-9]{6}")
    let numbers = (0..<500).map { _ in "\(Int.random(in: 10_000_000...99_999_999, using: &random))"
    }
    #expect(try plan(numbers).kind("x") == "key [1-9][0-9]{7}")
    #expect(try plan(numbers).schema.leaves[0].kind == .digits)
    // Numbers of many sizes measure something, unless the name says that they identify.
    let amounts = (0..<500).map { _ in "\(Int.random(in: 1...99_999_999, using: &random))" }
    #expect(try plan(amounts).kind("x") == "number decimals:0")
    #expect(try plan(amounts, name: "customerId").kind("customerId")?.hasPrefix("key ") == true)
  }

  @Test func uuids() throws {
    var random = SplitMix(seed: 2)
    func hexadecimal(_ count: Int) -> String {
      (0..<count).map { _ in String(Int.random(in: 0...15, using: &random), radix: 16) }.joined()
    }
    let values = (0..<300).map { _ in
      "\(hexadecimal(8))-\(hexadecimal(4))-4\(hexadecimal(3))-\("89ab".randomElement(using: &random) ?? "8")\(hexadecimal(3))-\(hexadecimal(12))"
    }
    #expect(try plan(values).kind("x") == "key uuid")
    #expect(
      try plan(values.map { String($0.filter { $0 != "-" }) }).kind("x")
        == "key [0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")
  }

  @Test func addressesThatComeBackAreTold() throws {
    let some = (0..<300).map { "p\($0 % 20).q@example.org" }
    let warning = try #require(try plan(some).warnings.first)
    #expect(warning.text.hasPrefix("its values are e-mail addresses, and come back as they are"))
    #expect(try plan((0..<300).map { "p\($0 % 20).q" }).warnings.isEmpty)
  }

  /// Ninety-eight of a hundred rows must be distinct, all must have one.
  @Test func nearlyDistinct() throws {
    func values(_ doubles: Int) -> [String?] {
      (0..<100).map { "K\(1_000 + ($0 < doubles ? 99 : $0) * 37 % 9_000)-x" }
    }
    #expect(try plan(values(2)).kind("x")?.hasPrefix("key ") == true)
    #expect(try plan(values(4)).kind("x")?.hasPrefix("code ") == true)
    let missing = values(0).map { $0 == "K1000-x" ? nil : $0 }
    #expect(try plan(missing).kind("x")?.hasPrefix("code ") == true)
    #expect(
      try InferenceTests.plan(values(4), InferenceOptions(keys: ["x"])).kind("x")?.hasPrefix("key ")
        == true)
  }

  @Test func namesAndRealsAreNoKeys() throws {
    let first = ["Ada", "Bo", "Cleo", "Dov", "Eli", "Fay", "Gus"]
    let last = ["Abara", "Brenk", "Cuomo", "Dietz", "Eriks", "Fonda"]
    let names = first.flatMap { first in last.map { "\(first) \($0)" } }
    #expect(try plan(names).kind("x") == "text")
    #expect(
      try plan((0..<100).map { "\($0).\($0 * 37 % 100 + 100)" }).kind("x") == "number decimals:3")
    let mails = names.map { $0.lowercased().replacing(" ", with: ".") + "@example.org" }
    #expect(try plan(mails).kind("x") == "text")
  }

  /// No shape of a pattern is that of a few rows alone.
  @Test func rareShapesAreLeftOut() throws {
    let values = (0..<100).map { "A\(1_000 + $0 * 83 % 9_000)" } + ["SECRET-12345"]
    #expect(try plan(values).kind("x") == "key A[1-9][0-9]{3}")
  }

  /// All characters of a place are drawn alike: one that hardly any row has would be in most.
  @Test func rareCharactersOfKeysAreLeftOut() throws {
    let values = (0..<2_000).map { "S\(10_000 + $0 * 7_919 % 90_000)" }
    let usual = try #require(try plan(values).kind("x"))
    #expect(usual.hasPrefix("key S[1-9]"))
    #expect(try plan(values + ["A44444", "C21212"]).kind("x") == usual)
    // A third of the rows is not rare.
    let others = (0..<1_000).map { "A\(10_000 + $0 * 104_729 % 90_000)" }
    #expect(try plan(values + others).kind("x")?.hasPrefix("key [AS][1-9]") == true)
  }

  @Test func amountsInOtherSpellingsAreNoKeys() throws {
    let numbers = (0..<300).map { 1_000 + $0 * 7_919 % 900_000 }
    func text(_ cents: Int) -> String {
      let (whole, rest) = (cents / 100, cents % 100)
      let grouped = whole < 1_000 ? "\(whole)" : "\(whole / 1_000),\(padded(whole % 1_000, 3))"
      return "\(grouped).\(padded(rest, 2))"
    }
    func padded(_ number: Int, _ width: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: width - text.count) + text
    }
    #expect(
      try plan(numbers.map { $0 % 3 == 0 ? "(\(text($0)))" : text($0) }).kind("x")
        == "number decimals:2 group:, sign:()")
    #expect(
      try plan(numbers.map { ($0 % 3 == 0 ? "€" : "$") + text($0) }).kind("x")
        == "composed: '$' # ',' #3 '.' #2 | '€' # ',' #3 '.' #2 | '$' # '.' #2 | '€' # '.' #2")
    // Numbers of several lengths are measures unless the name says that they are keys.
    let addresses = numbers.map { "10.\($0 / 10_000).\($0 / 100 % 100).\($0 % 100)" }
    #expect(try plan(addresses).kind("x") == "composed: '10.' # '.' # '.' #")
    #expect(try plan(addresses, name: "id").kind("id")?.hasPrefix("key ") == true)
  }

  @Test func keysThatRecurAreTold() throws {
    let values = (0..<300).map { "K\($0 % 40)" }
    let asked = try InferenceTests.plan(values, InferenceOptions(keys: ["x"]))
    let warning = try #require(asked.warnings.first)
    #expect(warning.column == "x" && warning.text.hasPrefix("40 distinct values in 300 rows"))
    let keys = (0..<300).map { "K\($0 * 7 % 1_000)" }
    let other = try InferenceTests.plan(keys, InferenceOptions(keys: ["x"]))
    #expect(!other.warnings.contains { $0.column == "x" })
  }

  @Test(arguments: [
    "%B %d %Y", "%B %-d %Y", "%b. %d, %Y", "%A, %d %B %Y", "%A, %B %d, %Y", "%d. %B %Y",
    "%-d-%B-%Y",
  ])
  func datesInWords(text: String) throws {
    let layout = try #require(MomentLayout(checked: text))
    let values = (0..<200).map { layout.text(Int64($0 * 37 % 4_000) * 86_400) }
    #expect(try plan(values).kind("x") == "date \(text)")
  }

  // MARK: - As asked for

  @Test func kindsAsAskedFor() throws {
    let table = try makeTable([
      ("n", (0..<100).map { "\($0 % 10)" }),
      ("d", (0..<100).map { "0\(1 + $0 % 9)/0\(1 + $0 % 7)/2019" }),
      ("t", (0..<100).map { "\($0 % 10)" }), ("out", repeated(["x"], 100)),
    ])
    var options = InferenceOptions(exclude: ["out"])
    for text in ["n=category", "d=date %d/%m/%Y", "t=text"] { try options.addKind(text) }
    let plan = try TablePlan(table: table, options: options)
    #expect(plan.choices.map(\.kind.text) == ["category", "date %d/%m/%Y", "text", "exclude"])
    #expect(plan.schema.columns == [0, 1, 2])
    #expect(plan.schema.leaves.map(\.column).prefix(3) == ["n", "d", "t"])
  }

  @Test(
    arguments: [
      ("x=number", "\"b\" at table:2 is no number"),
      ("x=date %Y-%m-%d", "does not have the layout"),
      ("x=date", "no layout in common"), ("x=constant", "2 distinct values"),
      ("x=empty", "20 rows"),
      ("x=sum: y", "it is no number"), ("x=lookup: y", "no other column"),
      ("y=text", "no column 'y'"),
      ("x=lookup: x", "no other column"),
    ])
  func unsuitableKinds(text: String, words: String) throws {
    var options = InferenceOptions()
    try options.addKind(text)
    let error = #expect(throws: InferenceError.self) {
      try InferenceTests.plan(repeated(["1", "b"], 20), options)
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func unknownColumns() throws {
    for options in [InferenceOptions(exclude: ["y"]), InferenceOptions(keys: ["y"])] {
      let error = #expect(throws: InferenceError.self) {
        try InferenceTests.plan(["1", "2"], options)
      }
      #expect(error?.description.contains("no column 'y'; the table has x") == true)
    }
    #expect(throws: InferenceError.noColumns) {
      try InferenceTests.plan(["1", "2"], InferenceOptions(exclude: ["x"]))
    }
  }

  @Test func badCellsArePlacedAndCounted() throws {
    let plan = try plan(repeated(["1", "2"], 30))
    let error = #expect(throws: InferenceError.self) {
      try plan.records(of: makeTable([("x", ["1"] + Array(repeating: "y", count: 25) + [nil])]))
    }
    guard case .badCells(let count, let first) = error else {
      Issue.record("expected bad cells")
      return
    }
    #expect(count == 26)
    #expect(first.count == 20)
    #expect(
      first[0]
        == BadCell(place: "table:2", column: "x", problem: "expected an integer, found \"y\""))
  }
}
