import Autodiff
import Schema

/// An enum or bool: a trainable embedding per class, and one softmax.
package struct Categorical: Module {
  /// The leaf that it models.
  package let leaf: Int
  /// Number of classes.
  package let classes: Int
  /// `[classes, embedding]`.
  package let embedding: ParameterSlot
  /// `[embedding, classes]`, to logits.
  package let decoder: DenseSlots
  /// Index of its loss.
  package let component: Int
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool
  /// Weight of its reconstruction loss.
  package var weight: Double { 1 }
  package var heads: [SoftmaxHead] { [SoftmaxHead(layer: decoder, leaf: leaf, null: nil)] }

  init(
    leaf: Int, classes: Int, place: ModulePlace, builder: inout ModuleBuilder
  ) {
    self.leaf = leaf
    self.classes = classes
    stream = builder.streams.take(builder.path(leaf))
    isFedBack = place.isFedBack
    let width = builder.widths.embedding
    embedding = builder.manifest.matrix(
      "\(place.prefix)/embedding", rows: classes, columns: width, .uniform,
      .generation(if: isFedBack))
    decoder = builder.manifest.dense(
      "\(place.prefix)/decoder", inputs: width, outputs: classes, .generation)
    component = builder.components.add(builder.path(leaf), weight: 1)
  }

  /// Encodes each row's class as its embedding.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let embeddings = piece.view[embedding]
    let classes = piece.table.columns[leaf].classes
    return piece.tape.gather(rows: piece.rows.count, columns: embeddings.columns) { row in
      embeddings.row(Int(classes[Int(piece.rows[row])]))
    }
  }

  /// Adds the cross entropy of each row's class.
  package func addLosses<S: Scalar>(
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

  /// Samples each row's class.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let logits = batch.tape.dense(embedding, batch.view[decoder], .linear)
    batch.observe(decoder.name, logits)
    var choices: [Int] = []
    for (position, row) in rows.enumerated() {
      let choice = batch.sampleClass(
        logits.values + position * classes, count: classes, stream: stream, row: row)
      batch.records[row].values[leaf] = .choice(choice)
      choices.append(choice)
    }
    guard isFedBack else { return nil }
    let embeddings = batch.view[self.embedding]
    return batch.tape.gather(rows: rows.count, columns: embeddings.columns) {
      embeddings.row(choices[$0])
    }
  }
}
