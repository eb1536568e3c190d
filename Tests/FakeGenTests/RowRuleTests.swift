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
    #expect(columns.filter(\.isOptional).map(\.name) == ["TAX", "TOTAL", "LARGE"])
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
        #expect(row["TOTAL"] == .real(units: 2 * price - tax + 1, decimals: 2))
      } else {
        #expect(row["TOTAL"] == .null && row["TAX"] == .null)
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
    #expect(refused { _ in } == nil)
    for (found, part) in [
      (refused { $0.derived.removeLast() }, "no module makes leaf 15"),
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
    ] {
      #expect(found?.contains(part) == true, "\(found ?? "accepted"), expected \(part)")
    }
  }
}
