/// The second half of a factored softmax over known values or bins: the class in a cluster that the
/// first half has chosen (docs/ModelOptions.md).
package final class FactoredClasses: Sendable {
  /// Which classes make a cluster.
  package let clusters: SoftmaxSegments
  /// `[inputs, n]`, to the logits of the n classes, each cluster a segment.
  package let softmax: Dense

  /// Creates the second half.
  ///
  /// - Parameters:
  ///   - clusters: how many.
  ///   - softmax: `[inputs, n]`, to logits.
  /// - Precondition: the clusters fit the classes.
  package init(clusters: Int, softmax: Dense) {
    self.clusters = SoftmaxSegments(classes: softmax.outputs, count: clusters)
    self.softmax = softmax
  }

  /// Samples a class for each of some rows.
  ///
  /// - Parameters:
  ///   - e: `[rows, inputs]`.
  ///   - count: number of rows.
  ///   - draws: `[rows]`, uniform.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory.
  ///   - chosen: `[rows]` the clusters, in whose place come the classes; negative ones stay.
  func sample(
    _ e: Vectors, count: Int, draws: UnsafePointer<UInt32>, tables: ActivationTables,
    scratch: borrowing Scratch, chosen: UnsafeMutablePointer<Int32>
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(clusters.size, rows: count)
    let counts = scratch.takeWide(1, rows: count).base
    let places = scratch.takeWide(1, rows: count).base
    let weights = scratch.takeWide(clusters.size).base
    for row in 0..<count where chosen[row] < 0 {
      counts[row] = 1
      logits[row][0] = 0
    }
    softmax.applySegments(
      e, count: count, segments: chosen, of: clusters.size, scratch: scratch
    ) { row, found in
      let classes = clusters[Int(chosen[row])]
      counts[row] = Int32(truncatingIfNeeded: classes.count)
      logits[row].update(from: found, count: classes.count)
    }
    tables.sampleClasses(
      logits: logits, count: count, classes: clusters.size, counts: counts, draws: draws,
      weights: weights, into: places)
    for row in 0..<count where chosen[row] >= 0 {
      let first = clusters[Int(chosen[row])].lowerBound
      chosen[row] = Int32(truncatingIfNeeded: first) &+ places[row]
    }
  }

  /// Returns the chance of each of some classes of one row.
  ///
  /// - Parameters:
  ///   - allowed: the classes, ascending.
  ///   - e: the row's input.
  ///   - weights: `[clusters]` of the first half, from `exponentials`.
  ///   - total: the sum of these and of others beside them.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory, as `sample` needs it.
  func chances(
    of allowed: [Int], _ e: Vectors, weights: UnsafePointer<Int32>, total: UInt64,
    tables: ActivationTables, scratch: borrowing Scratch
  ) -> [Chance] {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(clusters.size)
    let inner = scratch.takeWide(clusters.size).base
    var (last, outer, innerTotal) = (-1, Chance.none, 0 as UInt64)
    return allowed.map { index in
      let cluster = index / clusters.size
      if cluster != last {
        last = cluster
        outer = Chance(UInt64(truncatingIfNeeded: weights[cluster]), of: total)
        softmax.apply(
          e, count: 1, segment: cluster, of: clusters.size, into: logits, scratch: scratch)
        innerTotal = tables.kernels.exponentials(
          logits[0], count: clusters[cluster].count, tables: tables, into: inner)
      }
      let weight = inner[index &- cluster &* clusters.size]
      return outer * Chance(UInt64(truncatingIfNeeded: weight), of: innerTotal)
    }
  }

  /// The scratch that `sample` needs.
  var scratchSize: ScratchSize {
    ScratchSize(narrow: clusters.size, wide: clusters.size) + ScratchSize(wide: 1)
      + ScratchSize(wide: 1) + softmax.segmentScratchSize(of: clusters.size)
  }

  /// Multiply-adds of a row.
  var multiplyAdds: Int { clusters.size * softmax.inputs }
}

extension FactoredClasses {
  /// Reads the section of the second half, if there is one.
  ///
  /// - Parameters:
  ///   - count: number of classes.
  ///   - input: width and format of the layer's inputs.
  /// - Returns: the second half; nil if the softmax is not factored.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func readIfPresent(
    from reader: inout NetworkReader, count: Int, input: VectorFormat
  ) throws(ModelError) -> FactoredClasses? {
    guard reader.sections.nextType() == .factored else { return nil }
    try reader.sections.begin(.factored, name: "factored")
    let clusters = try reader.sections.readShape(1...count)
    guard SoftmaxSegments.fit(classes: count, count: clusters) else {
      throw reader.sections.invalid("\(clusters) clusters of \(count) classes leave one empty")
    }
    // Fast kernels round a cluster up to 16 rows.
    guard clusters <= count / 4 + 256 else {
      throw reader.sections.invalid("\(clusters) clusters of \(count) classes are too many")
    }
    let unpacked = try reader.readLogits(
      name: "softmax", input: input, classes: count...count, isPacked: false)
    try reader.sections.finish()
    let segments = SoftmaxSegments(classes: count, count: clusters)
    return FactoredClasses(
      clusters: clusters,
      softmax: unpacked.packed(
        segmentSize: segments.size, isWidened: !reader.sections.isLasting,
        kernels: reader.kernels))
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.factored, name: "factored")
    writer.writeShape(clusters.count)
    writer.write(softmax, name: "softmax")
    writer.end()
  }
}
