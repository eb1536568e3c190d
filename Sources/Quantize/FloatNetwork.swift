import Checkpoint
import FakeGen
import Schema

/// The float generation path of docs/Architecture.md in double precision, read from a checkpoint.
/// It calibrates the formats and is what fixed point is compared with.
struct FloatNetwork {
  let description: ModelDescription
  /// `[latent]`
  let latentMean: [Double]
  /// `[latent, latent]`
  let latentCovariance: [Double]
  /// Lower triangular `[latent, latent]`.
  let latentFactor: [Double]
  /// Nil if no leaf is a string.
  let strings: FloatStringDecoder?
  let root: FloatTuple

  /// Reads every tensor that generation needs.
  init(_ checkpoint: Checkpoint, _ description: ModelDescription) throws(QuantizationError) {
    self.description = description
    try description.checkForQuantization()
    var reader = TensorReader(checkpoint)
    let width = description.widths.embedding
    latentMean = try reader.read("latent/mean", shape: [width])
    latentCovariance = try reader.read("latent/covariance", shape: [width, width])
    guard let factor = choleskyFactor(latentCovariance, count: width) else {
      throw .notPositiveDefinite(name: "latent/covariance")
    }
    latentFactor = factor
    let hasStrings = description.schema.root.usesStrings
    strings = hasStrings ? try FloatStringDecoder(description, &reader) : nil
    var streams = StreamNumbers()
    guard case .tuple(let name, let elements) = description.schema.root else {
      throw .invalidDescription(reason: "its root should be a tuple")
    }
    root = try FloatTuple(
      name: name, elements: elements, prefix: "record", description: description,
      isFedBack: false, reader: &reader, streams: &streams)
    // Without strings to spell the trainer may keep the StringLiteral that nobody uses.
    if !hasStrings {
      for name in checkpoint.tensors.keys where name.hasPrefix("string/") { reader.skip(name) }
    }
    try reader.checkAllUsed()
  }
}

extension ModuleNode {
  /// Whether the StringLiteral is used here or below.
  var usesStrings: Bool {
    switch self {
    case .stringLiteral, .vocabulary: true
    case .scalarTuple, .categorical, .constant: false
    case .optional(let child): child.usesStrings
    case .tuple(_, let elements): elements.contains { $0.usesStrings }
    }
  }

  /// The dotted path of the field that the node models.
  func path(leaves: [Leaf], parent: String) -> String {
    switch self {
    case .stringLiteral(let leaf), .vocabulary(let leaf), .constant(let leaf),
      .categorical(let leaf, _):
      leaves[leaf].path
    case .scalarTuple: "\(parent)#scalars"
    case .optional(let child): child.path(leaves: leaves, parent: parent)
    case .tuple(let name, _): name
    }
  }
}

/// Gives each module the number of its stream of draws: the CRC-32 of its field's path, so that a
/// further field leaves the draws of the others as they are. A number already taken moves up by one.
struct StreamNumbers {
  private var taken: Set<UInt32> = [LatentSampler.stream]

  mutating func take(_ path: String) -> UInt32 {
    var number = CRC32.checksum(of: Array(path.utf8))
    while !taken.insert(number).inserted { number &+= 1 }
    return number
  }
}
