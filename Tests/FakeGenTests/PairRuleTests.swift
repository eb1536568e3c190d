import FakeGen
import TestModels
import Testing

/// Leaves that follow from two others, and from a date.
@Suite struct PairRuleTests {
  private func model(_ rules: RowRules = RuleModel.pairRules) throws -> Model {
    try Model(bytes: RuleModel.content(rules: rules).encoded())
  }

  @Test func rulesHoldInEveryRow() throws {
    let model = try model()
    let names = model.columns.map(\.name)
    let states: [String: [Int64: String?]] = [
      "BOX": [0: "full", 1: "é empty", 5: nil], "BAG": [1: "é empty", 3: "full"],
    ]
    let large: [Bool: [Int64: Bool?]] = [
      true: [1: true, 2: false, 3: true], false: [1: false, 3: nil, 7: true],
    ]
    let layout = try MomentLayout("%Y-%m-%d")
    var found: [String: Set<String>] = [:]
    var generator = Generator(model: model, seed: 4, batchSize: 32)
    for index in 0..<4_000 as Range<UInt64> {
      let row = Dictionary(uniqueKeysWithValues: zip(names, try generator.row(index).fields))
      guard case .text(let day)? = row["DAY"], case .enumeration(let kind)? = row["KIND"],
        case .integer(let month)? = row["TENS"], let units = layout.units(of: Array(day.utf8))
      else {
        Issue.record("\(row)")
        return
      }
      #expect(day.split(separator: "-")[1].drop { $0 == "0" } == "\(month)")
      let weekday = (units / 86_400 + 3) % 7
      let known = states[kind]?[weekday]
      let text = known ?? [0: "full", 1: "é empty"][weekday]
      #expect(row["STATE"] == text.map { .text($0) } ?? .null, "\(kind) \(weekday)")
      found["STATE", default: []].insert(known.map { $0 ?? "none" } ?? "other")
      let isNull = row["TAX"] == .null
      let isZero = row["TAX"] == .real(units: 0, decimals: 2)
      let value = isNull || isZero ? large[isNull]?[month] : nil
      #expect(row["LARGE"] == (value ?? nil).map { .boolean($0) } ?? .null, "\(row)")
      found["LARGE", default: []].insert(value.map { $0.map { "\($0)" } ?? "none" } ?? "other")
    }
    #expect(found["STATE"]?.count == 4 && found["LARGE"]?.count == 4, "\(found)")
  }

  @Test func filesAreReadAgain() throws {
    let model = try model()
    #expect(model.content.rules == RuleModel.pairRules)
  }

  /// What cannot be null is not said to be: all pairs are in the table, or each other one has a value.
  @Test func wholeTablesNeverGiveNull() throws {
    func isOptional(
      _ table: PairTable, _ otherwise: PairTable.Otherwise?, leaf: Int = 14
    ) throws -> Bool {
      var rules = RuleModel.pairRules
      rules.derived[8] = DerivedLeaf(
        leaf: 14, rule: .pairLookup(first: 8, second: 7, table: table, otherwise: otherwise))
      return try self.model(rules).columns.first { $0.name == "LARGE" }?.isOptional ?? false
    }
    func table(_ choices: Numbers<UInt32>) -> PairTable {
      PairTable(
        firsts: .numbers([0]), seconds: .numbers([1]), values: .numbers([1, 0]), starts: [0, 0, 1],
        partners: [1], choices: choices)
    }
    #expect(try isOptional(table([1]), nil))
    #expect(try isOptional(table([1]), .init(leaf: 8, isPosition: true)))
    #expect(try isOptional(table([0]), nil))
  }

