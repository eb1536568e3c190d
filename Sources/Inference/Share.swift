/// How a column of shares is part of a product: 1 with it or without it, as of a tax or a discount.
public struct Share: Hashable, Sendable {
  /// Whether it comes on top rather than off.
  public var isAdded: Bool
  /// Whether the column has percents, so that 100 is all.
  public var isPercent: Bool

  /// Creates what a share is.
  public init(isAdded: Bool, isPercent: Bool) {
    self.isAdded = isAdded
    self.isPercent = isPercent
  }

  /// What a unit of the column is multiplied with.
  var sign: Int64 { isAdded ? 1 : -1 }

  /// 1 in units of a column with so many digits after the point; nil if 64 bits do not hold it.
  func one(decimals: Int) -> Int64? { Int64(1).scaled(by: self.decimals(of: decimals)) }

  /// Digits after the point of the factor.
  func decimals(of decimals: Int) -> Int { decimals + (isPercent ? 2 : 0) }
}
