import Autodiff
import Schema

/// A string field that always has the same value: nothing to learn. The Tuple passes over it.
package struct Constant: Sendable {
  package let leaf: Int
  package let value: String

  package func generate<S: Scalar>(_ batch: GeneratedBatch<S>, rows: [Int]) {
    for row in rows { batch.records[row].values[leaf] = .text(value) }
  }
}
