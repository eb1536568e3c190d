import Autodiff
import FakeGen
import Schema

/// The StringLiteral's shared parameters: character embedding, encoder, decoder (paper, App. B.1).
struct StringModel: Sendable {
  let codeCount: Int
  let maximumLength: Int
  let stateWidth: Int
  let embedding: ParameterSlot
  let encoder: GRUSlots
  let encoderOutput: DenseSlots
  let decoderInput: DenseSlots
  let decoder: GRUSlots
  let softmax: DenseSlots

  init(
    codeCount: Int, maximumLength: Int, widths: Widths, in layout: inout ParameterLayout
  ) {
    self.codeCount = codeCount
    self.maximumLength = maximumLength
    stateWidth = widths.stringState
    embedding = layout.add("string/embedding", rows: codeCount, columns: widths.character, .uniform)
    encoder = GRUSlots(
      "string/encoder", inputs: widths.character, width: widths.stringState, in: &layout)
    encoderOutput = DenseSlots(
      "string/encoder/output", inputs: widths.stringState, outputs: widths.embedding, in: &layout)
    decoderInput = DenseSlots(
      "string/decoder/input", inputs: widths.embedding, outputs: widths.stringState, in: &layout)
    decoder = GRUSlots(
      "string/decoder", inputs: widths.character, width: widths.stringState, in: &layout)
    softmax = DenseSlots(
      "string/decoder/softmax", inputs: widths.stringState, outputs: codeCount, in: &layout)
  }

  /// The characters' share of a GRU's gates, `[codes, 3 width]`.
  private func table<S: Scalar>(
    _ gru: GRUSlots, _ tape: Tape<S>, _ view: ParameterView<S>
  ) -> Tensor<S> {
    tape.dense(
      view[embedding],
      DenseParameters(weight: view[gru.inputWeight], bias: view[gru.bias]), .linear)
  }

  /// Encodes every string of the piece once, however often it occurs.
  func encodeDistinct<S: Scalar>(_ piece: Piece<S>, leaves: [Int]) {
    for leaf in leaves {
      for row in piece.rows {
        let string = piece.table.columns[leaf].strings[Int(row)]
        if piece.stringRows[Int(string)] < 0 {
          piece.stringRows[Int(string)] = 0
          piece.distinctStrings.append(string)
        }
      }
    }
    let (tape, view) = (piece.tape, piece.view)
    let packed = pack(piece, count: piece.distinctStrings.count) { piece.distinctStrings[$0] }
    let initial = tape.tensor(rows: packed.count, columns: stateWidth)
    initial.values.update(repeating: 0, count: initial.count)
    let states = tape.gruSequence(
      packed, table: table(encoder, tape, view), initial: initial,
      stateWeight: view[encoder.stateWeight])
    let final = tape.gather(rows: packed.count, columns: stateWidth) { i in
      states.row(packed.stateRow(sequence: i, after: packed.lengths[i]))
    }
    piece.stringEmbeddings = tape.dense(final, view[encoderOutput], .celu)
    for i in 0..<packed.count {
      piece.stringRows[Int(piece.distinctStrings[packed.order[i]])] = Int32(i)
    }
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

  /// Adds the cross-entropy of all strings that the piece's modules have requested, by teacher
  /// forcing: character t is predicted from the state after the characters before it, and each
  /// string weighs 1 however long it is (App. B.1).
  func addLosses<S: Scalar>(_ piece: Piece<S>) {
    let requests = piece.stringRequests
    guard !requests.isEmpty else { return }
    let (tape, view) = (piece.tape, piece.view)
    let packed = pack(piece, count: requests.count) { requests[$0].string }
    let embeddings = tape.gather(rows: packed.count, columns: view[decoderInput].weight.rows) {
      requests[packed.order[$0]].embedding
    }
    let states = tape.gruSequence(
      packed, table: table(decoder, tape, view),
      initial: tape.dense(embeddings, view[decoderInput], .celu),
      stateWeight: view[decoder.stateWeight])
    let logits = tape.dense(states, view[softmax], .linear)
    let targets = tape.scratch(Int32.self, count: states.rows)
    let weights = tape.scratch(S.self, count: states.rows)
    let rowLosses = tape.scratch(S.self, count: states.rows)
    for i in 0..<packed.count {
      let length = packed.lengths[i]
      for t in 0...length {
        let row = packed.stateRow(sequence: i, after: t)
        targets[row] = t < length ? packed.codes[packed.offsets[t] + i] : 0
        weights[row] = S(piece.coefficient / Double(length + 1))
      }
    }
    piece.reconstruction += tape.softmaxCrossEntropy(
      logits: logits, targets: targets, weights: weights, rowLosses: rowLosses)
    for i in 0..<packed.count {
      let length = packed.lengths[i]
      var nats = 0.0
      for t in 0...length {
        nats += Double(rowLosses[packed.stateRow(sequence: i, after: t)])
      }
      piece.losses[requests[packed.order[i]].component] += nats / Double(length + 1)
      if piece.keepsRowNats { piece.rowNats[requests[packed.order[i]].row] += nats }
      piece.characterNats += nats
      piece.characters += length + 1
    }
  }

  /// Samples one string per row of `embedding [rows, embedding]`, as codes without the end.
  /// The unknown character is never drawn; strings end at `maximumLength`.
  ///
  /// - Parameter digits: if given, strings are decimal forms of integers in this range only, as
  ///   fakegen keeps them.
  func sample<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, digits: ClosedRange<Int64>?
  ) -> [[Int32]] {
    let kinds = [.end, .other] + batch.model.alphabet.map { DigitString.Kind($0) }
    let empty = digits.map { DigitString(range: $0, maximumLength: maximumLength) }
    var numbers = Array(repeating: empty, count: embedding.rows)
    let (tape, view) = (batch.tape, batch.view)
    var strings = Array(repeating: [Int32](), count: embedding.rows)
    var active = Array(0..<embedding.rows)
    let inputTable = table(decoder, tape, view)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    for _ in 0..<maximumLength {
      let logits = tape.dense(state, view[softmax], .linear)
      var survivors: [Int] = []
      var codes: [Int32] = []
      for (row, string) in active.enumerated() {
        let code = batch.sampleClass(logits.values + row * codeCount, count: codeCount) { code in
          numbers[string]?.allows(kinds[code]) ?? (code != Int(Alphabet.otherCode))
        }
        numbers[string]?.append(kinds[Int(code)])
        guard code != 0 else { continue }
        strings[string].append(code)
        survivors.append(row)
        codes.append(code)
      }
      guard !survivors.isEmpty else { break }
      let kept = tape.gather(rows: survivors.count, columns: stateWidth) {
        state.row(survivors[$0])
      }
      let packed = codes.withUnsafeBufferPointer { codes in
        PackedSequences(tape: tape, count: codes.count) {
          UnsafeBufferPointer(rebasing: codes[$0..<$0 + 1])
        }
      }
      let states = tape.gruSequence(
        packed, table: inputTable, initial: kept, stateWeight: view[decoder.stateWeight])
      state = states.rows(survivors.count..<2 * survivors.count)
      active = survivors.map { active[$0] }
    }
    return strings
  }
}
