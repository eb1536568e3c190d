import Autodiff
import Schema

/// An enum or bool: a trainable embedding per class, and one softmax.
struct Categorical: Module {
  let leaf: Int
  let classes: Int
  let embedding: ParameterSlot
  let decoder: DenseSlots
  let component: Int
  var weight: Double { 1 }

  init(
    leaf: Int, classes: Int, path: String, prefix: String, widths: Widths,
    layout: inout ParameterLayout, components: inout LossComponents
  ) {
    self.leaf = leaf
    self.classes = classes
    embedding = layout.add(
      "\(prefix)/embedding", rows: classes, columns: widths.embedding, .uniform)
    decoder = DenseSlots(
      "\(prefix)/decoder", inputs: widths.embedding, outputs: classes, in: &layout)
    component = components.add(path, weight: 1)
  }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let embeddings = piece.view[embedding]
    let classes = piece.table.columns[leaf].classes
    return piece.tape.gather(rows: piece.rows.count, columns: embeddings.columns) { row in
      embeddings.row(Int(classes[Int(piece.rows[row])]))
    }
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let logits = piece.tape.dense(embedding, piece.view[decoder], .linear)
    let targets = piece.tape.scratch(Int32.self, count: piece.rows.count)
    for (position, row) in piece.rows.enumerated() {
      targets[position] = piece.table.columns[leaf].classes[Int(row)]
    }
    let nats = piece.rowLosses()
    let value = piece.tape.softmaxCrossEntropy(
      logits: logits, targets: targets, weights: piece.rowWeights(mask, weight: 1),
      rowLosses: nats)
    piece.countNats(nats, mask: mask)
    piece.count(value, component: component, weight: 1)
    return nil
  }

  func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let logits = batch.tape.dense(embedding, batch.view[decoder], .linear)
    var choices: [Int] = []
    for (position, row) in rows.enumerated() {
      let choice = batch.sampleClass(logits.values + position * classes, count: classes) { _ in
        true
      }
      batch.records[row].values[leaf] = .choice(Int(choice))
      choices.append(Int(choice))
    }
    guard batch.model.options.feedback != .own else { return nil }
    let embeddings = batch.view[self.embedding]
    return batch.tape.gather(rows: rows.count, columns: embeddings.columns) {
      embeddings.row(choices[$0])
    }
  }
}
