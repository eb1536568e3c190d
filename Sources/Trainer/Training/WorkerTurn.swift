/// A logical worker's part of a step.
struct WorkerTurn {
  let worker: Int
  /// The level of all of its rows, unless rows have their own.
  let level: Int
  /// Of the step.
  let pieces: Range<Int>
  /// `[variants, latent]` to generate variants from; empty for none.
  let variants: [Float]
}
