/// A GRU cell whose input is an embedding vector.
package final class GRU: Sendable {
  /// `[3n, inputs]`: rows of Wz, Wr, Wc.
  package let input: WeightMatrix
  /// Format of the input.
  package let inputFractionBits: Int
  /// The recurrent half.
  package let cell: RecurrentCell

  /// Creates a cell.
  ///
  /// - Parameters:
  ///   - input: `[3n, inputs]`: rows of Wz, Wr, Wc.
  ///   - inputFractionBits: format of the input.
  ///   - cell: the recurrent half.
  package init(input: WeightMatrix, inputFractionBits: Int, cell: RecurrentCell) {
    self.input = input
    self.inputFractionBits = inputFractionBits
    self.cell = cell
  }

  /// Takes one step of `count` rows.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]` in the input's format.
  ///   - state: `[rows, n]`, replaced by the next state.
  ///   - count: number of rows.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory, `scratchSize` for each row.
  package func step(
    _ x: Vectors, state: Vectors, count: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let n = cell.width
    // A tile at a time, so that its sums are still in the cache.
    let sums = scratch.takeWide(3 &* ScratchSize.padded(n), rows: min(count, Batch.tileRows))
    var start = 0
    while start < count {
      let rows = min(Batch.tileRows, count &- start)
      input.multiply(x.from(start), count: rows, segments: 0..<3, of: n, into: sums)
      cell.step(
        inputs: InputSums(rows: sums), state: state.from(start), count: rows, tables: tables,
        scratch: scratch)
      start &+= rows
    }
  }

  /// Why sums could overflow; nil if they cannot.
  package var overflow: UTF8Text? {
    cell.overflow { input.sumBound(row: $0) }
  }

  /// The scratch that `step` needs for each row.
  package var scratchSize: ScratchSize { cell.inputSumsSize + cell.scratchSize }

  var parameterCount: Int { input.weights.count + cell.parameterCount }

  var multiplyAdds: Int { input.weights.count + cell.multiplyAdds }
}
