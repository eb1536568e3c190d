import FakeGen
import TestModels
import Testing

/// Sums where their terms are there, and another leaf elsewhere.
@Suite struct SumOrElseTests {
  /// TAX may be missing; LARGE is PRICE and it, else PRICE alone.
  private func rules(
    of terms: [DerivedLeaf.Term] = [.init(leaf: 3, factor: 2), .init(leaf: 4, factor: 1)],
    otherwise: Int = 3, leaf: Int = 17
  ) -> RowRules {
    var rules = RuleModel.rules
    rules.derived[11] = DerivedLeaf(
      leaf: leaf, rule: .sumOrElse(terms: terms, constant: 5, otherwise: otherwise))
    return rules
  }

  private func model(_ rules: RowRules) throws -> Model {
    try Model(bytes: RuleModel.content(rules: rules).encoded())
  }

  @Test func rowsAndFiles() throws {
    let model = try model(rules())
    #expect(model.content.rules == rules())
    let places = Dictionary(
      uniqueKeysWithValues: model.columns.map(\.name).enumerated().map { ($1, $0) })
    let (price, tax) = (try #require(places["PRICE"]), try #require(places["TAX"]))
    let last = try #require(places[RuleModel.names[17]])
    var generator = Generator(model: model, seed: 3, batchSize: 7)
    var (sums, others) = (0, 0)
    for index in 0..<400 as Range<UInt64> {
      let fields = try generator.row(index).fields
      guard case .real(let units, 2) = fields[price] else { continue }
      if case .real(let more, 2) = fields[tax] {
        #expect(fields[last] == .real(units: 2 * units + more + 5, decimals: 2))
        sums += 1
      } else {
        #expect(fields[last] == .real(units: units, decimals: 2))
        others += 1
      }
    }
    #expect(sums > 20 && others > 20)
  }

  @Test func hostileRulesAreRefused() {
    for (rules, part) in [
      (rules(otherwise: 12), "leaf 12 is not a number"),
      (rules(of: [.init(leaf: 12, factor: 1)]), "leaf 12 is not a number"),
      (rules(leaf: 13), "the sum 13 is not a number"),
    ] {
      let error = #expect(throws: ModelError.self) { try model(rules) }
      #expect("\(error as Any)".contains(part), "\(error as Any), expected \(part)")
    }
  }
}
