/// Numbers of rows in bins, as trees split them.
struct BinnedFeatures: Sendable {
  /// Bins of a feature, at most.
  static let most = 255

  let rows: Int
  /// `[features, rows]`, each 0 ..< its feature's `bins`, or `missing`.
  let codes: [UInt8]
  /// The code of missing numbers, after those of all bins.
  let missing: UInt8
  /// Bins of each feature.
  let bins: [Int]

  /// Puts features into bins: one for each value if they are few, else of as many rows each.
  ///
  /// - Parameters:
  ///   - features: `[features][rows]`; NaN is missing.
  ///   - rows: how many rows each has.
  init(_ features: [[Float]], rows: Int) {
    self.rows = rows
    // Few rows cannot tell many bins apart.
    let most = rows < 2_000 ? 64 : Self.most
    let missing = UInt8(most)
    var codes: [UInt8] = []
    codes.reserveCapacity(features.count * rows)
    var bins: [Int] = []
    for feature in features {
      let ends = Self.ends(feature, most: most)
      bins.append(ends.count + 1)
      for value in feature {
        codes.append(value.isNaN ? missing : UInt8(Self.place(of: value, among: ends)))
      }
    }
    self.codes = codes
    self.missing = missing
    self.bins = bins
  }

  /// The greatest value of each bin but the last.
  private static func ends(_ feature: [Float], most: Int) -> [Float] {
    let sorted = feature.filter { !$0.isNaN }.sorted()
    var distinct: [Float] = []
    for value in sorted where value != distinct.last { distinct.append(value) }
    if distinct.count <= most { return distinct.dropLast() }
    var ends: [Float] = []
    for bin in 1..<most {
      let value = sorted[bin * sorted.count / most]
      if value != ends.last, value != distinct.last { ends.append(value) }
    }
    return ends
  }

  /// How many of the ends are less than a value.
  private static func place(of value: Float, among ends: [Float]) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
