import Autodiff

/// An endless sequence of a table's rows: epochs, each shuffled anew. Epoch e is a function of the
/// seed and e alone.
struct RowOrder {
  private let seed: UInt64
  private let count: Int
  private var epoch = -1
  private var order: [Int32] = []

  /// Creates the order of a table's rows.
  ///
  /// - Parameter count: rows of the table, at least one.
  init(seed: UInt64, count: Int) {
    (self.seed, self.count) = (seed, count)
  }

  /// Returns the row at a place of the sequence; quick as long as the epoch stays the same.
  mutating func row(at index: Int) -> Int32 {
    let (epoch, place) = index.quotientAndRemainder(dividingBy: count)
    if epoch != self.epoch {
      if order.count != count {
        order = (0..<count).map { Int32($0) }
      } else {
        for i in order.indices { order[i] = Int32(i) }
      }
      RandomGenerator(seed: seed, stream: RandomStreams.epochs[epoch]).shuffle(&order)
      self.epoch = epoch
    }
    return order[place]
  }
}
