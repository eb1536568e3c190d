import Files
import Foundation

/// An open file, read in pieces from its beginning. `-` is standard input; a name that ends in
/// `.gz` is unpacked by the system's `gzip`.
final class ByteSource {
  let path: String
  private let descriptor: Int32
  private let onBytes: (UnsafeRawBufferPointer) -> Void
  /// What unpacks the file, if anything does.
  private let unpacking: Unpacking?

  /// Opens a file.
  ///
  /// - Parameter onBytes: called with the bytes of every piece, unpacked.
  /// - Throws: `FileError.cannotOpen`.
  init(
    path: String, onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(FileError) {
    self.path = path == "-" ? "standard input" : path
    self.onBytes = onBytes
    if path == "-" {
      descriptor = dup(STDIN_FILENO)
      unpacking = nil
    } else {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      if file >= 0, path.hasSuffix(".gz") {
        let unpacking = try Unpacking(path: path, file: file)
        self.unpacking = unpacking
        descriptor = unpacking.output
      } else {
        descriptor = file
        unpacking = nil
      }
    }
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
    guard received > 0 else {
      try unpacking?.finish()
      return false
    }
    bytes.withUnsafeBytes(onBytes)
    buffer += bytes
    return true
  }
}
