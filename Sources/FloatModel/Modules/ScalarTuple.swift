import Autodiff
import Foundation
import Schema

/// All reals and scalar integers of a message, modelled jointly (paper, App. B.2).
///
/// Leaves with explicit presence have a Bernoulli head each; their flags are inputs of the encoder,
/// and a missing value is whitened as the moving mean.
package struct ScalarTuple: Module {
  /// The leaves that it models.
  package let leaves: [Int]
  /// Positions in `leaves` of those with explicit presence.
  package let optional: [Int]
  /// Index of the module's `Whitening` in the model's.
  package let whitening: Int
  /// `[values and flags, embedding]`.
  package let encoder: DenseSlots
  /// What the encoder applies to its sums.
  package let encoderActivation: ActivationFunction
  /// `[embedding, numbers]`: the whitened values, or the mixture's parameters.
  package let decoder: DenseSlots
  /// The density that the decoder parametrises; nil for the paper's squared error.
  package let mixture: GaussianMixture?
  /// `[embedding, optional]`: the Bernoulli heads; nil if no leaf has explicit presence.
  package let presence: DenseSlots?
  /// Index of the values' loss.
  package let component: Int
  /// Index of the heads' loss; nil without heads.
  package let presenceComponent: Int?
  /// What its tensors' names begin with.
  package let prefix: String
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool

  /// Weight of its reconstruction losses: 1 a value, 1 a head.
  package var weight: Double { Double(leaves.count + optional.count) }

  init(
    leaves: [Int], whitening: Int, place: ModulePlace, builder: inout ModuleBuilder
  ) {
    self.leaves = leaves
    self.whitening = whitening
    prefix = place.prefix
    stream = builder.streams.take(builder.scalarsPath(place.parent))
    isFedBack = place.isFedBack
    let (schema, width) = (builder.schema, builder.widths.embedding)
    let path = leaves.map { schema.leaves[$0].path }.joined(separator: "+")
    encoderActivation = builder.description.method.scalarActivation.activation
    optional = leaves.indices.filter { schema.leaves[leaves[$0]].isOptional }
    encoder = builder.manifest.dense(
      "\(prefix)/encoder", inputs: leaves.count + optional.count, outputs: width,
      .generation(if: isFedBack))
    let mixtureComponents = builder.description.options.scalarMixture
    mixture =
      mixtureComponents == 0
      ? nil : GaussianMixture(components: mixtureComponents, values: leaves.count)
    decoder = builder.manifest.dense(
      "\(prefix)/decoder", inputs: width, outputs: mixture?.parameters ?? leaves.count,
      .generation)
    component = builder.components.add(path, weight: Double(leaves.count))
    if optional.isEmpty {
      presence = nil
      presenceComponent = nil
    } else {
      presence = builder.manifest.dense(
        "\(prefix)/presence", inputs: width, outputs: optional.count, .generation)
      presenceComponent = builder.components.add("\(path)?", weight: Double(optional.count))
    }
    let square = [leaves.count, leaves.count]
    builder.manifest.statistic(meanName, shape: [leaves.count], .generation)
    builder.manifest.statistic(covarianceName, shape: square, .training)
    builder.manifest.statistic(unwhiteningName, shape: square, .generation)
  }

  /// Name of the tensor `[values]` of its moving mean.
  package var meanName: String { "\(prefix)/mean" }
  /// Name of the tensor `[values, values]` of its moving covariance.
  package var covarianceName: String { "\(prefix)/covariance" }
  /// Name of the tensor `[values, values]` of its unwhitening.
  package var unwhiteningName: String { "\(prefix)/unwhitening" }
  /// The name that the mixture's logits have apart from the rest of `decoder`.
  package var logitName: String { "\(decoder.name)#logit" }

  /// Writes the raw values of a row, missing ones replaced by the moving mean.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - table: where it is.
  ///   - whitening: whose mean stands for missing values.
  ///   - destination: `[values]`, overwritten.
  package func copyValues(
    of row: Int, in table: EncodedTable, _ whitening: Whitening,
    to destination: UnsafeMutablePointer<Double>
  ) {
    for i in leaves.indices {
      let column = table.columns[leaves[i]]
      destination[i] = column.present[row] ? column.reals[row] : whitening.mean[i]
    }
  }

  /// Returns the piece's whitened values `[rows, leaves]`, a constant that is computed once a step.
  private func whitened<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    if let known = piece.whitenedScalars[whitening] { return known }
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
    piece.whitenedScalars[whitening] = tensor
    return tensor
  }

  /// Returns flags `[rows, optional]`: 1 where the value is there.
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

  /// Encodes the rows' whitened values and presence flags.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    var input = whitened(piece)
    if !optional.isEmpty { input = piece.tape.concatenateColumns(input, flags(piece)) }
    return piece.tape.dense(input, piece.view[encoder], encoderActivation)
  }

  /// Adds the losses of the rows' values and presence.
  package func addLosses<S: Scalar>(
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

  /// Samples or takes the rows' values, and samples their presence.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let (tape, whitening) = (batch.tape, batch.whitenings[whitening])
    let decoded = tape.dense(embedding, batch.view[decoder], .linear)
    let logits = presence.map { tape.dense(embedding, batch.view[$0], .linear) }
    // What the encoder would be given: whitened values, then presence flags.
    let inputs = tape.tensor(rows: rows.count, columns: leaves.count + optional.count)
    for (position, row) in rows.enumerated() {
      let whitened = draw(batch, decoded.values + position * decoded.columns, row: row)
      var x = whitening.unwhitened(whitened)
      let input = inputs.values + position * inputs.columns
      for i in leaves.indices {
        batch.records[row].values[leaves[i]] = batch.scalar(x[i], leaves[i])
        input[i] = S(whitened[i])
      }
      guard let logits else { continue }
      for (i, leaf) in optional.enumerated() {
        let logit = Double(logits.values[position * optional.count + i])
        let isPresent = batch.sampleBernoulli(logit: logit, stream: stream, row: row)
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
    guard isFedBack else { return nil }
    return tape.dense(inputs, batch.view[encoder], encoderActivation)
  }

  /// Draws whitened values from a row of the decoder's outputs.
  private func draw<S: Scalar>(
    _ batch: GeneratedBatch<S>, _ outputs: UnsafePointer<S>, row: Int
  ) -> [Double] {
    var values = leaves.indices.map { Double(outputs[$0]) }
    if let mixture {
      batch.ranges?.observe(logitName, outputs, count: mixture.components)
      let component = batch.sampleClass(
        outputs, count: mixture.components, stream: stream, row: row)
      values = mixture.sample(
        outputs, component: component,
        noise: leaves.map { _ in batch.sampleNormal(stream: stream, row: row) })
    }
    batch.ranges?.observe(decoder.name, values, count: values.count)
    return values
  }
}
