import FakeGen
import FloatModel
import Foundation

extension ActivationTables {
  /// Computes the tables of the real functions, each entry rounded to nearest.
  static func ofRealFunctions() -> Self {
    func table(count: Int, _ entry: (Double) -> Double) -> [Int32] {
      (0..<count).map { Int32(entry(Double($0)).rounded()) }
    }
    return Self(
      sigmoid: Numbers(
        table(count: sigmoidCount) { RealFunction.sigmoid(($0 - 512) / 32) * 0x1p15 }),
      celu: Numbers(table(count: celuCount) { RealFunction.celu(($0 - 512) / 32) * 0x1p12 }),
      exponential: Numbers(table(count: exponentialCount) { exp(-$0 / 64) * 0x1p24 }))
  }
}

extension GaussianTable {
  /// Computes z(p), each entry rounded to nearest.
  static func ofRealFunction() -> Self {
    Self(
      entries: Numbers(
        (0..<count).map { index in
          let p = exp2(Double(index / 32) - 33) * (1 + Double(index % 32) / 32)
          return Int32((normalQuantile(upperTail: p) * 0x1p16).rounded())
        }))
  }
}
