import Files
import Foundation

/// An open file, or standard input, read in pieces from its beginning.
final class ByteSource {
  let path: String
  private let descriptor: Int32
  private let onBytes: (UnsafeRawBufferPointer) -> Void

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - onBytes: called with the bytes of every piece.
  /// - Throws: `FileError.cannotOpen`.
  init(
    path: String, onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(FileError) {
    self.path = path
    self.onBytes = onBytes
    descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: lastSystemError()) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw .cannotOpen(path: path, reason: "expected a file, found a folder")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Appends up to `count` bytes; false at the end of the file.
  ///
  /// - Throws: `FileError.cannotRead`.
  func read(_ count: Int, into buffer: inout [UInt8]) throws(FileError) -> Bool {
    var received = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { space, filled in
      repeat {
        received = Foundation.read(descriptor, space.baseAddress, count)
      } while received < 0 && errno == EINTR
      filled = max(received, 0)
    }
    guard received >= 0 else { throw .cannotRead(path: path, reason: lastSystemError()) }
    guard received > 0 else { return false }
    bytes.withUnsafeBytes(onBytes)
    buffer += bytes
    return true
  }
}
