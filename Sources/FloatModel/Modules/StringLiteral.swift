import Autodiff
import Schema

/// One string field. Its parameters are the shared `StringModel`'s (paper, App. B.1).
package struct StringLiteral: Module {
  /// The leaf that it models.
  package let leaf: Int
  /// The parameters that strings share.
  package let model: StringModel
  /// Index of its loss.
  package let component: Int
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool
  /// Weight of its reconstruction loss.
  package var weight: Double { 1 }

  /// Adds the field's losses and draws.
  ///
  /// - Parameter path: the field's, names the loss and the stream of draws.
  init(
    leaf: Int, path: String, model: StringModel, isFedBack: Bool,
    builder: inout ModuleBuilder
  ) {
    self.leaf = leaf
    self.model = model
    self.isFedBack = isFedBack
    stream = builder.streams.take(path)
    component = builder.components.add(path, weight: 1)
  }

  /// Returns the rows' strings as the piece has encoded them.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let embeddings = piece.stringEmbeddings!
    let strings = piece.table.columns[leaf].strings
    return piece.tape.gather(rows: piece.rows.count, columns: embeddings.columns) { row in
      embeddings.row(Int(piece.stringRows[Int(strings[Int(piece.rows[row])])]))
    }
  }

  /// Asks for the rows' strings to be decoded, and their losses added.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let strings = piece.table.columns[leaf].strings
    let present = piece.rows.indices.filter { mask[$0] != 0 }
    let summaries = model.addLosses(
      piece,
      present.map {
        Piece.StringRequest(
          embedding: embedding.row($0), string: strings[Int(piece.rows[$0])],
          component: component, row: $0)
      })
    guard let summaries, present.count < piece.rows.count else { return summaries }
    if present.isEmpty { return embedding }
    // An absent record's value is never looked at; its own embedding fills the row.
    var next = 0
    return piece.tape.gather(rows: piece.rows.count, columns: embedding.columns) { row in
      guard mask[row] != 0 else { return embedding.row(row) }
      next += 1
      return summaries.row(next - 1)
    }
  }

  /// Samples each row's string.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let sampled = model.sample(
      batch, embedding: embedding, rows: rows, stream: stream,
      digits: batch.model.digitRange(leaf),
      allowed: batch.model.allowedCodes(leaf), isFedBack: isFedBack)
    for (text, row) in zip(sampled.texts, rows) { batch.records[row].values[leaf] = .text(text) }
    return sampled.feedback
  }
}
