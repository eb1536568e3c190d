import Foundation
import Schema

/// Finds what holds in every list of a table: columns of elements without a value twice in a list, and
/// one by which elements are always in order.
struct ListRuleSearch {
  /// Equal values, pairs in order: how many must be expected by chance before their lack says so.
  private static let evidence = 12.0

  /// Of the elements.
  let columns: [TypedColumn]
  /// Where each row's elements begin, and where those of the last one end.
  let starts: [Int]

  private var lists: [Range<Int>] {
    zip(starts, starts.dropFirst()).map { $0..<$1 }.filter { $0.count > 1 }
  }

  /// Columns that can be compared and never hold nothing.
  private var candidates: [Int] {
    columns.indices.filter { index in
      switch columns[index].form {
      case .number, .moment, .category, .code, .composed, .text: columns[index].nullRows == 0
      case .key, .constant, .empty, .list: false
      }
    }
  }

  /// What holds in every list.
  func run() -> ListClaim {
    let lists = lists
    guard !lists.isEmpty else { return ListClaim() }
    var claim = ListClaim()
    var best = 0
    let candidates = candidates
    // Two directions of each: one of many is in order by chance sooner.
    let least = Self.evidence + log2(Double(2 * max(candidates.count, 1)))
    for index in candidates {
      let column = columns[index]
      if isDistinct(column, lists) { claim.distinct.append(column.name) }
      for isDescending in [false, true] {
        let rises = rises(column, lists, isDescending: isDescending) ?? 0
        guard Double(rises) >= least, rises > best else { continue }
        best = rises
        (claim.order, claim.isDescending) = (column.name, isDescending)
      }
    }
    return claim
  }

  /// Whether no value is twice in a list, though lists drawn from all values would have some.
  private func isDistinct(_ column: TypedColumn, _ lists: [Range<Int>]) -> Bool {
    let total = Double(column.raw.codes.count)
    let alike = column.counts.reduce(0.0) { $0 + pow(Double($1) / total, 2) }
    let pairs = lists.reduce(0.0) { $0 + Double($1.count * ($1.count - 1) / 2) }
    guard pairs * alike >= Self.evidence else { return false }
    var last = [Int](repeating: -1, count: column.counts.count)
    for (number, list) in lists.enumerated() {
      for slot in list {
        let code = Int(column.raw.codes[slot])
        if last[code] == number { return false }
        last[code] = number
      }
    }
    return true
  }

  /// The elements that are beyond the one before them; nil if any is on its other side.
  private func rises(
    _ column: TypedColumn, _ lists: [Range<Int>], isDescending: Bool
  ) -> Int? {
    var count = 0
    for list in lists {
      for slot in list.dropFirst() {
        let (before, after) =
          isDescending
          ? (column.raw.codes[slot], column.raw.codes[slot - 1])
          : (column.raw.codes[slot - 1], column.raw.codes[slot])
        if before == after { continue }
        if !precedes(column, Int(before), Int(after)) {
          if precedes(column, Int(after), Int(before)) { return nil }
          continue
        }
        count += 1
      }
    }
    return count
  }

  private func precedes(_ column: TypedColumn, _ left: Int, _ right: Int) -> Bool {
    switch column.form {
    case .number, .moment: column.units[left] < column.units[right]
    default: column.raw.texts.utf8(left).lexicographicallyPrecedes(column.raw.texts.utf8(right))
    }
  }
}
