import Checkpoint

/// Why a checkpoint cannot become a model file.
public enum QuantizationError: Error, Hashable, Sendable {
  /// The checkpoint cannot be read, or lacks what generation needs.
  case badCheckpoint(CheckpointError)
  /// The description asks for what fixed point does not have.
  case invalidDescription(reason: String)
  /// The layer's weights, or the tensor, cannot be brought into fixed point.
  case outOfRange(name: String, reason: String)
  /// The table of rows to exclude cannot be read.
  case unreadableTable(reason: String)
  /// A field to exclude rows by is no column, or was given twice.
  case unknownField(name: String, columns: [String])
  /// A column whose vocabulary should be closed has none that is open.
  case notAVocabulary(name: String, columns: [String])
}

extension QuantizationError: CustomStringConvertible {
  /// The error in one line.
  public var description: String {
    switch self {
    case .badCheckpoint(let error):
      error.description
    case .invalidDescription(let reason):
      "the checkpoint's model description: \(reason)"
    case .outOfRange(let name, let reason):
      "the checkpoint's \(name) does not fit into fixed point: \(reason)"
    case .unreadableTable(let reason):
      reason
    case .unknownField(let name, let columns):
      "--exclude-fields: expected some of the columns \(columns.joined(separator: ",")), each once, "
        + "found \(name)"
    case .notAVocabulary(let name, let columns):
      columns.isEmpty
        ? "--close \(name): the model has no vocabulary that could be closed"
        : "--close: expected some of the columns \(columns.joined(separator: ",")), each once, "
          + "found \(name)"
    }
  }
}
