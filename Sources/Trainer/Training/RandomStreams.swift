/// What random streams are for. Each purpose has a range of stream numbers to itself, so that no
/// two draws of a command are the same; `RandomGenerator` tells the numbers of one seed apart.
enum RandomStreams: CaseIterable, Sendable {
  // Of a preset's seed.
  /// The model's first parameters.
  case parameters
  /// Noise and sampling decisions, a stream for each logical worker.
  case workers
  /// The shuffled order of the rows, a stream for each epoch.
  case epochs
  /// Canaries: their rows and secrets.
  case canaries
  /// The discriminator's first parameters.
  case discriminator
  /// What the matrices of `trainer bench` are filled with.
  case benchmark
  /// Which rows of a table `trainer learn` holds out.
  case heldOut
  /// Rows that softmax heads are calibrated with, 2^20 streams for each round.
  case calibration
  /// Characters in scheduled sampling, a stream for each piece of each step.
  case characters
  /// Generated variants, a stream for each piece of each step.
  case variants
  /// Measurements of the generated loss, 2^20 streams for each step: see `GeneratedLossPart`.
  case generatedLoss

  // Of `trainer split --seed`.
  /// Which part a row is dealt to.
  case split

  // Of the `--seed` of commands that look at a trained model.
  /// Training rows that are drawn to be encoded.
  case trainingRows
  /// Training rows that generated ones are compared with.
  case neighbours
  /// The random halves of rows that intervals are computed from.
  case halves
  /// Rows drawn from the prior, a stream for each 256 rows.
  case generation
  /// Rows decoded from mean vectors, a stream for each 256 rows.
  case reconstruction
  /// Rounds of encoding and decoding generated rows, 2^20 streams for each round.
  case generatedRounds
  /// Rounds of encoding and decoding training rows, 2^20 streams for each round.
  case trainingRounds
  /// Rows of interpolations, a stream for each 256 rows.
  case interpolation
  /// Secrets that a canary is compared with, a stream for each canary.
  case secrets
  /// Posterior samples of a canary's likelihood, a stream for each canary.
  case likelihood

  /// Whose seed a stream goes with.
  enum Seed: Sendable {
    /// The preset's.
    case preset
    /// That of `trainer split`.
    case split
    /// That of the commands that look at a trained model: generate, evaluate, measure, exposure.
    case examination
  }

  /// Whose seed the purpose's streams go with; streams of one seed do not overlap.
  ///
  /// The streams of `split`, `trainingRows`, `neighbours` and `halves` have numbers of workers'. If
  /// the seeds are equal, so are the draws, of other commands and for other things: which part a
  /// row is dealt to or which rows are looked at, and the noise of a worker's batches.
  var seed: Seed {
    switch self {
    case .parameters, .workers, .epochs, .canaries, .discriminator, .benchmark, .heldOut,
      .calibration, .characters, .variants, .generatedLoss:
      .preset
    case .split: .split
    case .trainingRows, .neighbours, .halves, .generation, .reconstruction, .generatedRounds,
      .trainingRounds, .interpolation, .secrets, .likelihood:
      .examination
    }
  }

  /// The purpose's streams.
  var range: Range<UInt64> {
    func block(_ first: UInt64, count: UInt64) -> Range<UInt64> { first..<first + count }
    return switch self {
    case .parameters: block(0, count: 1)
    case .workers: block(1, count: 1 << 12)
    case .split: block(2, count: 1)
    case .trainingRows: block(3, count: 1)
    case .neighbours: block(4, count: 1)
    case .halves: block(5, count: 1)
    case .epochs: 1 << 32..<1 << 40
    case .generation: 1 << 40..<1 << 41
    case .reconstruction: 1 << 41..<1 << 42
    case .generatedRounds: 1 << 42..<1 << 43
    case .trainingRounds: 1 << 43..<1 << 44
    case .interpolation: 1 << 44..<1 << 45
    case .canaries: block(1 << 46, count: 1)
    case .secrets: block(1 << 47, count: 1 << 32)
    case .likelihood: block(1 << 47 + 1 << 32, count: 1 << 32)
    case .discriminator: block(1 << 48, count: 1)
    case .benchmark: block(1 << 49, count: 1)
    case .heldOut: block(1 << 50, count: 1)
    case .calibration: block(1 << 51, count: 1 << 30)
    case .characters: block(1 << 56, count: 1 << 55)
    case .variants: block(1 << 57, count: 1 << 55)
    case .generatedLoss: block(1 << 58, count: (1 << 40 + 1) << 20)
    }
  }

  /// The first of the purpose's streams.
  var first: UInt64 { range.lowerBound }

  /// The stream at a place among the purpose's.
  subscript(place: Int) -> UInt64 {
    precondition(place >= 0 && UInt64(place) < range.upperBound - first)
    return first + UInt64(place)
  }

  /// The stream of one of a step's `pieces` pieces.
  subscript(step step: Int, piece piece: Int, of pieces: Int) -> UInt64 {
    self[step * pieces + piece]
  }

  /// The first of the 2^20 streams of a round of encoding and decoding.
  subscript(round round: Int) -> UInt64 { self[round << 20] }

  /// Most rounds of encoding and decoding that have streams of their own.
  static let maximumRounds = 1 << 22 - 1

  /// What a measurement of the generated loss draws: 2^16 of its 2^20 streams each.
  enum GeneratedLossPart: Int, CaseIterable, Sendable {
    /// Which training rows are scored.
    case trainingRows = 0
    /// Scoring the training rows.
    case trainingScore = 1
    /// The generated rows.
    case generation = 2
    /// Which testing rows are scored.
    case testRows = 3
    /// Scoring the testing rows.
    case testScore = 4
    /// Scoring the generated rows.
    case generatedScore = 7

    /// Returns the first of the streams of a measurement after `step` steps.
    func first(step: Int) -> UInt64 {
      RandomStreams.generatedLoss[step << 20 + rawValue << 16]
    }
  }

  /// What scoring rows draws: 2^15 each of 2^16 streams, one for each 256 rows.
  enum ScorePart: UInt64, CaseIterable, Sendable {
    /// Noise and sampling decisions.
    case noise = 0
    /// Characters in scheduled sampling.
    case characters = 1

    /// Returns the stream of the rows' `batch`-th 256, of streams that begin with `first`.
    func stream(_ batch: Int, from first: UInt64) -> UInt64 {
      precondition((0..<1 << 15).contains(batch))
      return first + rawValue << 15 + UInt64(batch)
    }
  }
}
