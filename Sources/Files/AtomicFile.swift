import Foundation

/// A file that appears under its name whole or not at all: it is written to a temporary name in
/// the same folder and renamed when it is finished. Unless `finish()` is reached, the temporary
/// file is removed and whatever bore the name before stays.
///
/// A name that belongs to something other than a regular file, as `/dev/null` does, is written to
/// directly, and so is whatever file standard output goes to: `/dev/stdout` names that, too.
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

  /// Opens a temporary file in the folder of `path`, or what `path` names if that is no regular
  /// file.
  ///
  /// - Parameter path: the name that the file gets in the end.
  /// - Throws: `FileError.cannotWrite`.
  public init(path: String) throws(FileError) {
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    // A link that leads to itself stands for no file, and must not be replaced by one.
    if !exists, errno == ELOOP {
      throw .cannotWrite(path: path, reason: lastSystemError())
    }
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw .cannotWrite(path: path, reason: "expected the name of a file, found a folder")
    }
    if exists, status.st_mode & S_IFMT == S_IFREG, isStandardOutput(status) {
      finalPath = path
      temporaryPath = nil
      descriptor = dup(STDOUT_FILENO)
    } else if exists, status.st_mode & S_IFMT != S_IFREG {
      finalPath = path
      temporaryPath = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      finalPath = linkTarget(path)
      let temporary = "\(shortened(finalPath)).\(UUID().uuidString).tmp"
      temporaryPath = temporary
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: lastSystemError()) }
    // A file that is replaced keeps its permissions, where the system lets it.
    if exists, temporaryPath != nil { fchmod(descriptor, status.st_mode & 0o7777) }
  }

  deinit { abandon() }

  /// Writes a file whole.
  ///
  /// - Parameters:
  ///   - bytes: all of them.
  ///   - path: of the file.
  /// - Throws: `FileError.cannotWrite`.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.finish()
  }

  /// Writes a file of text whole.
  ///
  /// - Parameters:
  ///   - text: all of it.
  ///   - path: of the file.
  /// - Throws: `FileError.cannotWrite`.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(text.utf8, to: path)
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileError.cannotWrite`; nothing more can be written then.
  public func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
    if bytes.underestimatedCount >= Self.bufferSize {
      try flush()
      let outcome = bytes.withContiguousStorageIfAvailable { bytes in
        Result { () throws(FileError) in try send(UnsafeRawBufferPointer(bytes)) }
      }
      if let outcome { return try outcome.get() }
    }
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends a text in UTF-8.
  ///
  /// - Throws: `FileError.cannotWrite`; nothing more can be written then.
  public func write(_ text: String) throws(FileError) { try write(text.utf8) }

  /// Gives the file its name. Call it once, last.
  ///
  /// - Throws: `FileError.cannotWrite`; the temporary file is removed then.
  public func finish() throws(FileError) {
    try flush()
    // The bytes before the name: after a power cut the name has the old file or the new one.
    if temporaryPath != nil, fsync(descriptor) != 0 { throw failure() }
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
    let outcome = buffer.withUnsafeBytes { bytes in
      Result { () throws(FileError) in try send(bytes) }
    }
    try outcome.get()
    buffer.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard descriptor >= 0 else {
      throw .cannotWrite(path: path, reason: "the file has been closed")
    }
    var written = 0
    while written < bytes.count {
      let count = Foundation.write(
        descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      written += count
    }
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

/// Tells whether a file is the one that standard output goes to.
private func isStandardOutput(_ file: stat) -> Bool {
  var output = stat()
  return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == file.st_dev
    && output.st_ino == file.st_ino
}

/// Returns the path with the file's name so short that it can be added to.
private func shortened(_ path: String) -> String {
  let bytes = Array(path.utf8)
  let name = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
  // Systems take names of 255 bytes.
  return String(decoding: bytes.prefix(name + 200), as: UTF8.self)
}

/// Follows symbolic links to the file that they stand for, whether or not there is one.
private func linkTarget(_ path: String) -> String {
  if let resolved = realpath(path, nil) {
    defer { free(resolved) }
    return String(cString: resolved)
  }
  var target = path
  // As many as the system follows.
  for _ in 0..<40 {
    guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else {
      break
    }
    // What it says is relative to its own folder.
    let folder = target[
      ..<(target.lastIndex(of: "/").map(target.index(after:)) ?? target.startIndex)]
    target = link.hasPrefix("/") ? link : folder + link
  }
  return target
}
