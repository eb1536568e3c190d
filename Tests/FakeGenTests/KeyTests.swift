import TestModels
import Testing

@testable import FakeGen

@Suite struct KeyTests {
  private func keys(
    _ shapes: [KeyShape], rows: some Sequence<UInt64>, seed: UInt64 = 1, stream: UInt32 = 1
  ) -> [String] {
    let rule = DerivedLeaf.Rule.shapes(KeyShapes(stream: stream, shapes: shapes))
    return rows.map { rule.key(row: $0, seed: seed) ?? "" }
  }

  private let digits = "0123456789"

  @Test func permutationsAreOnes() {
    for count in Array(1...70) + [127, 128, 129, 1_000, 4_099] as [UInt64] {
      var orders: Set<[UInt64]> = []
      for tweak in 0..<4 as Range<UInt64> {
        let permutation = KeyedPermutation(key: (3, UInt32(count)), tweak: tweak)
        let order = (0..<count).map { permutation.permuted($0, below: count) }
        #expect(order.sorted() == Array(0..<count))
        orders.insert(order)
      }
      #expect(count < 6 || orders.count == 4)
    }
    for count in [1 << 32, (1 << 32) + 1, .max] as [UInt64] {
      let permutation = KeyedPermutation(key: (3, 4), tweak: 5)
      let sample = Array(0..<500 as Range<UInt64>) + Array(count - 500..<count)
      let permuted = sample.map { permutation.permuted($0, below: count) }
      #expect(permuted.allSatisfy { $0 < count })
      #expect(Set(permuted).count == 1_000)
    }
  }

  /// Over few texts each place's characters have their shares, and neighbours do not follow each other.
  @Test func keysLookDrawn() {
    let shape = KeyShape(weight: 1, places: [digits, digits, digits])
    let first = keys([shape], rows: 0..<1_000)
    #expect(Set(first).count == 1_000)
    #expect(first != first.sorted())
    let steps = zip(first, first.dropFirst()).compactMap { left, right in
      Int(left).flatMap { left in Int(right).map { $0 - left } }
    }
    #expect(Set(steps).count > 500)
    #expect(keys([shape], rows: 0..<1_000, seed: 2) != first)
    #expect(keys([shape], rows: 0..<1_000, stream: 2) != first)
  }

  /// Each group of ten rows has the shapes by their weights, and none repeats whatever is used up: the
  /// second shape after 107 rows, the first one after 5,200.
  @Test(arguments: [0, 1 << 33] as [UInt64])
  func keysAreUniqueBeyondTheirShapes(seed: UInt64) {
    let rows = keys(RuleModel.shapes, rows: 0..<60_000, seed: seed)
    #expect(Set(rows).count == rows.count)
    for start in stride(from: 0, to: 100, by: 10) {
      let lengths = rows[start..<start + 10].map(\.unicodeScalars.count)
      #expect(lengths.count { $0 == 20 } == 2)
      #expect(rows[start..<start + 10].count { $0.hasPrefix("N") } == 5)
    }
    #expect(rows.prefix(100).allSatisfy { [4, 20].contains($0.unicodeScalars.count) })
    let plain = Set(rows.filter { $0.hasPrefix("N") })
    #expect(plain.count == 2_600)
    // What is longer is longer than all shapes.
    #expect(Set(rows.map(\.unicodeScalars.count)) == [4, 20, 21])
  }

  @Test func farRowsAreUnique() {
    let small = [KeyShape(weight: 3, places: ["ab", "c"]), KeyShape(weight: 1, places: ["xyz"])]
    let starts = [0, 1 << 20, 1 << 32, 1 << 62, UInt64.max - 2_000]
    for shapes in [small, RuleModel.shapes, [KeyShape(weight: 1, places: [digits])]] {
      let rows = starts.flatMap { $0..<$0 + 2_000 } + [.max]
      let found = keys(shapes, rows: rows)
      #expect(Set(found).count == rows.count)
      #expect(found.allSatisfy { $0.unicodeScalars.count < 70 })
    }
  }

