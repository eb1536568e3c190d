import Autodiff
import FakeGen
import Records
import Schema

/// A real or integer in bins (docs/ModelOptions.md): one softmax over the bins of its values, a
/// null one more of them, and one over the cells of the bin. In a cell all values are equally
/// likely, of more than 2^32 as many as a draw tells apart.
package struct BinnedNumber: Module {
  /// Number of its leaf in the schema.
  package let leaf: Int
  /// What its values may be, in units of the last decimal.
  package let bins: NumberBins
  /// Digits after the point; nil for an integer.
  package let decimals: Int?
  /// Whether a null is one more bin.
  package let hasNull: Bool
  /// `[bins, embedding]`, one more row for null.
  package let embedding: ParameterSlot
  /// `[size, embedding]`, added to the bin's row.
  package let cellEmbedding: ParameterSlot
  /// To the logits of bins.
  package let decoder: DenseSlots
  /// To the logits of cells, `bins.size` for each bin.
  package let cells: DenseSlots
  /// Of the bins' loss.
  package let component: Int
  /// Of the cells' loss.
  package let cellComponent: Int
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool
  package var weight: Double { 1 }

  init(leaf: Int, bins: NumberBins, place: ModulePlace, builder: inout ModuleBuilder) {
    self.leaf = leaf
    self.bins = bins
    if case .real(let digits) = builder.schema.leaves[leaf].kind {
      decimals = digits
    } else {
      decimals = nil
    }
    hasNull = builder.schema.leaves[leaf].isOptional
    let (path, width) = (builder.path(leaf), builder.widths.embedding)
    stream = builder.streams.take(path)
    isFedBack = place.isFedBack
    let classes = bins.count + (hasNull ? 1 : 0)
    embedding = builder.manifest.matrix(
      "\(place.prefix)/embedding", rows: classes, columns: width, .uniform,
      .generation(if: isFedBack))
    cellEmbedding = builder.manifest.matrix(
      "\(place.prefix)/cell_embedding", rows: bins.size, columns: width, .uniform,
      .generation(if: isFedBack))
    decoder = builder.manifest.dense(
      "\(place.prefix)/decoder", inputs: width, outputs: classes, .generation)
    cells = builder.manifest.dense(
      "\(place.prefix)/cells", inputs: width, outputs: bins.count * bins.size, .generation)
    component = builder.components.add(path, weight: 1)
    cellComponent = builder.components.add("cell:\(path)", weight: 1)
  }

  /// Where a value lies; no cell for a null.
  private struct Place {
    var bin: Int
    var cell: Int?
  }

  /// The places of a piece's rows. A null without a bin is that of an absent record, which nobody
  /// looks at.
  private func places<S: Scalar>(_ piece: Piece<S>) -> [Place] {
    let column = piece.table.columns[leaf]
    return piece.rows.map { row in
      guard column.present[Int(row)] else {
        return hasNull ? Place(bin: bins.count, cell: nil) : Place(bin: 0, cell: 0)
      }
      let place = bins.place(
        of: NumberBins.rounded(column.reals[Int(row)], decimals: decimals ?? 0))
      return Place(bin: place.bin, cell: place.cell)
    }
  }

  /// The sums of the rows for bins and for cells, `[places, embedding]`.
  private func embedded<S: Scalar>(
    _ places: [Place], _ tape: Tape<S>, _ view: ParameterView<S>
  ) -> Tensor<S> {
    let (bins, cells) = (view[embedding], view[cellEmbedding])
    let nothing = tape.tensor(rows: 1, columns: bins.columns)
    nothing.values.update(repeating: 0, count: nothing.count)
    let left = tape.gather(rows: places.count, columns: bins.columns) { bins.row(places[$0].bin) }
    let right = tape.gather(rows: places.count, columns: bins.columns) {
      places[$0].cell.map(cells.row) ?? nothing.row(0)
    }
    return tape.sum(left, right)
  }

  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    embedded(places(piece), piece.tape, piece.view)
  }

  package func addLosses<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, mask: UnsafePointer<S>
  ) -> Tensor<S>? {
    let (tape, count) = (piece.tape, piece.rows.count)
    let places = places(piece)
    let targets = tape.scratch(Int32.self, count: count)
    let cellTargets = tape.scratch(Int32.self, count: count)
    let cellMask = tape.scratch(S.self, count: count)
    for (position, place) in places.enumerated() {
      targets[position] = Int32(place.bin)
      cellTargets[position] = place.cell.map { Int32(place.bin * bins.size + $0) } ?? 0
      cellMask[position] = place.cell == nil ? 0 : mask[position]
    }
    let nats = piece.rowLosses()
    let value = tape.softmaxCrossEntropy(
      logits: tape.dense(embedding, piece.view[decoder], .linear), targets: targets,
      weights: piece.rowWeights(mask, weight: 1), rowLosses: nats)
    piece.countNats(nats, mask: mask)
    piece.count(value, component: component, weight: 1)
    // Within a cell each value takes the logarithm of their number.
    let cellNats = tape.scratch(S.self, count: count)
    for (position, place) in places.enumerated() {
      cellNats[position] = place.cell.map { S.logarithm(S(width(bin: place.bin, cell: $0))) } ?? 0
    }
    let cellValue = tape.clusteredSoftmaxCrossEntropy(
      embedding, piece.view[cells],
      clusters: ClassClusters(classes: bins.count * bins.size, count: bins.count),
      targets: cellTargets, weights: piece.rowWeights(cellMask, weight: 1), rowLosses: cellNats)
    if piece.keepsRowNats { piece.countNats(cellNats, mask: cellMask) }
    piece.count(cellValue, component: cellComponent, weight: 1)
    return nil
  }

  /// How many values a cell holds.
  private func width(bin: Int, cell: Int) -> Double {
    let range = bins.bins[bin][cell]
    return Double(range.upperBound) - Double(range.lowerBound) + 1
  }

  package func generate<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int]
  ) -> Tensor<S>? {
    let logits = batch.tape.dense(embedding, batch.view[decoder], .linear)
    batch.observe(decoder.name, logits)
    let cellLogits = batch.tape.dense(embedding, batch.view[cells], .linear)
    batch.observe(cells.name, cellLogits)
    var places: [Place] = []
    for (position, row) in rows.enumerated() {
      let bin = batch.sampleClass(
        logits.values + position * logits.columns, count: logits.columns, stream: stream, row: row)
      guard bin < bins.count else {
        batch.records[row].values[leaf] = .null
        places.append(Place(bin: bin, cell: nil))
        continue
      }
      let ranges = bins.bins[bin]
      let cell = batch.sampleClass(
        cellLogits.values + position * cellLogits.columns + bin * bins.size, count: ranges.count,
        stream: stream, row: row)
      let units = NumberDecoder.value(
        from: ranges[cell].lowerBound, through: ranges[cell].upperBound,
        draw: batch.sampleBits(stream: stream, row: row))
      batch.records[row].values[leaf] = value(units)
      places.append(Place(bin: bin, cell: cell))
    }
    guard isFedBack else { return nil }
    let told = embedded(places, batch.tape, batch.view)
    batch.observe(ActivationRanges.feedback, told)
    return told
  }

  private func value(_ units: Int64) -> FieldValue {
    decimals.map { .real(Double(units) / NumberBins.unitsPerOne(decimals: $0)) } ?? .integer(units)
  }
}

private struct Sum<S: Scalar>: Operation {
  let left: Tensor<S>
  let right: Tensor<S>
  let output: Tensor<S>

  func backward() {
    S.add(output.gradient, to: left.gradient, count: output.count)
    S.add(output.gradient, to: right.gradient, count: output.count)
  }
}

extension Tape {
  /// `[rows, columns] + [rows, columns]`.
  fileprivate func sum(_ left: Tensor<S>, _ right: Tensor<S>) -> Tensor<S> {
    let output = tensor(rows: left.rows, columns: left.columns)
    output.values.update(from: left.values, count: left.count)
    S.add(right.values, to: output.values, count: right.count)
    record(Sum(left: left, right: right, output: output))
    return output
  }
}
