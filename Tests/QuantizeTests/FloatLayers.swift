import Autodiff
import Checkpoint
import FloatModel

@testable import Quantize

/// Single layers of a model in double precision, on one row.
struct FloatLayers {
  let generator: FloatGenerator<Double>

  init(_ checkpoint: Checkpoint) throws {
    generator = try FloatGenerator(quantizing: checkpoint, path: "checkpoint")
  }

  var description: ModelDescription { generator.model.description }
  var strings: StringModel? { generator.model.strings }

  var root: Tuple {
    guard let root = generator.model.root as? Tuple else { preconditionFailure("no Tuple") }
    return root
  }

  func values(_ slot: ParameterSlot) -> [Double] {
    Array(
      UnsafeBufferPointer(start: generator.parameters.values + slot.offset, count: slot.count))
  }

  /// Row `index` of a table.
  func row(_ index: Int, of table: ParameterSlot) -> [Double] {
    Array(values(table)[index * table.columns..<(index + 1) * table.columns])
  }

  /// activation(x @ W + b).
  func dense(
    _ layer: DenseSlots, _ x: [Double], _ activation: ActivationFunction = .linear
  ) -> [Double] {
    run(x) { tape, input, view in tape.dense(input, view[layer], activation) }
  }

  /// The state after `x`.
  func gru(_ cell: GRUSlots, _ x: [Double], state: [Double]) -> [Double] {
    run(x) { tape, input, view in
      let state = Self.tensor(state, tape)
      return tape.gruCell(input: input, state: state, view[cell])
    }
  }

  private static func tensor(_ x: [Double], _ tape: Tape<Double>) -> Tensor<Double> {
    let tensor = tape.tensor(rows: 1, columns: x.count)
    for (index, value) in x.enumerated() { tensor.values[index] = value }
    return tensor
  }

  private func run(
    _ x: [Double],
    _ body: (Tape<Double>, Tensor<Double>, ParameterView<Double>) -> Tensor<Double>
  ) -> [Double] {
    let tape = Tape<Double>()
    let unused = ParameterVector<Double>(count: generator.parameters.count)
    return withExtendedLifetime(unused) {
      let output = body(
        tape, Self.tensor(x, tape), ParameterView(generator.parameters, gradient: unused))
      return Array(UnsafeBufferPointer(start: output.values, count: output.count))
    }
  }

  /// What a Tuple's encoder makes of its elements' vectors.
  func encoded(_ tuple: Tuple, _ vectors: [[Double]]) -> [Double] {
    guard let encoder = tuple.encoder else { preconditionFailure("the model has no encoder") }
    let start = values(encoder.initialState)
    var (ahead, behind) = (start, start)
    for (cell, vector) in zip(encoder.forward, vectors) {
      ahead = gru(cell, vector, state: ahead)
    }
    for (cell, vector) in zip(encoder.backward, vectors).reversed() {
      behind = gru(cell, vector, state: behind)
    }
    return dense(encoder.output, ahead + behind, .celu)
  }

  /// The feedback vector of a string, given its codes and the decoder's last state; nil for
  /// feedback `own`.
  func feedback(_ strings: StringModel, codes: [Int], lastState: [Double]) -> [Double]? {
    switch strings.feedback {
    case .own: return nil
    case .state: return strings.summary.map { dense($0, lastState, .celu) }
    case .reencoded:
      var state = [Double](repeating: 0, count: strings.stateWidth)
      for code in codes {
        state = gru(strings.encoder, row(code, of: strings.embedding), state: state)
      }
      return dense(strings.encoderOutput, state, .celu)
    }
  }

  /// The feedback vector of a ScalarTuple's whitened values, the mean in place of missing ones.
  func feedback(_ scalars: ScalarTuple, _ y: [Double], presence: [Bool]) -> [Double] {
    let whitening = generator.whitenings[scalars.whitening]
    var x = whitening.unwhitened(y)
    for (place, isPresent) in zip(scalars.optional, presence) where !isPresent {
      x[place] = whitening.mean[place]
    }
    let input = whitening.whitened(x) + presence.map { $0 ? 1 : 0 }
    return dense(scalars.encoder, input, scalars.encoderActivation)
  }
}
