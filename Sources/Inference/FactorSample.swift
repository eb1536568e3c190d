/// Factors that products may have, in a few rows: what is tried before all rows are.
struct FactorSample {
  /// Rows that are tried, and of these how many may be otherwise.
  private static let (mostRows, mostFailures) = (64, 16)
  /// Rows of which a product that fails all of the first so many is tried no further.
  private static let firstRows = 4

  let factors: [Relation.Factor]
  private let decimals: [Int]
  private let rows: Int
  /// `[factors, rows]`.
  private let values: [Int64]
  private let isNull: [Bool]

  init(_ factors: [Relation.Factor], in search: RelationSearch) {
    self.factors = factors
    let rows = search.rows.prefix(Self.mostRows)
    self.rows = rows.count
    decimals = factors.map { factor in
      let decimals = search.columns[factor.column].decimals
      return factor.share?.decimals(of: decimals) ?? decimals
    }
    values = factors.flatMap { factor in rows.map { search.factor(factor, $0) } }
    isNull = factors.flatMap { factor in
      rows.map { search.columns[factor.column].isNull($0) }
    }
  }

  /// Whether a factor is the product of one or several others in most rows.
  ///
  /// - Parameters:
  ///   - target: its place.
  ///   - one: that of the first other one.
  ///   - two: that of the second; nil if there is none.
  ///   - three: that of the third; nil if there is none.
  func isLikely(_ target: Int, _ one: Int, _ two: Int?, _ three: Int? = nil) -> Bool {
    let digits =
      decimals[one] + (two.map { decimals[$0] } ?? 0) + (three.map { decimals[$0] } ?? 0)
    guard let scale = DigitScale(from: digits, to: decimals[target]) else { return false }
    var (fitting, failing) = (0, 0)
    for row in 0..<rows {
      var product = values[one * rows + row]
      var isNull = self.isNull[one * rows + row]
      if let two {
        product &*= values[two * rows + row]
        isNull = isNull || self.isNull[two * rows + row]
      }
      if let three {
        product &*= values[three * rows + row]
        isNull = isNull || self.isNull[three * rows + row]
      }
      let place = target * rows + row
      if isNull == self.isNull[place], isNull || scale.gives(values[place], of: product) {
        fitting += 1
      } else {
        failing += 1
        if failing > Self.mostFailures || failing == Self.firstRows && fitting == 0 { return false }
      }
    }
    return fitting > 0
  }
}
