import CFakeGen
import FakeGen

extension Handle {
  /// Makes rows as columns.
  ///
  /// - Parameters:
  ///   - first: number of the first row; `first` + `count` is at most 2^64.
  ///   - count: number of rows, 0 or more.
  ///   - isExact: whether reals are decimals.
  func columns(
    first: UInt64, count: Int, isExact: Bool
  ) throws(GenerationError) -> ArrowArray {
    let model = generator.model
    var columns = model.columns.indices.map { ColumnValues($0, of: model, isExact: isExact) }
    var made = 0
    while made < count {
      let batch = min(generator.batchSize, count - made)
      try makeRows(from: first &+ UInt64(made), count: batch) { generator in
        for index in columns.indices { columns[index].appendValue(of: generator) }
      }
      made += batch
    }
    return ArrowArray(
      length: count, nullCount: 0, buffers: [.none],
      children: columns.map { column in
        ArrowArray(length: count, nullCount: column.nullCount, buffers: column.memory())
      })
  }
}
