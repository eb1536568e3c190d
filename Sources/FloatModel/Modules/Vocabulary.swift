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
  package let factored: Factored?
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
        layer: decoder, leaf: leaf, null: nil, clusterSize: factored?.clusters.size)
    ]
  }

  /// The second half of a factored softmax.
  package struct Factored: Sendable {
    /// The values of each cluster.
    package let clusters: ClassClusters
    /// `[embedding, values]`, to logits.
    package let decoder: DenseSlots
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
    let least = builder.description.options.factoredValues
    factored =
      least > 0 && values.count >= least
      ? Factored(
        clusters: .balanced(classes: values.count),
        decoder: builder.manifest.dense(
          "\(place.prefix)/values", inputs: width, outputs: values.count, .generation))
      : nil
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
    let outer = tape.softmaxCrossEntropy(
      logits: logits, targets: clusters, weights: weights, rowLosses: rowLosses)
    let known = (0..<count).filter { targets[$0] > 0 && mask[$0] != 0 }
    if known.isEmpty { return outer }
    let values = tape.scratch(Int32.self, count: known.count)
    let valueWeights = tape.scratch(S.self, count: known.count)
    let valueLosses = tape.scratch(S.self, count: known.count)
    for (position, row) in known.enumerated() {
      values[position] = targets[row] - 1
      valueWeights[position] = weights[row]
      valueLosses[position] = 0
    }
    let inner = tape.clusteredSoftmaxCrossEntropy(
      tape.gather(rows: known.count, columns: embedding.columns) { embedding.row(known[$0]) },
      view[factored.decoder], clusters: factored.clusters, targets: values, weights: valueWeights,
      rowLosses: valueLosses)
    if let rowLosses {
      for (position, row) in known.enumerated() { rowLosses[row] += valueLosses[position] }
    }
    return outer + inner
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
    let inner = batch.view[factored.decoder]
    if batch.ranges != nil {
      batch.observe(factored.decoder.name, batch.tape.dense(embedding, inner, .linear))
    }
    var found = [S](repeating: 0, count: factored.clusters.size)
    return rows.enumerated().map { position, row in
      guard sampled[position] > 0 else { return 0 }
      let columns = factored.clusters.columns(sampled[position] - 1)
      inner.apply(embedding.values + position * embedding.columns, columns: columns, into: &found)
      let place = batch.sampleClass(found, count: columns.count, stream: stream, row: row)
      return 1 + columns.lowerBound + place
    }
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
