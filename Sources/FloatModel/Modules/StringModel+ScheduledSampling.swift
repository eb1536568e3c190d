import Autodiff

// The five training schemes (paper, 2.3) are two schedules: the probability of the ground truth for
// the Tuple decoder (`tupleGroundTruth`: see `Tuple.addLosses`) and for the string decoder
// (`stringGroundTruth`). Always 1 is teacher forcing, always 0 always sampling, from 1 to 0
// scheduled sampling.

extension StringModel {
  /// Computes the decoder's states over `packed`, the ground truth. Where the step's probability of
  /// the ground truth is below 1, characters fed back are drawn from the decoder's own softmax
  /// instead, its end of the string and its character outside the alphabet included. Gradients pass
  /// through the states, not through the draws.
  ///
  /// - Parameters:
  ///   - piece: the step's settings and draws.
  ///   - packed: the strings' codes.
  ///   - initial: `[strings, state]`.
  /// - Returns: `[codes, state]`, packed.
  package func decoderStates<S: Scalar>(
    _ piece: Piece<S>, _ packed: PackedSequences, initial: Tensor<S>
  ) -> Tensor<S> {
    let (tape, view) = (piece.tape, piece.view)
    let probability = piece.settings.characterGroundTruthProbability
    guard probability < 1, let random = piece.random else {
      return run(decoder, packed, initial: initial, tape, view)
    }
    piece.fedBackCharacters += packed.total
    // Any code may be drawn: (codes, 3 state)
    let table = tape.dense(
      view[embedding],
      DenseParameters(weight: view[decoder.inputWeight], bias: view[decoder.bias]), .linear)
    let codes = tape.scratch(Int32.self, count: packed.total)
    codes.update(from: packed.codes, count: packed.total)
    let probabilities = tape.scratch(S.self, count: packed.count * codeCount)
    let normalizers = tape.scratch(S.self, count: packed.count)
    return tape.gruSequence(
      packed, table: table, tableRows: codes, initial: initial,
      stateWeight: view[decoder.stateWeight]
    ) { step, states in
      softmaxProbabilities(
        states, view[softmax], probabilities: probabilities, normalizers: normalizers)
      for row in 0..<states.rows where random.uniform() >= probability {
        codes[packed.offsets[step] + row] = draw(
          probabilities + row * codeCount, random.uniform())
        piece.sampledCharacters += 1
      }
    }
  }

  /// Returns the code at which the cumulated probabilities pass `uniform`.
  private func draw<S: Scalar>(_ probabilities: UnsafePointer<S>, _ uniform: Double) -> Int32 {
    var left = uniform
    for code in 0..<codeCount {
      left -= Double(probabilities[code])
      if left < 0 { return Int32(code) }
    }
    // Rounding may leave a sum a little below 1.
    return Int32(codeCount - 1)
  }
}
