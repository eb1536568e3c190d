import Autodiff
import Foundation
import Schema

/// All reals and scalar integers of a message, modelled jointly (paper, App. B.2).
///
/// Leaves with explicit presence have a Bernoulli head each; their flags are inputs of the encoder,
/// and a missing value is whitened as the moving mean.
struct ScalarTuple: Module {
  let leaves: [Int]
  /// Positions in `leaves` of those with explicit presence.
  let optional: [Int]
  /// Index of the module's `Whitening` in the model's.
  let whitening: Int
  let encoder: DenseSlots
  let encoderActivation: Activation
  let decoder: DenseSlots
  /// The density that the decoder parametrises; nil for the paper's squared error.
  let mixture: GaussianMixture?
  let presence: DenseSlots?
  let component: Int
  let presenceComponent: Int?

  var weight: Double { Double(leaves.count + optional.count) }

  init(
    leaves: [Int], path: String, prefix: String, schema: RecordSchema, widths: Widths,
    whitening: Int, encoderActivation: Activation, mixtureComponents: Int,
    layout: inout ParameterLayout,
    components: inout LossComponents
  ) {
    self.leaves = leaves
    self.whitening = whitening
    self.encoderActivation = encoderActivation
    optional = leaves.indices.filter { schema.leaves[leaves[$0]].isOptional }
    encoder = DenseSlots(
      "\(prefix)/encoder", inputs: leaves.count + optional.count, outputs: widths.embedding,
      in: &layout)
    mixture =
      mixtureComponents == 0
      ? nil : GaussianMixture(components: mixtureComponents, values: leaves.count)
    decoder = DenseSlots(
      "\(prefix)/decoder", inputs: widths.embedding,
      outputs: mixture?.parameters ?? leaves.count, in: &layout)
    component = components.add(path, weight: Double(leaves.count))
    if optional.isEmpty {
      presence = nil
      presenceComponent = nil
    } else {
      presence = DenseSlots(
        "\(prefix)/presence", inputs: widths.embedding, outputs: optional.count, in: &layout)
      presenceComponent = components.add("\(path)?", weight: Double(optional.count))
    }
  }

  /// Writes the raw values of a row, missing ones replaced by the moving mean.
  func copyValues(
    of row: Int, in table: EncodedTable, _ whitening: Whitening,
    to destination: UnsafeMutablePointer<Double>
  ) {
    for i in leaves.indices {
      let column = table.columns[leaves[i]]
      destination[i] = column.present[row] ? column.reals[row] : whitening.mean[i]
    }
  }

  /// The piece's whitened values `[rows, leaves]`, a constant.
  private func whitened<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let count = leaves.count
    let tensor = piece.tape.tensor(rows: piece.rows.count, columns: count)
    let raw = piece.tape.scratch(Double.self, count: count)
    for (position, row) in piece.rows.enumerated() {
      let whitening = piece.whitenings[self.whitening]
      copyValues(of: Int(row), in: piece.table, whitening, to: raw)
      for j in 0..<count {
        var sum = 0.0
        for i in 0..<count {
          sum += (raw[i] - whitening.mean[i]) * whitening.whitening[i * count + j]
        }
        tensor.values[position * count + j] = S(sum)
      }
    }
    return tensor
  }

  /// `[rows, optional]` 1 where the value is there.
  private func flags<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let tensor = piece.tape.tensor(rows: piece.rows.count, columns: optional.count)
    for (position, row) in piece.rows.enumerated() {
      for (i, leaf) in optional.enumerated() {
        tensor.values[position * optional.count + i] =
          piece.table.columns[leaves[leaf]].present[Int(row)] ? 1 : 0
      }
    }
    return tensor
  }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    var input = whitened(piece)
    if !optional.isEmpty { input = piece.tape.concatenateColumns(input, flags(piece)) }
    return piece.tape.dense(input, piece.view[encoder], encoderActivation)
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let weights = piece.rowWeights(mask, weight: 1)
    let decoded = piece.tape.dense(embedding, piece.view[decoder], .linear)
    let targets = whitened(piece)
    let nats = piece.rowLosses()
    let value =
      if let mixture {
        piece.tape.mixtureLikelihood(
          mixture, parameters: decoded, targets: targets, weights: weights, rowLosses: nats)
      } else {
        piece.tape.squaredError(decoded, targets, weights: weights, rowLosses: nats)
      }
    // A squared error is what a Gaussian of variance 1/2 takes, but for its normalization.
    piece.countNats(
      nats, mask: mask,
      constant: mixture == nil ? Double(leaves.count) * log(Double.pi) / 2 : 0)
    piece.count(value, component: component, weight: 1)
    if let presence, let presenceComponent {
      let logits = piece.tape.dense(embedding, piece.view[presence], .linear)
      let nats = piece.rowLosses()
      let value = piece.tape.bernoulliCrossEntropy(
        logits: logits, targets: flags(piece).values, weights: weights, rowLosses: nats)
      piece.countNats(nats, mask: mask)
      piece.count(value, component: presenceComponent, weight: 1)
    }
    return nil
  }

  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let (tape, whitening) = (batch.tape, batch.whitenings[whitening])
    let decoded = tape.dense(embedding, batch.view[decoder], .linear)
    let logits = presence.map { tape.dense(embedding, batch.view[$0], .linear) }
    // What the encoder would be given: whitened values, then presence flags.
    let inputs = tape.tensor(rows: rows.count, columns: leaves.count + optional.count)
    for (position, row) in rows.enumerated() {
      let whitened = draw(batch, decoded.values + position * decoded.columns)
      var x = whitening.unwhitened(whitened)
      let input = inputs.values + position * inputs.columns
      for i in leaves.indices {
        batch.records[row].values[leaves[i]] = batch.scalar(x[i], leaves[i])
        input[i] = S(whitened[i])
      }
      guard let logits else { continue }
      for (i, leaf) in optional.enumerated() {
        let logit = Double(logits.values[position * optional.count + i])
        let isPresent = batch.sampleBernoulli(logit: logit)
        input[leaves.count + i] = isPresent ? 1 : 0
        if !isPresent {
          batch.records[row].values[leaves[leaf]] = .null
          x[leaf] = whitening.mean[leaf]
        }
      }
      // As in training, the mean stands for what is missing.
      for j in leaves.indices {
        let sum = leaves.indices.reduce(0.0) {
          $0 + (x[$1] - whitening.mean[$1]) * whitening.whitening[$1 * leaves.count + j]
        }
        input[j] = S(sum)
      }
    }
    guard batch.model.options.feedback != .own else { return nil }
    return tape.dense(inputs, batch.view[encoder], encoderActivation)
  }

  /// Whitened values from a row of the decoder's outputs.
  private func draw<S: Scalar>(
    _ batch: GeneratedBatch<S>, _ outputs: UnsafePointer<S>
  ) -> [Double] {
    guard let mixture else { return leaves.indices.map { Double(outputs[$0]) } }
    let component = batch.sampleClass(outputs, count: mixture.components) { _ in true }
    return mixture.sample(
      outputs, component: Int(component),
      noise: leaves.map { _ in batch.isGreedy ? 0 : batch.random.normal() })
  }
}
