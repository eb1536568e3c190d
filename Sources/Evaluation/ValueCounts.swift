import Records

/// How often each value of a field occurs.
struct ValueCounts: Sendable {
  private var counts: [FieldValue: Int] = [:]
  private var total = 0

  init(_ values: some Sequence<FieldValue>) {
    for value in values {
      counts[value, default: 0] += 1
      total += 1
    }
  }

  func contains(_ value: FieldValue) -> Bool {
    counts[value] != nil
  }

  /// Returns half the sum of the absolute differences of the two distributions, 0...1; nil if
  /// either is empty.
  func totalVariation(to other: ValueCounts) -> Double? {
    guard total > 0, other.total > 0 else { return nil }
    // In whole numbers, so that the order of a dictionary cannot show in the last digit.
    var difference = 0
    for (value, count) in counts {
      difference += abs(count * other.total - (other.counts[value] ?? 0) * total)
    }
    for (value, count) in other.counts where counts[value] == nil {
      difference += count * total
    }
    return Double(difference) / 2 / Double(total) / Double(other.total)
  }
}
