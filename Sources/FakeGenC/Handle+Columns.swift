import CFakeGen
import FakeGen

extension Handle {
  /// Makes rows as columns.
  ///
  /// - Parameters:
  ///   - first: number of the first row; `first` + `count` is at most 2^64.
  ///   - count: number of rows, 0 or more.
  ///   - layout: of the columns.
  func columns(
    first: UInt64, count: Int, _ layout: ColumnLayout
  ) throws(GenerationError) -> ArrowArray {
    let model = generator.model
    var columns = model.columns.map { ColumnValues($0, layout) }
    var made = 0
    while made < count {
      let batch = min(generator.batchSize, count - made)
      try makeRows(from: first &+ UInt64(made), count: batch) { generator in
        for index in columns.indices { columns[index].append(index, of: generator) }
      }
      made += batch
    }
    return ArrowArray(
      length: count, nullCount: 0, buffers: [.none],
      children: columns.map { $0.array })
  }
}
