import Foundation

/// Reads a file that may have at most `limit` bytes; its size is looked at before memory is taken.
///
/// - Parameters:
///   - path: of the file.
///   - limit: the most bytes.
/// - Returns: the file's bytes.
/// - Throws: `FileError.cannotOpen`, `.cannotRead` or `.tooLarge`.
public func fileBytes(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: lastSystemError()) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw .cannotRead(path: path, reason: lastSystemError())
  }
  if status.st_mode & S_IFMT == S_IFDIR {
    throw .cannotOpen(path: path, reason: "expected a file, found a folder")
  }
  let size = Int(status.st_size)
  guard size <= limit else { throw .tooLarge(path: path, size: size, limit: limit) }
  // A pipe has no size, and a file may grow: read on until the end.
  var bytes: [UInt8] = []
  bytes.reserveCapacity(size + 1)
  while true {
    let wanted = max(size + 1 - bytes.count, 1 << 16)
    var failure: String?
    let piece = [UInt8](unsafeUninitializedCapacity: wanted) { space, filled in
      var count = 0
      repeat {
        count = read(descriptor, space.baseAddress, wanted)
      } while count < 0
        && errno == EINTR
      if count < 0 { failure = lastSystemError() }
      filled = max(count, 0)
    }
    if let failure { throw .cannotRead(path: path, reason: failure) }
    if piece.isEmpty { return bytes }
    if bytes.isEmpty { bytes = piece } else { bytes += piece }
    guard bytes.count <= limit else {
      throw .tooLarge(path: path, size: bytes.count, limit: limit)
    }
  }
}

/// Returns what the system says about the call that has just failed.
package func lastSystemError() -> String { String(cString: strerror(errno)) }
