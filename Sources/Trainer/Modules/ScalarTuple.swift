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
  let decoder: DenseSlots
  let presence: DenseSlots?
  let component: Int
  let presenceComponent: Int?

  var weight: Double { Double(leaves.count + optional.count) }

  init(
    leaves: [Int], path: String, prefix: String, schema: RecordSchema, widths: Widths,
    whitening: Int, layout: inout ParameterLayout, components: inout LossComponents
  ) {
    self.leaves = leaves
    self.whitening = whitening
    optional = leaves.indices.filter { schema.leaves[leaves[$0]].isOptional }
    encoder = DenseSlots(
      "\(prefix)/encoder", inputs: leaves.count + optional.count, outputs: widths.embedding,
      in: &layout)
    decoder = DenseSlots(
      "\(prefix)/decoder", inputs: widths.embedding, outputs: leaves.count, in: &layout)
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
    return piece.tape.dense(input, piece.view[encoder], .sigmoid)
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) {
    let weights = piece.rowWeights(mask, weight: 1)
    let decoded = piece.tape.dense(embedding, piece.view[decoder], .linear)
    let nats = piece.rowLosses()
    let value = piece.tape.squaredError(
      decoded, whitened(piece), weights: weights, rowLosses: nats)
    // A squared error is what a Gaussian of variance 1/2 takes, but for its normalization.
    piece.countNats(nats, mask: mask, constant: Double(leaves.count) * log(Double.pi) / 2)
    piece.count(value, component: component, weight: 1)
    if let presence, let presenceComponent {
      let logits = piece.tape.dense(embedding, piece.view[presence], .linear)
      let nats = piece.rowLosses()
      let value = piece.tape.bernoulliCrossEntropy(
        logits: logits, targets: flags(piece).values, weights: weights, rowLosses: nats)
      piece.countNats(nats, mask: mask)
      piece.count(value, component: presenceComponent, weight: 1)
    }
  }

  func generate<S: Scalar>(_ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]) {
    let decoded = batch.tape.dense(embedding, batch.view[decoder], .linear)
    let logits = presence.map { batch.tape.dense(embedding, batch.view[$0], .linear) }
    for (position, row) in rows.enumerated() {
      let x = batch.whitenings[whitening].unwhitened(
        leaves.indices.map { Double(decoded.values[position * leaves.count + $0]) })
      for i in leaves.indices {
        batch.records[row].values[leaves[i]] = batch.scalar(x[i], leaves[i])
      }
      guard let logits else { continue }
      for (i, leaf) in optional.enumerated() {
        let logit = Double(logits.values[position * optional.count + i])
        if !batch.sampleBernoulli(logit: logit) {
          batch.records[row].values[leaves[leaf]] = .null
        }
      }
    }
  }
}
