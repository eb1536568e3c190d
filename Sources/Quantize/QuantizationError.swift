/// Why a checkpoint cannot become a model file.
public enum QuantizationError: Error, Hashable, Sendable {
  /// The metadata has no readable `ModelDescription` under the key `model`.
  case unreadableDescription(reason: String)
  /// The description contradicts itself or asks for more than a model file can hold.
  case invalidDescription(reason: String)
  case missingTensor(name: String)
  case wrongShape(name: String, expected: [Int], found: [Int])
  /// The tensor holds bytes, infinities or no numbers.
  case notFinite(name: String)
  /// Neither used for generation nor known to serve training alone.
  case unknownTensor(name: String)
  /// The latent covariance is not positive semi-definite.
  case notPositiveDefinite(name: String)
  /// The layer's weights, or the tensor, cannot be brought into fixed point.
  case outOfRange(name: String, reason: String)
  /// The table of rows to exclude cannot be read.
  case unreadableTable(reason: String)
  /// A field to exclude rows by is no column, or was given twice.
  case unknownField(name: String, columns: [String])
}

extension QuantizationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadableDescription(let reason):
      "the checkpoint's metadata should hold a model description under the key model: \(reason)"
    case .invalidDescription(let reason):
      "the checkpoint's model description: \(reason)"
    case .missingTensor(let name):
      "the checkpoint should hold the tensor \(name), found none; train the model again"
    case .wrongShape(let name, let expected, let found):
      "the checkpoint's tensor \(name) should have the shape \(expected), found \(found)"
    case .notFinite(let name):
      "the checkpoint's tensor \(name) should hold finite numbers, found others"
    case .unknownTensor(let name):
      "the checkpoint's tensor \(name) belongs to no module of its schema"
    case .notPositiveDefinite(let name):
      "the checkpoint's tensor \(name) should be positive semi-definite, found that it is not"
    case .outOfRange(let name, let reason):
      "the checkpoint's \(name) does not fit into fixed point: \(reason)"
    case .unreadableTable(let reason):
      reason
    case .unknownField(let name, let columns):
      "--exclude-fields: expected some of the columns \(columns.joined(separator: ",")), each once, "
        + "found \(name)"
    }
  }
}
