import FakeGen
import Schema

/// A message's decoder, and what it feeds back.
struct FloatTuple {
  struct Element {
    let embedding: FloatDense
    let gru: FloatGRU?
    let child: FloatModule
  }

  struct Constant {
    let leaf: Int
    let value: String
  }

  enum Summary {
    case encoder(FloatTupleEncoder)
    /// celu(dense(h)) of the last state.
    case dense(FloatDense)
  }

  let input: FloatDense
  let elements: [Element]
  let constants: [Constant]
  /// Nil if nothing asks for the message's feedback.
  let summary: Summary?

  /// - Parameter isFedBack: whether something asks for the message's feedback.
  init(
    name: String, elements nodes: [ModuleNode], prefix: String, description: ModelDescription,
    isFedBack: Bool, reader: inout TensorReader, streams: inout StreamNumbers
  ) throws(QuantizationError) {
    let widths = description.widths
    let feedback = description.options.feedback
    input = try reader.readDense(
      "\(prefix)/decoder/input", inputs: widths.embedding, outputs: widths.tupleState)
    let last = nodes.lastIndex { !$0.isConstant }
    var elements: [Element] = []
    var constants: [Constant] = []
    for (index, node) in nodes.enumerated() {
      if case .constant(let leaf) = node {
        constants.append(Constant(leaf: leaf, value: description.vocabularies[leaf][0]))
        continue
      }
      let decoder = "\(prefix)/decoder/\(index)"
      let hasGRU = index != last || (isFedBack && feedback == .state)
      let feedsBack = feedback != .own && (hasGRU || isFedBack)
      elements.append(
        Element(
          embedding: try reader.readDense(
            "\(decoder)/embedding", inputs: widths.tupleState, outputs: widths.embedding),
          gru: hasGRU
            ? try reader.readGRU(decoder, inputs: widths.embedding, width: widths.tupleState)
            : nil,
          child: try FloatModule(
            node, parent: name, prefix: "\(prefix)/\(index)", description: description,
            isFedBack: feedsBack, reader: &reader, streams: &streams)))
    }
    self.elements = elements
    self.constants = constants
    switch feedback {
    case .reencoded where isFedBack:
      summary = .encoder(
        try FloatTupleEncoder(
          "\(prefix)/encoder", elements: nodes.indices.filter { !nodes[$0].isConstant },
          widths: widths, reader: &reader))
    case .state where isFedBack:
      summary = .dense(
        try reader.readDense(
          "\(prefix)/summary", inputs: widths.tupleState, outputs: widths.embedding))
    default: summary = nil
    }
  }
}

/// A nested message's encoder.
struct FloatTupleEncoder {
  let name: String
  /// `[state]`
  let initialState: [Double]
  let forward: [FloatGRU]
  let backward: [FloatGRU]
  /// `[2 state, embedding]`
  let output: FloatDense

  init(
    _ name: String, elements: [Int], widths: Widths, reader: inout TensorReader
  ) throws(QuantizationError) {
    self.name = name
    let width = widths.tupleState
    initialState = try reader.read("\(name)/initial_state", shape: [1, width])
    var forward: [FloatGRU] = []
    var backward: [FloatGRU] = []
    for index in elements {
      forward.append(
        try reader.readGRU("\(name)/forward/\(index)", inputs: widths.embedding, width: width))
      backward.append(
        try reader.readGRU("\(name)/backward/\(index)", inputs: widths.embedding, width: width))
    }
    self.forward = forward
    self.backward = backward
    output = try reader.readDense(
      "\(name)/output", inputs: 2 * width, outputs: widths.embedding)
  }

  func callAsFunction(_ vectors: [[Double]]) -> [Double] {
    var (ahead, behind) = (initialState, initialState)
    for (gru, vector) in zip(forward, vectors) { ahead = gru(vector, state: ahead) }
    for (gru, vector) in zip(backward, vectors).reversed() { behind = gru(vector, state: behind) }
    return output(ahead + behind).map(RealFunction.celu)
  }
}

