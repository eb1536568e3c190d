import Records

/// Returns the number of distinct values that `count` of the values, drawn without replacement,
/// have on average (Hurlbert 1971); nil if there are fewer values.
func expectedDistinct(_ values: [FieldValue], among count: Int) -> Double? {
  guard values.count >= count else { return nil }
  var counts: [FieldValue: Int] = [:]
  for value in values { counts[value, default: 0] += 1 }
  // How many values occur so many times; in order, so that a dictionary's cannot show in a digit.
  var multiplicities: [Int: Int] = [:]
  for (_, times) in counts { multiplicities[times, default: 0] += 1 }
  var (missed, times, sum) = (1.0, 0, 0.0)
  for (multiplicity, valueCount) in multiplicities.sorted(by: { $0.key < $1.key }) {
    // Probability that none of `times` equal values is among the drawn ones.
    while times < multiplicity {
      missed *= Double(max(0, values.count - count - times)) / Double(values.count - times)
      times += 1
    }
    sum += Double(valueCount) * (1 - missed)
  }
  return sum
}
