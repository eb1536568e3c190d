import Autodiff
import Schema

/// A Bernoulli head around a module whose record may be absent: a trainable embedding stands for
/// absence, and the child's losses count only where it is present.
package struct Presence: Module {
  /// The module inside.
  package let child: any Module
  /// Leaves below; the record is absent where all are null.
  package let leaves: [Int]
  /// `[1, embedding]`: what stands for absence.
  package let absent: ParameterSlot
  /// `[embedding, 1]`: the Bernoulli head.
  package let head: DenseSlots
  /// Index of the head's loss.
  package let component: Int
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool
  /// Weight of its own and its child's reconstruction losses.
  package var weight: Double { child.weight + 1 }
  package var heads: [SoftmaxHead] {
    guard leaves.count == 1 else { return [] }
    return [SoftmaxHead(layer: head, leaf: leaves[0], null: nil, isPresence: true)] + child.heads
  }

  init(
    around node: ModuleNode, place: ModulePlace, builder: inout ModuleBuilder
  ) {
    let width = builder.widths.embedding
    stream = builder.streams.take(
      "\(builder.fieldPath(node) ?? builder.scalarsPath(place.parent))?")
    isFedBack = place.isFedBack
    leaves = node.leaves
    var inner = place
    inner.prefix += "/value"
    child = builder.module(node, place: inner)
    absent = builder.manifest.matrix(
      "\(place.prefix)/absent", rows: 1, columns: width, .uniform, .generation(if: isFedBack))
    head = builder.manifest.dense(
      "\(place.prefix)/presence", inputs: width, outputs: 1, .generation)
    component = builder.components.add("\(builder.lossName(node))?", weight: 1)
  }

  private func isPresent(_ table: EncodedTable, row: Int) -> Bool {
    leaves.contains { table.columns[$0].present[row] }
  }

  /// Encodes present rows with the child, absent ones as the trained embedding.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    let encoded = child.encode(piece)
    let absent = piece.view[self.absent]
    return piece.tape.gather(rows: encoded.rows, columns: encoded.columns) { row in
      isPresent(piece.table, row: Int(piece.rows[row])) ? encoded.row(row) : absent.row(0)
    }
  }

  /// Adds the head's losses, and the child's where it is present.
  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let targets = piece.tape.scratch(S.self, count: piece.rows.count)
    let childMask = piece.tape.scratch(S.self, count: piece.rows.count)
    for (position, row) in piece.rows.enumerated() {
      targets[position] = isPresent(piece.table, row: Int(row)) ? 1 : 0
      childMask[position] = mask[position] * targets[position]
    }
    let logits = piece.tape.dense(embedding, piece.view[head], .linear)
    let nats = piece.rowLosses()
    let value = piece.tape.bernoulliCrossEntropy(
      logits: logits, targets: targets, weights: piece.rowWeights(mask, weight: 1),
      rowLosses: nats)
    piece.countNats(nats, mask: mask)
    piece.count(value, component: component, weight: 1)
    let told = child.addLosses(piece, embedding: embedding, mask: childMask)
    guard let told else { return nil }
    let absent = piece.view[self.absent]
    return piece.tape.gather(rows: told.rows, columns: told.columns) { row in
      targets[row] != 0 ? told.row(row) : absent.row(0)
    }
  }

  /// Samples presence, and the child where it is present.
  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let logits = batch.tape.dense(embedding, batch.view[head], .linear)
    batch.observe(head.name, logits)
    let positions = rows.indices.filter {
      batch.sampleBernoulli(logit: Double(logits.values[$0]), stream: stream, row: rows[$0])
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
    var next = 0
    return batch.tape.gather(rows: rows.count, columns: absent.columns) { position in
      guard next < positions.count, positions[next] == position else { return absent.row(0) }
      next += 1
      return told!.row(next - 1)
    }
  }
}
