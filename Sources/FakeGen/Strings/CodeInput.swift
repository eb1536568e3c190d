/// How a string's cell gets the sums of its input from a code: embedding[code] W.
package enum CodeInput: Sendable {
  /// `[codes, 3n]`: the sums of each spelled code, multiplied when quantizing. No step needs a
  /// product, but a table for thousands of codes takes more than the rest of a model.
  case sums(Numbers<Int16>)
  /// The product is computed at each step; `weights` are `[3n, m]`: rows of Wz, Wr, Wc.
  case embedding(CodeEmbedding, weights: WeightMatrix)

  /// Computes the input's sums for `count` codes.
  ///
  /// - Parameters:
  ///   - codes: `[count]`, spelled ones.
  ///   - count: number of codes.
  ///   - n: the width of the cell's state.
  ///   - sums: three segments (n) for each code, overwritten.
  ///   - scratch: working memory, `scratchSize` for each code.
  package func apply(
    codes: UnsafePointer<Int32>, count: Int, width n: Int, into sums: Sums,
    scratch: borrowing Scratch
  ) {
    switch self {
    case .sums(let table):
      let segment = ScratchSize.padded(n)
      for row in 0..<count {
        let source = table.start + (Int(codes[row]) &- StringCode.first) &* 3 &* n
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

  /// Returns the greatest magnitude that the sum of `row` can have.
  func sumBound(row: Int) -> Int64 {
    switch self {
    case .sums: 32768
    case .embedding(_, let weights): weights.sumBound(row: row)
    }
  }

  /// The scratch that `apply` needs for each code.
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
  var parameterCount: Int {
    switch self {
    case .sums(let table): table.count
    case .embedding(_, let weights): weights.weights.count
    }
  }

  var multiplyAdds: Int {
    switch self {
    case .sums: 0
    case .embedding(let embedding, let weights): embedding.width + weights.weights.count
    }
  }
}

extension CodeInput {
  /// Reads what gives a cell of `width` its input: weights if there is an embedding, which is in
  /// the file once, else a table for `count` codes.
  ///
  /// - Returns: the input.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from reader: inout NetworkReader, embedding: CodeEmbedding?, count: Int, width: Int
  ) throws(ModelError) -> CodeInput {
    let input: CodeInput
    if let embedding {
      try reader.sections.begin(.codeWeights, name: "weights")
      input = .embedding(
        embedding,
        weights: try reader.readMatrix(
          rows: 3 * width, columns: embedding.width, segments: 3))
    } else {
      try reader.sections.begin(.characters, name: "characters")
      input = .sums(
        try reader.sections.readNumbers(Int16.self, rows: count, columns: 3 * width))
    }
    try reader.sections.finish()
    return input
  }

  func write(to writer: inout SectionWriter) {
    switch self {
    case .sums(let table):
      writer.begin(.characters, name: "characters")
      writer.write(table)
    case .embedding(_, let weights):
      writer.begin(.codeWeights, name: "weights")
      writer.write(weights.weights)
    }
    writer.end()
  }
}

extension NetworkReader {
  /// Reads the cell of strings that takes `codeInput`.
  ///
  /// - Parameter state: width and format that its state must have; nil for any format.
  /// - Returns: the cell.
  /// - Throws: `ModelError` if the section is not what it must be.
  mutating func readCell(
    codeInput: CodeInput, width: Int, state: VectorFormat?
  ) throws(ModelError) -> RecurrentCell {
    let cell = try readCell(state: state)
    guard cell.width == width else { throw sections.invalid("its cell should be \(width) wide") }
    if sections.checksNumbers,
      let overflow = cell.overflow(inputSumBound: { codeInput.sumBound(row: $0) })
    {
      throw sections.invalid(overflow)
    }
    return cell
  }
}
