import Checkpoint

/// Takes tensors out of a checkpoint strictly: by name, with the expected shape, finite; and in the
/// end refuses what nobody asked for unless it is known to serve training alone.
struct TensorReader {
  private let tensors: [String: CheckpointTensor]
  private var used: Set<String> = []

  init(_ checkpoint: Checkpoint) {
    tensors = checkpoint.tensors
  }

  /// First parts of names that only training needs.
  static let trainingPrefixes = ["deviation", "optimizer", "random", "training"]
  /// Parts of names that only encoders have.
  static let encoderPart = "encoder"
  /// Last parts of names that only encoders or the trainer's bookkeeping have.
  static let trainingSuffixes = ["absent", "covariance", "whitening"]

  /// Whether a tensor of this name serves training alone.
  static func isTrainingOnly(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, let last = parts.last else { return false }
    return trainingPrefixes.contains(first) || parts.contains(encoderPart)
      || trainingSuffixes.contains(last)
  }

  mutating func read(_ name: String, shape: [Int]) throws(QuantizationError) -> [Double] {
    guard let tensor = tensors[name] else { throw .missingTensor(name: name) }
    guard tensor.shape == shape else {
      throw .wrongShape(name: name, expected: shape, found: tensor.shape)
    }
    guard let values = tensor.doubles, values.allSatisfy(\.isFinite) else {
      throw .notFinite(name: name)
    }
    used.insert(name)
    return values
  }

  /// Marks a tensor that generation does not need.
  mutating func skip(_ name: String) {
    used.insert(name)
  }

  func checkAllUsed() throws(QuantizationError) {
    for name in tensors.keys.sorted() where !used.contains(name) && !Self.isTrainingOnly(name) {
      throw .unknownTensor(name: name)
    }
  }

  mutating func readDense(
    _ name: String, inputs: Int, outputs: Int
  ) throws(QuantizationError) -> FloatDense {
    FloatDense(
      name: name, inputs: inputs, outputs: outputs,
      weight: try read("\(name)/weight", shape: [inputs, outputs]),
      bias: try read("\(name)/bias", shape: [outputs]))
  }

  mutating func readGRU(
    _ name: String, inputs: Int, width: Int
  ) throws(QuantizationError) -> FloatGRU {
    FloatGRU(
      name: name, inputs: inputs, width: width,
      inputWeight: try read("\(name)/input_weight", shape: [inputs, 3 * width]),
      stateWeight: try read("\(name)/state_weight", shape: [width, 3 * width]),
      bias: try read("\(name)/bias", shape: [3 * width]))
  }

  /// A table of feedback vectors, nil unless it is needed.
  mutating func readEmbedding(
    _ name: String, rows: Int, width: Int, isNeeded: Bool
  ) throws(QuantizationError) -> FloatEmbedding? {
    guard isNeeded else {
      skip(name)
      return nil
    }
    return FloatEmbedding(
      name: name, width: width, vectors: try read(name, shape: [rows, width]))
  }
}