  @Test func partsOfDaysAsTexts() throws {
    var rules = RuleModel.pairRules
    var texts = TextTable()
    for text in ["a", "b", "c", "d", "e"] { texts.add(text) }
    rules.derived[7] = DerivedLeaf(
      leaf: 13, rule: .calendar(leaf: 10, part: .weekday, unitsPerDay: 86_400, texts: texts))
    let model = try model(rules)
    #expect(model.content.rules == rules)
    #expect(model.columns.first { $0.name == "STATE" }?.isOptional == true)
    let place = try #require(model.columns.firstIndex { $0.name == "STATE" })
    let seen = try #require(model.columns.firstIndex { $0.name == "SEEN" })
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    var generator = Generator(model: model, seed: 4, batchSize: 32)
    for index in 0..<300 as Range<UInt64> {
      let fields = try generator.row(index).fields
      guard case .text(let text) = fields[seen] else { continue }
      let day = try #require(weekdays.firstIndex(of: String(text.prefix(3))))
      #expect(fields[place] == (day < 5 ? .text(["a", "b", "c", "d", "e"][day]) : .null))
    }
  }

  /// Sections that the loader must refuse, each with a word of its reason.
  @Test func hostileRulesAreRefused() throws {
    func refused(_ leaf: Int, _ rule: DerivedLeaf.Rule) -> String {
      var rules = RuleModel.pairRules
      guard let place = rules.derived.firstIndex(where: { $0.leaf == leaf }) else { return "none" }
      rules.derived[place] = DerivedLeaf(leaf: leaf, rule: rule)
      do {
        _ = try model(rules)
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    func pairs(
      _ first: Int = 4, _ second: Int = 11, firsts: Numbers<Int64> = [0, 9],
      seconds: Numbers<Int64> = [1, 2], values: Numbers<Int64> = [0, 1],
      starts: Numbers<UInt32> = [0, 1, 2, 3], partners: Numbers<UInt32> = [1, 0, 2],
      choices: Numbers<UInt32> = [1, 2, 0], otherwise: Int? = nil
    ) -> String {
      refused(
        14,
        .pairLookup(
          first: first, second: second,
          table: PairTable(
            firsts: .numbers(firsts), seconds: .numbers(seconds), values: .numbers(values),
            starts: starts, partners: partners, choices: choices),
          otherwise: otherwise.map { .init(leaf: $0, isPosition: true) }))
    }
    func part(_ leaf: Int, of source: Int, _ texts: [String]) -> String {
      var table = TextTable()
      for text in texts { table.add(text) }
      return refused(
        leaf,
        .calendar(
          leaf: source, part: .month, unitsPerDay: 86_400, texts: texts.isEmpty ? nil : table))
    }
    #expect(pairs() == "accepted")
    #expect(pairs(otherwise: 8) == "accepted")
    for (found, part) in [
      (pairs(firsts: [0, 0]), "keys do not ascend"),
      (pairs(seconds: [2, 1]), "keys do not ascend"),
      (pairs(values: [0, 2]), "not those of its field's kind"),
      (pairs(starts: [1, 1, 2, 3]), "do not begin at 0"),
      (pairs(starts: [0, 1, 2, 2]), "do not begin at 0 and end with the last"),
      (pairs(starts: [0, 2, 1, 3]), "out of order"), (pairs(starts: [0, 9, 9, 3]), "out of order"),
      (pairs(starts: [0, 2, 2, 3], partners: [1, 1, 2]), "out of order"),
      (pairs(partners: [1, 0, 3]), "a value that there is not"),
      (pairs(choices: [1, 3, 0]), "a value that there is not"),
      (pairs(otherwise: 12), "is not an integer"), (pairs(otherwise: 3), "is not an integer"),
      (pairs(14), "comes later"), (part(11, of: 9, []), "no moment with a date"),
      (part(11, of: 3, []), "no moment with a date"),
      (part(13, of: 6, []), "neither an integer nor a text"),
      (part(14, of: 6, []), "neither an integer nor a text"),
      (part(11, of: 6, ["x"]), "neither an integer nor a text"),
    ] {
      #expect(found.contains(part), "\(found), expected \(part)")
    }
  }
}
