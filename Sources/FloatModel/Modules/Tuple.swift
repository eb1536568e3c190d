import Autodiff
import Schema

/// A message (paper, App. B.3): a bidirectional encoder RNN over the children's embeddings, and an
/// autoregressive decoder RNN that makes the embeddings the children decode from. Every element has
/// GRU cells of its own.
package struct Tuple: Module {
  /// One element of the message: a field, a message, or the numbers together.
  package struct Element: Sendable {
    /// The element's module.
    package let child: any Module
    /// From the decoder's state to the child's embedding.
    package let embedding: DenseSlots
    /// The cell that takes the decoder past this element; the last needs none, unless `summary` is
    /// there.
    package let decoder: GRUSlots?
    /// Index of the skew loss.
    package let skewComponent: Int
    /// Where `Piece.encodings` keeps the child's embedding.
    package let encoding: Int
    /// Which of `Piece.uniforms` decides on this element's feedback.
    package let feedback: Int
  }

  /// What turns the elements' embeddings into the message's.
  package struct Encoder: Sendable {
    /// `[1, state]`: the first state.
    package let initialState: ParameterSlot
    /// The cells from the first element to the last.
    package let forward: [GRUSlots]
    /// The cells from the last element to the first, in the order of the elements.
    package let backward: [GRUSlots]
    /// `[2 state, embedding]`: from the last states.
    package let output: DenseSlots
  }

  /// The elements in the order of encoding and decoding.
  package let elements: [Element]
  /// The fields that always have the same value.
  package let constants: [Constant]
  /// Nil in a model without a latent vector.
  package let encoder: Encoder?
  /// `[embedding, state]`: to the decoder's first state.
  package let decoderInput: DenseSlots
  /// Whether an outer Tuple asks for what was sampled.
  package let isFedBack: Bool
  /// What an outer Tuple is told, from the decoder's last state; only for feedback `state`.
  package let summary: DenseSlots?
  /// Width of the GRUs' states.
  package let stateWidth: Int
  /// Width of embedding vectors.
  package let embeddingWidth: Int
  /// What the decoder is told about the element it has just decoded.
  package let feedback: ModelOptions.Feedback
  /// Weight of the skew losses, relative to their children's.
  package let skewWeight: Double

  init(_ nodes: [ModuleNode], place: ModulePlace, builder: inout ModuleBuilder) {
    let (widths, prefix) = (builder.widths, place.prefix)
    let method = builder.description.method
    feedback = builder.description.options.feedback
    isFedBack = place.isFedBack
    let isRoot = prefix == ModulePlace().prefix
    // An outer Tuple is told this one's last state, after all elements.
    let isSummarized = feedback == .state && !isRoot
    let encoding = TensorManifest.Use.generation(if: isFedBack && feedback == .reencoded)
    let hasEncoder = builder.description.options.latent != .none
    let initialState =
      hasEncoder
      ? builder.manifest.matrix(
        "\(prefix)/encoder/initial_state", rows: 1, columns: widths.tupleState, .constant(0),
        encoding) : nil
    var (forward, backward): ([GRUSlots], [GRUSlots]) = ([], [])
    var elements: [Element] = []
    var constants: [Constant] = []
    let last = nodes.lastIndex { !$0.isConstant }
    for (index, node) in nodes.enumerated() {
      if case .constant(let leaf) = node {
        constants.append(builder.constant(leaf))
        continue
      }
      let isLast = index == last
      var inner = place
      inner.prefix += "/\(index)"
      inner.isFedBack = feedback != .own && (!isLast || isFedBack)
      let child = builder.module(node, place: inner)
      func gru(_ part: String, _ use: TensorManifest.Use) -> GRUSlots {
        builder.manifest.gru(
          "\(prefix)/\(part)/\(index)", inputs: widths.embedding, width: widths.tupleState, use)
      }
      if hasEncoder {
        forward.append(gru("encoder/forward", encoding))
        backward.append(gru("encoder/backward", encoding))
      }
      let embedding = builder.manifest.dense(
        "\(prefix)/decoder/\(index)/embedding", inputs: widths.tupleState,
        outputs: widths.embedding, .generation)
      let decoder =
        isLast && !isSummarized
        ? nil : gru("decoder", .generation(if: !isLast || isFedBack))
      elements.append(
        Element(
          child: child, embedding: embedding, decoder: decoder,
          skewComponent: builder.components.add(
            "skew:\(builder.lossName(node))", weight: child.weight),
          encoding: builder.encodingCount, feedback: builder.feedbackCount))
      builder.encodingCount += 1
      builder.skewWeight += method.weights.skew * child.weight
      builder.feedbackCount += isLast ? 0 : 1
    }
    self.elements = elements
    self.constants = constants
    builder.featureCount = 2 * widths.tupleState
    encoder = initialState.map { initialState in
      Encoder(
        initialState: initialState, forward: forward, backward: backward,
        output: builder.manifest.dense(
          "\(prefix)/encoder/output", inputs: 2 * widths.tupleState, outputs: widths.embedding,
          encoding))
    }
    decoderInput = builder.manifest.dense(
      "\(prefix)/decoder/input",
      inputs: isRoot ? builder.description.latentWidth : widths.embedding,
      outputs: widths.tupleState, .generation)
    summary =
      isSummarized
      ? builder.manifest.dense(
        "\(prefix)/summary", inputs: widths.tupleState, outputs: widths.embedding,
        .generation(if: isFedBack)) : nil
    stateWidth = widths.tupleState
    embeddingWidth = widths.embedding
    skewWeight = method.weights.skew
  }

  /// Weight of the elements' reconstruction losses, without skew losses.
  package var weight: Double { elements.reduce(0) { $0 + $1.child.weight } }

  /// The heads of the elements that are no messages.
  package var heads: [SoftmaxHead] {
    elements.flatMap { $0.child is Tuple ? [] : $0.child.heads }
  }

  /// Encodes the elements, and their embeddings with the GRUs in both directions.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    guard let encoder else { preconditionFailure("the model has no encoder") }
    for element in elements { piece.encodings[element.encoding] = element.child.encode(piece) }
    let features = features(
      elements.map { piece.encodings[$0.encoding]! }, encoder, rows: piece.rows.count, piece.tape,
      piece.view)
    // The root's are the last to stay.
    piece.features = features
    return piece.tape.dense(features, piece.view[encoder.output], .celu)
  }

  /// Returns the last states of the encoder RNN over the elements' embeddings, each
  /// `[rows, embedding]`: `[rows, 2 state]`.
  private func features<S: Scalar>(
    _ embeddings: [Tensor<S>], _ encoder: Encoder, rows: Int, _ tape: Tape<S>,
    _ view: ParameterView<S>
  ) -> Tensor<S> {
    let initial = view[encoder.initialState]
    let start = tape.gather(rows: rows, columns: stateWidth) { _ in initial.row(0) }
    var forward = start
    for (cell, embedding) in zip(encoder.forward, embeddings) {
      forward = tape.gruCell(input: embedding, state: forward, view[cell])
    }
    var backward = start
    for (cell, embedding) in zip(encoder.backward, embeddings).reversed() {
      backward = tape.gruCell(input: embedding, state: backward, view[cell])
    }
    return tape.concatenateColumns(forward, backward)
  }

  /// Adds the elements' losses and their skew losses.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let (tape, view) = (piece.tape, piece.view)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    for element in elements {
      let decoded = piece.dropout(
        tape.dense(piece.dropout(state), view[element.embedding], .celu))
      let encoded = piece.encodings[element.encoding]
      if skewWeight > 0, let encoded {
        // Mean squared error over the embedding's dimensions, with the child's weight (2.3).
        let weight = skewWeight * element.child.weight
        let skew = tape.squaredError(
          decoded, encoded, weights: piece.rowWeights(mask, weight: weight / Double(embeddingWidth))
        )
        piece.count(skew, component: element.skewComponent, weight: weight)
      }
      let told = element.child.addLosses(piece, embedding: decoded, mask: mask)
      guard let decoder = element.decoder else { continue }
      // Without an encoder a child's embedding is made when it is told.
      let input = told ?? encoded ?? element.child.encode(piece)
      state = tape.gruCell(
        input: feedback == .own
          ? scheduled(piece, element, encoded: input, decoded: decoded) : input,
        state: state, view[decoder])
    }
    return summary.map { tape.dense(state, view[$0], .celu) }
  }

  /// Chooses by scheduled sampling: the child encoder's embedding is the ground truth, the
  /// decoder's own the sample (2.3).
  private func scheduled<S: Scalar>(
    _ piece: Piece<S>, _ element: Element, encoded: Tensor<S>, decoded: Tensor<S>
  ) -> Tensor<S> {
    let uniforms = element.feedback * piece.rows.count
    return piece.tape.gather(rows: decoded.rows, columns: decoded.columns) { row in
      piece.uniforms[uniforms + row] < piece.settings.groundTruthProbability
        ? encoded.row(row) : decoded.row(row)
    }
  }

  /// Decodes one element after the other, each told what came before.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let (tape, view) = (batch.tape, batch.view)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    batch.observe(decoderInput.name, state)
    var told: [Tensor<S>] = []
    for (index, element) in elements.enumerated() {
      let decoded = tape.dense(state, view[element.embedding], .celu)
      batch.observe(element.embedding.name, decoded)
      let feedback = element.child.generate(batch, embedding: decoded, rows: rows)
      if let feedback { told.append(feedback) }
      guard let decoder = element.decoder, takesStep(after: index) else { continue }
      state = tape.gruCell(input: feedback ?? decoded, state: state, view[decoder])
    }
    for constant in constants { constant.generate(batch, rows: rows) }
    guard isFedBack else { return nil }
    let summarized: Tensor<S>? =
      switch feedback {
      case .own: nil
      case .reencoded:
        encoder.map { encoder in
          tape.dense(
            features(told, encoder, rows: rows.count, tape, view), view[encoder.output], .celu)
        }
      case .state: summary.map { tape.dense(state, view[$0], .celu) }
      }
    if let summarized { batch.observe(ActivationRanges.feedback, summarized) }
    return summarized
  }

  /// Tells whether generation takes the decoder past an element: past the last one only for a
  /// summary that somebody asks for.
  package func takesStep(after element: Int) -> Bool {
    element < elements.count - 1 || (isFedBack && summary != nil)
  }
}
