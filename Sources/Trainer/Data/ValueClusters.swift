import Autodiff
import FloatModel
import Records

extension ModelDescription {
  /// Puts the known values of factored vocabularies in an order in which those of a cluster are seen
  /// in like rows, so that the row tells which cluster it is.
  ///
  /// - Parameter records: the rows to train on.
  mutating func orderFactoredClasses(_ records: [Record]) {
    guard options.factoredClasses > 0 else { return }
    let leaves = knownValues.indices.filter { knownValues[$0].count >= options.factoredClasses }
    guard !leaves.isEmpty else { return }
    let step = max(1, records.count / ValueContext.sampleRows)
    let sample = stride(from: 0, to: records.count, by: step).map { records[$0] }
    // In the order of decoding, which begins with what tells most.
    var classes: [(leaf: Int, classes: [UInt8])] = []
    for leaf in schema.root.leaves where classes.count < ValueContext.mostColumns {
      if let found = ValueContext.classes(of: leaf, sample) { classes.append((leaf, found)) }
    }
    for leaf in leaves {
      let others = classes.filter { $0.leaf != leaf }.map(\.classes)
      let context = ValueContext(of: knownValues[leaf], leaf: leaf, sample, others: others)
      knownValues[leaf] = context.clustered(
        .balanced(classes: knownValues[leaf].count)
      ).map { knownValues[leaf][$0] }
    }
  }
}

/// What other columns hold in the rows of each value of a column.
private struct ValueContext {
  /// Rows that are looked at, about.
  static let sampleRows = 50_000
  /// Columns that are looked at, and those of them that count: the ones that tell most.
  static let mostColumns = 40
  private static let usedColumns = 6
  /// Classes of another column.
  private static let classes = 64
  /// Rows that each value is thought to have beyond its own, that are like all others'.
  private static let priorRows = 1.0
  private static let iterations = 16

  /// Rows of each value, `[values]`.
  private let rows: [Double]
  /// Rows of each value with each class of the columns, `[values, features]`.
  private let counts: [Double]
  private let features: Int

  /// - Parameter others: classes of other columns, `[rows]` each.
  init(of values: [String], leaf: Int, _ records: [Record], others: [[UInt8]]) {
    let numbers = Dictionary(
      zip(values, values.indices), uniquingKeysWith: { first, _ in first })
    let valueOfRow = records.map { record -> Int? in
      if case .text(let text) = record.values[leaf] { numbers[text] } else { nil }
    }
    var rows = [Double](repeating: 0, count: values.count)
    for value in valueOfRow { if let value { rows[value] += 1 } }
    var tables: [(information: Double, counts: [Double])] = []
    for classes in others {
      var counts = [Double](repeating: 0, count: values.count * Self.classes)
      for (value, found) in zip(valueOfRow, classes) {
        if let value { counts[value * Self.classes + Int(found)] += 1 }
      }
      let information = Self.information(counts, rows: rows)
      guard information > 0 else { continue }
      tables.append((information, counts))
      tables.sort { $0.information > $1.information }
      if tables.count > Self.usedColumns { tables.removeLast() }
    }
    features = tables.count * Self.classes
    var joined: [Double] = []
    joined.reserveCapacity(values.count * features)
    for value in values.indices {
      for table in tables {
        joined += table.counts[value * Self.classes..<(value + 1) * Self.classes]
      }
    }
    (self.rows, counts) = (rows, joined)
  }

