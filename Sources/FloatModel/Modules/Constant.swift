import Autodiff
import Schema

/// A string field that always has the same value: nothing to learn. The Tuple passes over it.
package struct Constant: Sendable {
  /// The leaf that it sets.
  package let leaf: Int
  /// The value.
  package let value: String

  /// Sets the leaf of `rows` to the value.
  package func generate<S: Scalar>(_ batch: GeneratedBatch<S>, rows: [Int]) {
    for row in rows { batch.records[row].values[leaf] = .text(value) }
  }
}
