import Autodiff
import FakeGen
import Schema

extension StringModel {
  /// Strings that were sampled.
  package struct Sampled<S: Scalar> {
    /// The strings.
    package var texts: [String]
    /// What the Tuple is told about them, `[strings, embedding]`; nil for feedback `own`.
    package var feedback: Tensor<S>?
  }

  /// Samples one string per row of `embedding [rows, embedding]`, of at least one row. The unknown
  /// character is never drawn; a code that would make a string longer than `maximumLength`
  /// characters ends it.
  ///
  /// - Parameters:
  ///   - batch: the records that are being made.
  ///   - embedding: `[rows, embedding]`.
  ///   - rows: which records of the batch the embedding's rows are.
  ///   - stream: of the field's draws.
  ///   - digits: if given, strings are decimal forms of integers in this range only, as fakegen
  ///     keeps them.
  ///   - allowed: `[codes]`: whether each may be sampled, the end as the first code; nil for all.
  ///   - isFedBack: whether the Tuple asks for what was sampled.
  /// - Returns: the strings, one per row.
  package func sample<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int], stream: UInt32,
    digits: ClosedRange<Int64>?, allowed: [Bool]?, isFedBack: Bool
  ) -> Sampled<S> {
    let kinds = [.end, .other] + batch.model.alphabet.map { DigitString.Kind($0) }
    let empty = digits.map { DigitString(range: $0, maximumLength: maximumLength) }
    var numbers = Array(repeating: empty, count: embedding.rows)
    let (tape, view) = (batch.tape, batch.view)
    var strings = Array(repeating: [Int32](), count: embedding.rows)
    var lengths = Array(repeating: 0, count: embedding.rows)
    var active = Array(0..<embedding.rows)
    var state = tape.dense(embedding, view[decoderInput], .celu)
    batch.observe(decoderInput.name, state)
    var lastStates = (0..<embedding.rows).map { state.row($0) }
    for _ in 0..<maximumLength {
      batch.stepTape.reset()
      let draw = codeSampler(batch, states: state, stream: stream)
      var survivors: [Int] = []
      var codes: [Int32] = []
      for (row, string) in active.enumerated() {
        lastStates[string] = state.row(row)
        var code = draw(row, rows[string]) { code in
          guard let number = numbers[string] else {
            if code == Alphabet.endCode, lengths[string] > 0 { return true }
            return allowed.map { $0[Int(code)] } ?? (code != Alphabet.otherCode)
          }
          return Int(code) < kinds.count && number.allows(kinds[Int(code)])
        }
        let spelling = self.codes.spelling(code)
        if lengths[string] + spelling.count > maximumLength { code = Alphabet.endCode }
        if code < kinds.count { numbers[string]?.append(kinds[Int(code)]) }
        guard code != Alphabet.endCode else { continue }
        strings[string].append(code)
        lengths[string] += spelling.count
        survivors.append(row)
        codes.append(code)
      }
      guard !survivors.isEmpty else { break }
      let kept = tape.gather(rows: survivors.count, columns: stateWidth) {
        state.row(survivors[$0])
      }
      let states = run(decoder, pack(tape, codes.map { [$0] }), initial: kept, tape, view)
      state = states.rows(survivors.count..<2 * survivors.count)
      active = survivors.map { active[$0] }
      for (row, string) in active.enumerated() { lastStates[string] = state.row(row) }
    }
    if let ranges = batch.ranges {
      ranges.stringCount += strings.count
      ranges.codeCount += strings.reduce(0) { $0 + $1.count }
    }
    let feedback =
      isFedBack ? feedback(batch, strings: strings, lastStates: lastStates) : nil
    if let feedback { batch.observe(ActivationRanges.feedback, feedback) }
    return Sampled(texts: strings.map { self.codes.decode($0) }, feedback: feedback)
  }

  private func feedback<S: Scalar>(
    _ batch: GeneratedBatch<S>, strings: [[Int32]], lastStates: [RowReference<S>]
  ) -> Tensor<S>? {
    let (tape, view) = (batch.tape, batch.view)
    switch feedback {
    case .own: return nil
    case .state:
      let last = tape.gather(rows: strings.count, columns: stateWidth) { lastStates[$0] }
      return summary.map { tape.dense(last, view[$0], .celu) }
    case .reencoded:
      let packed = pack(tape, strings)
      let encoded = encode(packed, tape, view)
      var positions = Array(repeating: 0, count: strings.count)
      for i in 0..<packed.count { positions[packed.order[i]] = i }
      return tape.gather(rows: strings.count, columns: encoded.columns) {
        encoded.row(positions[$0])
      }
    }
  }

  private func pack<S: Scalar>(_ tape: Tape<S>, _ strings: [[Int32]]) -> PackedSequences {
    let codes = strings.flatMap { $0 }
    var starts = [0]
    for string in strings { starts.append(starts.last! + string.count) }
    return codes.withUnsafeBufferPointer { codes in
      PackedSequences(tape: tape, count: strings.count) {
        UnsafeBufferPointer(rebasing: codes[starts[$0]..<starts[$0 + 1]])
      }
    }
  }

  /// Draws the code that follows a row of `states [rows, state]`, for a record of the batch.
  private func codeSampler<S: Scalar>(
    _ batch: GeneratedBatch<S>, states: Tensor<S>, stream: UInt32
  ) -> (_ row: Int, _ record: Int, _ isAllowed: (Int32) -> Bool) -> Int32 {
    guard let cluster, let clusters else {
      let logits = batch.stepTape.dense(states, batch.view[softmax], .linear)
      batch.observe(softmax.name, logits)
      return { row, record, isAllowed in
        Int32(
          batch.sampleClass(
            logits.values + row * codeCount, count: codeCount, stream: stream, row: record
          ) { isAllowed(Int32($0)) })
      }
    }
    let outer = batch.stepTape.dense(states, batch.view[cluster], .linear)
    batch.observe(cluster.name, outer)
    if batch.ranges != nil {
      batch.observe(softmax.name, batch.stepTape.dense(states, batch.view[softmax], .linear))
    }
    let inner = batch.view[softmax]
    var logits = [S](repeating: 0, count: clusters.size)
    return { row, record, isAllowed in
      let choice = batch.sampleClass(
        outer.values + row * clusters.count, count: clusters.count, stream: stream, row: record
      ) { cluster in clusters.columns(cluster).contains { isAllowed(codesOfColumns[$0]) } }
      let columns = clusters.columns(choice)
      inner.apply(states.values + row * stateWidth, columns: columns, into: &logits)
      let place = batch.sampleClass(
        logits, count: columns.count, stream: stream, row: record
      ) { isAllowed(codesOfColumns[columns.lowerBound + $0]) }
      return codesOfColumns[columns.lowerBound + place]
    }
  }
}
