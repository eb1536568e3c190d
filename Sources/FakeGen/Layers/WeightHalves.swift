/// Int16 weights as 256 times one int8 matrix plus another plus 128, so that the kernels for int8
/// give the 64-bit sums.
struct WeightHalves: Sendable {
  private let upper: PackedWeights
  private let lower: PackedWeights

  /// Sums of so many products of int8 and int16 fit in 32 bits.
  static let maximumInputs = 511

  /// Splits int16 weights into two int8 matrices.
  ///
  /// - Parameter weights: `[rows, columns]`, each in -32,767...32,767.
  init(_ weights: Numbers<Int16>, rows: Int, columns: Int, kernels: Kernels) {
    func packed(_ half: (Int32) -> Int32) -> PackedWeights {
      let bytes = Numbers<Int8>(count: weights.count) { bytes in
        for index in 0..<weights.count {
          (bytes + index).initialize(
            to: Int8(truncatingIfNeeded: half(Int32(weights[index]))))
        }
      }
      return PackedWeights(
        bytes, rows: rows, columns: columns, segmentSize: rows, kernels: kernels)
    }
    upper = packed { $0 &>> 8 }
    lower = packed { ($0 & 0xFF) &- 128 }
  }

  /// Computes the sums (rows) of both halves for `count` rows of x.
  func multiply(_ x: Vectors, count: Int, upper upperSums: Sums, lower lowerSums: Sums) {
    upper.multiply(x, count: count, segments: 0..<1, into: upperSums)
    lower.multiply(x, count: count, segments: 0..<1, into: lowerSums)
  }
}
