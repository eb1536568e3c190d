/// One leaf's column; one of the arrays is filled, for a string with known values also `classes`,
/// for a number in bins `classes` and `cells`.
package struct EncodedColumn: Sendable {
  /// Text and digits: identifier into the pool; null is the empty string.
  package var strings: [Int32] = []
  /// Booleans and enumerations; null is class 0. Strings with known values: 1 + the value's place
  /// among these, or 0. Numbers in bins: the bin; null is bin 0.
  package var classes: [Int32] = []
  /// Numbers in bins: the cell in the bin; null is cell 0.
  package var cells: [Int32] = []
  /// Reals and integers; null is 0.
  package var reals: [Double] = []
  /// Whether the value is there.
  package var present: [Bool] = []
}

extension EncodedColumn {
  /// Some of the column's rows.
  func rows(_ rows: [Int32]) -> Self {
    func pick<Value>(_ values: [Value]) -> [Value] {
      values.isEmpty ? [] : rows.map { values[Int($0)] }
    }
    return Self(
      strings: pick(strings), classes: pick(classes), cells: pick(cells), reals: pick(reals),
      present: pick(present))
  }

  mutating func append(_ other: Self) {
    strings += other.strings
    classes += other.classes
    cells += other.cells
    reals += other.reals
    present += other.present
  }
}
