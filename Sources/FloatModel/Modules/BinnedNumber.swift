import Autodiff
import FakeGen
import Records
import Schema

/// A real or integer in bins (docs/ModelOptions.md): one softmax over the bins of its values, a
/// null one more of them, and, told the bin, one over its cells. In a cell all values are equally
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
  /// To the logits of bins; of a factored softmax to those of clusters.
  package let decoder: DenseSlots
  /// What chooses the bin in a cluster; nil for a single softmax.
  package let factored: FactoredSoftmax?
  /// What chooses the cell; nil if every bin has one.
  package let cells: Cells?
  /// Of the bins' loss.
  package let component: Int
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Whether the Tuple asks for what was sampled.
  package let isFedBack: Bool
  package var weight: Double { 1 }
  package var heads: [SoftmaxHead] {
    [
      SoftmaxHead(
        layer: decoder, leaf: leaf, null: hasNull ? firstClasses : nil,
        clusters: factored.map { .init(size: $0.clusters.size, first: 0) })
    ]
  }

  /// Classes of the first softmax but null: bins, or clusters of them.
  private var firstClasses: Int { factored?.clusters.count ?? bins.count }

  /// What chooses the cell of a bin.
  package struct Cells: Sendable {
    /// `[bins, embedding]`, added to what the number is decoded from: tells the bin.
    package let bin: ParameterSlot
    /// `[embedding, embedding]`, from the sum.
    package let hidden: DenseSlots
    /// To the logits of `bins.size` cells.
    package let decoder: DenseSlots
    /// `[size, embedding]`, added to the bin's row in what is fed back.
    package let embedding: ParameterSlot
    /// Of the cells' loss.
    package let component: Int
    /// The name under which the sums' range is observed.
    package let sums: String
  }

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
    let nulls = hasNull ? 1 : 0
    factored = FactoredSoftmax(
      classes: bins.count, name: "\(place.prefix)/bins", builder: &builder)
    embedding = builder.manifest.matrix(
      "\(place.prefix)/embedding", rows: bins.count + nulls, columns: width, .uniform,
      .generation(if: isFedBack))
    decoder = builder.manifest.dense(
      "\(place.prefix)/decoder", inputs: width,
      outputs: (factored?.clusters.count ?? bins.count) + nulls, .generation)
    component = builder.components.add(path, weight: 1)
    guard bins.size > 1 else {
      cells = nil
      return
    }
    let prefix = "\(place.prefix)/cells"
    cells = Cells(
      bin: builder.manifest.matrix(
        "\(prefix)/bin", rows: bins.count, columns: width, .uniform, .generation),
      hidden: builder.manifest.dense(
        "\(prefix)/hidden", inputs: width, outputs: width, .generation),
      decoder: builder.manifest.dense(
        "\(prefix)/decoder", inputs: width, outputs: bins.size, .generation),
      embedding: builder.manifest.matrix(
        "\(prefix)/embedding", rows: bins.size, columns: width, .uniform,
        .generation(if: isFedBack)),
      component: builder.components.add("cell:\(path)", weight: 1), sums: "\(prefix)/sums")
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
      let row = Int(row)
      guard column.present[row] else {
        return hasNull ? Place(bin: bins.count, cell: nil) : Place(bin: 0, cell: 0)
      }
      return Place(bin: Int(column.classes[row]), cell: Int(column.cells[row]))
    }
  }

  /// The sums of the rows for bins and for cells, `[places, embedding]`.
  private func embedded<S: Scalar>(
    _ places: [Place], _ tape: Tape<S>, _ view: ParameterView<S>
  ) -> Tensor<S> {
    let bins = view[embedding]
    let left = tape.gather(rows: places.count, columns: bins.columns) { bins.row(places[$0].bin) }
    guard let cells else { return left }
    let embeddings = view[cells.embedding]
    let nothing = tape.tensor(rows: 1, columns: bins.columns)
    nothing.values.update(repeating: 0, count: nothing.count)
    let right = tape.gather(rows: places.count, columns: bins.columns) {
      places[$0].cell.map(embeddings.row) ?? nothing.row(0)
    }
    return tape.sum(left, right)
  }

  /// The logits of cells, told the bin, `[rows, size]`; for a null those of the first bin, which
  /// nobody looks at.
  private func cellLogits<S: Scalar>(
    _ embedding: Tensor<S>, _ cells: Cells, _ tape: Tape<S>, _ view: ParameterView<S>,
    observe: (String, Tensor<S>) -> Void = { _, _ in }, bin: (Int) -> Int
  ) -> Tensor<S> {
    let table = view[cells.bin]
    let told = tape.gather(rows: embedding.rows, columns: embedding.columns) { row in
      let bin = bin(row)
      return table.row(bin < bins.count ? bin : 0)
    }
    let sums = tape.sum(embedding, told)
    observe(cells.sums, sums)
    let hidden = tape.dense(sums, view[cells.hidden], .celu)
    observe(cells.hidden.name, hidden)
    let logits = tape.dense(hidden, view[cells.decoder], .linear)
    observe(cells.decoder.name, logits)
    return logits
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
    for (position, place) in places.enumerated() {
      targets[position] = Int32(
        place.bin == bins.count ? firstClasses : place.bin / (factored?.clusters.size ?? 1))
    }
    let nats = piece.rowLosses()
    let weights = piece.rowWeights(mask, weight: 1)
    var value = tape.softmaxCrossEntropy(
      logits: tape.dense(embedding, piece.view[decoder], .linear), targets: targets,
      weights: weights, rowLosses: nats)
    if let factored {
      value += factored.crossEntropy(
        piece, embedding: embedding, weights: weights, rowLosses: nats
      ) { row in mask[row] != 0 && places[row].bin < bins.count ? places[row].bin : nil }
    }
    piece.countNats(nats, mask: mask)
    piece.count(value, component: component, weight: 1)
    if let cells { addLosses(piece, cells, embedding: embedding, places: places, mask: mask) }
    if piece.keepsRowNats {
      // Within a cell each value takes the logarithm of their number.
      for (row, place) in places.enumerated() where mask[row] != 0 {
        if let cell = place.cell {
          piece.rowNats[row] += Double.logarithm(width(bin: place.bin, cell: cell))
        }
      }
    }
    return nil
  }

  private func addLosses<S: Scalar>(
    _ piece: Piece<S>, _ cells: Cells, embedding: Tensor<S>, places: [Place],
    mask: UnsafePointer<S>
  ) {
    let (tape, count) = (piece.tape, piece.rows.count)
    let targets = tape.scratch(Int32.self, count: count)
    let cellMask = tape.scratch(S.self, count: count)
    for (position, place) in places.enumerated() {
      targets[position] = place.cell.map { Int32($0) } ?? 0
      cellMask[position] = place.cell == nil ? 0 : mask[position]
    }
    let nats = piece.rowLosses()
    let logits = cellLogits(embedding, cells, tape, piece.view) { places[$0].bin }
    let value = tape.softmaxCrossEntropy(
      logits: logits, targets: targets, weights: piece.rowWeights(cellMask, weight: 1),
      rowLosses: nats)
    piece.countNats(nats, mask: cellMask)
    piece.count(value, component: cells.component, weight: 1)
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
    var chosen = rows.enumerated().map { position, row in
      batch.sampleClass(
        logits.values + position * logits.columns, count: logits.columns, stream: stream, row: row)
    }
    if let factored {
      chosen = factored.sample(batch, embedding: embedding, rows: rows, stream: stream) {
        chosen[$0] < firstClasses ? chosen[$0] : nil
      }.map { $0 ?? bins.count }
    }
    let cellLogits = cells.map { cells in
      self.cellLogits(
        embedding, cells, batch.tape, batch.view, observe: batch.observe
      ) { chosen[$0] }
    }
    var places: [Place] = []
    for (position, row) in rows.enumerated() {
      let bin = chosen[position]
      guard bin < bins.count else {
        batch.records[row].values[leaf] = .null
        places.append(Place(bin: bin, cell: nil))
        continue
      }
      let ranges = bins.bins[bin]
      let cell =
        cellLogits.map {
          batch.sampleClass(
            $0.values + position * $0.columns, count: ranges.count, stream: stream, row: row)
        } ?? 0
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
  func sum(_ left: Tensor<S>, _ right: Tensor<S>) -> Tensor<S> {
    let output = tensor(rows: left.rows, columns: left.columns)
    output.values.update(from: left.values, count: left.count)
    S.add(right.values, to: output.values, count: right.count)
    record(Sum(left: left, right: right, output: output))
    return output
  }
}
