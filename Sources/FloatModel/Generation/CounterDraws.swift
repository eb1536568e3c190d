import FakeGen
import Foundation

/// The draws of `fakegen`, counted by row and stream: the same decisions from the same uniform
/// numbers, so that what a model loses to fixed point shows row by row.
package final class CounterDraws: DrawSource {
  private let seed: UInt64
  private let first: UInt64
  private let rows: Int
  /// Elements for which each row has room; 1 for the draws of rows themselves.
  private let elements: Int
  /// For each stream in use, the draws of each row of the batch, or of each element.
  private var draws: [UInt32: [Int: RandomStream]] = [:]

  /// Creates the draws of some rows.
  ///
  /// - Parameters:
  ///   - seed: of the rows' draws.
  ///   - first: number of the first row.
  ///   - rows: number of rows.
  package convenience init(seed: UInt64, first: UInt64, rows: Int) {
    self.init(seed: seed, first: first, rows: rows, elements: 1)
  }

  private init(seed: UInt64, first: UInt64, rows: Int, elements: Int) {
    self.seed = seed
    self.first = first
    self.rows = rows
    self.elements = elements
  }

  /// Returns the draws of lists' elements.
  package func ofElements(capacity: Int) -> any DrawSource {
    CounterDraws(seed: seed, first: first, rows: rows, elements: elements * capacity)
  }

  /// Returns the draws of elements that are drawn anew.
  package func again(_ retry: UInt32) -> any DrawSource {
    CounterDraws(
      seed: RandomStream.seed(seed, retry: retry), first: first, rows: rows, elements: elements)
  }

  private func next(stream: UInt32, row: Int) -> UInt32 {
    draws[
      stream, default: [:]][
        row,
        default: RandomStream(
          seed: seed, row: first + UInt64(row / elements), stream: stream,
          element: UInt32(row % elements))
      ].next()
  }

  /// Draws a number uniformly on [0, 1) from the next 32 bits of the stream.
  package func uniform(stream: UInt32, row: Int) -> Double {
    Double(next(stream: stream, row: row)) * 0x1p-32
  }

  /// Draws from the standard normal distribution with the next 32 bits of the stream.
  package func normal(stream: UInt32, row: Int) -> Double {
    Self.normal(next(stream: stream, row: row))
  }

  /// Returns the standard normal number that a draw stands for: see `GaussianTable`.
  package static func normal(_ draw: UInt32) -> Double {
    let p = Double((draw << 1) | 1) * 0x1p-33
    let magnitude = normalQuantile(upperTail: p)
    return draw >> 31 == 0 ? magnitude : -magnitude
  }
}

/// Returns the z >= 0 with P(Z > z) = p for a standard normal Z, by bisection to the last bit of a
/// double.
///
/// - Parameter p: in (1e-15, 1/2].
package func normalQuantile(upperTail p: Double) -> Double {
  var low = 0.0
  var high = 8.0
  while true {
    let middle = (low + high) / 2
    if middle <= low || middle >= high { return low }
    if erfc(middle / 2.0.squareRoot()) / 2 > p { low = middle } else { high = middle }
  }
}
