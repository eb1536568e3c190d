import FakeGen
import FloatModel
import Foundation
import Inference
import Records
import Schema

/// What a table loses on its way into a model, or does not tell, for a person.
enum TableWarnings {
  /// Looks at each column of a table.
  ///
  /// - Returns: a line for the columns without any value, one for those that always have the same
  ///   one, and one for each whose decimals are too few or too many, or whose texts are moments.
  static func columns(_ records: [Record], _ schema: RecordSchema) -> [String] {
    let silent = schema.derivedLeaves.union(schema.hiddenLeaves)
    var (empty, constant, lossy): ([String], [String], [String]) = ([], [], [])
    for leaf in schema.columns where !silent.contains(leaf) {
      let field = schema.leaves[leaf]
      // Two are enough to tell.
      var seen: Set<FieldValue> = []
      for record in records where seen.count < 2 { seen.insert(record.values[leaf]) }
      if seen == [.null] {
        empty.append(field.path)
      } else if seen.count == 1, records.count > 1 {
        constant.append(field.path)
      } else if case .real(let decimals) = field.kind {
        let loss =
          lostDigits(records, leaf, field: field.path, decimals: decimals)
          ?? inventedDigits(records, leaf, field: field.path, decimals: decimals)
        if let loss { lossy.append("field '\(field.path)': \(loss)") }
      } else if field.kind == .text, let layout = layout(records, leaf) {
        lossy.append(
          "field '\(field.path)': its texts are moments as \(layout.text) has them, and are "
            + "spelled: some will not exist; trainer learn takes them for moments")
      }
    }
    return line(empty, "no row has a value: what is made of it is made up")
      + line(constant, "all rows have the same value: it says nothing") + lossy
  }

  /// Fewest times that a run sees each of few rows where it may learn them by heart.
  private static let manyTimes = 300
  /// Rows that are few.
  private static let fewRows = 1_000

  /// Looks at how often a run sees each row.
  ///
  /// - Parameters:
  ///   - rows: that are trained on.
  ///   - examples: that the run takes from them.
  /// - Returns: a line if few rows are seen many times; else nil.
  static func repetition(rows: Int, examples: Int) -> String? {
    guard rows > 0, rows < fewRows, examples / rows >= manyTimes else { return nil }
    return "\(rows) rows, of which each is seen some \(examples / rows) times: they are learned by "
      + "heart, and come out again with what identifies them; have more rows or fewer steps, and "
      + "keep them back with quantize --exclude and --exclude-fields"
  }

  /// A line about fields; none if there are none.
  private static func line(_ fields: [String], _ what: String) -> [String] {
    guard !fields.isEmpty else { return [] }
    let shown = fields.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
    let rest = fields.count > 10 ? " and \(fields.count - 10) more" : ""
    return ["field\(fields.count > 1 ? "s" : "") \(shown)\(rest): \(what)"]
  }

  /// Rows in which decimals are looked at.
  private static let mostRows = 100_000

  /// What a person should know of a real whose decimals do not tell its values apart.
  private static func lostDigits(
    _ records: [Record], _ leaf: Int, field: String, decimals: Int
  ) -> String? {
    var exact: Set<Double> = []
    for record in records.prefix(mostRows) {
      if case .real(let value) = record.values[leaf] { exact.insert(value) }
    }
    func kept(_ decimals: Int) -> Int {
      Set(exact.map { NumberBins.rounded($0, decimals: decimals) }).count
    }
    let left = kept(decimals)
    guard left * 10 < exact.count * 9 else { return nil }
    let greatest = exact.map(abs).max() ?? 0
    let enough = (decimals...ModelLimits.decimals).first {
      // Doubles hold no more units.
      greatest * NumberBins.unitsPerOne(decimals: $0) <= 0x1p53 && kept($0) * 10 >= exact.count * 9
    }
    return "with \(decimals) digits after the point \(left) of \(exact.count) distinct numbers are "
      + "left; "
      + (enough.map {
        // Gaussians blur what is smaller than the whitening's epsilon.
        "have more with --field \(field)=decimals:\($0), and put numbers in bins with --set "
          + "model.numbers.maximumBins=64"
      } ?? "write it in a smaller unit")
  }

  /// What a person should know of a real that would be printed with digits that none of its values
  /// has.
  private static func inventedDigits(
    _ records: [Record], _ leaf: Int, field: String, decimals: Int
  ) -> String? {
    var most = 0
    for record in records.prefix(mostRows) {
      guard case .real(let value) = record.values[leaf] else { continue }
      func hasMore(_ digits: Int) -> Bool {
        NumberBins.rounded(value, decimals: digits) / NumberBins.unitsPerOne(decimals: digits)
          != value
      }
      while most < decimals, hasMore(most) { most += 1 }
      if most + 2 > decimals { return nil }
    }
    return "its numbers have \(most) digits after the point at most, and will be printed with "
      + "\(decimals); say --field \(field)=decimals:\(most)"
  }

  /// The layout of moments that all texts of a field have; nil if they have none in common, or are
  /// too few to tell.
  private static func layout(_ records: [Record], _ leaf: Int) -> MomentLayout? {
    var texts: Set<String> = []
    for record in records.prefix(mostRows) {
      if case .text(let text) = record.values[leaf] { texts.insert(text) }
    }
    guard texts.count >= 10 else { return nil }
    return MomentLayout.layouts(ofAll: texts.map { Array($0.utf8)[...] }).first
  }

  /// What a person should know of the characters that an alphabet leaves out.
  ///
  /// - Parameter texts: each as often as it occurs.
  static func characters(_ texts: some Sequence<String>, alphabet: Alphabet) -> String? {
    let known = Set(alphabet.scalars)
    guard known.count >= Alphabet.standardMaximumSize else { return nil }
    var (count, lost) = (0, 0)
    var unknown: Set<Unicode.Scalar> = []
    for text in texts {
      for scalar in text.unicodeScalars {
        count += 1
        guard !known.contains(scalar) else { continue }
        lost += 1
        unknown.insert(scalar)
      }
    }
    guard lost > 0 else { return nil }
    let percent = max(0.01, 100 * Double(lost) / Double(count))
    return "\(unknown.count) characters are beyond the \(known.count) most frequent, which are all "
      + "that a model spells: \(String(format: "%.2f", percent)) % of all characters are lost"
  }
}
