/// How a string's cell gets the sums of its input from a code: embedding[code] W.
package enum CodeInput: Sendable, Hashable {
  /// `[codes, 3n]`: the sums of each code from 2 on, multiplied when quantizing. No step needs a
  /// product, but a table for thousands of codes takes more than the rest of a model.
  case sums(Numbers<Int16>)
  /// The product is computed at each step; `weights` are `[3n, m]`: rows of Wz, Wr, Wc.
  case embedding(CodeEmbedding, weights: WeightMatrix)

  /// Writes the sums (3n) of `code`, which is 2 or more.
  ///
  /// - Parameter rows: 3n.
  package func apply(
    code: Int, rows: Int, into sums: UnsafeMutablePointer<Int32>, scratch: borrowing Scratch
  ) {
    switch self {
    case .sums(let table):
      let start = (code &- 2) &* rows
      table.withUnsafeBufferPointer { table in
        for row in 0..<rows { sums[row] = Int32(table[start &+ row]) }
      }
    case .embedding(let embedding, let weights):
      var scratch = copy scratch
      let x = scratch.takeNarrow(embedding.width)
      embedding.copy(code: code, into: x)
      weights.multiply(x, rows: 0..<rows, into: sums)
    }
  }

  /// Greatest magnitude that the sum of `row` can have.
  package func sumBound(row: Int) -> Int64 {
    switch self {
    case .sums: 32768
    case .embedding(_, let weights): weights.sumBound(row: row)
    }
  }

  package var scratchSize: ScratchSize {
    switch self {
    case .sums: ScratchSize()
    case .embedding(let embedding, _): ScratchSize(narrow: embedding.width)
    }
  }

  /// The shared vectors; nil if the sums are a table.
  package var embedding: CodeEmbedding? {
    if case .embedding(let embedding, _) = self { embedding } else { nil }
  }

  /// Numbers in the file, without the shared vectors.
  package var parameterCount: Int {
    switch self {
    case .sums(let table): table.count
    case .embedding(_, let weights): weights.weights.count
    }
  }
}

extension RecurrentCell {
  /// One step under `code`, which is 2 or more.
  package func step(
    code: Int, input: CodeInput, state: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let sums = scratch.takeWide(3 * width)
    input.apply(code: code, rows: 3 * width, into: sums, scratch: scratch)
    step(inputSums: sums, state: state, tables: tables, scratch: scratch)
  }

  /// The scratch that a step under a code needs.
  package func codeScratchSize(_ input: CodeInput) -> ScratchSize {
    ScratchSize(wide: 3 * width) + (input.scratchSize | scratchSize)
  }
}
