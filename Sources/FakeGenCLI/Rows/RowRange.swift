/// Numbers of consecutive rows: `first` and the `count - 1` after it, all below 2^64.
struct RowRange: Sendable {
  var first: UInt64
  var count: UInt64

  /// Returns part `index` of `parts` nearly equal ones, counted from 1. The parts in order are the
  /// whole.
  func part(_ index: UInt64, of parts: UInt64) -> RowRange {
    let start = share(index - 1, of: parts)
    return RowRange(first: first &+ start, count: share(index, of: parts) - start)
  }

  /// Returns `count` times `parts` / `whole`, which is at most 1, rounded down.
  private func share(_ parts: UInt64, of whole: UInt64) -> UInt64 {
    // The quotient would not fit, were it all.
    if parts == whole { return count }
    return whole.dividingFullWidth(count.multipliedFullWidth(by: parts)).quotient
  }
}
