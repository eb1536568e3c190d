import Autodiff
import Schema

/// One string field. Its parameters are the shared `StringModel`'s (paper, App. B.1).
struct StringLiteral: Module {
  let leaf: Int
  let model: StringModel
  let component: Int
  var weight: Double { 1 }

  init(leaf: Int, path: String, model: StringModel, components: inout LossComponents) {
    self.leaf = leaf
    self.model = model
    component = components.add(path, weight: 1)
  }

  func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let embeddings = piece.stringEmbeddings!
    let strings = piece.table.columns[leaf].strings
    return piece.tape.gather(rows: piece.rows.count, columns: embeddings.columns) { row in
      embeddings.row(Int(piece.stringRows[Int(strings[Int(piece.rows[row])])]))
    }
  }

  func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) {
    let strings = piece.table.columns[leaf].strings
    for row in piece.rows.indices where mask[row] != 0 {
      piece.stringRequests.append(
        Piece.StringRequest(
          embedding: embedding.row(row), string: strings[Int(piece.rows[row])],
          component: component, row: row))
    }
  }

  func generate<S: Scalar>(_ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]) {
    let strings = model.sample(
      batch, embedding: embedding, digits: batch.model.schema.leaves[leaf].digitRange)
    for (string, row) in zip(strings, rows) {
      batch.records[row].values[leaf] = .text(batch.alphabet.decode(string))
    }
  }
}
