/// One leaf's column; one of the arrays is filled, or the lists, for a string with known values also `classes`,
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
  /// The lists; null is one without elements. Nil for a leaf that is no list.
  package var lists: EncodedLists?
}

/// The lists of a column.
package struct EncodedLists: Sendable {
  /// Where each row's elements begin among all, and where the last one's end; `[rows + 1]`.
  package var starts: [Int32]
  /// The elements of all rows, one after the other.
  package var elements: EncodedTable

  /// The elements of a row.
  package func elements(of row: Int) -> Range<Int32> { starts[row]..<starts[row + 1] }

  /// The lists of some rows, followed by others.
  func rows(_ rows: [Int32], followedBy other: EncodedLists) -> EncodedLists {
    var joined: [Int32] = [0]
    for row in rows {
      joined.append(joined[joined.count - 1] + Int32(elements(of: Int(row)).count))
    }
    let end = joined[joined.count - 1]
    joined += other.starts.dropFirst().map { $0 + end }
    return EncodedLists(
      starts: joined,
      elements: EncodedTable(
        rows: rows.flatMap { elements(of: Int($0)) }, of: elements, followedBy: other.elements))
  }
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
