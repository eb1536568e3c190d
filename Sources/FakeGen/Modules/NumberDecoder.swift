/// A number in bins: a bin sampled from softmax(dense(e)), a cell of it from the softmax over the
/// bin's outputs of another layer, and a value of the cell, all equally likely
/// (docs/ModelOptions.md). A null is one more bin.
package final class NumberDecoder: Sendable {
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Number of its leaf in the schema.
  package let leaf: Int
  /// `[inputs, bins]`, with one more output for null if the leaf may be null; to logits.
  package let softmax: Dense
  /// `[inputs, bins * size]`, to logits: `size` outputs for each bin, of which its cells are the
  /// first.
  package let cells: Dense
  /// `[bins + 1]`: the place of each bin's first cell among all cells.
  package let starts: Numbers<UInt32>
  /// `[cells of all bins, 2]`: the first and the last value of each cell, ascending, in units of the
  /// last decimal.
  package let bounds: Numbers<Int64>
  /// `[bins, width]`, one more row for null; nil if nothing asks for the field's feedback.
  package let embedding: EmbeddingTable?
  /// `[size, width]`, to be added to the bin's row.
  package let cellEmbedding: EmbeddingTable?

  package init(
    stream: UInt32, leaf: Int, softmax: Dense, cells: Dense, starts: Numbers<UInt32>,
    bounds: Numbers<Int64>, embedding: EmbeddingTable? = nil, cellEmbedding: EmbeddingTable? = nil
  ) {
    self.stream = stream
    self.leaf = leaf
    self.softmax = softmax
    self.cells = cells
    self.starts = starts
    self.bounds = bounds
    self.embedding = embedding
    self.cellEmbedding = cellEmbedding
  }

  private var bins: Int { starts.count &- 1 }

  /// Outputs of `cells` for each bin.
  private var size: Int { cells.outputs / bins }

  /// The value that a uniform draw stands for: `lower + floor(draw * (upper - lower + 1) / 2^32)`.
  /// No value is likelier than another by more than its share of 2^32 draws allows.
  package static func value(from lower: Int64, through upper: Int64, draw: UInt32) -> Int64 {
    let span = UInt64(bitPattern: upper &- lower)
    let draw = UInt64(draw)
    // In two parts, neither of which exceeds 64 bits: nor does their sum, which is at most the span.
    let low = draw &* (span & 0xFFFF_FFFF) &+ draw
    return lower &+ Int64(bitPattern: draw &* (span &>> 32) &+ low &>> 32)
  }
}

