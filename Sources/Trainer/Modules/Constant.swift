import Autodiff
import Schema

/// A string field that always has the same value: nothing to learn. The Tuple passes over it.
struct Constant: Sendable {
  let leaf: Int
  let value: String

  func generate<S: Scalar>(_ batch: GeneratedBatch<S>, rows: [Int]) {
    for row in rows { batch.records[row].values[leaf] = .text(value) }
  }
}
