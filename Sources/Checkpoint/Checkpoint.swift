import Foundation

/// A tensor of a checkpoint, row major.
public struct CheckpointTensor: Hashable, Sendable {
  /// The elements, row major, by their type.
  public enum Elements: Hashable, Sendable {
    /// Numbers of single precision.
    case float32([Float])
    /// Numbers of double precision.
    case float64([Double])
    /// Bytes.
    case bytes([UInt8])

    /// Number of elements.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .bytes(let values): values.count
      }
    }
  }

  /// Dimensions, outermost first.
  public var shape: [Int]
  /// As many as the product of `shape`.
  public var elements: Elements

  /// Creates a tensor.
  ///
  /// - Parameters:
  ///   - shape: dimensions, outermost first.
  ///   - elements: row major, as many as the product of `shape`.
  public init(shape: [Int], elements: Elements) {
    precondition(shape.reduce(1, *) == elements.count)
    self.shape = shape
    self.elements = elements
  }

  /// The elements as doubles; nil for bytes.
  public var doubles: [Double]? {
    switch elements {
    case .float32(let values): values.map(Double.init)
    case .float64(let values): values
    case .bytes: nil
    }
  }
}

/// Named tensors and one JSON document: the contract between `trainer` and `quantize`.
///
/// Names are listed in docs/Architecture.md. `metadata` holds a `ModelDescription` under the key
/// `model`, and whatever else the trainer needs to resume.
public struct Checkpoint: Hashable, Sendable {
  /// The metadata, UTF-8 JSON.
  public var metadata: [UInt8]
  /// The tensors by name.
  public var tensors: [String: CheckpointTensor]

  /// Creates a checkpoint.
  ///
  /// - Parameters:
  ///   - metadata: UTF-8 JSON.
  ///   - tensors: by name.
  public init(metadata: [UInt8], tensors: [String: CheckpointTensor]) {
    self.metadata = metadata
    self.tensors = tensors
  }
}
