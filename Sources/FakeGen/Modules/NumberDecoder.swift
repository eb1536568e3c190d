/// A number in bins: a bin sampled from softmax(dense(e)), a cell of it from
/// softmax(dense(celu(dense(e + b)))) with b the bin's vector, and a value of the cell, all equally
/// likely (docs/ModelOptions.md). A null is one more bin. Where the softmax is factored its classes are
/// clusters of bins, and a second one chooses the bin.
package final class NumberDecoder: Sendable {
  /// Number of its stream of draws.
  package let stream: UInt32
  /// Number of its leaf in the schema.
  package let leaf: Int
  /// `[inputs, bins]`, with one more output for null if the leaf may be null; to logits. Of a factored
  /// one the number of clusters stands for that of bins.
  package let softmax: Dense
  /// What chooses the bin in a cluster; nil if the softmax is not factored.
  package let factored: FactoredClasses?
  /// Nil if every bin has one cell.
  package let cells: Cells?
  /// `[bins + 1]`: the place of each bin's first cell among all cells.
  package let starts: Numbers<UInt32>
  /// `[cells of all bins, 2]`: the first and the last value of each cell, ascending, in units of the
  /// last decimal.
  package let bounds: Numbers<Int64>
  /// `[bins, width]`, one more row for null; nil if nothing asks for the field's feedback.
  package let embedding: EmbeddingTable?

  /// What chooses the cell of a bin.
  package struct Cells: Sendable {
    /// `[bins, inputs]` in the inputs' format: added to what the number is decoded from.
    package let bin: EmbeddingTable
    /// `[inputs, hidden]` with CELU.
    package let hidden: Dense
    /// `[hidden, size]`, to logits: one for each cell of the largest bin; a bin's cells are the
    /// first.
    package let softmax: Dense
    /// `[size, width]`, to be added to the bin's feedback vector.
    package let embedding: EmbeddingTable?

    package init(bin: EmbeddingTable, hidden: Dense, softmax: Dense, embedding: EmbeddingTable?) {
      self.bin = bin
      self.hidden = hidden
      self.softmax = softmax
      self.embedding = embedding
    }
  }

  package init(
    stream: UInt32, leaf: Int, softmax: Dense, factored: FactoredClasses? = nil, cells: Cells?,
    starts: Numbers<UInt32>, bounds: Numbers<Int64>, embedding: EmbeddingTable? = nil
  ) {
    self.stream = stream
    self.leaf = leaf
    self.softmax = softmax
    self.factored = factored
    self.cells = cells
    self.starts = starts
    self.bounds = bounds
    self.embedding = embedding
  }

  private var bins: Int { starts.count &- 1 }

  /// Whether a null is one more bin.
  var hasNull: Bool { softmax.outputs > factored?.clusters.count ?? bins }

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
    let factored = try FactoredClasses.readIfPresent(
      from: &reader, count: bins, input: place.input)
    let nulls = reader.schema.leaves[leaf].isOptional ? 1 : 0
    let classes = (factored?.clusters.count ?? bins) + nulls
    let softmax = try reader.readLogits(
      name: "softmax", input: place.input, classes: classes...classes)
    let embedding = try reader.readEmbedding(
      name: "embedding", rows: bins + nulls, feedback: place.feedback)
    let cells =
      size > 1
      ? try Cells.read(from: &reader, bins: bins, size: size, at: place) : nil
    try reader.sections.finish()
    return NumberDecoder(
      stream: stream, leaf: leaf, softmax: softmax, factored: factored, cells: cells,
      starts: starts, bounds: bounds, embedding: embedding)
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
    writer.writeShape(cells?.softmax.outputs ?? 1)
    writer.write(starts)
    writer.write(bounds)
    factored?.write(to: &writer)
    writer.write(softmax, name: "softmax")
    writer.write(embedding, name: "embedding")
    cells?.write(to: &writer)
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let chosen = scratch.takeWide(1, rows: rows.count).base
    let draws = decoding.firstDraws(stream: stream, rows: rows, scratch: &scratch)
    choice.sample(
      e, count: rows.count, draws: draws, tables: decoding.tables, scratch: scratch, into: chosen)
    put(
      chosen, e, rows: rows, draws: draws, decoding: decoding, scratch: scratch,
      feedback: feedback, into: &batch)
  }

  /// What chooses the bin, or null.
  var choice: ClassChoice {
    ClassChoice(stream: stream, softmax: softmax, factored: factored, classes: bins)
  }

  /// Gives rows values of their bins.
  ///
  /// - Parameter chosen: `[rows]`, bins, -1 for null; overwritten with the places of the rows' cells
  ///   among all cells, for null with the number of these.
  func put(
    _ chosen: UnsafeMutablePointer<Int32>, _ e: Vectors, rows: RowList, draws: FirstDraws,
    decoding: borrowing Decoding, scratch: borrowing Scratch, feedback: Feedback?,
    into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let size = cells?.softmax.outputs ?? 0
    let weights = scratch.takeWide(size).base
    let cellLogits = scratch.takeNarrow(size, rows: rows.count)
    let hidden = scratch.takeNarrow(cells?.hidden.outputs ?? 0, rows: rows.count)
    let sums = scratch.takeNarrow(cells == nil ? 0 : softmax.inputs, rows: rows.count)
    // The number of cells of each row's bin, and the cell in it.
    let counts = scratch.takeWide(1, rows: rows.count).base
    let chosenCells = scratch.takeWide(1, rows: rows.count).base
    // Draws that the bin takes.
    let halves = factored == nil ? 1 : 2
    let null = Int32(truncatingIfNeeded: bins)
    for place in 0..<rows.count where chosen[place] < 0 { chosen[place] = null }
    for place in 0..<rows.count { feedback?.set(place, to: embedding, row: Int(chosen[place])) }
    if let cells {
      for place in 0..<rows.count {
        // A null has none; what is drawn of the first bin's is not looked at.
        let bin = Int(chosen[place]) == bins ? 0 : Int(chosen[place])
        cells.tell(bin, e[place], into: sums[place])
        counts[place] = Int32(truncatingIfNeeded: starts[bin &+ 1] &- starts[bin])
      }
      cells.hidden.applyCELU(
        sums, count: rows.count, into: hidden, tables: decoding.tables, scratch: scratch)
      cells.softmax.apply(hidden, count: rows.count, into: cellLogits, scratch: scratch)
      decoding.tables.sampleClasses(
        logits: cellLogits, count: rows.count, classes: size, counts: counts, draws: draws[halves],
        weights: weights, into: chosenCells)
      for place in 0..<rows.count where Int(chosen[place]) != bins {
        feedback?.add(place, cells.embedding, row: Int(chosenCells[place]))
      }
    }
    let last = draws[halves &+ (cells == nil ? 0 : 1)]
    batch.set(leaf: leaf, of: rows) { place in
      let bin = Int(chosen[place])
      if bin == bins { return .null }
      let cell = cells == nil ? 0 : Int(chosenCells[place])
      let index = 2 &* (Int(starts[bin]) &+ cell)
      return .number(
        Self.value(from: bounds[index], through: bounds[index &+ 1], draw: last[place]))
    }
    if cells == nil { return }
    for place in 0..<rows.count {
      let bin = Int(chosen[place])
      let cell = bin == bins ? 0 : chosenCells[place]
      chosen[place] = Int32(truncatingIfNeeded: starts[bin]) &+ cell
    }
  }

  /// Number of cells of all bins; of bins, if each has one.
  var cellCount: Int { Int(truncatingIfNeeded: starts[bins]) }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    let size = cells?.softmax.outputs ?? 0
    let layers =
      cells.map {
        ScratchSize(narrow: $0.hidden.outputs, wide: $0.hidden.outputs)
          + ScratchSize(narrow: softmax.inputs)
      } ?? ScratchSize()
    // Choices among some numbers need the softmax's and the cells' at the same time.
    return ScratchSize(wide: 1) + FirstDraws.scratchSize + choice.scratchSize
      + ScratchSize(narrow: size, wide: size) + ScratchSize(wide: size) + ScratchSize(wide: 1)
      + ScratchSize(wide: 1) + layers
  }

  var parameterCount: Int {
    softmax.parameterCount + (factored?.softmax.parameterCount ?? 0)
      + (cells?.parameterCount ?? 0) + (embedding?.vectors.count ?? 0)
  }

  var multiplyAdds: Int {
    softmax.multiplyAdds + (factored?.multiplyAdds ?? 0) + (cells?.multiplyAdds ?? 0)
  }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) {
    mayBeNull[leaf] = isOptional || hasNull
  }
}

