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
    let hasStrings = description.schema.leaves.contains { $0.kind.isString }
    strings = hasStrings ? try FloatStringDecoder(description, &reader) : nil
    var streams = StreamNumbers()
    guard case .tuple(let name, let elements) = description.schema.root else {
      throw .invalidDescription(reason: "its root should be a tuple")
    }
    root = try FloatTuple(
      name: name, elements: elements, prefix: "record", description: description,
      reader: &reader, streams: &streams)
    // Without string leaves the trainer may keep the StringLiteral that nobody uses.
    if !hasStrings {
      for name in checkpoint.tensors.keys where name.hasPrefix("string/") { reader.skip(name) }
    }
    try reader.checkAllUsed()
  }
}

/// The StringLiteral's decoder.
struct FloatStringDecoder {
  /// `[codes, characters]`
  let embedding: [Double]
  let embeddingWidth: Int
  let input: FloatDense
  let gru: FloatGRU
  let softmax: FloatDense

  init(
    _ description: ModelDescription, _ reader: inout TensorReader
  ) throws(QuantizationError) {
    let widths = description.widths
    embeddingWidth = widths.character
    embedding = try reader.read(
      "string/embedding", shape: [description.codeCount, widths.character])
    input = try reader.readDense(
      "string/decoder/input", inputs: widths.embedding, outputs: widths.stringState)
    gru = try reader.readGRU(
      "string/decoder", inputs: widths.character, width: widths.stringState)
    softmax = try reader.readDense(
      "string/decoder/softmax", inputs: widths.stringState, outputs: description.codeCount)
  }

  /// The embedding (characters) of a code.
  func embedding(of code: Int) -> [Double] {
    Array(embedding[code * embeddingWidth..<(code + 1) * embeddingWidth])
  }
}

/// A message's decoder.
struct FloatTuple {
  struct Element {
    let embedding: FloatDense
    let gru: FloatGRU?
    let child: FloatModule
  }

  let input: FloatDense
  let elements: [Element]

  init(
    name: String, elements nodes: [ModuleNode], prefix: String, description: ModelDescription,
    reader: inout TensorReader, streams: inout StreamNumbers
  ) throws(QuantizationError) {
    let widths = description.widths
    input = try reader.readDense(
      "\(prefix)/decoder/input", inputs: widths.embedding, outputs: widths.tupleState)
    var elements: [Element] = []
    for (index, node) in nodes.enumerated() {
      let decoder = "\(prefix)/decoder/\(index)"
      elements.append(
        Element(
          embedding: try reader.readDense(
            "\(decoder)/embedding", inputs: widths.tupleState, outputs: widths.embedding),
          gru: index == nodes.count - 1
            ? nil
            : try reader.readGRU(decoder, inputs: widths.embedding, width: widths.tupleState),
          child: try FloatModule(
            node, parent: name, prefix: "\(prefix)/\(index)", description: description,
            reader: &reader, streams: &streams)))
    }
    self.elements = elements
  }
}

/// The ScalarTuple's decoder.
struct FloatScalars {
  let name: String
  let stream: UInt32
  let leaves: [Int]
  let values: FloatDense
  /// Nil if no leaf is optional.
  let presence: FloatDense?
  /// `[n]`
  let mean: [Double]
  /// `[n, n]`
  let unwhitening: [Double]
}

/// A node of the tree.
indirect enum FloatModule {
  case string(leaf: Int, stream: UInt32)
  case scalars(FloatScalars)
  case categorical(leaf: Int, stream: UInt32, softmax: FloatDense)
  case optional(presence: FloatDense, stream: UInt32, child: FloatModule)
  case tuple(FloatTuple)

  init(
    _ node: ModuleNode, parent: String, prefix: String, description: ModelDescription,
    reader: inout TensorReader, streams: inout StreamNumbers
  ) throws(QuantizationError) {
    let width = description.widths.embedding
    let leaves = description.schema.leaves
    switch node {
    case .stringLiteral(let leaf):
      self = .string(leaf: leaf, stream: streams.take(leaves[leaf].path))
    case .vocabulary, .constant:
      throw .invalidDescription(reason: "vocabularies cannot be quantized yet")
    case .scalarTuple(let indices):
      let optional = indices.count { leaves[$0].isOptional }
      let count = indices.count
      self = .scalars(
        FloatScalars(
          name: prefix, stream: streams.take("\(parent)#scalars"), leaves: indices,
          values: try reader.readDense("\(prefix)/decoder", inputs: width, outputs: count),
          presence: optional == 0
            ? nil
            : try reader.readDense("\(prefix)/presence", inputs: width, outputs: optional),
          mean: try reader.read("\(prefix)/mean", shape: [count]),
          unwhitening: try reader.read("\(prefix)/unwhitening", shape: [count, count])))
    case .categorical(let leaf, let classes):
      reader.skip("\(prefix)/embedding")
      self = .categorical(
        leaf: leaf, stream: streams.take(leaves[leaf].path),
        softmax: try reader.readDense("\(prefix)/decoder", inputs: width, outputs: classes))
    case .optional(let child):
      let stream = streams.take("\(child.path(leaves: leaves, parent: parent))?")
      self = .optional(
        presence: try reader.readDense("\(prefix)/presence", inputs: width, outputs: 1),
        stream: stream,
        child: try FloatModule(
          child, parent: parent, prefix: "\(prefix)/value", description: description,
          reader: &reader, streams: &streams))
    case .tuple(let name, let elements):
      self = .tuple(
        try FloatTuple(
          name: name, elements: elements, prefix: prefix, description: description,
          reader: &reader, streams: &streams))
    }
  }
}

extension ModuleNode {
  /// The dotted path of the field that the node models.
  fileprivate func path(leaves: [Leaf], parent: String) -> String {
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
