import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Schema

/// A random checkpoint with every kind of module: strings, digits, an optional string, an enum, a
/// bool, scalars with an optional leaf and an integer, an optional nested message.
package struct SyntheticCheckpoint {
  package var description: ModelDescription
  package var tensors: [String: CheckpointTensor] = [:]
  private var draws: RandomStream

  /// A model with options: the elements in another order, a vocabulary, constants,
  /// pieces.
  package init(
    seed: UInt64, options: ModelOptions, pieces: Int = 3,
    widths: (embedding: Int, tuple: Int, string: Int) = (26, 18, 30)
  ) {
    self.init(seed: seed, widths: widths)
    description.options = options
    description.widths.character = 7
    description.schema.leaves += [
      Leaf(path: "city", column: "CITY", kind: .text, isOptional: false),
      Leaf(path: "state", column: "STATE", kind: .text, isOptional: false),
      Leaf(path: "owner.town", column: "TOWN", kind: .text, isOptional: false),
    ]
    description.schema.columns += [9, 10, 11]
    description.integerRanges += [nil, nil, nil]
    description.knownValues =
      [[String]](repeating: [], count: 9) + [
        ["", "dead cañe", "a-b"], ["VT"], [""],
      ]
    let first = description.alphabet.compactMap { Unicode.Scalar($0).map(Character.init) }
    let pairs = first.flatMap { left in first.map { String([left, $0]) } }
    let triples = pairs.flatMap { pair in first.map { pair + String($0) } }
    description.pieces = Array((["ab", "c-d", "é漢"] + triples).prefix(pieces))
    let root = ModuleNode.tuple(
      name: "",
      elements: [
        .vocabulary(leaf: 9), .constant(leaf: 10), .scalarTuple(leaves: [6, 7]),
        .stringLiteral(leaf: 1), .optional(.stringLiteral(leaf: 2)),
        .categorical(leaf: 3, classes: 3),
        .optional(
          .tuple(
            name: "owner",
            elements: [.scalarTuple(leaves: [5]), .stringLiteral(leaf: 4), .constant(leaf: 11)])),
        .optional(.categorical(leaf: 8, classes: 2)), .stringLiteral(leaf: 0),
      ])
    description.schema.root = root
    let codes = description.codeCount
    if options.softmaxClusters > 0 {
      // A permutation: 5 is prime to the number of codes.
      precondition(codes % 5 != 0)
      description.softmaxOrder = (0..<codes).map { $0 * 5 % codes }
    }
    tensors = [:]
    addTensors()
  }

  package init(seed: UInt64 = 1, widths: (embedding: Int, tuple: Int, string: Int) = (24, 20, 28)) {
    let kind = LeafKind.enumeration(names: ["HOUSE", "FLAT", "FARM"], numbers: [0, 1, 5])
    let leaves = [
      Leaf(path: "street", column: "STREET", kind: .text, isOptional: false),
      Leaf(path: "number", column: "NUMBER", kind: .digits, isOptional: false),
      Leaf(path: "unit", column: "UNIT", kind: .text, isOptional: true),
      Leaf(path: "kind", column: "KIND", kind: kind, isOptional: false),
      Leaf(path: "owner.name", column: "OWNER", kind: .text, isOptional: false),
      Leaf(path: "owner.age", column: "AGE", kind: .integer, isOptional: false),
      Leaf(path: "lon", column: "LON", kind: .real(decimals: 6), isOptional: false),
      Leaf(path: "height", column: "HEIGHT", kind: .real(decimals: 1), isOptional: true),
      Leaf(path: "sold", column: "SOLD", kind: .boolean, isOptional: true),
    ]
    let root = ModuleNode.tuple(
      name: "",
      elements: [
        .stringLiteral(leaf: 0), .stringLiteral(leaf: 1), .optional(.stringLiteral(leaf: 2)),
        .categorical(leaf: 3, classes: 3),
        .optional(
          .tuple(
            name: "owner", elements: [.stringLiteral(leaf: 4), .scalarTuple(leaves: [5])])),
        .optional(.categorical(leaf: 8, classes: 2)), .scalarTuple(leaves: [6, 7]),
      ])
    var ranges = [IntegerRange?](repeating: nil, count: leaves.count)
    ranges[5] = IntegerRange(minimum: 18, maximum: 99)
    var layerWidths = Widths()
    layerWidths.character = 6
    layerWidths.embedding = widths.embedding
    layerWidths.tupleState = widths.tuple
    layerWidths.stringState = widths.string
    description = ModelDescription(
      schema: RecordSchema(
        messageName: "test.Home", leaves: leaves, columns: [6, 7, 1, 0, 2, 3, 4, 5, 8],
        root: root),
      alphabet: "0123456789- abcdeéñ漢🏠".unicodeScalars.map(\.value).sorted(), widths: layerWidths,
      maximumStringLength: 24, integerRanges: ranges,
      provenance: Provenance(
        attribution: "Synthetic", trainingData: "none.csv", trainingDataHash: "00",
        trainingRows: 10, preset: "test", steps: 20, examples: 30))
    draws = RandomStream(seed: seed, row: 0, stream: 1)
    addTensors()
  }

  package var checkpoint: Checkpoint {
    let model = try? JSONEncoder().encode(["model": description])
    return Checkpoint(metadata: Array(model ?? Data()), tensors: tensors)
  }

  /// Uniform on [-1, 1).
  package mutating func uniform() -> Double { Double(Int32(bitPattern: draws.next())) * 0x1p-31 }

  package mutating func add(_ name: String, _ shape: [Int], scale: Double) {
    let values = (0..<shape.reduce(1, *)).map { _ in Float(uniform() * scale) }
    tensors[name] = CheckpointTensor(shape: shape, elements: .float32(values))
  }

  /// Random tensors for every entry of the model's manifest that generation needs.
  private mutating func addTensors() {
    let manifest = RecordModel(description).manifest
    let known: [Int: Double] = [5: 50, 6: -72.5, 7: 3]
    let needed = manifest.tensors.filter { $0.use == .generation }
    let latents = needed.filter { $0.name.hasPrefix("latent/") }
    for tensor in latents + needed.filter({ !$0.name.hasPrefix("latent/") }) {
      let (name, shape) = (tensor.name, tensor.shape)
      let last = name.split(separator: "/").last ?? ""
      switch last {
      case "weight", "input_weight", "state_weight":
        let scale = last == "weight" ? 1.7 : 1.5
        add(name, shape, scale: scale / Double(shape[0]).squareRoot())
      case "bias": add(name, shape, scale: 0.5)
      case "covariance": addCovariance(name)
      default: add(name, shape, scale: name == RecordModel.latentMeanName ? 0.3 : 1)
      }
    }
    for scalars in RecordModel(description).scalarTuples {
      tensors[scalars.meanName] = CheckpointTensor(
        shape: [scalars.leaves.count], elements: .float64(scalars.leaves.map { known[$0] ?? 0 }))
    }
  }

  private mutating func addCovariance(_ name: String) {
    let width = description.widths.embedding
    let factor = (0..<width * width).map { _ in uniform() * 0.3 }
    var covariance = [Double](repeating: 0, count: width * width)
    for row in 0..<width {
      for column in 0..<width {
        for k in 0..<width {
          covariance[row * width + column] += factor[row * width + k] * factor[column * width + k]
        }
      }
      covariance[row * width + row] += 0.3
    }
    tensors[name] = CheckpointTensor(shape: [width, width], elements: .float64(covariance))
  }
}

