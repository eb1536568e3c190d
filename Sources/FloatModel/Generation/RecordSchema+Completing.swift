import FakeGen
import Records
import Schema

extension RecordSchema {
  /// Returns records with the leaves that no module makes: what follows from others, and keys, which
  /// are those of `fakegen`.
  ///
  /// - Parameters:
  ///   - records: with all other leaves.
  ///   - first: number of the first one's row.
  ///   - seed: of the rows.
  ///   - list: name of the list whose elements the records are; nil for rows.
  package func completing(
    _ records: [Record], first: UInt64, seed: UInt64, ofElementsOf list: String? = nil
  ) -> [Record] {
    if derived.isEmpty { return records }
    let keys = rowRules(ofElementsOf: list).derived
    return records.enumerated().map { index, record in
      var record = record
      for (ruled, key) in zip(derived, keys) {
        if case .key(_, let shape) = ruled.rule {
          let choice = shape.flatMap { record.values[$0].units(leaves[$0].kind) }
          let text =
            key.rule.key(row: first &+ UInt64(index), seed: seed, choice: choice) ?? ""
          record.values[ruled.leaf] =
            leaves[ruled.leaf].kind == .integer
            ? Int64(text).map { .integer($0) } ?? .null : .text(text)
        } else {
          record.compute([ruled], schema: self)
        }
      }
      return record
    }
  }
}
