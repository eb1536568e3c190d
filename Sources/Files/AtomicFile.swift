import Foundation

/// A file that appears under its name whole or not at all: it is written to a temporary name in
/// the same folder and renamed when it is finished. Unless `finish()` is reached, the temporary
/// file is removed and whatever bore the name before stays.
///
/// A name that belongs to something other than a regular file, as `/dev/stdout` does, is written
/// to directly.
public final class AtomicFile {
  private static let bufferSize = 1 << 16

  /// The name that was asked for.
  public let path: String
  /// Where the bytes go before they are renamed; nil if they go to `path` itself.
  private let temporaryPath: String?
  /// `path`, with a symbolic link followed to the file that it stands for.
  private let finalPath: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  /// - Throws: `FileError.cannotWrite`.
  public init(path: String) throws(FileError) {
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw .cannotWrite(path: path, reason: "expected the name of a file, found a folder")
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      finalPath = path
      temporaryPath = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let resolved = realpath(path, nil)
      finalPath = resolved.map { String(cString: $0) } ?? path
      free(resolved)
      let temporary = "\(finalPath).\(UUID().uuidString).tmp"
      temporaryPath = temporary
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: lastSystemError()) }
  }

  deinit { abandon() }

  /// Writes a file whole.
  ///
  /// - Throws: `FileError.cannotWrite`.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.finish()
  }

  /// Writes a file of text whole.
  ///
  /// - Throws: `FileError.cannotWrite`.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(text.utf8, to: path)
  }

  /// - Throws: `FileError.cannotWrite`; nothing more can be written then.
  public func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// - Throws: `FileError.cannotWrite`; nothing more can be written then.
  public func write(_ text: String) throws(FileError) { try write(text.utf8) }

  /// Gives the file its name. Call it once, last.
  ///
  /// - Throws: `FileError.cannotWrite`; the temporary file is removed then.
  public func finish() throws(FileError) {
    try flush()
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw failure() }
    if let temporaryPath, rename(temporaryPath, finalPath) != 0 {
      let error = failure()
      unlink(temporaryPath)
      throw error
    }
  }

  private func flush() throws(FileError) {
    guard descriptor >= 0 else {
      throw .cannotWrite(path: path, reason: "the file has been closed")
    }
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func failure() -> FileError {
    let error = FileError.cannotWrite(path: path, reason: lastSystemError())
    abandon()
    return error
  }

  private func abandon() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    if let temporaryPath { unlink(temporaryPath) }
  }
}
