import Records
import Schema
import TestSupport

/// Records of the example customer, seeded, with every kind of null and every awkward character.
func randomCustomers(_ count: Int, seed: UInt64) -> [Record] {
  var random = SplitMix(seed: seed)
  let pieces = [
    "a", "é", "日本", "🙂", ",", "\"", "\n", "\r\n", "\r", " ", "\\", "\t", "\u{7F}", "\u{1}",
  ]
  func text(atLeast minimum: Int) -> FieldValue {
    let length = Int.random(in: minimum...6, using: &random)
    return .text((0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())
  }
  func real() -> FieldValue {
    // Six decimals are what is written.
    .real(Double(Int.random(in: -180_000_000...180_000_000, using: &random)) / 1e6)
  }
  return (0..<count).map { _ in
    var values: [FieldValue] = [
      text(atLeast: 0), Bool.random(using: &random) ? .null : text(atLeast: 1),
      .choice(Int.random(in: 0...2, using: &random)),
      .choice(Int.random(in: 0...1, using: &random)),
      .integer(Int64(Int32.random(in: .min ... .max, using: &random))),
      Bool.random(using: &random) ? .null : real(),
    ]
    values +=
      Bool.random(using: &random)
      ? Array(repeating: .null, count: 5)
      : [
        text(atLeast: 0), text(atLeast: 0),
        .text(String(Int.random(in: 0...99_999, using: &random))), real(), real(),
      ]
    return Record(values: values)
  }
}
