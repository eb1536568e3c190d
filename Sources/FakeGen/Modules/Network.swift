/// Everything that turns random bits into a row's values.
package final class Network: Sendable {
  /// The non-linear functions.
  package let tables: ActivationTables
  /// The normal distribution.
  package let gaussian: GaussianTable
  /// What samples the latent vector; nil if the decoder starts from `noLatent`.
  package let latent: LatentSampler?
  /// Nil if a Tuple's elements feed back their own embeddings.
  package let feedback: FeedbackFormat?
  /// Nil if no leaf is a string.
  package let strings: StringDecoder?
  /// The decoder of the whole record.
  package let root: TupleDecoder

  /// Creates a network.
  ///
  /// - Parameters:
  ///   - tables: the non-linear functions.
  ///   - gaussian: the normal distribution.
  ///   - latent: what samples the latent vector; nil if the decoder starts from `noLatent`.
  ///   - feedback: nil if a Tuple's elements feed back their own embeddings.
  ///   - strings: nil if no leaf is a string.
  ///   - root: the decoder of the whole record.
  package init(
    tables: ActivationTables, gaussian: GaussianTable, latent: LatentSampler?,
    feedback: FeedbackFormat? = nil, strings: StringDecoder?, root: TupleDecoder
  ) {
    self.feedback = feedback
    self.tables = tables
    self.gaussian = gaussian
    self.latent = latent
    self.strings = strings
    self.root = root
  }

  /// Decodes rows of the batch that begins with row `first` of `seed`.
  ///
  /// - Parameters:
  ///   - rows: the rows of the batch.
  ///   - first: number of the batch's first row.
  ///   - seed: of the rows' draws.
  ///   - attempt: another attempt gives other rows.
  ///   - isBrief: whether so few rows are made that computing anything once for many does not pay.
  ///   - scratch: working memory, `scratchSize` for each row.
  ///   - prefixes: of this network; grows.
  ///   - batch: where the rows' values are put.
  package func decode(
    _ rows: RowList, first: UInt64, seed: UInt64, attempt: UInt32 = 0, isBrief: Bool = false,
    scratch: borrowing Scratch, prefixes: inout PrefixTree, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let vectors = scratch.takeNarrow(start.width, rows: rows.count)
    let decoding = Decoding(
      tables: tables, gaussian: gaussian, strings: strings, seed: seed, row: first,
      attempt: attempt, isBrief: isBrief)
    latent?.sample(rows, decoding: decoding, scratch: scratch, into: vectors)
    for place in 0..<rows.count {
      if latent == nil { vectors[place][0] = 0 }
      batch.reset(row: rows[place])
    }
    if !prefixes.isEmpty {
      return root.decode(
        rows, decoding: decoding, scratch: scratch, prefixes: &prefixes, into: &batch)
    }
    root.decode(
      vectors, rows: rows, decoding: decoding, scratch: scratch, feedback: nil, into: &batch)
  }

  /// What the decoder starts from without a latent vector: a single zero.
  static let noLatent = VectorFormat(width: 1, fractionBits: Format.activation)

  /// What the decoder of the whole record starts from.
  var start: VectorFormat { latent?.format ?? Self.noLatent }

  /// The scratch that `decode` needs for each row.
  package var scratchSize: ScratchSize {
    ScratchSize(narrow: start.width)
      + ((latent?.scratchSize ?? ScratchSize())
        | (root.scratchSize(strings: strings?.scratchSize ?? ScratchSize())
          + PrefixTree.scratchSize(self)))
  }

  /// Number of weights and biases, without the tables.
  package var parameterCount: Int {
    (latent?.factor.parameterCount ?? 0) + (strings?.parameterCount ?? 0)
      + root.parameterCount
  }
}