  /// The class of a leaf in each row: one of its most frequent texts, or a part of its numbers; nil if
  /// it is of another kind.
  static func classes(of leaf: Int, _ records: [Record]) -> [UInt8]? {
    var texts: [String: Int] = [:]
    var numbers: [Double] = []
    func number(_ value: FieldValue) -> Double? {
      switch value {
      case .integer(let value): Double(value)
      case .real(let value): value
      case .choice(let value): Double(value)
      default: nil
      }
    }
    for record in records {
      if case .text(let text) = record.values[leaf] { texts[text, default: 0] += 1 }
      if let number = number(record.values[leaf]) { numbers.append(number) }
    }
    let last = classes - 1
    if !texts.isEmpty {
      let frequent = texts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(last)
      let places = Dictionary(
        zip(frequent.map(\.key), frequent.indices), uniquingKeysWith: { first, _ in first })
      return records.map { record in
        if case .text(let text) = record.values[leaf] {
          UInt8(places[text] ?? last)
        } else {
          UInt8(last)
        }
      }
    }
    guard !numbers.isEmpty else { return nil }
    numbers.sort()
    var bounds: [Double] = []
    for part in 1..<last {
      let bound = numbers[part * numbers.count / last]
      if bound > bounds.last ?? numbers[0] { bounds.append(bound) }
    }
    return records.map { record in
      guard let number = number(record.values[leaf]) else { return UInt8(last) }
      var (lower, upper) = (0, bounds.count)
      while lower < upper {
        let middle = (lower + upper) / 2
        if bounds[middle] <= number { lower = middle + 1 } else { upper = middle }
      }
      return UInt8(lower)
    }
  }

  /// Mutual information in nats, less what independent columns would show by chance (Miller and
  /// Madow).
  private static func information(_ counts: [Double], rows: [Double]) -> Double {
    var sums = [Double](repeating: 0, count: classes)
    for (index, count) in counts.enumerated() { sums[index % classes] += count }
    let total = rows.reduce(0, +)
    var information = 0.0
    for (index, count) in counts.enumerated() where count > 0 {
      information +=
        count * Double.logarithm(count * total / (rows[index / classes] * sums[index % classes]))
    }
    let used = sums.count { $0 > 0 }
    return information - Double((rows.count - 1) * (used - 1)) / 2
  }

  /// The values in the order of their clusters: cut in two again and again across the first axis of a
  /// correspondence analysis (Benzecri 1973) of the part.
  func clustered(_ clusters: ClassClusters) -> [Int] {
    cut(Array(rows.indices), into: clusters.count, of: clusters.size)
  }

  private func cut(_ values: [Int], into clusters: Int, of size: Int) -> [Int] {
    guard clusters > 1, features > 0 else { return values }
    let scores = scores(values)
    let order = values.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }.map { values[$0] }
    let left = clusters / 2
    return cut(Array(order[..<(left * size)]), into: left, of: size)
      + cut(Array(order[(left * size)...]), into: clusters - left, of: size)
  }

  /// Where each value lies on the first axis, found by power iteration.
  private func scores(_ values: [Int]) -> [Double] {
    var mean = [Double](repeating: 0, count: features)
    let total = values.reduce(0) { $0 + rows[$1] }
    for value in values {
      for feature in 0..<features { mean[feature] += counts[value * features + feature] }
    }
    for feature in 0..<features { mean[feature] /= max(total, 1) }
    let scale = mean.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    // [values, features]: each value's profile less that of all, in the metric of chi-squared.
    var profiles = [Double](repeating: 0, count: values.count * features)
    for (place, value) in values.enumerated() {
      let weight = 1 / (rows[value] + Self.priorRows)
      for feature in 0..<features {
        profiles[place * features + feature] =
          (counts[value * features + feature] - rows[value] * mean[feature]) * weight
          * scale[feature]
      }
    }
    // Any start but one across the axis: by features' numbers.
    var axis = (0..<features).map { Double(($0 * 7_919) % 1_009) / 1_009 - 0.5 }
    var scores = [Double](repeating: 0, count: values.count)
    for _ in 0..<Self.iterations {
      let length = axis.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { break }
      for feature in 0..<features { axis[feature] /= length }
      for place in values.indices {
        var sum = 0.0
        for feature in 0..<features { sum += profiles[place * features + feature] * axis[feature] }
        scores[place] = sum
      }
      axis = [Double](repeating: 0, count: features)
      for (place, value) in values.enumerated() {
        let factor = scores[place] * rows[value]
        for feature in 0..<features {
          axis[feature] += factor * profiles[place * features + feature]
        }
      }
    }
    return scores
  }
}
