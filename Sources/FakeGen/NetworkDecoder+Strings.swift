extension NetworkDecoder {
  mutating func decodeStringLiteral() throws(ModelError) -> StringDecoder {
    try reader.begin(.stringLiteral, name: "string")
    let maximumLength = try reader.readShape(1...ModelFormat.maximumStringLength)
    let count = try reader.readShape(1...ModelFormat.maximumWidth - 2)
    let alphabet = try reader.readNumbers(UInt32.self, count: count)
    for (index, value) in alphabet.enumerated() where Unicode.Scalar(value) == nil {
      throw reader.invalid("character \(index) is no Unicode scalar value")
    }
    let pieces =
      reader.nextType() == .pieces ? try decodePieces(alphabetCount: count) : TextTable()
    let input = try decodeCELU(name: "input", input: nil)
    let state = celuOutput(input)
    let codes = count + pieces.count + 2
    let embedding =
      reader.nextType() == .codeEmbedding ? try decodeCodeEmbedding(count: codes - 2) : nil
    let codeInput = try decodeCodeInput(embedding, count: codes - 2, width: state.width)
    let cell = try decodeCodeCell(codeInput, width: state.width, state: state)
    let unpacked = try decodeLogits(
      name: "softmax", input: state, classes: codes, isPacked: false)
    let clusters =
      reader.nextType() == .clusters ? try decodeClusters(codes: codes, state: state) : nil
    let softmax = unpacked.packed(
      segmentSize: clusters?.size ?? codes, isWidened: !reader.isLasting, kernels: kernels)
    let summary = try decodeSummary(embedding, codes: codes, state: state)
    try reader.finish()
    return StringDecoder(
      alphabet: alphabet, pieces: pieces, maximumLength: maximumLength, input: input,
      codeInput: codeInput, cell: cell, softmax: softmax, clusters: clusters, summary: summary)
  }

  private mutating func decodePieces(alphabetCount: Int) throws(ModelError) -> TextTable {
    try reader.begin(.pieces, name: "pieces")
    let count = try reader.readShape(1...max(1, ModelFormat.maximumWidth - 2 - alphabetCount))
    guard alphabetCount + count + 2 <= ModelFormat.maximumWidth else {
      throw reader.invalid("there are more than \(ModelFormat.maximumWidth) codes")
    }
    var pieces = TextTable(capacity: min(count, reader.wordsLeft))
    for index in 0..<count {
      pieces.add(try reader.readText())
      guard (2...ModelFormat.maximumStringLength).contains(pieces.scalarCount(index)) else {
        throw reader.invalid(
          "piece \(index) should have 2 to \(ModelFormat.maximumStringLength) characters")
      }
    }
    try reader.finish()
    return pieces
  }

  /// The vectors of `count` codes.
  private mutating func decodeCodeEmbedding(count: Int) throws(ModelError) -> CodeEmbedding {
    try reader.begin(.codeEmbedding, name: "embedding")
    let width = try reader.readShape(1...ModelFormat.maximumWidth)
    let scales = try reader.readNumbers(Int16.self, count: count)
    let greatest = CodeEmbedding.greatestScale
    for (code, scale) in scales.enumerated() where !(1...greatest).contains(Int(scale)) {
      throw reader.invalid("scale \(code) should be in 1...\(greatest), found \(scale)")
    }
    let vectors = try reader.readNumbers(Int8.self, rows: count, columns: width)
    if vectors.contains(.min) { throw reader.invalid("a number is -128") }
    try reader.finish()
    return CodeEmbedding(width: width, scales: scales, vectors: vectors)
  }

  /// What gives a cell of `width` its input: weights if there is an embedding, else a table for
  /// `count` codes.
  private mutating func decodeCodeInput(
    _ embedding: CodeEmbedding?, count: Int, width: Int
  ) throws(ModelError) -> CodeInput {
    let input: CodeInput
    if let embedding {
      try reader.begin(.codeWeights, name: "weights")
      input = .embedding(
        embedding,
        weights: try decodeMatrix(
          rows: 3 * width, columns: embedding.width, segments: 3))
    } else {
      try reader.begin(.characters, name: "characters")
      input = .sums(try reader.readNumbers(Int16.self, rows: count, columns: 3 * width))
    }
    try reader.finish()
    return input
  }

  /// A cell of strings. Without `state` it has a format of its own.
  private mutating func decodeCodeCell(
    _ input: CodeInput, width: Int, state: Activation?
  ) throws(ModelError) -> RecurrentCell {
    let cell = try decodeCell(state: state)
    guard cell.width == width else { throw reader.invalid("its cell should be \(width) wide") }
    if let overflow = cell.overflow(inputSumBound: { input.sumBound(row: $0) }) {
      throw reader.invalid(overflow)
    }
    return cell
  }

  private mutating func decodeClusters(
    codes: Int, state: Activation
  ) throws(ModelError) -> SoftmaxClusters {
    try reader.begin(.clusters, name: "clusters")
    let count = try reader.readShape(1...codes)
    guard SoftmaxClusters.fits(codes: codes, clusters: count) else {
      throw reader.invalid("\(count) clusters of \(codes) codes leave one empty")
    }
    let order = try reader.readNumbers(UInt32.self, count: codes)
    var isPlaced = [Bool](repeating: false, count: codes)
    for code in order {
      guard code < UInt32(codes), !isPlaced[Int(code)] else {
        throw reader.invalid("its order should have each code once")
      }
      isPlaced[Int(code)] = true
    }
    let dense = try decodeLogits(name: "softmax", input: state, classes: count)
    try reader.finish()
    return SoftmaxClusters(order: order, dense: dense)
  }

  private mutating func decodeSummary(
    _ embedding: CodeEmbedding?, codes: Int, state: Activation
  ) throws(ModelError) -> StringDecoder.Summary? {
    switch feedback?.kind {
    case nil: return nil
    case .state: return .dense(try decodeFeedbackLayer(name: "summary", input: state))
    case .reencoded:
      try reader.begin(.stringEncoder, name: "encoder")
      let width = try reader.readShape(1...ModelFormat.maximumWidth)
      let codeInput = try decodeCodeInput(embedding, count: codes - 2, width: width)
      let cell = try decodeCodeCell(codeInput, width: width, state: nil)
      let output = try decodeFeedbackLayer(
        name: "output", input: Activation(width: width, fractionBits: cell.stateFractionBits))
      try reader.finish()
      return .encoder(StringEncoder(codeInput: codeInput, cell: cell, output: output))
    }
  }

  mutating func decodeVocabulary(
    name: Message, input: Activation, feedback: Activation?
  ) throws(ModelError) -> VocabularyDecoder {
    try reader.begin(.vocabulary, name: name)
    try useStrings(input: input)
    let leaf = try decodeTextLeaf()
    let stream = try decodeStream()
    let count = try reader.readShape(1...ModelFormat.maximumWidth - 1)
    var values = TextTable(capacity: min(count, reader.wordsLeft))
    for index in 0..<count {
      values.add(try reader.readText())
      guard values.scalarCount(index) <= ModelFormat.maximumStringLength else {
        throw reader.invalid(
          "value \(index) is longer than \(ModelFormat.maximumStringLength) characters")
      }
    }
    let softmax = try decodeLogits(name: "softmax", input: input, classes: 1 + count)
    let embedding = try decodeEmbedding(name: "embedding", rows: count, feedback: feedback)
    try reader.finish()
    return VocabularyDecoder(
      stream: stream, leaf: leaf, softmax: softmax, values: values, embedding: embedding)
  }

  mutating func decodeConstant(name: Message) throws(ModelError) -> ConstantDecoder {
    try reader.begin(.constant, name: name)
    let leaf = try decodeTextLeaf()
    var value = TextTable()
    value.add(try reader.readText())
    guard value.scalarCount(0) <= ModelFormat.maximumStringLength else {
      throw reader.invalid(
        "its value is longer than \(ModelFormat.maximumStringLength) characters")
    }
    try reader.finish()
    return ConstantDecoder(leaf: leaf, text: Array(value[0]))
  }

  private mutating func decodeTextLeaf() throws(ModelError) -> Int {
    let leaf = try decodeLeaf()
    guard schema.leaves[leaf].kind == .text else {
      throw reader.invalid("leaf \(leaf) is not a text")
    }
    return leaf
  }
}