extension SyntheticCheckpoint {
  /// Keeps the tensors that the model still has, and draws the others.
  package mutating func renewTensors() {
    let manifest = RecordModel(description).manifest.tensors.filter { $0.use == .generation }
    let known = tensors
    tensors = [:]
    for tensor in manifest {
      if let found = known[tensor.name], found.shape == tensor.shape {
        tensors[tensor.name] = found
      } else {
        let isWeight = tensor.name.hasSuffix("weight")
        add(
          tensor.name, tensor.shape,
          scale: isWeight ? 1.6 / Double(tensor.shape[0]).squareRoot() : 0.8)
      }
    }
  }

  /// The model with options, its vocabulary of 40 values in clusters of seven, the last one smaller,
  /// and numbers' bins in clusters where they are three or more.
  package func withFactoredClasses() -> Self {
    var synthetic = self
    synthetic.description.options.factoredClasses = 3
    synthetic.description.knownValues[9] = (0..<40).map { "a-\($0)" }
    synthetic.renewTensors()
    return synthetic
  }
}

extension ModelOptions {
  /// Every option, with this feedback.
  package static func every(_ feedback: Feedback) -> Self {
    var options = Self()
    options.feedback = feedback
    options.scalarMixture = 5
    options.softmaxClusters = 6
    return options
  }
}