  /// A text of which 64 bits fill 15 places: the others are drawn, and the next place tells apart what
  /// the row numbers beyond share.
  @Test func longKeysFillAllPlaces() {
    let hexadecimal = "0123456789abcdef"
    let places = [String](repeating: hexadecimal, count: 32)
    let rows = keys([KeyShape(weight: 1, places: places)], rows: 0..<2_000)
    for place in 0..<32 {
      #expect(Set(rows.map { Array($0.utf8)[place] }).count == 16, "place \(place)")
    }
    #expect(Set(rows.map { $0.suffix(8) }).count == 2_000)
    let shape = KeyShape(weight: 1, places: places)
    let permutation = KeyedPermutation(key: (1, 2), tweak: 0)
    var heads: Set<[UInt8]> = []
    for block in 0..<16 as Range<UInt64> {
      var bytes: [UInt8] = []
      shape.append(block << 60 | 5, extra: 0, permutation: permutation, row: 0, to: &bytes)
      heads.insert(Array(bytes[..<16]))
    }
    #expect(heads.count == 16)
    #expect(Set(heads.map { Array($0[..<15]) }).count == 1)
  }

  @Test func countedKeys() {
    func key(
      _ prefix: String, _ start: Int64, _ step: Int64, _ width: Int, row: UInt64
    ) -> String? {
      DerivedLeaf.Rule.sequence(
        KeySequence(prefix: prefix, start: start, step: step, width: width, suffix: "é")
      ).key(row: row, seed: 9)
    }
    #expect(key("A-", 7, 1, 3, row: 0) == "A-007é")
    #expect(key("A-", 7, 1, 3, row: 995) == "A-1002é")
    #expect(key("", 0, 0, 0, row: 9) == "0é")
    #expect(key("", 5, -2, 2, row: 4) == "-03é")
    #expect(key("", .min, 1, 0, row: .max) == "9223372036854775807é")
    #expect(key("", .max, 1, 0, row: 1) == "-9223372036854775808é")
  }

  @Test func patternsThatCannotBeKeys() {
    func problem(_ shapes: [[String]], weight: UInt32 = 1, areNumbers: Bool = false) -> String? {
      DerivedLeaf.Rule.shapes(
        KeyShapes(stream: 1, shapes: shapes.map { KeyShape(weight: weight, places: $0) })
      ).keyProblem(areNumbers: areNumbers)?.text
    }
    #expect(problem([["ab"], ["cd"], ["a", "cd"]]) == nil)
    #expect(problem([["12", "0"], ["3", "01"]], areNumbers: true) == nil)
    for (found, part) in [
      (problem([]), "1 to 64 shapes"), (problem([[]]), "1 to 256 places"),
      (problem([["ab"]], weight: 0), "weight is 0"), (problem([["a", "b"]]), "one text only"),
      (problem([["aba"]]), "twice"), (problem([["ab", ""]]), "1 to 256 characters"),
      (problem([["ab", "x"], ["bc", "xy"]]), "in common"),
      (problem([["01", "1"]], areNumbers: true), "no zero"),
      (problem([["1", "1x"]], areNumbers: true), "digits alone"),
      (problem([["12"]], areNumbers: true), "two places"),
    ] {
      #expect(found?.contains(part) == true, "\(found ?? "accepted"), expected \(part)")
    }
    func problem(_ prefix: String, step: Int64, width: Int, areNumbers: Bool) -> String? {
      KeySequence(prefix: prefix, start: 0, step: step, width: width, suffix: "")
        .problem(areNumbers: areNumbers)?.text
    }
    #expect(problem("A", step: 1, width: 9, areNumbers: false) == nil)
    #expect(problem("", step: -1, width: 1, areNumbers: true) == nil)
    #expect(problem("", step: 0, width: 0, areNumbers: false) == "its step is 0")
    #expect(problem("A", step: 1, width: 0, areNumbers: true)?.contains("prefix") == true)
    #expect(problem("", step: 1, width: 2, areNumbers: true)?.contains("zeros") == true)
    #expect(problem("", step: 1, width: 65, areNumbers: false)?.contains("0 to 64") == true)
  }

  @Test func patternsAsText() {
    #expect(
      RuleModel.shapes.map(\.pattern.text) == [
        "N[0-9]{2}[A-Z]", "[xy][èé][ab][a-d]", "[0-9a-f]{20}",
      ])
    let special = KeyShape(weight: 1, places: [".", "-a]", "ab", "ab"])
    #expect(special.pattern.text == "\\.[\\-\\]a][ab]{2}")
  }
}
