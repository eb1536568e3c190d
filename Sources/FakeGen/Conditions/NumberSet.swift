/// A set of integers.
package struct NumberSet: Sendable, Hashable {
  /// Ascending, without overlaps.
  package let ranges: [ClosedRange<Int64>]

  /// Creates the union of ranges.
  ///
  /// - Parameter ranges: in any order; they may overlap.
  package init(_ ranges: [ClosedRange<Int64>]) {
    var merged: [ClosedRange<Int64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// Tells whether a number is in the set.
  package func contains(_ number: Int64) -> Bool {
    for range in ranges where range.contains(number) { return true }
    return false
  }

  /// Returns the numbers that are in both sets.
  package func intersection(_ other: NumberSet) -> NumberSet {
    var common: [ClosedRange<Int64>] = []
    for range in ranges {
      for part in other.ranges {
        if let overlap = Self.overlap(range, part) { common.append(overlap) }
      }
    }
    return NumberSet(common)
  }

  /// Returns how many numbers of the set are in `limits`; 2^64 - 1 if all 64-bit integers are.
  package func count(in limits: ClosedRange<Int64>) -> UInt64 {
    var total: UInt64 = 0
    for range in ranges {
      guard let part = Self.overlap(range, limits) else { continue }
      let (sum, isTooMuch) = total.addingReportingOverflow(Self.count(part))
      total = isTooMuch ? .max : sum
    }
    return total
  }

  /// Returns number `index` of the set among those in `limits`, in ascending order, counted from 0.
  ///
  /// - Returns: the number; the first of `limits` if there are too few.
  package func number(_ index: UInt64, in limits: ClosedRange<Int64>) -> Int64 {
    var rest = index
    for range in ranges {
      guard let part = Self.overlap(range, limits) else { continue }
      let count = Self.count(part)
      if rest < count { return part.lowerBound &+ Int64(bitPattern: rest) }
      rest &-= count
    }
    return limits.lowerBound
  }

  /// Returns the number of integers in a range; 2^64 - 1 for all of 64 bits.
  package static func count(_ range: ClosedRange<Int64>) -> UInt64 {
    let span = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    return span == .max ? .max : span &+ 1
  }

  private static func overlap(
    _ left: ClosedRange<Int64>, _ right: ClosedRange<Int64>
  ) -> ClosedRange<Int64>? {
    let lower = max(left.lowerBound, right.lowerBound)
    let upper = min(left.upperBound, right.upperBound)
    return lower <= upper ? lower...upper : nil
  }
}