extension NumberDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> NumberDecoder {
    try reader.sections.begin(.number, name: place.name)
    let leaf = try reader.readLeaf()
    switch reader.schema.leaves[leaf].kind {
    case .real, .integer: break
    default: throw reader.sections.invalid("leaf \(leaf) is neither a real nor an integer")
    }
    let stream = try reader.readStream()
    let bins = try reader.sections.readShape(1...ModelFormat.maximumWidth - 1)
    let size = try reader.sections.readShape(1...ModelFormat.maximumWidth / bins)
    let starts = try readStarts(from: &reader, bins: bins, size: size)
    let bounds = try readBounds(
      from: &reader, cells: Int(truncatingIfNeeded: starts[bins]))
    let classes = reader.schema.leaves[leaf].isOptional ? bins + 1 : bins
    let softmax = try reader.readLogits(
      name: "softmax", input: place.input, classes: classes...classes)
    let cells = try reader.readLogits(
      name: "cells", input: place.input, classes: bins * size...bins * size, isPacked: false
    ).packed(
      segmentSize: size, isWidened: !reader.sections.isLasting, kernels: reader.kernels)
    let embedding = try reader.readEmbedding(
      name: "embedding", rows: classes, feedback: place.feedback)
    let cellEmbedding = try reader.readEmbedding(
      name: "cellEmbedding", rows: size, feedback: place.feedback)
    try reader.sections.finish()
    return NumberDecoder(
      stream: stream, leaf: leaf, softmax: softmax, cells: cells, starts: starts, bounds: bounds,
      embedding: embedding, cellEmbedding: cellEmbedding)
  }

  private static func readStarts(
    from reader: inout NetworkReader, bins: Int, size: Int
  ) throws(ModelError) -> Numbers<UInt32> {
    let starts = try reader.sections.readNumbers(UInt32.self, count: bins + 1)
    guard starts[0] == 0 else { throw reader.sections.invalid("the first bin does not start at 0") }
    for bin in 0..<bins {
      guard starts[bin + 1] > starts[bin], starts[bin + 1] - starts[bin] <= UInt32(size) else {
        throw reader.sections.invalid("bin \(bin) should have 1 to \(size) cells")
      }
    }
    return starts
  }

  private static func readBounds(
    from reader: inout NetworkReader, cells: Int
  ) throws(ModelError) -> Numbers<Int64> {
    let bounds = try reader.sections.readNumbers(Int64.self, rows: cells, columns: 2)
    for index in 1..<bounds.count {
      // A cell may be one value, but no two cells share one.
      guard
        bounds[index] > bounds[index - 1] || (index % 2 == 1 && bounds[index] == bounds[index - 1])
      else { throw reader.sections.invalid("bound \(index) is out of order") }
    }
    return bounds
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.number, name: name)
    writer.writeShape(leaf)
    writer.write(stream)
    writer.writeShape(bins)
    writer.writeShape(size)
    writer.write(starts)
    writer.write(bounds)
    writer.write(softmax, name: "softmax")
    writer.write(cells, name: "cells")
    writer.write(embedding, name: "embedding")
    writer.write(cellEmbedding, name: "cellEmbedding")
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(softmax.outputs, rows: rows.count)
    softmax.apply(e, count: rows.count, into: logits, scratch: scratch)
    let cellLogits = scratch.takeNarrow(size)
    let weights = scratch.takeWide(max(softmax.outputs, size)).base
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      let bin = decoding.tables.sampledClass(
        logits: logits[place], count: softmax.outputs, weights: weights, draw: draws.next())
      if let feedback { embedding?.copy(row: bin, into: feedback[place]) }
      if bin == bins { continue }
      cells.apply(
        e.from(place), count: 1, segment: bin, of: size, into: cellLogits, scratch: scratch)
      let first = Int(truncatingIfNeeded: starts[bin])
      let cell = decoding.tables.sampledClass(
        logits: cellLogits.base, count: Int(truncatingIfNeeded: starts[bin &+ 1]) &- first,
        weights: weights, draw: draws.next())
      if let feedback { addCell(cell, to: feedback[place]) }
      let index = 2 &* (first &+ cell)
      let value = Self.value(
        from: bounds[index], through: bounds[index &+ 1], draw: draws.next())
      batch.set(.number(value), row: rows[place], leaf: leaf)
    }
  }

  /// Adds a cell's row to a feedback vector, saturated.
  private func addCell(_ cell: Int, to feedback: UnsafeMutablePointer<Int16>) {
    guard let cellEmbedding else { return }
    let width = cellEmbedding.width
    for column in 0..<width {
      let sum = Int32(feedback[column]) &+ Int32(cellEmbedding.vectors[cell &* width &+ column])
      feedback[column] = Int16(clamping: sum)
    }
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    ScratchSize(narrow: softmax.outputs, wide: softmax.outputs)
      + ScratchSize(narrow: size, wide: size) + ScratchSize(wide: size)
  }

  var parameterCount: Int {
    softmax.parameterCount + cells.parameterCount + (embedding?.vectors.count ?? 0)
      + (cellEmbedding?.vectors.count ?? 0)
  }

  /// Those of the cells are of one bin, the one drawn.
  var multiplyAdds: Int { softmax.multiplyAdds + cells.multiplyAdds / bins }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) {
    mayBeNull[leaf] = isOptional || softmax.outputs > bins
  }
}
