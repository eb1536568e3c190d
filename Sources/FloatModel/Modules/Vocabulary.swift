import Autodiff
import Schema

/// A string field with few distinct values: one softmax over the known ones, class 0 an escape to
/// the StringLiteral decoded from the same embedding (docs/ModelOptions.md). A closed vocabulary
/// has no escape: class 0 is never drawn. A factored softmax's other classes are clusters of values,
/// in each of which a second one chooses.
package struct Vocabulary: Module {
  /// The leaf that it models.
  package let leaf: Int
  /// The known values; those of a cluster follow each other.
  package let values: [String]
  /// Whether only the known values are made.
  package let isClosed: Bool
  /// The parameters that spell other values.
  package let strings: StringModel
  /// `[values, embedding]`.
  package let embedding: ParameterSlot
  /// `[embedding, 1 + values]`, to logits; of a factored softmax `[embedding, 1 + clusters]`.
  package let decoder: DenseSlots
  /// What chooses the value in a cluster; nil for a single softmax.
  package let factored: FactoredSoftmax?
  /// Index of the softmax's loss.
  package let component: Int
  /// Index of the loss of spelled values.
  package let escapeComponent: Int
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool
  /// Weight of its reconstruction loss.
  package var weight: Double { 1 }
  package var heads: [SoftmaxHead] {
    [
      SoftmaxHead(
        layer: decoder, leaf: leaf, null: nil,
        clusters: factored.map { .init(size: $0.clusters.size, first: 1) })
    ]
  }

  init(
    leaf: Int, strings: StringModel, isClosed: Bool, place: ModulePlace,
    builder: inout ModuleBuilder
  ) {
    self.leaf = leaf
    self.isClosed = isClosed
    self.strings = strings
    values = builder.description.knownValues[leaf]
    let (path, width) = (builder.path(leaf), builder.widths.embedding)
    stream = builder.streams.take(path)
    isFedBack = place.isFedBack
    embedding = builder.manifest.matrix(
      "\(place.prefix)/embedding", rows: values.count, columns: width, .uniform,
      .generation(if: isFedBack))
    factored = FactoredSoftmax(
      classes: values.count, name: "\(place.prefix)/values", builder: &builder)
    decoder = builder.manifest.dense(
      "\(place.prefix)/decoder", inputs: width,
      outputs: 1 + (factored?.clusters.count ?? values.count), .generation)
    component = builder.components.add(path, weight: 1)
    escapeComponent = builder.components.add("escape:\(path)", weight: 1)
  }

  /// Encodes known values as their embeddings, others as strings.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let embeddings = piece.view[embedding]
    let column = piece.table.columns[leaf]
    return piece.tape.gather(rows: piece.rows.count, columns: embeddings.columns) { position in
      let row = Int(piece.rows[position])
      let value = Int(column.classes[row])
      return value > 0
        ? embeddings.row(value - 1)
        : piece.stringEmbeddings!.row(Int(piece.stringRows[Int(column.strings[row])]))
    }
  }

  /// Adds the softmax's losses, and those of the strings that it does not know.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let column = piece.table.columns[leaf]
    let targets = piece.tape.scratch(Int32.self, count: piece.rows.count)
    for (position, row) in piece.rows.enumerated() { targets[position] = column.classes[Int(row)] }
    let nats = piece.rowLosses()
    let value = addCrossEntropy(
      piece, embedding: embedding, targets: targets, mask: mask, rowLosses: nats)
    piece.countNats(nats, mask: mask)
    piece.count(value, component: component, weight: 1)
    let escaped = piece.rows.indices.filter { targets[$0] == 0 && mask[$0] != 0 }
    let summaries = strings.addLosses(
      piece,
      escaped.map {
        Piece.StringRequest(
          embedding: embedding.row($0), string: column.strings[Int(piece.rows[$0])],
          component: escapeComponent, row: $0)
      })
    guard let summaries else { return nil }
    let embeddings = piece.view[self.embedding]
    var next = 0
    return piece.tape.gather(rows: piece.rows.count, columns: embeddings.columns) { position in
      if targets[position] > 0 { return embeddings.row(Int(targets[position]) - 1) }
      // An absent record's value is never looked at.
      guard mask[position] != 0 else { return embeddings.row(0) }
      next += 1
      return summaries.row(next - 1)
    }
  }

  /// Returns the weighted sum of `-log P(target)`.
  private func addCrossEntropy<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, targets: UnsafePointer<Int32>,
    mask: UnsafePointer<S>, rowLosses: UnsafeMutablePointer<S>?
  ) -> Double {
    let (tape, view, count) = (piece.tape, piece.view, piece.rows.count)
    let logits = tape.dense(embedding, view[decoder], .linear)
    let weights = piece.rowWeights(mask, weight: 1)
    guard let factored else {
      return tape.softmaxCrossEntropy(
        logits: logits, targets: targets, weights: weights, rowLosses: rowLosses)
    }
    let clusters = tape.scratch(Int32.self, count: count)
    for row in 0..<count {
      clusters[row] = targets[row] == 0 ? 0 : 1 + (targets[row] - 1) / Int32(factored.clusters.size)
    }
    return tape.softmaxCrossEntropy(
      logits: logits, targets: clusters, weights: weights, rowLosses: rowLosses)
      + factored.crossEntropy(
        piece, embedding: embedding, weights: weights, rowLosses: rowLosses
      ) { row in targets[row] > 0 && mask[row] != 0 ? Int(targets[row]) - 1 : nil }
  }

  /// Samples each row's class: the escape, or 1 and the number of a value.
  private func sampleClasses<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> [Int] {
    let logits = batch.tape.dense(embedding, batch.view[decoder], .linear)
    batch.observe(decoder.name, logits)
    let sampled = rows.enumerated().map { position, row in
      batch.sampleClass(
        logits.values + position * logits.columns, count: logits.columns, stream: stream, row: row,
        isAllowed: { $0 > 0 || !isClosed })
    }
    guard let factored else { return sampled }
    return factored.sample(batch, embedding: embedding, rows: rows, stream: stream) {
      sampled[$0] > 0 ? sampled[$0] - 1 : nil
    }.map { $0.map { 1 + $0 } ?? 0 }
  }

  /// Samples each row's value, spelled if the escape is drawn.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let classes = sampleClasses(batch, embedding: embedding, rows: rows)
    let escaped = rows.indices.filter { classes[$0] == 0 }
    var summaries: Tensor<S>?
    if !escaped.isEmpty {
      let escapedEmbedding = batch.tape.gather(
        rows: escaped.count, columns: embedding.columns
      ) { embedding.row(escaped[$0]) }
      let sampled = strings.sample(
        batch, embedding: escapedEmbedding, rows: escaped.map { rows[$0] }, stream: stream,
        digits: nil, allowed: batch.model.allowedCodes(leaf), isFedBack: isFedBack)
      for (text, position) in zip(sampled.texts, escaped) {
        batch.records[rows[position]].values[leaf] = .text(text)
      }
      summaries = sampled.feedback
    }
    for (position, row) in rows.enumerated() where classes[position] > 0 {
      batch.records[row].values[leaf] = .text(values[classes[position] - 1])
    }
    guard isFedBack else { return nil }
    let embeddings = batch.view[self.embedding]
    var next = 0
    return batch.tape.gather(rows: rows.count, columns: embeddings.columns) { position in
      if classes[position] > 0 { return embeddings.row(classes[position] - 1) }
      next += 1
      return summaries!.row(next - 1)
    }
  }
}
