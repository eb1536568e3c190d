/// How a module chooses among its classes, which are an enumeration's, known values or bins: by a
/// softmax, or by a factored one, whose classes are clusters first. What stands beside them, an escape
/// before or a null behind, is -1.
struct ClassChoice {
  /// Stream number of its draws.
  let stream: UInt32
  /// `[inputs, escapes + n + nulls]`, to logits; n classes, or clusters of them.
  let softmax: Dense
  /// What chooses the class in a cluster; nil if the softmax is not factored.
  var factored: FactoredClasses?
  /// Outputs before those of the classes.
  var escapes = 0
  /// Number of classes.
  let classes: Int

  /// Number of classes of the softmax, or of its clusters.
  var known: Int { factored?.clusters.count ?? classes }

  /// Samples a class for each of some rows.
  ///
  /// - Parameters:
  ///   - e: `[rows, inputs]`.
  ///   - count: number of rows.
  ///   - draws: of the rows: the first one for the softmax, the second for the class of a cluster.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory, `scratchSize` for each row.
  ///   - chosen: `[rows]`, overwritten: classes, or -1.
  func sample(
    _ e: Vectors, count: Int, draws: FirstDraws, tables: ActivationTables,
    scratch: borrowing Scratch, into chosen: UnsafeMutablePointer<Int32>
  ) {
    sampleKnown(e, count: count, draws: draws, tables: tables, scratch: scratch, into: chosen)
    factored?.sample(
      e, count: count, draws: draws[1], tables: tables, scratch: scratch, chosen: chosen)
  }

  /// Samples a class, or a cluster if the softmax is factored, likewise.
  func sampleKnown(
    _ e: Vectors, count: Int, draws: FirstDraws, tables: ActivationTables,
    scratch: borrowing Scratch, into chosen: UnsafeMutablePointer<Int32>
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(softmax.outputs, rows: count)
    softmax.apply(e, count: count, into: logits, scratch: scratch)
    let weights = scratch.takeWide(softmax.outputs).base
    tables.sampleClasses(
      logits: logits, count: count, classes: softmax.outputs, draws: draws[0], weights: weights,
      into: chosen)
    if softmax.outputs == known { return }
    let (escapes, known) = (Int32(truncatingIfNeeded: escapes), Int32(truncatingIfNeeded: known))
    for row in 0..<count {
      let index = chosen[row] &- escapes
      chosen[row] = index < known ? index : -1
    }
  }

  /// The scratch that `sample` needs for each row, and choices among some of the classes.
  var scratchSize: ScratchSize {
    ScratchSize(narrow: softmax.outputs, wide: softmax.outputs)
      + (factored?.scratchSize ?? ScratchSize())
  }
}
