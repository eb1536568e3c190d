import Autodiff
import FakeGen
import Schema

/// The StringLiteral's shared parameters: character embedding, encoder, decoder (paper, App. B.1).
package struct StringModel: Sendable {
  /// Number of codes.
  package let codeCount: Int
  /// Most characters of a string.
  package let maximumLength: Int
  /// Width of both GRUs' states.
  package let stateWidth: Int
  /// `[codes, character]`: the character embedding.
  package let embedding: ParameterSlot
  /// The GRU that reads strings.
  package let encoder: GRUSlots
  /// `[state, embedding]`: from the encoder's last state.
  package let encoderOutput: DenseSlots
  /// `[embedding, state]`: to the decoder's first state.
  package let decoderInput: DenseSlots
  /// The GRU that spells strings.
  package let decoder: GRUSlots
  /// `[state, codes]`, its columns in the order of `columns`.
  package let softmax: DenseSlots
  /// The factored softmax's clusters, `[state, clusters]`; nil for a single softmax.
  package let cluster: DenseSlots?
  /// From the state after the last code to what the Tuple is told; only for feedback `state`.
  package let summary: DenseSlots?
  /// What the codes stand for.
  package let codes: StringCodes
  /// `[codes]`: the softmax's column that stands for each code.
  package let columns: [Int32]
  /// `[codes]`: the code of each column.
  package let codesOfColumns: [Int32]
  /// The columns of each cluster; nil for a single softmax.
  package let clusters: ClassClusters?
  /// What the Tuple's decoder is told about strings.
  package let feedback: ModelOptions.Feedback
  /// Whether a string weighs the sum of its codes' nats rather than their mean.
  package let weighsNats: Bool

  /// Adds the parameters of a string model.
  ///
  /// - Parameters:
  ///   - description: the model's.
  ///   - prefix: what the tensors' names begin with.
  ///   - manifest: takes the tensors.
  package init(
    _ description: ModelDescription, prefix: String = "string",
    in manifest: inout TensorManifest
  ) {
    let widths = description.widths
    codes = description.stringCodes
    codeCount = description.codeCount
    maximumLength = description.maximumStringLength
    feedback = description.options.feedback
    weighsNats = description.method.weights.unit == .nats
    stateWidth = widths.stringState
    // Without strings to spell nobody uses the StringLiteral.
    let decoding = TensorManifest.Use.generation(
      if: description.schema.usesStrings || description.options.tree == .text)
    let encoding = feedback == .reencoded ? decoding : .training
    embedding = manifest.matrix(
      "\(prefix)/embedding", rows: codeCount, columns: widths.character,
      description.method.characterEmbedding.initialization, decoding)
    encoder = manifest.gru(
      "\(prefix)/encoder", inputs: widths.character, width: widths.stringState, encoding)
    encoderOutput = manifest.dense(
      "\(prefix)/encoder/output", inputs: widths.stringState, outputs: widths.embedding, encoding)
    decoderInput = manifest.dense(
      "\(prefix)/decoder/input", inputs: widths.embedding, outputs: widths.stringState, decoding)
    decoder = manifest.gru(
      "\(prefix)/decoder", inputs: widths.character, width: widths.stringState, decoding)
    softmax = manifest.dense(
      "\(prefix)/decoder/softmax", inputs: widths.stringState, outputs: codeCount, decoding)
    let clusterCount = description.options.softmaxClusters
    if clusterCount > 0 {
      cluster = manifest.dense(
        "\(prefix)/decoder/cluster", inputs: widths.stringState, outputs: clusterCount, decoding)
      clusters = ClassClusters(classes: codeCount, count: clusterCount)
      codesOfColumns = description.softmaxOrder.map { Int32($0) }
    } else {
      cluster = nil
      clusters = nil
      codesOfColumns = (0..<codeCount).map { Int32($0) }
    }
    var columns = [Int32](repeating: 0, count: codeCount)
    for (column, code) in codesOfColumns.enumerated() { columns[Int(code)] = Int32(column) }
    self.columns = columns
    summary =
      feedback == .state
      ? manifest.dense(
        "\(prefix)/summary", inputs: widths.stringState, outputs: widths.embedding, decoding)
      : nil
  }

  /// Runs a GRU over strings.
  ///
  /// The inputs' share of the gates is computed once for each code that occurs.
  ///
  /// - Parameters:
  ///   - gru: the cell.
  ///   - packed: the strings' codes.
  ///   - initial: `[strings, state]`.
  ///   - tape: what records the operations.
  ///   - view: the parameters.
  /// - Returns: all states, `[codes, state]`, packed.
  package func run<S: Scalar>(
    _ gru: GRUSlots, _ packed: PackedSequences, initial: Tensor<S>, _ tape: Tape<S>,
    _ view: ParameterView<S>
  ) -> Tensor<S> {
    let rows = tape.scratch(Int32.self, count: codeCount)
    rows.update(repeating: -1, count: codeCount)
    let tableRows = tape.scratch(Int32.self, count: packed.total)
    var distinct: [Int] = []
    for place in 0..<packed.total {
      let code = Int(packed.codes[place])
      if rows[code] < 0 {
        rows[code] = Int32(distinct.count)
        distinct.append(code)
      }
      tableRows[place] = rows[code]
    }
    let embeddings = view[embedding]
    let inputs = tape.gather(rows: distinct.count, columns: embeddings.columns) {
      embeddings.row(distinct[$0])
    }
    // (distinct codes, 3 state)
    let table = tape.dense(
      inputs, DenseParameters(weight: view[gru.inputWeight], bias: view[gru.bias]), .linear)
    return tape.gruSequence(
      packed, table: table, tableRows: tableRows, initial: initial,
      stateWeight: view[gru.stateWeight])
  }

  /// Encodes every string of the piece once, however often it occurs; known values need no
  /// encoding.
  ///
  /// - Parameters:
  ///   - piece: whose rows have the strings.
  ///   - leaves: the string fields.
  package func encodeDistinct<S: Scalar>(_ piece: Piece<S>, leaves: [Int]) {
    for leaf in leaves {
      let column = piece.table.columns[leaf]
      for row in piece.rows where column.classes.isEmpty || column.classes[Int(row)] == 0 {
        let string = column.strings[Int(row)]
        if piece.stringRows[Int(string)] < 0 {
          piece.stringRows[Int(string)] = 0
          piece.distinctStrings.append(string)
        }
      }
    }
    let (tape, view) = (piece.tape, piece.view)
    let packed = pack(piece, count: piece.distinctStrings.count) { piece.distinctStrings[$0] }
    piece.stringEmbeddings = encode(packed, tape, view)
    for i in 0..<packed.count {
      piece.stringRows[Int(piece.distinctStrings[packed.order[i]])] = Int32(i)
    }
  }

  /// Encodes strings.
  ///
  /// - Parameters:
  ///   - packed: their codes.
  ///   - tape: what records the operations.
  ///   - view: the parameters.
  /// - Returns: `[strings, embedding]` in packed order.
  package func encode<S: Scalar>(
    _ packed: PackedSequences, _ tape: Tape<S>, _ view: ParameterView<S>
  ) -> Tensor<S> {
    let initial = tape.tensor(rows: packed.count, columns: stateWidth)
    initial.values.update(repeating: 0, count: initial.count)
    let states = run(encoder, packed, initial: initial, tape, view)
    let final = tape.gather(rows: packed.count, columns: stateWidth) { i in
      states.row(packed.stateRow(sequence: i, after: packed.lengths[i]))
    }
    return tape.dense(final, view[encoderOutput], .celu)
  }

  private func pack<S: Scalar>(
    _ piece: Piece<S>, count: Int, string: (Int) -> Int32
  ) -> PackedSequences {
    piece.table.codes.withUnsafeBufferPointer { codes in
      PackedSequences(tape: piece.tape, count: count) { i in
        let identifier = Int(string(i))
        return UnsafeBufferPointer(
          rebasing: codes[piece.table.starts[identifier]..<piece.table.starts[identifier + 1]])
      }
    }
  }

  /// Takes strings to be decoded: those of all modules together at the end of the forward pass, or,
  /// where the Tuple waits for what their decoder knows, at once.
  ///
  /// - Parameters:
  ///   - piece: the piece.
  ///   - requests: the strings.
  /// - Returns: for feedback `state` what the Tuple is told, `[requests, embedding]`; else nil.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, _ requests: [Piece<S>.StringRequest]
  ) -> Tensor<S>? {
    guard let summary else {
      piece.stringRequests += requests
      return nil
    }
    guard !requests.isEmpty else { return piece.tape.tensor(rows: 0, columns: 0) }
    let (packed, states) = decode(piece, requests)
    let positions = piece.tape.scratch(Int.self, count: packed.count)
    for i in 0..<packed.count { positions[packed.order[i]] = i }
    let last = piece.tape.gather(rows: packed.count, columns: stateWidth) { request in
      let i = positions[request]
      return states.row(packed.stateRow(sequence: i, after: packed.lengths[i]))
    }
    return piece.tape.dense(last, piece.view[summary], .celu)
  }

  /// Adds the losses of the strings that the piece's modules have asked for.
  package func addRequestedLosses<S: Scalar>(_ piece: Piece<S>) {
    if !piece.stringRequests.isEmpty { _ = decode(piece, piece.stringRequests) }
  }

  /// Adds the cross-entropy of strings: code t is predicted from the state after the codes before
  /// it, of which `decoderStates` may replace some. Each string weighs 1 however long it is
  /// (App. B.1), or its nats.
  ///
  /// - Returns: the strings and all states of the decoder.
  private func decode<S: Scalar>(
    _ piece: Piece<S>, _ requests: [Piece<S>.StringRequest]
  ) -> (PackedSequences, Tensor<S>) {
    let (tape, view) = (piece.tape, piece.view)
    let packed = pack(piece, count: requests.count) { requests[$0].string }
    let embeddings = tape.gather(rows: packed.count, columns: view[decoderInput].weight.rows) {
      requests[packed.order[$0]].embedding
    }
    let states = decoderStates(
      piece, packed, initial: tape.dense(embeddings, view[decoderInput], .celu))
    let targets = tape.scratch(Int32.self, count: states.rows)
    let weights = tape.scratch(S.self, count: states.rows)
    let rowLosses = tape.scratch(S.self, count: states.rows)
    for i in 0..<packed.count {
      let length = packed.lengths[i]
      let weight = piece.coefficient / (weighsNats ? 1 : Double(length + 1))
      for t in 0...length {
        let row = packed.stateRow(sequence: i, after: t)
        let code = t < length ? packed.codes[packed.offsets[t] + i] : Alphabet.endCode
        targets[row] = columns[Int(code)]
        weights[row] = S(weight)
      }
    }
    piece.reconstruction += addCrossEntropy(
      piece, states: states, targets: targets, weights: weights, rowLosses: rowLosses)
    for i in 0..<packed.count {
      let request = requests[packed.order[i]]
      let length = packed.lengths[i]
      var nats = 0.0
      for t in 0...length {
        nats += Double(rowLosses[packed.stateRow(sequence: i, after: t)])
      }
      piece.losses[request.component] += weighsNats ? nats : nats / Double(length + 1)
      if piece.keepsRowNats { piece.rowNats[request.row] += nats }
      piece.characterNats += nats
      piece.characters += Int(piece.table.characterCounts[Int(request.string)]) + 1
    }
    return (packed, states)
  }

  /// Returns the weighted sum of `-log P(target)`; `targets` are columns of the softmax.
  private func addCrossEntropy<S: Scalar>(
    _ piece: Piece<S>, states: Tensor<S>, targets: UnsafePointer<Int32>,
    weights: UnsafePointer<S>, rowLosses: UnsafeMutablePointer<S>
  ) -> Double {
    let (tape, view) = (piece.tape, piece.view)
    guard let cluster, let clusters else {
      return tape.softmaxCrossEntropy(
        logits: tape.dense(states, view[softmax], .linear), targets: targets, weights: weights,
        rowLosses: rowLosses)
    }
    let targetClusters = tape.scratch(Int32.self, count: states.rows)
    for row in 0..<states.rows {
      targetClusters[row] = targets[row] / Int32(clusters.size)
    }
    let outer = tape.softmaxCrossEntropy(
      logits: tape.dense(states, view[cluster], .linear), targets: targetClusters,
      weights: weights, rowLosses: rowLosses)
    return outer
      + tape.clusteredSoftmaxCrossEntropy(
        states, view[softmax], clusters: clusters, targets: targets, weights: weights,
        rowLosses: rowLosses)
  }
}
