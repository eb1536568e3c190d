import FakeGen

extension RuleModel {
  /// The model with columns that follow from two others, and from a date: TENS is the month of DAY,
  /// STATE goes with KIND and the weekday, or has the position that the weekday is; LARGE goes with
  /// TAX and TENS, where they are in a table.
  package static let pairBytes = content(rules: pairRules).encoded()

  package static var pairRules: RowRules {
    var rules = self.rules
    rules.derived[6] = DerivedLeaf(
      leaf: 11, rule: .calendar(leaf: 6, part: .month, unitsPerDay: 86_400, texts: nil))
    rules.derived[7] = DerivedLeaf(
      leaf: 13,
      rule: .pairLookup(
        first: 12, second: 8, table: stateTable, otherwise: .init(leaf: 8, isPosition: true)))
    rules.derived[8] = DerivedLeaf(
      leaf: 14, rule: .pairLookup(first: 4, second: 11, table: largeTable, otherwise: nil))
    return rules
  }

  /// From the classes of KIND and weekdays to texts.
  package static var stateTable: PairTable {
    PairTable(
      firsts: .numbers([0, 1]), seconds: .numbers([0, 1, 3, 5]), values: .texts(stateTexts),
      starts: [0, 0, 3, 5], partners: [1, 2, 4, 2, 3], choices: [1, 2, 0, 2, 1])
  }

  /// From taxes, of which there may be none, and months to booleans.
  package static var largeTable: PairTable {
    PairTable(
      firsts: .numbers([0]), seconds: .numbers([1, 2, 3, 7]), values: .numbers([1, 0]),
      starts: [0, 3, 6], partners: [1, 2, 3, 1, 3, 4], choices: [1, 2, 1, 2, 0, 1])
  }

  private static var stateTexts: TextTable {
    var texts = TextTable()
    for text in ["full", "é empty"] { texts.add(text) }
    return texts
  }
}
