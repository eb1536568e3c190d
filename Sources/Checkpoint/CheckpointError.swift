/// Why a checkpoint file cannot be used.
public enum CheckpointError: Error, Hashable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case unreadable(path: String, reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
  /// More bytes than a checkpoint may have.
  case tooLarge(path: String, size: Int, limit: Int)
  /// Not a checkpoint at all.
  case badMagic(path: String)
  /// A checkpoint in a format that this program does not know.
  case unsupportedVersion(path: String, found: UInt32)
  /// The file ends before `field` does, or goes on after its end.
  case badSize(path: String, field: String)
  /// The bytes are not the ones that were written.
  case badChecksum(path: String)
  /// A field holds what no checkpoint has there.
  case malformed(path: String, field: String)
  /// The model asks for a tensor that the file does not hold.
  case missingTensor(path: String, name: String)
  /// The file holds a tensor that the model does not have.
  case unknownTensor(path: String, name: String)
  /// A tensor's shape is not the model's.
  case badShape(path: String, name: String, expected: [Int], found: [Int])

  /// The error in one line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot read the checkpoint: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot write the checkpoint: \(reason)"
    case .tooLarge(let path, let size, let limit):
      "\(path): expected a checkpoint of at most \(limit) bytes, found \(size); check its name, or make the "
        + "model's widths smaller"
    case .badMagic(let path):
      "\(path): not a checkpoint; expected a file written by 'trainer train'"
    case .unsupportedVersion(let path, let found):
      "\(path): checkpoint version \(found); this program reads version \(Checkpoint.version); "
        + Self.advice
    case .badSize(let path, let field):
      "\(path): damaged checkpoint: its size does not fit \(field); copy it again or train again"
    case .badChecksum(let path):
      "\(path): damaged checkpoint: its checksum does not match; copy it again or train again"
    case .malformed(let path, let field):
      "\(path): damaged checkpoint: bad \(field); \(Self.advice)"
    case .missingTensor(let path, let name): "\(path): tensor '\(name)' is missing; \(Self.advice)"
    case .unknownTensor(let path, let name): "\(path): unknown tensor '\(name)'; \(Self.advice)"
    case .badShape(let path, let name, let expected, let found):
      "\(path): tensor '\(name)': expected shape \(expected), found \(found); \(Self.advice)"
    }
  }

  private static let advice = "write it again with 'trainer train' of this version"
}
