/// A checkpoint file that cannot be used.
public enum CheckpointError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// Not a checkpoint at all.
  case badMagic(path: String)
  case unsupportedVersion(path: String, found: UInt32)
  /// The file ends before `field` does, or goes on after its end.
  case badSize(path: String, field: String)
  case badChecksum(path: String)
  case malformed(path: String, field: String)
  case missingTensor(path: String, name: String)
  case unknownTensor(path: String, name: String)
  case badShape(path: String, name: String, expected: [Int], found: [Int])

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot read the checkpoint: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot write the checkpoint: \(reason)"
    case .badMagic(let path):
      "\(path): not a checkpoint; expected a file written by 'trainer train'"
    case .unsupportedVersion(let path, let found):
      "\(path): checkpoint version \(found); this program reads version \(Checkpoint.version)"
    case .badSize(let path, let field):
      "\(path): damaged checkpoint: its size does not fit \(field); copy it again or train again"
    case .badChecksum(let path):
      "\(path): damaged checkpoint: its checksum does not match; copy it again or train again"
    case .malformed(let path, let field): "\(path): damaged checkpoint: bad \(field)"
    case .missingTensor(let path, let name): "\(path): tensor '\(name)' is missing"
    case .unknownTensor(let path, let name): "\(path): unknown tensor '\(name)'"
    case .badShape(let path, let name, let expected, let found):
      "\(path): tensor '\(name)': expected shape \(expected), found \(found)"
    }
  }
}
