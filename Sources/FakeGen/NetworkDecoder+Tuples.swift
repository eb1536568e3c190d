extension NetworkDecoder {
  mutating func decodeFeedback() throws(ModelError) -> Feedback {
    try reader.begin(.feedback, name: "feedback")
    guard let kind = Feedback.Kind(rawValue: try reader.readShape(1...2)) else {
      throw reader.invalid("its kind is unknown")
    }
    let width = try reader.readShape(1...ModelFormat.maximumWidth)
    let fractionBits = try reader.readInteger(Format.activations)
    try reader.finish()
    return Feedback(kind: kind, width: width, fractionBits: fractionBits)
  }

  /// A layer with CELU that gives feedback vectors.
  mutating func decodeFeedbackLayer(
    name: Message, input: Activation
  ) throws(ModelError) -> Dense {
    let layer = try decodeCELU(name: name, input: input)
    try check(celuOutput(layer), isFeedback: feedbackVector)
    return layer
  }

  /// Rows of feedback vectors; nil, and no record, if there is no `feedback`.
  mutating func decodeEmbedding(
    name: Message, rows: Int, feedback: Activation?
  ) throws(ModelError) -> EmbeddingTable? {
    guard let feedback else { return nil }
    try reader.begin(.embedding, name: name)
    let vectors = try reader.readNumbers(Int16.self, rows: rows, columns: feedback.width)
    try reader.finish()
    return EmbeddingTable(width: feedback.width, vectors: vectors)
  }

  mutating func decodeTuple(
    name: Message, input: Activation, feedback: Activation?, depth: Int
  ) throws(ModelError) -> TupleDecoder {
    try reader.begin(.tuple, name: name)
    let count = try reader.readShape(1...ModelFormat.maximumLeaves)
    let dense = try decodeCELU(name: "input", input: input)
    let state = celuOutput(dense)
    let kind = feedback == nil ? nil : self.feedback?.kind
    var elements: [TupleDecoder.Element] = []
    for index in 0..<count {
      try reader.begin(.element, name: "\(index)")
      let embedding = try decodeCELU(name: "embedding", input: state)
      let vector = celuOutput(embedding)
      let hasGRU = index < count - 1 || kind == .state
      let child = try decodeModule(
        name: "child", input: vector,
        feedback: hasGRU || kind == .reencoded ? feedbackVector : nil, depth: depth + 1)
      let gru =
        hasGRU
        ? try decodeGRU(name: "gru", input: feedbackVector ?? vector, state: state) : nil
      elements.append(.init(embedding: embedding, gru: gru, child: child))
      try reader.finish()
    }
    var constants: [ConstantDecoder] = []
    while reader.nextType() == .constant {
      constants.append(try decodeConstant(name: "\(constants.count)"))
    }
    let summary: TupleDecoder.Summary? =
      switch (kind, feedback) {
      case (.state, _): .dense(try decodeFeedbackLayer(name: "summary", input: state))
      case (.reencoded, let feedback?):
        .encoder(try decodeTupleEncoder(elements: count, vector: feedback))
      default: nil
      }
    try reader.finish()
    return TupleDecoder(
      input: dense, elements: elements, constants: constants,
      feedbackWidth: feedbackVector?.width, summary: summary)
  }

  /// - Parameter vector: width and format of the elements' feedback vectors.
  private mutating func decodeTupleEncoder(
    elements: Int, vector: Activation
  ) throws(ModelError) -> TupleEncoder {
    try reader.begin(.tupleEncoder, name: "encoder")
    let width = try reader.readShape(1...ModelFormat.maximumWidth / 2)
    let state = Activation(
      width: width, fractionBits: try reader.readInteger(Format.activations))
    let initialState = try reader.readNumbers(Int16.self, count: width)
    try reader.skipPadding()
    var forward: [GRU] = []
    var backward: [GRU] = []
    for _ in 0..<elements {
      forward.append(try decodeGRU(name: "forward", input: vector, state: state))
      backward.append(try decodeGRU(name: "backward", input: vector, state: state))
    }
    let output = try decodeFeedbackLayer(
      name: "output",
      input: Activation(width: 2 * width, fractionBits: state.fractionBits))
    try reader.finish()
    return TupleEncoder(
      initialState: initialState, forward: forward, backward: backward, output: output)
  }

  /// Width and format of feedback vectors; nil if there are none.
  private var feedbackVector: Activation? {
    feedback.map { Activation(width: $0.width, fractionBits: $0.fractionBits) }
  }

  private func check(
    _ found: Activation, isFeedback expected: Activation?
  ) throws(ModelError) {
    guard found == expected else {
      throw reader.invalid("it does not give the feedback's width and format")
    }
  }
}
