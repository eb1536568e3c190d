import Autodiff
import Schema

/// The module tree of a message with the standard-deviation network: where every parameter lies
/// and what a piece of a batch computes.
package struct RecordModel: Sendable {
  /// What the model was built from.
  package let description: ModelDescription
  /// Its tensors.
  package let manifest: TensorManifest
  /// The losses that it reports.
  package let components: LossComponents
  /// The module of the whole record.
  package let root: any Module
  /// The StringLiteral; nil where every field has a string model of its own.
  package let strings: StringModel?
  /// Where the latent vectors' standard deviations come from.
  package let deviation: PosteriorDeviation
  /// The ScalarTuples in the order of their `whitening` index.
  package let scalarTuples: [ScalarTuple]
  /// Number of embeddings kept per piece.
  package let encodingCount: Int
  /// Number of feedback decisions per row.
  package let feedbackCount: Int
  /// Sum of the skew losses' weights, those of nested messages included.
  package let skewWeight: Double
  /// Leaves modelled by the StringLiteral.
  package let stringLeaves: [Int]

  /// Builds the modules of a description.
  ///
  /// - Parameters:
  ///   - description: one that `check` accepts.
  ///   - use: what parameters must be needed for to have a place in the layout; nil for all.
  package init(_ description: ModelDescription, layingOut use: TensorManifest.Use? = nil) {
    self.description = description
    var builder = ModuleBuilder(description, layingOut: use)
    root =
      switch description.recordText {
      case .some(let format): builder.text(format)
      case .none: builder.module(description.schema.root, place: ModulePlace())
      }
    if description.options.latent == .none {
      deviation = .none
    } else {
      deviation = PosteriorDeviation(
        description.method, features: builder.featureCount, widths: description.widths,
        manifest: &builder.manifest)
      let width = description.widths.embedding
      builder.manifest.statistic(Self.latentMeanName, shape: [width], .generation)
      builder.manifest.statistic(Self.latentCovarianceName, shape: [width, width], .generation)
    }
    strings = builder.strings
    manifest = builder.manifest
    components = builder.components
    scalarTuples = builder.scalarTuples
    skewWeight = builder.skewWeight
    let constants = description.schema.root.constantLeaves
    stringLeaves =
      description.options.tree == .text
      ? [EncodedTable.textColumn(description.schema)]
      : description.schema.leaves.indices.filter {
        description.schema.leaves[$0].kind.isString && !constants.contains($0)
      }
    encodingCount = builder.encodingCount
    feedbackCount = builder.feedbackCount
  }

  /// Name of the tensor `[latent]` of the latent vectors' mean.
  package static let latentMeanName = "latent/mean"
  /// Name of the tensor `[latent, latent]` of the latent vectors' covariance.
  package static let latentCovarianceName = "latent/covariance"

  /// Where the trained parameters lie in a flat vector.
  package var layout: ParameterLayout { manifest.layout }

  /// The denominator of the weighted average of reconstruction losses: the sum of the fields' and
  /// heads' weights; the skew losses' weights are left out unless asked for. It sets what a beta
  /// means: the latent loss of one nat per dimension weighs as much as `denominator / beta` of a
  /// field's loss. With losses in nats there is no average: it is 1.
  package var denominator: Double {
    guard description.method.weights.unit == .mean else { return 1 }
    return root.weight + (description.method.weights.skewInDenominator ? skewWeight : 0)
  }

  /// What the KL divergence in nats is divided by: the latent dimensions, or 1 with losses in nats.
  package var divergenceDenominator: Double {
    description.method.weights.unit == .mean ? Double(description.widths.embedding) : 1
  }

  /// Whether the decoder starts from a latent vector; if not, from zeros, and nothing is encoded.
  package var hasLatents: Bool { description.options.latent != .none }

  /// Width of what the record is decoded from: of the latent vector, or of a single zero in its
  /// place.
  package var latentWidth: Int { description.latentWidth }

  /// Computes the mean vectors of the piece's rows, `[rows, latent]`.
  package func encode<S: Scalar>(_ piece: Piece<S>) -> Tensor<S> {
    strings?.encodeDistinct(piece, leaves: stringLeaves)
    return root.encode(piece)
  }

  /// Encodes the piece's rows and samples their latent vectors.
  package func sampleLatents<S: Scalar>(_ piece: Piece<S>) {
    piece.begin()
    let tape = piece.tape
    guard hasLatents else {
      let zeros = tape.tensor(rows: piece.rows.count, columns: latentWidth)
      zeros.values.update(repeating: 0, count: zeros.count)
      (piece.mean, piece.latents) = (zeros, zeros)
      return
    }
    let mean = encode(piece)
    piece.mean = mean
    piece.deviation = deviation.deviation(piece, mean: mean)
    guard let deviation = piece.deviation else {
      piece.latents = mean
      return
    }
    piece.latents = piece.noise.withUnsafeBufferPointer { noise in
      // The tape outlives the array's borrow, so the noise is copied.
      let copy = tape.scratch(S.self, count: noise.count)
      copy.update(from: noise.baseAddress!, count: noise.count)
      return tape.reparameterize(mean: mean, deviation: deviation, noise: copy)
    }
    piece.measureDivergence(mean: mean, deviation: deviation)
  }

  /// Adds the losses of decoding the sampled latent vectors.
  package func addReconstructionLosses<S: Scalar>(_ piece: Piece<S>) {
    let settings = piece.settings
    piece.coefficient =
      settings.scales[settings.level].reconstructionWeight
      / (denominator * Double(settings.batchSize))
    piece.latentDenominator = divergenceDenominator
    let mask = piece.tape.scratch(S.self, count: piece.rows.count)
    mask.update(repeating: 1, count: piece.rows.count)
    _ = root.addLosses(piece, embedding: piece.latents!, mask: mask)
    strings?.addRequestedLosses(piece)
  }
}

extension Piece {
  /// Sets the piece's KL divergences.
  fileprivate func measureDivergence(mean: Tensor<S>, deviation: Tensor<S>) {
    if rowDivergences.count != mean.rows {
      rowDivergences = Array(repeating: 0, count: mean.rows)
    }
    if dimensionDivergences.count != mean.columns {
      dimensionDivergences = Array(repeating: 0, count: mean.columns)
    }
    for i in dimensionDivergences.indices { dimensionDivergences[i] = 0 }
    measureGaussianDivergence(
      mean: mean, deviation: deviation, rowSums: &rowDivergences,
      columnSums: &dimensionDivergences)
  }
}
