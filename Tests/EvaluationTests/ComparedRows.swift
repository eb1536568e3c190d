import TestSupport

@testable import Evaluation

/// Made-up tables of which generated ones are like real ones to a degree.
enum ComparedRows {
  static let columns = [
    ComparedColumn(name: "amount", kind: .number(decimals: 2)),
    ComparedColumn(name: "town", kind: .category),
    ComparedColumn(name: "count", kind: .number(decimals: 0)),
    ComparedColumn(name: "note", kind: .text),
    ComparedColumn(name: "plan", kind: .category),
    ComparedColumn(name: "code", kind: .category),
  ]

  /// `[columns][rows]`; `off` is how far from the real rows they are, 0 for real ones.
  static func table(rows: Int, seed: UInt64, off: Double = 0) -> [[String?]] {
    var random = SplitMix(seed: seed)
    var columns = [[String?]](repeating: [], count: Self.columns.count)
    for _ in 0..<rows {
      let size = random.uniform()
      // A spike at zero, a tail, and nulls that depend on the town.
      let town = Int(300 * random.uniform() * random.uniform() * random.uniform())
      var amount: String? = String(Int(1000 * size * size * (1 + off)))
      if random.uniform() < 0.4 { amount = "0" }
      amount = amount.map { "\($0).\(10 + Int(80 * random.uniform()))" }
      if random.uniform() < (town % 2 == 0 ? 0.3 : 0.05) { amount = nil }
      let note = (0..<6).map { _ in "abcdefgh".randomElement(using: &random).map(String.init) ?? ""
      }
      let values: [String?] = [
        amount, "town \(town)", String(Int(40 * (off > 0 ? random.uniform() : size))),
        note.joined(), ["free", "basic", "premium", nil][Int(4 * size * (1 - 0.5 * off))],
        String(Int(8 * random.uniform())),
      ]
      for (place, value) in values.enumerated() { columns[place].append(value) }
    }
    return columns
  }

  static func comparison(
    training: Int = 1500, heldOut: Int = 500, generated: Int = 900, off: Double, seed: UInt64 = 1
  ) -> TableComparison {
    TableComparison(
      training: ComparedTable(table(rows: training, seed: 1)),
      heldOut: ComparedTable(table(rows: heldOut, seed: 2)),
      generated: ComparedTable(table(rows: generated, seed: 3, off: off)), columns: columns,
      seed: seed)
  }
}
