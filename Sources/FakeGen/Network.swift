/// Everything that turns random bits into a row's values. A class, since a copy would be one of some
/// hundred references, and the code that makes it 20 KB.
package final class Network: Sendable {
  package let tables: ActivationTables
  package let gaussian: GaussianTable
  package let latent: LatentSampler
  /// Nil if a Tuple's elements feed back their own embeddings.
  package let feedback: Feedback?
  /// Nil if no leaf is a string.
  package let strings: StringDecoder?
  package let root: TupleDecoder

  package init(
    tables: ActivationTables, gaussian: GaussianTable, latent: LatentSampler,
    feedback: Feedback? = nil, strings: StringDecoder?, root: TupleDecoder
  ) {
    self.feedback = feedback
    self.tables = tables
    self.gaussian = gaussian
    self.latent = latent
    self.strings = strings
    self.root = root
  }

  /// Decodes row `index` of `seed` into `row`; another `attempt` gives another row.
  package func decode(
    row index: UInt64, seed: UInt64, attempt: UInt32 = 0, scratch: borrowing Scratch,
    into row: inout DecodedRow
  ) {
    var scratch = copy scratch
    let noise = scratch.takeNarrow(latent.width)
    let vector = scratch.takeNarrow(latent.width)
    latent.sampleNoise(
      seed: seed, row: index, attempt: attempt, gaussian: gaussian, into: noise)
    latent.transform(noise, into: vector)
    row.reset()
    let decoding = Decoding(
      tables: tables, gaussian: gaussian, strings: strings, seed: seed, row: index,
      attempt: attempt)
    root.decode(vector, decoding: decoding, scratch: scratch, feedback: nil, into: &row)
  }

  package var scratchSize: ScratchSize {
    ScratchSize(narrow: 2 * latent.width)
      + root.scratchSize(strings: strings?.scratchSize ?? ScratchSize())
  }

  package var parameterCount: Int {
    latent.factor.parameterCount + (strings?.parameterCount ?? 0)
      + root.parameterCount
  }
}
