/// How a string's cell gets the sums of its input from a code: embedding[code] W.
package enum CodeInput: Sendable {
  /// `[codes, 3n]`: the sums of each code from 2 on, multiplied when quantizing. No step needs a
  /// product, but a table for thousands of codes takes more than the rest of a model.
  case sums(Numbers<Int16>)
  /// The product is computed at each step; `weights` are `[3n, m]`: rows of Wz, Wr, Wc.
  case embedding(CodeEmbedding, weights: WeightMatrix)

  /// Writes the sums of `codes` (count), which are 2 or more: three segments (n) each.
  ///
  /// - Parameter width: n.
  package func apply(
    codes: UnsafePointer<Int32>, count: Int, width n: Int, into sums: Sums,
    scratch: borrowing Scratch
  ) {
    switch self {
    case .sums(let table):
      let segment = ScratchSize.padded(n)
      for row in 0..<count {
        let source = table.start + (Int(codes[row]) &- 2) &* 3 &* n
        let target = sums[row]
        for gate in 0..<3 {
          for unit in 0..<n {
            target[gate &* segment &+ unit] = Int32(source[gate &* n &+ unit])
          }
        }
      }
    case .embedding(let embedding, let weights):
      var scratch = copy scratch
      let x = scratch.takeNarrow(embedding.width, rows: count)
      for row in 0..<count { embedding.copy(code: Int(codes[row]), into: x[row]) }
      weights.multiply(x, count: count, segments: 0..<3, of: n, into: sums)
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
  /// One step of `count` rows under `codes`, which are 2 or more.
  package func step(
    codes: UnsafePointer<Int32>, count: Int, input: CodeInput, states: Vectors,
    tables: ActivationTables, scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let sums = scratch.takeWide(
      3 &* ScratchSize.padded(width), rows: min(count, Batch.tileRows))
    var start = 0
    while start < count {
      let rows = min(Batch.tileRows, count &- start)
      input.apply(
        codes: codes + start, count: rows, width: width, into: sums, scratch: scratch)
      step(
        inputSums: sums, state: states.from(start), count: rows, tables: tables,
        scratch: scratch)
      start &+= rows
    }
  }

  /// One step of one row.
  package func step(
    code: Int, input: CodeInput, state: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var code = Int32(truncatingIfNeeded: code)
    step(
      codes: &code, count: 1, input: input, states: Vectors(base: state, stride: 0),
      tables: tables, scratch: scratch)
  }

  /// The scratch that a step under a code needs.
  package func codeScratchSize(_ input: CodeInput) -> ScratchSize {
    inputSumsSize + (input.scratchSize | scratchSize)
  }
}
