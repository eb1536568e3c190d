/// Why a file cannot be read or written; one line for a person.
public enum FileError: Error, Hashable, Sendable {
  /// The file is missing, barred or a folder.
  case cannotOpen(path: String, reason: String)
  /// Reading failed midway.
  case cannotRead(path: String, reason: String)
  /// The file, or its temporary file, cannot be made, written or renamed.
  case cannotWrite(path: String, reason: String)
  /// More bytes than such a file may have.
  case tooLarge(path: String, size: Int, limit: Int)
}

extension FileError: CustomStringConvertible {
  /// The error in one line.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "\(path): cannot be opened: \(reason)"
    case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
    case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
    case .tooLarge(let path, let size, let limit):
      "\(path): expected a file of at most \(limit) bytes, found \(size); check the name"
    }
  }
}