/// A node of the tree.
indirect enum FloatModule {
  case string(leaf: Int, stream: UInt32)
  case vocabulary(FloatVocabulary)
  case scalars(FloatScalars)
  case categorical(leaf: Int, stream: UInt32, softmax: FloatDense, embedding: FloatEmbedding?)
  case optional(
    presence: FloatDense, stream: UInt32, child: FloatModule, absent: FloatEmbedding?)
  case tuple(FloatTuple)

  /// - Parameter isFedBack: whether something asks for the module's feedback.
  init(
    _ node: ModuleNode, parent: String, prefix: String, description: ModelDescription,
    isFedBack: Bool, reader: inout TensorReader, streams: inout StreamNumbers
  ) throws(QuantizationError) {
    let width = description.widths.embedding
    let leaves = description.schema.leaves
    switch node {
    case .stringLiteral(let leaf):
      self = .string(leaf: leaf, stream: streams.take(leaves[leaf].path))
    case .constant(let leaf):
      throw .invalidDescription(
        reason: "the constant \(leaves[leaf].path) should be an element of a message")
    case .vocabulary(let leaf):
      let values = description.vocabularies[leaf]
      self = .vocabulary(
        FloatVocabulary(
          leaf: leaf, stream: streams.take(leaves[leaf].path),
          softmax: try reader.readDense(
            "\(prefix)/decoder", inputs: width, outputs: 1 + values.count),
          values: values,
          embedding: try reader.readEmbedding(
            "\(prefix)/embedding", rows: values.count, width: width, isNeeded: isFedBack)))
    case .scalarTuple(let indices):
      self = .scalars(
        try FloatScalars(
          prefix, stream: streams.take("\(parent)#scalars"), leaves: indices,
          description: description, isFedBack: isFedBack, reader: &reader))
    case .categorical(let leaf, let classes):
      self = .categorical(
        leaf: leaf, stream: streams.take(leaves[leaf].path),
        softmax: try reader.readDense("\(prefix)/decoder", inputs: width, outputs: classes),
        embedding: try reader.readEmbedding(
          "\(prefix)/embedding", rows: classes, width: width, isNeeded: isFedBack))
    case .optional(let child):
      let stream = streams.take("\(child.path(leaves: leaves, parent: parent))?")
      self = .optional(
        presence: try reader.readDense("\(prefix)/presence", inputs: width, outputs: 1),
        stream: stream,
        child: try FloatModule(
          child, parent: parent, prefix: "\(prefix)/value", description: description,
          isFedBack: isFedBack, reader: &reader, streams: &streams),
        absent: try reader.readEmbedding(
          "\(prefix)/absent", rows: 1, width: width, isNeeded: isFedBack))
    case .tuple(let name, let elements):
      self = .tuple(
        try FloatTuple(
          name: name, elements: elements, prefix: prefix, description: description,
          isFedBack: isFedBack, reader: &reader, streams: &streams))
    }
  }
}

extension FloatScalars {
  fileprivate init(
    _ prefix: String, stream: UInt32, leaves: [Int], description: ModelDescription,
    isFedBack: Bool, reader: inout TensorReader
  ) throws(QuantizationError) {
    let width = description.widths.embedding
    let count = leaves.count
    let optional = leaves.indices.filter { description.schema.leaves[leaves[$0]].isOptional }
    let components = description.options.scalarMixture
    let outputs =
      components == 0
      ? count : ModelOptions.mixtureOutputs(components: components, values: count)
    let unwhitening = try reader.read("\(prefix)/unwhitening", shape: [count, count])
    var encoder: Encoder?
    if isFedBack {
      var whitening: [Double] = []
      if !optional.isEmpty {
        guard let found = inverse(of: unwhitening, count: count) else {
          throw .outOfRange(
            name: "\(prefix)/unwhitening", reason: "it has no inverse; train the model again")
        }
        whitening = found
      }
      encoder = Encoder(
        dense: try reader.readDense(
          "\(prefix)/encoder", inputs: count + optional.count, outputs: width),
        optional: optional, whitening: whitening)
    }
    self.init(
      name: prefix, stream: stream, leaves: leaves,
      values: try reader.readDense("\(prefix)/decoder", inputs: width, outputs: outputs),
      mixture: components,
      presence: optional.isEmpty
        ? nil
        : try reader.readDense("\(prefix)/presence", inputs: width, outputs: optional.count),
      mean: try reader.read("\(prefix)/mean", shape: [count]), unwhitening: unwhitening,
      encoder: encoder)
  }
}
