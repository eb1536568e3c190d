/// The second half of a vocabulary's factored softmax: the value in a cluster that the first half
/// has chosen (docs/ModelOptions.md).
package final class FactoredValues: Sendable {
  /// Which values make a cluster.
  package let clusters: SoftmaxSegments
  /// `[inputs, n]`, to the logits of the n values, each cluster a segment.
  package let softmax: Dense

  /// Creates the second half.
  ///
  /// - Parameters:
  ///   - clusters: how many.
  ///   - softmax: `[inputs, n]`, to logits.
  /// - Precondition: the clusters fit the values.
  package init(clusters: Int, softmax: Dense) {
    self.clusters = SoftmaxSegments(classes: softmax.outputs, count: clusters)
    self.softmax = softmax
  }

  /// Samples a value for each of some rows.
  ///
  /// - Parameters:
  ///   - e: `[rows, inputs]`.
  ///   - count: number of rows.
  ///   - draws: `[rows]`, uniform.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory.
  ///   - chosen: `[rows]` the clusters, in whose place come the values; negative ones stay.
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
      let values = clusters[Int(chosen[row])]
      counts[row] = Int32(truncatingIfNeeded: values.count)
      logits[row].update(from: found, count: values.count)
    }
    tables.sampleClasses(
      logits: logits, count: count, classes: clusters.size, counts: counts, draws: draws,
      weights: weights, into: places)
    for row in 0..<count where chosen[row] >= 0 {
      let first = clusters[Int(chosen[row])].lowerBound
      chosen[row] = Int32(truncatingIfNeeded: first) &+ places[row]
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

extension FactoredValues {
  /// Reads the section of the values, if there is one.
  ///
  /// - Parameters:
  ///   - count: the known values.
  ///   - input: width and format of the layer's inputs.
  /// - Returns: the second half; nil if the softmax is not factored.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func readIfPresent(
    from reader: inout NetworkReader, count: Int, input: VectorFormat
  ) throws(ModelError) -> FactoredValues? {
    guard reader.sections.nextType() == .factoredValues else { return nil }
    try reader.sections.begin(.factoredValues, name: "values")
    let clusters = try reader.sections.readShape(1...count)
    guard SoftmaxSegments.fit(classes: count, count: clusters) else {
      throw reader.sections.invalid("\(clusters) clusters of \(count) values leave one empty")
    }
    let unpacked = try reader.readLogits(
      name: "softmax", input: input, classes: count...count, isPacked: false)
    try reader.sections.finish()
    let segments = SoftmaxSegments(classes: count, count: clusters)
    return FactoredValues(
      clusters: clusters,
      softmax: unpacked.packed(
        segmentSize: segments.size, isWidened: !reader.sections.isLasting,
        kernels: reader.kernels))
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.factoredValues, name: "values")
    writer.writeShape(clusters.count)
    writer.write(softmax, name: "softmax")
    writer.end()
  }
}
