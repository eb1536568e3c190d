import FakeGen
import TestModels
import Testing

@Suite struct RowRuleTests {
  private func model(_ rules: RowRules? = nil) throws -> Model {
    try Model(bytes: RuleModel.content(rules: rules).encoded())
  }

  private func text(_ field: Field) -> String {
    var bytes: [UInt8] = []
    field.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func columnsSayWhatTheyHold() throws {
    let columns = try model().columns
    #expect(columns.map(\.name) == RuleModel.names.filter { $0.first?.isUppercase == true })
    #expect(columns.filter(\.isOptional).map(\.name) == ["TAX", "TOTAL", "LARGE", "TOP", "LABEL"])
    for column in columns {
      guard case .moment(let layout) = column.kind else { continue }
      #expect(["DAY", "SEEN", "MADE"].contains(column.name) && !layout.text.isEmpty)
    }
  }

  /// A table that has each value that there is never gives null.
  @Test func tablesOfAllValuesNeverGiveNull() throws {
    func isOptional(_ leaf: Int, _ source: Int, _ keys: [Int64], nullChoice: UInt32 = 0) throws
      -> Bool
    {
      var rules = RuleModel.rules
      rules.derived[leaf == 13 ? 7 : 8] = DerivedLeaf(
        leaf: leaf,
        rule: .lookup(
          leaf: source,
          table: LookupTable(
            keys: .numbers(Numbers(keys)),
            values: leaf == 13 ? .texts(TextTable(capacity: 0)) : .numbers([1]),
            choices: Numbers(keys.map { _ in leaf == 13 ? 0 : 1 }), nullChoice: nullChoice)))
      let model = try model(rules)
      return model.columns.first { $0.name == RuleModel.names[leaf] }?.isOptional ?? false
    }
    #expect(try !isOptional(14, 12, [0, 1]))
    #expect(try isOptional(14, 12, [1]))
    #expect(try isOptional(13, 12, [0, 1]))
    // The values of a digit, and of cells with many values, are not known.
    #expect(try isOptional(14, 11, Array(0..<10)))
    #expect(try isOptional(14, 8, Array(0..<7)))
  }

  /// All that follows, recomputed from the fields that it follows from.
  @Test func rulesHoldInEveryRow() throws {
    let model = try model()
    var generator = Generator(model: model, seed: 3, batchSize: 7)
    var found: [String: Set<String>] = [:]
    for index in 0..<3_000 as Range<UInt64> {
      let fields = try generator.row(index).fields
      let row = Dictionary(uniqueKeysWithValues: zip(model.columns.map(\.name), fields))
      for (name, field) in row { found[name, default: []].insert(text(field)) }
      guard case .real(let price, 2)? = row["PRICE"] else {
        Issue.record("\(row)")
        return
      }
      if case .real(let tax, 2)? = row["TAX"] {
        let total = 2 * price - tax + 1
        #expect(row["TOTAL"] == .real(units: total, decimals: 2))
        #expect(row["NET"] == .real(units: price - tax + 2, decimals: 2))
        #expect(row["TOP"] == .real(units: total - 2 * max(price, tax), decimals: 2))
      } else {
        #expect(row["TOTAL"] == .null && row["TAX"] == .null && row["TOP"] == .null)
      }
      let tens = (price < 0 ? (price - 999) / 1_000 : price / 1_000)
      let digit = (tens % 10 + 10) % 10
      #expect(row["TENS"] == .integer(digit))
      #expect(
        row["LARGE"] == [0: .boolean(false), 1: .boolean(false), 5: .boolean(true)][digit] ?? .null)
      #expect(
        row["STATE"] == (row["KIND"] == .enumeration("BOX") ? .text("full") : .text("é empty")))
      guard case .text(let made)? = row["MADE"], case .text(let seen)? = row["SEEN"],
        case .text(let day)? = row["DAY"]
      else {
        Issue.record("\(row)")
        return
      }
      #expect(made.hasPrefix(day + "T") && made.hasSuffix("Z"))
      let units = try MomentLayout("%Y-%m-%dT%H:%M:%SZ").units(of: Array(made.utf8))
      #expect(units == (try MomentLayout("%a %-d. %B %y, %I:%M:%S %p").units(of: Array(seen.utf8))))
      let second = try #require(units) % 86_400
      #expect(row["CODE"].map(text) == Self.code(second), "\(second)")
      if row["TAX"] == .null { #expect(row["NET"] == .real(units: second, decimals: 2)) }
      #expect(try row["LABEL"].map(text) == label(row, second: second, day: day))
      #expect(
        row["NUMBER"]
          == .text(
            index == 0
              ? "A--0002/é"
              : "A-" + String(repeating: "0", count: 4 - String(3 * index - 2).count)
                + "\(3 * index - 2)/é"))
    }
    for name in ["ID", "SERIAL", "NUMBER"] { #expect(found[name]?.count == 3_000) }
    #expect(found["TENS"]?.count == 10)
    #expect(found["DAY"].map { $0.count > 300 } == true)
    for serial in found["SERIAL"] ?? [] { #expect(Int64(serial).map { $0 >= 10 } == true) }
  }

  /// The text that `RuleModel.label` composes: by the weekday, of which those from the fourth one on
  /// have the last template, and the second one where there is no tax.
  private func label(_ row: [String: Field], second: Int64, day: String) throws -> String {
    let texts = row.mapValues(text)
    let weekday = try #require(MomentLayout("%Y-%m-%d").units(of: Array(day.utf8))) / 86_400 + 3
    let isFirst = weekday % 7 == 0
    if isFirst, row["TAX"] != .null {
      // Nothing stands for LARGE in some rows, and then the next template is taken.
      if row["LARGE"] != .null { return "€ " + (texts["TAX"] ?? "") + (texts["LARGE"] ?? "") }
    }
    switch isFirst ? 1 : min(weekday % 7, 3) {
    case 1:
      return (texts["KIND"] == "BOX" ? "bo" : "ba") + "/"
        + String(repeating: "0", count: 6 - "\(second)".count) + "\(second)"
    case 2:
      return (texts["STATE"] == "full" ? "FULL" : "É_EMPTY") + (texts["CODE"] ?? "").suffix(3)
        + day.prefix(4)
    default: return (texts["STATE"] == "full" ? "full" : "eempty") + (texts["PRICE"] ?? "")
    }
  }

  /// The text of a number by `RuleModel.codes`: 50 of the first shape, then 4 of the second.
  private static func code(_ number: Int64) -> String {
    if number < 50 {
      // Characters are in the order of their numbers: "è" is before "é".
      return "A" + (number < 25 ? "è" : "é") + "-\(5 + number / 5 % 5)\(2 * (number % 5))"
    }
    if number < 54 { return ["xa", "xb", "ya", "yb"][Int(number - 50)] }
    let digits = "\(number - 54)"
    return String(repeating: "0", count: 5 - digits.count) + digits
  }

  /// All texts, each once, in order; beyond the ends the nearest one.
  @Test func codesAreInOrder() {
    let numbers = Array(0..<100_054 as Range<Int64>)
    #expect(numbers.allSatisfy { RuleModel.codes.text(of: $0) == Self.code($0) })
    #expect(RuleModel.codes.text(of: -7) == "Aè-50")
    #expect(RuleModel.codes.text(of: .min) == "Aè-50")
    for number in [100_054, .max] as [Int64] {
      #expect(RuleModel.codes.text(of: number) == "99999")
    }
    #expect(RuleModel.codes.problem == nil)
  }

  @Test func rowsDoNotDependOnTheBatch() throws {
    let model = try model()
    var one = Generator(model: model, seed: 5)
    var many = Generator(model: model, seed: 5, batchSize: 64)
    for index in Array(0..<130) + [UInt64.max - 3, .max] {
      #expect(try one.row(index) == many.row(index))
    }
  }

  /// A filter of half of all rows changes what is drawn, but no key; its key has derived columns.
  @Test func keysStayThroughAttempts() throws {
    var content = RuleModel.content()
    let plain = try Model(bytes: content.encoded())
    let columns = plain.columns.map(\.name)
    let state = try #require(columns.firstIndex(of: "STATE"))
    let filtered = columns.firstIndex(of: "ID").map { [$0] } ?? []
    var generator = Generator(model: plain, seed: 1)
    let key = SipHash.hash(Array("full".utf8) + [ExclusionFilter.fieldEnd])
    let places = ExclusionFilter.places(of: key, seed: 0, segmentLength: 4, count: 12)
    // One place makes the exclusive-or of three the key's fingerprint.
    var bytes = [UInt8](repeating: 0, count: 12)
    bytes[places.first] = places.fingerprint
    content.filters = [
      ExclusionFilter(
        columns: [state], entries: 1, seed: 0, segmentLength: 4, fingerprints: Numbers(bytes))
    ]
    var without = Generator(model: try Model(bytes: content.encoded()), seed: 1, batchSize: 16)
    var changed = 0
    for index in 0..<200 as Range<UInt64> {
      let (before, after) = (try generator.row(index), try without.row(index))
      for column in filtered { #expect(before.fields[column] == after.fields[column]) }
      #expect(after.fields[state] == .text("é empty"))
      if before.fields[state] == .text("full") { changed += 1 } else { #expect(before == after) }
    }
    #expect(changed > 20)
  }

  /// Sections that the loader must refuse, each with a word of its reason.
  @Test func hostileRulesAreRefused() throws {
    func refused(_ change: (inout RowRules) -> Void) -> String? {
      var rules = RuleModel.rules
      change(&rules)
      do {
        _ = try model(rules)
        return nil
      } catch {
        return "\(error)"
      }
    }
    func sum(_ leaf: Int, of source: Int) -> DerivedLeaf {
      DerivedLeaf(leaf: leaf, rule: .sum(terms: [.init(leaf: source, factor: 1)], constant: 0))
    }
    func digit(unit: Int64, count: Int64) -> DerivedLeaf {
      DerivedLeaf(leaf: 11, rule: .digit(leaf: 3, offset: 0, unit: unit, count: count))
    }
    func table(
      _ source: Int, _ keys: [Int64], _ values: LookupTable.Values, _ choices: [UInt32],
      leaf: Int = 14
    ) -> DerivedLeaf {
      DerivedLeaf(
        leaf: leaf,
        rule: .lookup(
          leaf: source,
          table: LookupTable(
            keys: .numbers(Numbers(keys)), values: values, choices: Numbers(choices))))
    }
    func greatest(of leaves: [Int], plus source: Int, leaf: Int = 17) -> DerivedLeaf {
      DerivedLeaf(leaf: leaf, rule: .greatest(of: leaves, factor: 1, plus: source))
    }
    func code(_ shapes: [[String]], by source: Int, leaf: Int = 16) -> DerivedLeaf {
      DerivedLeaf(
        leaf: leaf,
        rule: .code(
          leaf: source,
          shapes: CodeShapes(shapes: shapes.map { KeyShape(weight: 1, places: $0) })))
    }
    func composed(
      _ templates: [[ComposedText.Piece]], by choice: Int? = nil, leaf: Int = 18
    ) -> DerivedLeaf {
      DerivedLeaf(
        leaf: leaf, rule: .composed(ComposedText(choice: choice, templates: templates)))
    }
    let literal = ComposedText.Piece.literal([0x61])
    func value(_ form: TextForm, _ leaf: Int = 13) -> ComposedText.Piece {
      .value(.init(leaf: leaf, kind: .text, form: form))
    }
    #expect(refused { _ in } == nil)
    #expect(refused { $0.derived[12] = composed(Array(repeating: [literal], count: 64)) } == nil)
    #expect(
      refused { $0.derived[10] = code([Array(repeating: "01", count: 62)], by: 9) } == nil)
    for (found, part) in [
      (refused { $0.derived.removeLast() }, "no module makes leaf 19"),
      (
        refused { $0.derived.insert(sum(3, of: 4), at: 0) }, "leaf 3 has two modules, or a rule too"
      ),
      (refused { $0.derived.append($0.derived[4]) }, "leaf 6 has two rules"),
      (refused { $0.derived.swapAt(6, 8) }, "leaf 14 follows from leaf 11, which comes later"),
      (refused { $0.derived[3] = sum(5, of: 5) }, "leaf 5 follows from leaf 5"),
      (refused { $0.derived[3] = sum(5, of: 12) }, "leaf 12 is not a number"),
      (refused { $0.derived[7] = sum(13, of: 3) }, "the sum 13 is not a number"),
      (refused { $0.derived[6] = digit(unit: 0, count: 1) }, "a unit of 1 or more"),
      (refused { $0.derived[6] = digit(unit: 1, count: -1) }, "a unit of 1 or more"),
      (refused { $0.derived[8] = table(11, [1, 1], .numbers([0]), [1, 1]) }, "do not ascend"),
      (refused { $0.derived[8] = table(11, [1], .numbers([2]), [1]) }, "not those of its field"),
      (refused { $0.derived[8] = table(11, [1], .numbers([1]), [2]) }, "has 1 values, found"),
      (refused { $0.hidden = [3] }, "a hidden leaf is in a column"),
      (refused { $0.hidden = [7, 7] }, "a hidden leaf is in a column"),
      (refused { $0.derived.append(sum(7, of: 3)) }, "the hidden leaf 7 has a rule"),
      (
        refused {
          $0.derived[1] = DerivedLeaf(
            leaf: 1,
            rule: .shapes(KeyShapes(stream: 1, shapes: [KeyShape(weight: 1, places: ["01", "1"])])))
        }, "leaf 1: a key that is an integer has no zero before it"
      ),
      (
        refused {
          $0.derived[3] = DerivedLeaf(
            leaf: 5,
            rule: .sequence(KeySequence(prefix: "", start: 0, step: 1, width: 0, suffix: "")))
        }, "the key 5 is neither a text nor an integer"
      ),
      (
        refused { $0.derived[11] = greatest(of: [], plus: 5) }, "nothing is the greatest for 17"
      ),
      (refused { $0.derived[11] = greatest(of: [3, 12], plus: 5) }, "leaf 12 is not a number"),
      (refused { $0.derived[11] = greatest(of: [3], plus: 13) }, "leaf 13 is not a number"),
      (refused { $0.derived[7] = greatest(of: [3], plus: 5, leaf: 13) }, "the sum 13 is not a"),
      (refused { $0.derived[10] = code([["ab"]], by: 3) }, "chooses a text, is not an integer"),
      (refused { $0.derived[3] = code([["ab"]], by: 9, leaf: 5) }, "the code 5 is not a text"),
      (refused { $0.derived[10] = code([["a"]], by: 9) }, "leaf 16: a shape has one text only"),
      (
        refused { $0.derived[10] = code([["ab", "c"], ["b", "cd"]], by: 9) },
        "leaf 16: two shapes have a text in common"
      ),
      (
        refused { $0.derived[10] = code([Array(repeating: "0123456789abcdef", count: 16)], by: 9) },
        "leaf 16: codes have more than 2^62 texts"
      ),
      (
        refused {
          let half = Array(repeating: "01", count: 62)
          $0.derived[10] = code([half, half + ["a"], half + ["b"]], by: 9)
        }, "leaf 16: codes have more than 2^62 texts"
      ),
      (refused { $0.derived[12] = composed([[literal]], by: 3) }, "chooses a template, is not an"),
      (refused { $0.derived[12] = composed([]) }, "expected a number in 1...64, found 0"),
      (refused { $0.derived[12] = composed([[]]) }, "expected a number in 1...64, found 0"),
      (
        refused { $0.derived[12] = composed(Array(repeating: [literal], count: 65)) },
        "expected a number in 1...64, found 65"
      ),
      (refused { $0.derived[3] = composed([[literal]], leaf: 5) }, "the composed leaf 5 is not a"),
      (refused { $0.derived[12] = composed([[value(TextForm(), 18)]]) }, "leaf 18 follows from"),
      (
        refused { $0.derived[12] = composed([[value(TextForm(width: 19))]]) },
        "expected a number in 0...18, found 19"
      ),
    ] {
      #expect(found?.contains(part) == true, "\(found ?? "accepted"), expected \(part)")
    }
  }
}