extension NumberDecoder.Cells {
  fileprivate static func read(
    from reader: inout NetworkReader, bins: Int, size: Int, at place: ModulePlace
  ) throws(ModelError) -> Self {
    let bin = try reader.readTable(name: "bin", rows: bins, width: place.input.width)
    let hidden = try reader.readCELU(name: "hidden", input: place.input)
    let softmax = try reader.readLogits(
      name: "cells", input: reader.celuOutput(hidden), classes: size...size)
    let embedding = try reader.readEmbedding(
      name: "cellEmbedding", rows: size, feedback: place.feedback)
    return Self(bin: bin, hidden: hidden, softmax: softmax, embedding: embedding)
  }

  fileprivate func write(to writer: inout SectionWriter) {
    writer.write(bin, name: "bin")
    writer.write(hidden, name: "hidden")
    writer.write(softmax, name: "cells")
    writer.write(embedding, name: "cellEmbedding")
  }

  /// Adds a bin's vector to an input, saturated.
  @inline(__always)
  func tell(
    _ row: Int, _ e: UnsafeMutablePointer<Int16>, into sum: UnsafeMutablePointer<Int16>
  ) {
    bin.add(row: row, to: e, into: sum)
  }

  fileprivate var parameterCount: Int {
    bin.vectors.count + hidden.parameterCount + softmax.parameterCount
      + (embedding?.vectors.count ?? 0)
  }

  fileprivate var multiplyAdds: Int { hidden.multiplyAdds + softmax.multiplyAdds }
}
