import Autodiff
import Checkpoint

/// A strict reader of a checkpoint's tensors: by name, with the expected shape, finite.
package struct TensorReader {
  private let checkpoint: Checkpoint
  private let path: String
  private var unread: Set<String>

  /// Creates a reader of a checkpoint's tensors.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - path: names the checkpoint in errors.
  package init(_ checkpoint: Checkpoint, path: String) {
    self.checkpoint = checkpoint
    self.path = path
    unread = Set(checkpoint.tensors.keys)
  }

  private func checked(
    _ name: String, shape: [Int]
  ) throws(CheckpointError) -> CheckpointTensor {
    guard let tensor = checkpoint.tensors[name] else {
      throw .missingTensor(path: path, name: name)
    }
    guard tensor.shape == shape else {
      throw .badShape(path: path, name: name, expected: shape, found: tensor.shape)
    }
    return tensor
  }

  /// Reads numbers of either precision.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - shape: that it must have.
  /// - Returns: the numbers, row major.
  /// - Throws: `CheckpointError` if the tensor is missing, has another shape or type, or a number
  ///   is not finite.
  package mutating func doubles(
    _ name: String, shape: [Int]
  ) throws(CheckpointError) -> [Double] {
    guard let values = try checked(name, shape: shape).doubles else { throw badType(name) }
    try check(name, values.allSatisfy(\.isFinite))
    unread.remove(name)
    return values
  }

  /// Reads numbers of single precision.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - shape: that it must have.
  /// - Returns: the numbers, row major.
  /// - Throws: `CheckpointError` if the tensor is missing, has another shape or type, or a number
  ///   is not finite.
  package mutating func floats(
    _ name: String, shape: [Int]
  ) throws(CheckpointError) -> [Float] {
    guard case .float32(let values) = try checked(name, shape: shape).elements else {
      throw badType(name)
    }
    try check(name, values.allSatisfy(\.isFinite))
    unread.remove(name)
    return values
  }

  /// Reads bytes.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - shape: that it must have.
  /// - Returns: the bytes.
  /// - Throws: `CheckpointError` if the tensor is missing, or has another shape or type.
  package mutating func bytes(_ name: String, shape: [Int]) throws(CheckpointError) -> [UInt8] {
    guard case .bytes(let values) = try checked(name, shape: shape).elements else {
      throw badType(name)
    }
    unread.remove(name)
    return values
  }

  private func badType(_ name: String) -> CheckpointError {
    .malformed(path: path, field: "element type of tensor '\(name)'")
  }

  private func check(_ name: String, _ areFinite: Bool) throws(CheckpointError) {
    guard areFinite else {
      throw .malformed(path: path, field: "tensor '\(name)': not all numbers are finite")
    }
  }

  /// Reads trained parameters into their places.
  ///
  /// - Parameters:
  ///   - layout: names, shapes and places of the parameters.
  ///   - destination: of as many numbers as the layout has.
  ///   - isWanted: tells by name which parameters are read.
  /// - Throws: `CheckpointError` if a tensor is missing, has another shape or type, or a number is
  ///   not finite.
  package mutating func read<S: Scalar>(
    _ layout: ParameterLayout, into destination: UnsafeMutablePointer<S>
  ) throws(CheckpointError) {
    for entry in layout.entries {
      let place = destination + entry.slot.offset
      if S.self == Float.self {
        let values = try floats(entry.name, shape: entry.shape)
        UnsafeMutableRawPointer(place).copyMemory(
          from: values, byteCount: values.count * MemoryLayout<Float>.stride)
      } else {
        let values = try doubles(entry.name, shape: entry.shape)
        for (index, value) in values.enumerated() { place[index] = S(value) }
      }
    }
  }

  /// Checks that tensors of a manifest are there with their shapes, before memory is taken.
  ///
  /// - Parameters:
  ///   - manifest: the model's tensors.
  ///   - use: the tensors to look for; nil for all.
  /// - Throws: `CheckpointError` if a tensor is missing or has another shape.
  package func check(
    _ manifest: TensorManifest, _ use: TensorManifest.Use? = nil
  ) throws(CheckpointError) {
    for tensor in manifest.tensors where use == nil || tensor.use == use {
      _ = try checked(tensor.name, shape: tensor.shape)
    }
  }

  /// Refuses tensors that neither a manifest nor a run's own state has.
  ///
  /// - Throws: `CheckpointError.unknownTensor` for such a tensor.
  package func checkAllKnown(_ manifest: TensorManifest) throws(CheckpointError) {
    let known = Set(manifest.tensors.map(\.name))
    let unknown = checkpoint.tensors.keys.filter {
      !known.contains($0) && !TensorManifest.isRunState($0)
    }
    if let name = unknown.min() { throw .unknownTensor(path: path, name: name) }
  }

  /// Refuses tensors that nobody has read.
  ///
  /// - Throws: `CheckpointError.unknownTensor` for such a tensor.
  package func checkAllRead() throws(CheckpointError) {
    if let name = unread.min() { throw .unknownTensor(path: path, name: name) }
  }
}
