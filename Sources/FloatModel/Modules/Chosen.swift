import Autodiff
import Schema

/// A module whose record is there in rows in which an integer, which a module before it models, has a
/// value: one alternative of several. A trainable embedding stands for absence, and the child's losses
/// count only where it is there.
package struct Chosen: Module {
  /// The module inside.
  package let child: any Module
  /// The integer leaf that says which alternative a row has.
  package let leaf: Int
  /// What it is in rows with the child's record.
  package let choice: Int64
  /// Its bin.
  private let bin: Int32
  /// Width of the embeddings that the child is decoded from.
  package let width: Int
  /// `[1, embedding]`: what stands for absence.
  package let absent: ParameterSlot
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool
  /// Weight of its child's reconstruction losses.
  package var weight: Double { child.weight }
  /// Its child's, asked where the row has the alternative.
  package var heads: [SoftmaxHead] {
    child.heads.map { head in
      var head = head
      head.condition = SoftmaxHead.Condition(leaf: leaf, bin: bin)
      return head
    }
  }

  init(
    around node: ModuleNode, leaf: Int, choice: Int64, place: ModulePlace,
    builder: inout ModuleBuilder
  ) {
    guard let bins = builder.schema.root.binnedLeaves[leaf] else {
      preconditionFailure("a checked description has bins of what chooses alternatives")
    }
    self.leaf = leaf
    self.choice = choice
    bin = Int32(bins.place(of: choice).bin)
    width = builder.widths.embedding
    isFedBack = place.isFedBack
    var inner = place
    inner.prefix += "/value"
    child = builder.module(node, place: inner)
    absent = builder.manifest.matrix(
      "\(place.prefix)/absent", rows: 1, columns: width, .uniform, .generation(if: isFedBack))
  }

  private func isChosen(_ table: EncodedTable, row: Int32) -> Bool {
    table.columns[leaf].classes[Int(row)] == bin
  }

  /// Encodes the rows that have the alternative with the child, others as the trained embedding.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let encoded = child.encode(piece)
    let absent = piece.view[self.absent]
    return piece.tape.gather(rows: encoded.rows, columns: encoded.columns) { row in
      isChosen(piece.table, row: piece.rows[row]) ? encoded.row(row) : absent.row(0)
    }
  }

  /// Adds the child's losses in the rows that have the alternative.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let childMask = piece.tape.scratch(S.self, count: piece.rows.count)
    for (position, row) in piece.rows.enumerated() {
      childMask[position] = isChosen(piece.table, row: row) ? mask[position] : 0
    }
    let told = child.addLosses(piece, embedding: embedding, mask: childMask)
    guard let told else { return nil }
    let absent = piece.view[self.absent]
    return piece.tape.gather(rows: told.rows, columns: told.columns) { row in
      isChosen(piece.table, row: piece.rows[row]) ? told.row(row) : absent.row(0)
    }
  }

  /// Samples the child in the records that have the alternative.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let positions = rows.indices.filter {
      batch.records[rows[$0]].values[leaf] == .integer(choice)
    }
    var told: Tensor<S>?
    if !positions.isEmpty {
      let present = batch.tape.gather(rows: positions.count, columns: embedding.columns) {
        embedding.row(positions[$0])
      }
      told = child.generate(batch, embedding: present, rows: positions.map { rows[$0] })
    }
    guard isFedBack else { return nil }
    let absent = batch.view[self.absent]
    var places = [Int?](repeating: nil, count: rows.count)
    for (index, position) in positions.enumerated() { places[position] = index }
    return batch.tape.gather(rows: rows.count, columns: absent.columns) { position in
      guard let place = places[position], let told else { return absent.row(0) }
      return told.row(place)
    }
  }
}
