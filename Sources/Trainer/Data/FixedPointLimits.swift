import FakeGen
import FloatModel
import Records
import Schema

/// What fixed point can hold of a table's numbers, told before a model of them is trained.
enum FixedPointLimits {
  /// Checks the numbers that share a message's Gaussians. `quantize` turns each into a sum of
  /// 64-bit integers: its mean, and a whitened value within ±64 for every number of its message.
  ///
  /// - Parameters:
  ///   - path: names the table in errors.
  /// - Throws: `TrainerError.numbersTooGreat`, for the first of the fields that do not fit.
  static func check(
    _ records: [Record], _ description: ModelDescription, path: String
  ) throws(TrainerError) {
    // Other trees have no fixed-point model.
    guard description.options.tree == .tuple else { return }
    for case .scalarTuple(let leaves) in description.schema.root.nodes {
      for leaf in leaves {
        let field = description.schema.leaves[leaf]
        guard let (greatest, bound) = bound(leaf, of: leaves.count, records) else { continue }
        let decimals = field.kind.decimals
        guard bound * power(decimals) >= limit else { continue }
        throw .numbersTooGreat(
          path: path, field: field.path, greatest: greatest, decimals: decimals,
          fitting: (0..<decimals).last { bound * power($0) < limit },
          isInteger: field.kind == .integer)
      }
    }
  }

  /// What the sum's magnitude must stay below: one of its bits is a fraction.
  private static let limit = 0x1p61

  /// Returns the column's greatest magnitude, and a bound for the magnitudes that a model of it can
  /// make; nil without values. A whitened value's factors are at most the column's standard
  /// deviation, in the square root of their sum of squares.
  private static func bound(
    _ leaf: Int, of count: Int, _ records: [Record]
  ) -> (greatest: Double, bound: Double)? {
    let values = records.compactMap { $0.values[leaf].asNumber }
    guard !values.isEmpty else { return nil }
    // Divided before they are added, or great ones would overflow.
    let rows = Double(values.count)
    let mean: Double = values.reduce(0) { $0 + $1 / rows }
    var variance = 0.0
    var greatest = 0.0
    for value in values {
      variance += (value - mean) * (value - mean) / rows
      greatest = max(greatest, abs(value))
    }
    let reach = Double(Format.whitenedLimit >> Int64(Format.whitened))
    return (greatest, abs(mean) + reach * (Double(count) * variance).squareRoot())
  }

  private static func power(_ decimals: Int) -> Double {
    (0..<decimals).reduce(1) { power, _ in 10 * power }
  }
}

extension LeafKind {
  fileprivate var decimals: Int {
    if case .real(let decimals) = self { decimals } else { 0 }
  }
}

extension FieldValue {
  fileprivate var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }
}
