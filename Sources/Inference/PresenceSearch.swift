import Foundation
import Schema

/// Finds columns that hold nothing in the same rows, or wherever another one holds nothing.
struct PresenceSearch {
  /// Columns that hold nothing in the same rows.
  struct Group {
    var columns: [Int]
    /// Whether a row has them.
    var isThere: [Bool]
    /// Place of the group without which these columns never are; nil if there is none.
    var outer: Int?
    /// Whether which rows have them is modelled by itself.
    var isModelled: Bool
  }

  /// Cells that should hold nothing by no chance, at least.
  private static let leastCells = 2
  /// Rows are alike by chance in one of 2^13 pairs of columns at most.
  private static let leastBits = 13.0
  /// Most groups of which one may be within another.
  private static let mostGroups = 150

  let columns: [TypedColumn]
  /// Columns that follow from others, and those of alternatives.
  let excluded: Set<Int>
  let rowCount: Int

  /// The groups, each after the one that it is within: those of two columns or more, those of moments
  /// and rounded numbers, which are modelled in parts, and those that are within others.
  func run() -> [Group] {
    var found: [[UInt64]: [Int]] = [:]
    var order: [(rows: [UInt64], nulls: Int)] = []
    for (index, column) in columns.enumerated() where mayBelong(index, column) {
      let rows = nullRows(column)
      if found[rows] == nil { order.append((rows, column.nullRows)) }
      found[rows, default: []].append(index)
    }
    let sorted = order.enumerated().sorted {
      ($0.element.nulls, $0.offset) < ($1.element.nulls, $1.offset)
    }
    .map(\.element)
    var groups: [Group] = []
    for pattern in sorted {
      let members = found[pattern.rows] ?? []
      // Columns that are not alike for a reason are modelled one by one.
      let others = members.count - 1
      let isAlike =
        others * pattern.nulls >= Self.leastCells
        && Double(others) * bits(pattern.nulls, within: pattern.nulls) >= Self.leastBits
      for own in isAlike ? [members] : members.map({ [$0] }) {
        groups.append(
          Group(
            columns: own, isThere: (0..<rowCount).map { !columns[own[0]].isNull($0) },
            isModelled: own.count > 1 || columns[own[0]].isOfParts))
      }
    }
    if groups.count <= Self.mostGroups { findOuterGroups(&groups) }
    return used(groups)
  }

  private func mayBelong(_ index: Int, _ column: TypedColumn) -> Bool {
    !excluded.contains(index) && !column.isKey && column.nullRows > 0 && column.valueRows > 0
  }

  /// The rows that hold nothing, a bit each.
  private func nullRows(_ column: TypedColumn) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
    for row in 0..<rowCount where column.isNull(row) { words[row / 64] |= 1 << UInt64(row % 64) }
    return words
  }

  /// The nearest group around each: the one with the most rows that hold nothing, in all of which the
  /// columns hold nothing too.
  private func findOuterGroups(_ groups: inout [Group]) {
    let rows = groups.map { nullRows(columns[$0.columns[0]]) }
    let counts = groups.map { columns[$0.columns[0]].nullRows }
    for (place, inner) in rows.enumerated() {
      let outer = (0..<place).reversed().first { other in
        counts[other] < counts[place] && counts[other] >= Self.leastCells
          && zip(rows[other], inner).allSatisfy { $0 & ~$1 == 0 }
          && bits(counts[other], within: counts[place]) >= Self.leastBits
      }
      guard let outer else { continue }
      groups[place].outer = outer
      groups[outer].isModelled = true
    }
  }

  /// The groups that say more than a column by itself.
  private func used(_ groups: [Group]) -> [Group] {
    var places: [Int?] = []
    var used: [Group] = []
    for var group in groups {
      guard group.isModelled || group.outer != nil else {
        places.append(nil)
        continue
      }
      places.append(used.count)
      group.outer = group.outer.flatMap { places[$0] }
      used.append(group)
    }
    return used
  }

  /// By how many halves of a chance so many rows are all among others.
  private func bits(_ inner: Int, within outer: Int) -> Double {
    (0..<inner).reduce(0) { sum, taken in
      sum + log2(Double(rowCount - taken) / Double(outer - taken))
    }
  }
}
