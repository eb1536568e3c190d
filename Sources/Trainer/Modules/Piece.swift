import Autodiff

/// What is the same for all pieces of a step.
struct StepSettings: Sendable {
  /// Examples of the whole batch.
  var batchSize = 0
  /// Weight of the KL divergence per latent dimension.
  var beta = 0.0
  /// Probability that the Tuple decoder is fed the child encoder's embedding (paper, 2.3).
  var groundTruthProbability = 1.0
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
  let table: EncodedTable

  // The step's input.
  var settings = StepSettings()
  /// Scale of a loss of weight 1 on one row: `1 / (sum of weights * batch size)`.
  var coefficient = 0.0
  /// Rows of `table`.
  var rows: [Int32] = []
  /// `[rows, latent]` standard normal.
  var noise: [S] = []
  /// `[feedbacks of the model, rows]` uniform on [0, 1).
  var uniforms: [Double] = []
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
  /// Sum over the rows of the KL divergence, in nats.
  var divergence = 0.0
  /// Weighted reconstruction loss, summed over the rows, already divided by the batch size.
  var reconstruction = 0.0
  /// Nats spent on characters, and characters, ends of strings included.
  var characterNats = 0.0
  var characters = 0
  /// Per row `-log p(x | z)` in nats, if wanted: strings, classes and presence by their
  /// probabilities, reals by the density of their whitened values.
  var rowNats: [Double] = []
  /// `[rows, latent]` sampled latent vectors.
  var latents: Tensor<S>?

  init(
    parameters: ParameterVector<S>, table: EncodedTable, components: Int, encodings: Int,
    tape: Tape<S> = Tape()
  ) {
    self.tape = tape
    gradient = ParameterVector(count: parameters.count)
    view = ParameterView(parameters, gradient: gradient)
    self.table = table
    losses = Array(repeating: 0, count: components)
    self.encodings = Array(repeating: nil, count: encodings)
    stringRows = Array(repeating: -1, count: table.stringCount)
  }

  /// Forgets the last step; memory stays.
  func begin() {
    tape.reset()
    gradient.clear()
    for i in losses.indices { losses[i] = 0 }
    for string in distinctStrings { stringRows[Int(string)] = -1 }
    distinctStrings.removeAll(keepingCapacity: true)
    stringRequests.removeAll(keepingCapacity: true)
    (divergence, reconstruction, characterNats, characters) = (0, 0, 0, 0)
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
