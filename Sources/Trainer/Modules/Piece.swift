import Autodiff

/// What is the same for all pieces of a step.
struct StepSettings: Sendable {
  /// Rows of the whole step, variants included, whose losses are averaged.
  var batchSize = 0
  /// The levels of the latent loss.
  var scales = [Scale()]
  /// The level of all rows, unless a piece says otherwise.
  var level = 0
  /// Probability that the Tuple decoder is fed the child encoder's embedding (paper, 2.3).
  var groundTruthProbability = 1.0
  /// Probability that the string decoder is fed the string's own character (2.3).
  var characterGroundTruthProbability = 1.0

  init() {}

  /// One level with this weight of the KL divergence per latent dimension.
  init(batchSize: Int, beta: Double, groundTruthProbability: Double) {
    self.batchSize = batchSize
    scales = [Scale(beta: beta)]
    self.groundTruthProbability = groundTruthProbability
  }
}

/// One piece of a batch: its rows, its tape, its gradients, and what modules leave for each other
/// during a step.
final class Piece<S: Scalar> {
  /// A string that waits to be decoded with all others of the piece.
  struct StringRequest {
    var embedding: RowReference<S>
    var string: Int32
    var component: Int
    /// Place among the piece's rows.
    var row: Int
  }

  let tape: Tape<S>
  let gradient: ParameterVector<S>
  let view: ParameterView<S>
  /// What the view's memory belongs to.
  private let parameters: ParameterVector<S>
  private(set) var table: EncodedTable

  // The step's input.
  var settings = StepSettings()
  /// Scale of a loss of weight 1 on one row: `1 / (sum of weights * batch size)`, times the weight
  /// of the reconstruction loss.
  var coefficient = 0.0
  /// What the latent loss in nats is divided by.
  var latentDenominator = 1.0
  /// Rows of `table`.
  var rows: [Int32] = []
  /// The first of `rows`, which are training examples; the others are generated variants.
  var exampleCount = 0
  /// The level of each row; empty if all have the step's.
  var levels: [Int] = []
  /// `[rows, latent]` standard normal.
  var noise: [S] = []
  /// `[feedbacks of the model, rows]` uniform on [0, 1).
  var uniforms: [Double] = []
  /// Draws characters, where they are not all the ground truth.
  var random: RandomGenerator?
  /// The discriminator, for an adversarial loss.
  var adversary: Adversary<S>?
  /// The model's whitenings as of this step.
  var whitenings: [Whitening] = []
  /// Whether `rowNats` is wanted.
  var keepsRowNats = false

  // What modules leave for each other.
  /// Embedding of every module's encoder, by `Tuple` child slot.
  var encodings: [Tensor<S>?]
  var stringRequests: [StringRequest] = []
  /// Encoded distinct strings of the piece, and where each string of the table is in them.
  var stringEmbeddings: Tensor<S>?
  var stringRows: [Int32]
  var distinctStrings: [Int32] = []

  // The step's output.
  /// Sum over the rows of each component's unweighted loss.
  var losses: [Double]
  /// `[rows]` KL divergence of each row, in nats, and `[latent]` its sum over the rows for each
  /// dimension; empty if the encoder is deterministic.
  var rowDivergences: [Double] = []
  var dimensionDivergences: [Double] = []
  /// Sum over the rows of the KL divergence, in nats.
  var divergence: Double { rowDivergences.reduce(0, +) }
  /// Weighted reconstruction loss, summed over the rows, already divided by the batch size.
  var reconstruction = 0.0
  /// The piece's share of the batch's weighted latent loss.
  var latentLoss = 0.0
  /// Nats spent on characters, and characters, ends of strings included.
  var characterNats = 0.0
  var characters = 0
  /// Per row `-log p(x | z)` in nats, if wanted: strings, classes and presence by their
  /// probabilities, reals by the density of their whitened values.
  var rowNats: [Double] = []
  /// Characters fed back to the string decoder, and those of them drawn from its softmax.
  var fedBackCharacters = 0
  var sampledCharacters = 0
  /// What the root encoder's last layer reads.
  var features: Tensor<S>?
  /// `[rows, latent]` mean vectors and standard deviations; none if the encoder is deterministic.
  var mean: Tensor<S>?
  var deviation: Tensor<S>?
  /// `[rows, latent]` sampled latent vectors.
  var latents: Tensor<S>?

  init(
    parameters: ParameterVector<S>, table: EncodedTable, components: Int, encodings: Int,
    tape: Tape<S> = Tape()
  ) {
    self.tape = tape
    self.parameters = parameters
    gradient = ParameterVector(count: parameters.count)
    view = ParameterView(parameters, gradient: gradient)
    self.table = table
    losses = Array(repeating: 0, count: components)
    self.encodings = Array(repeating: nil, count: encodings)
    stringRows = Array(repeating: -1, count: table.stringCount)
  }

  /// Takes rows from another table from now on.
  func use(_ table: EncodedTable) {
    self.table = table
    distinctStrings.removeAll(keepingCapacity: true)
    stringRows = Array(repeating: -1, count: table.stringCount)
  }

  /// The level of the latent loss that a row has.
  func scale(row: Int) -> Scale {
    settings.scales[levels.isEmpty ? settings.level : levels[row]]
  }

  /// What a row's latent loss in nats is multiplied with.
  func latentWeight(row: Int) -> Double {
    scale(row: row).latentWeight / (latentDenominator * Double(settings.batchSize))
  }

  /// Forgets which strings are encoded.
  func forgetStrings() {
    for string in distinctStrings { stringRows[Int(string)] = -1 }
    distinctStrings.removeAll(keepingCapacity: true)
  }

  /// Forgets the last step; memory stays.
  func begin() {
    tape.reset()
    gradient.clear()
    for i in losses.indices { losses[i] = 0 }
    forgetStrings()
    stringRequests.removeAll(keepingCapacity: true)
    (reconstruction, latentLoss, characterNats) = (0, 0, 0)
    (characters, fedBackCharacters, sampledCharacters) = (0, 0, 0)
    rowNats.removeAll(keepingCapacity: true)
    if keepsRowNats { rowNats = Array(repeating: 0, count: rows.count) }
  }

  /// Counts a loss that an operation returned: `value` is already weighted by
  /// `coefficient * weight` of its component.
  func count(_ value: Double, component: Int, weight: Double) {
    reconstruction += value
    losses[component] += value / (coefficient * weight)
  }

  /// Memory for one loss a row if `rowNats` is wanted.
  func rowLosses() -> UnsafeMutablePointer<S>? {
    keepsRowNats ? tape.scratch(S.self, count: rows.count) : nil
  }

  /// Adds `mask * (losses + constant)` to `rowNats`; nothing if there are no losses.
  func countNats(
    _ losses: UnsafeMutablePointer<S>?, mask: UnsafePointer<S>, constant: Double = 0
  ) {
    guard let losses else { return }
    for row in rows.indices { rowNats[row] += Double(mask[row]) * (Double(losses[row]) + constant) }
  }

  /// Memory for one number a row: `mask * coefficient * weight`.
  func rowWeights(_ mask: UnsafePointer<S>, weight: Double) -> UnsafePointer<S> {
    let weights = tape.scratch(S.self, count: rows.count)
    for row in rows.indices { weights[row] = mask[row] * S(coefficient * weight) }
    return UnsafePointer(weights)
  }
}
