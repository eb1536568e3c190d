import Autodiff

/// One piece of a batch: its rows, its tape, its gradients, and what modules leave for each other
/// during a step.
package final class Piece<S: Scalar> {
  /// A string that waits to be decoded with all others of the piece.
  package struct StringRequest {
    /// What it is decoded from.
    package var embedding: RowReference<S>
    /// The string in the table's pool.
    package var string: Int32
    /// Index of its loss.
    package var component: Int
    /// Place among the piece's rows.
    package var row: Int
  }

  /// What records the operations.
  package let tape: Tape<S>
  /// The gradients of the model's parameters.
  package let gradient: ParameterVector<S>
  /// The parameters and their gradients.
  package let view: ParameterView<S>
  /// What the view's memory belongs to.
  private let parameters: ParameterVector<S>
  /// The table that `rows` are taken from.
  package private(set) var table: EncodedTable

  // The step's input.
  /// What is the same for all pieces of the step.
  package var settings = StepSettings()
  /// Scale of a loss of weight 1 on one row: `1 / (sum of weights * batch size)`, times the weight
  /// of the reconstruction loss.
  package var coefficient = 0.0
  /// What the latent loss in nats is divided by.
  package var latentDenominator = 1.0
  /// Rows of `table`.
  package var rows: [Int32] = []
  /// How many of the first `rows` are training examples; the others are generated variants.
  package var exampleCount = 0
  /// The level of each row; empty if all have the step's.
  package var levels: [Int] = []
  /// `[rows, latent]` standard normal.
  package var noise: [S] = []
  /// `[feedbacks of the model, rows]` uniform on [0, 1).
  package var uniforms: [Double] = []
  /// Draws characters, where they are not all the ground truth, and what is dropped out.
  package var random: RandomGenerator?
  /// The discriminator, for an adversarial loss.
  package var adversary: Adversary<S>?
  /// The model's whitenings as of this step.
  package var whitenings: [Whitening] = []
  /// Whether `rowNats` is wanted.
  package var keepsRowNats = false

  /// Pieces of lists' elements, by the list's leaf.
  private var elements: [Int: Piece] = [:]

  // What modules leave for each other.
  /// Embedding of every module's encoder, by `Tuple` child slot.
  package var encodings: [Tensor<S>?]
  /// Whitened values of each ScalarTuple, by the index of its whitening.
  package var whitenedScalars: [Int: Tensor<S>] = [:]
  /// The strings that wait to be decoded.
  package var stringRequests: [StringRequest] = []
  /// Encoded distinct strings of the piece, and where each string of the table is in them.
  package var stringEmbeddings: Tensor<S>?
  /// `[strings]`: the row of each in `stringEmbeddings`.
  package var stringRows: [Int32]
  /// The strings that are encoded, in the order of `stringEmbeddings`.
  package var distinctStrings: [Int32] = []

  // The step's output.
  /// Sum over the rows of each component's unweighted loss.
  package var losses: [Double]
  /// `[rows]`: the KL divergence of each row in nats; empty if the encoder is deterministic.
  package var rowDivergences: [Double] = []
  /// `[latent]`: the KL divergence of each dimension in nats, summed over the rows; empty if the
  /// encoder is deterministic.
  package var dimensionDivergences: [Double] = []
  /// Sum over the rows of the KL divergence, in nats.
  package var divergence: Double { rowDivergences.reduce(0, +) }
  /// Weighted reconstruction loss, summed over the rows, already divided by the batch size.
  package var reconstruction = 0.0
  /// The piece's share of the batch's weighted latent loss.
  package var latentLoss = 0.0
  /// Nats spent on characters.
  package var characterNats = 0.0
  /// Number of characters, ends of strings included.
  package var characters = 0
  /// Per row `-log p(x | z)` in nats, if wanted: strings, classes and presence by their
  /// probabilities, reals by the density of their whitened values.
  package var rowNats: [Double] = []
  /// Number of characters fed back to the string decoder.
  package var fedBackCharacters = 0
  /// Number of those that were drawn from its softmax.
  package var sampledCharacters = 0
  /// What the root encoder's last layer reads.
  package var features: Tensor<S>?
  /// `[rows, latent]`: mean vectors.
  package var mean: Tensor<S>?
  /// `[rows, latent]`: standard deviations; nil if the encoder is deterministic.
  package var deviation: Tensor<S>?
  /// `[rows, latent]` sampled latent vectors.
  package var latents: Tensor<S>?

  /// Creates a piece without rows.
  ///
  /// - Parameters:
  ///   - parameters: the model's.
  ///   - table: the table that rows are taken from.
  ///   - components: number of the model's losses.
  ///   - encodings: number of its `Tuple` child slots.
  ///   - tape: what records the operations.
  ///   - gradient: one that others have, for a piece that is never differentiated.
  package init(
    parameters: ParameterVector<S>, table: EncodedTable, components: Int, encodings: Int,
    tape: Tape<S> = Tape(), gradient: ParameterVector<S>? = nil
  ) {
    self.tape = tape
    self.parameters = parameters
    self.gradient = gradient ?? ParameterVector(count: parameters.count)
    view = ParameterView(parameters, gradient: self.gradient)
    self.table = table
    losses = Array(repeating: 0, count: components)
    self.encodings = Array(repeating: nil, count: encodings)
    stringRows = Array(repeating: -1, count: table.stringCount)
  }

  /// Takes rows from another table from now on.
  package func use(_ table: EncodedTable) {
    self.table = table
    elements.removeAll()
    distinctStrings.removeAll(keepingCapacity: true)
    whitenedScalars.removeAll(keepingCapacity: true)
    stringRows = Array(repeating: -1, count: table.stringCount)
  }

  /// Returns the level of the latent loss that a row has.
  package func scale(row: Int) -> Scale {
    settings.scales[levels.isEmpty ? settings.level : levels[row]]
  }

  /// Returns what a row's latent loss in nats is multiplied with.
  package func latentWeight(row: Int) -> Double {
    scale(row: row).latentWeight / (latentDenominator * Double(settings.batchSize))
  }

  /// Forgets which strings are encoded.
  package func forgetStrings() {
    for string in distinctStrings { stringRows[Int(string)] = -1 }
    distinctStrings.removeAll(keepingCapacity: true)
  }

  /// Forgets the last step; memory stays.
  package func begin() {
    tape.reset()
    gradient.clear()
    for i in losses.indices { losses[i] = 0 }
    forgetStrings()
    whitenedScalars.removeAll(keepingCapacity: true)
    stringRequests.removeAll(keepingCapacity: true)
    (reconstruction, latentLoss, characterNats) = (0, 0, 0)
    (characters, fedBackCharacters, sampledCharacters) = (0, 0, 0)
    rowNats.removeAll(keepingCapacity: true)
    if keepsRowNats { rowNats = Array(repeating: 0, count: rows.count) }
  }

  /// Returns a piece of the elements of a list, without rows, that records on the same tape; what it
  /// counts belongs to this piece once `take` is called.
  ///
  /// - Parameters:
  ///   - lists: the table's.
  ///   - leaf: the list.
  func elements(of lists: EncodedLists, leaf: Int) -> Piece {
    let piece =
      elements[leaf]
      ?? Piece(
        parameters: parameters, table: lists.elements, components: losses.count,
        encodings: encodings.count, tape: tape, gradient: gradient)
    elements[leaf] = piece
    piece.settings = settings
    piece.coefficient = coefficient
    piece.random = random
    piece.keepsRowNats = keepsRowNats
    for i in piece.losses.indices { piece.losses[i] = 0 }
    piece.forgetStrings()
    piece.stringRequests.removeAll(keepingCapacity: true)
    (piece.reconstruction, piece.characterNats) = (0, 0)
    (piece.characters, piece.fedBackCharacters, piece.sampledCharacters) = (0, 0, 0)
    return piece
  }

  /// Sets the rows of a piece of elements.
  func setElements(_ elements: [Int32]) {
    rows = elements
    rowNats.removeAll(keepingCapacity: true)
    if keepsRowNats { rowNats = Array(repeating: 0, count: rows.count) }
  }

  /// Adds what a piece of elements has counted.
  func take(_ elements: Piece) {
    reconstruction += elements.reconstruction
    for i in losses.indices { losses[i] += elements.losses[i] }
    characterNats += elements.characterNats
    characters += elements.characters
    fedBackCharacters += elements.fedBackCharacters
    sampledCharacters += elements.sampledCharacters
  }

  /// Counts a loss that an operation returned: `value` is already weighted by
  /// `coefficient * weight` of its component.
  ///
  /// - Parameters:
  ///   - value: the weighted loss, summed over the rows.
  ///   - component: index of the loss.
  ///   - weight: of the component.
  package func count(_ value: Double, component: Int, weight: Double) {
    reconstruction += value
    losses[component] += value / (coefficient * weight)
  }

  /// Takes memory for one loss a row if `rowNats` is wanted.
  package func rowLosses() -> UnsafeMutablePointer<S>? {
    keepsRowNats ? tape.scratch(S.self, count: rows.count) : nil
  }

  /// Adds `mask * (losses + constant)` to `rowNats`; nothing if there are no losses.
  ///
  /// - Parameters:
  ///   - losses: `[rows]`.
  ///   - mask: `[rows]`.
  ///   - constant: what each row's loss lacks.
  package func countNats(
    _ losses: UnsafeMutablePointer<S>?, mask: UnsafePointer<S>, constant: Double = 0
  ) {
    guard let losses else { return }
    for row in rows.indices { rowNats[row] += Double(mask[row]) * (Double(losses[row]) + constant) }
  }

  /// Sets a share of activations to zero, as the step's settings say; these themselves if none.
  ///
  /// - Parameter input: `[rows, any]`.
  package func dropout(_ input: Tensor<S>) -> Tensor<S> {
    guard settings.dropout > 0, let random else { return input }
    return tape.dropout(input, share: settings.dropout, seed: random.bits())
  }

  /// Computes one number a row: `mask * coefficient * weight`.
  package func rowWeights(_ mask: UnsafePointer<S>, weight: Double) -> UnsafePointer<S> {
    let weights = tape.scratch(S.self, count: rows.count)
    for row in rows.indices { weights[row] = mask[row] * S(coefficient * weight) }
    return UnsafePointer(weights)
  }
}
