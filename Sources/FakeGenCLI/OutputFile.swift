import CSystem
import FakeGen

/// Where rows go: standard output, or a file that appears under its name whole or not at all. It is
/// written to a temporary name in the same folder and renamed when it is finished; until then
/// whatever bore the name before stays. A name that belongs to something other than a regular file,
/// as `/dev/null` does, is written to directly, and so is whatever file standard output goes to:
/// `/dev/stdout` names that, too.
final class OutputFile {
  /// Nil for standard output.
  private let path: String?
  /// `path` with symbolic links followed, as C has it: names in it need not be UTF-8.
  private let finalPath: [CChar]
  /// Nil if the bytes go to `path` itself.
  private let temporaryPath: [CChar]?
  private var descriptor: Int32
  /// Only while there is a temporary file to remove.
  private var signals: DeferredSignals?

  /// Opens the output.
  ///
  /// - Parameters:
  ///   - path: nil for standard output.
  ///   - input: a file that must stay as it is; nil if there is none.
  init(path: String?, sparing input: String? = nil) throws(Failure) {
    self.path = path
    guard let path else {
      finalPath = []
      temporaryPath = nil
      descriptor = STDOUT_FILENO
      return
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    // A link that leads to itself stands for no file, and must not be replaced by one.
    if !exists, errno == ELOOP {
      throw .cannotWrite(path: path, reason: lastSystemError())
    }
    let kind = status.st_mode & mode_t(S_IFMT)
    if exists, kind == S_IFDIR {
      throw .cannotWrite(path: path, reason: "expected the name of a file, found a folder")
    }
    if exists, kind == S_IFREG, let input, isFile(status, at: input) {
      throw .cannotWrite(path: path, reason: "expected another file than the model in use")
    }
    if exists, kind == S_IFREG, isStandardOutput(status) {
      finalPath = []
      temporaryPath = nil
      descriptor = dup(STDOUT_FILENO)
    } else if exists, kind != S_IFREG {
      finalPath = []
      temporaryPath = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC, 0)
    } else {
      let target = linkTarget(path)
      finalPath = cString(target)
      signals = DeferredSignals()
      var attempt = 0
      var temporary: [CChar]
      repeat {
        temporary = cString(shortened(target) + Array(".\(getpid())-\(attempt).tmp".utf8))
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        attempt += 1
      } while descriptor < 0 && errno == EEXIST && attempt < 100
      temporaryPath = temporary
    }
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: lastSystemError()) }
    // A file that is replaced keeps its permissions, where the system lets it.
    if exists, temporaryPath != nil { fchmod(descriptor, status.st_mode & 0o7777) }
  }

  deinit { abandon() }

  /// Looks for a signal that asks the program to end, too, and so has a use without bytes. After an
  /// error nothing more can be written.
  func write(_ bytes: [UInt8]) throws(Failure) {
    var written = 0
    repeat {
      if signals?.isPending == true {
        abandon()
        throw .interrupted
      }
      if bytes.isEmpty { return }
      let count = bytes.withUnsafeBytes { buffer in
        systemWrite(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      written += count
    } while written < bytes.count
  }

  /// Gives the file its name. Call it once, last.
  func finish() throws(Failure) {
    try closeWhole()
    try appear()
  }

  /// Ends the file, which does not have its name yet.
  func closeWhole() throws(Failure) {
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw failure() }
  }

  /// Gives a file that is closed its name.
  func appear() throws(Failure) {
    if let temporaryPath {
      guard rename(temporaryPath, finalPath) == 0 else { throw failure() }
    }
    signals = nil
  }

  private func failure() -> Failure {
    let isPipeClosed = errno == EPIPE
    let reason = lastSystemError()
    abandon()
    return isPipeClosed ? .readerGone : .cannotWrite(path: path, reason: reason)
  }

  private func abandon() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    if let temporaryPath, signals != nil { unlink(temporaryPath) }
    signals = nil
  }
}

/// Calls write(2), which `OutputFile.write` hides inside the class.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// Tells whether a file is the one that standard output goes to.
private func isStandardOutput(_ file: stat) -> Bool {
  var output = stat()
  return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == file.st_dev
    && output.st_ino == file.st_ino
}

/// Tells whether a file is the one at a path.
private func isFile(_ file: stat, at path: String) -> Bool {
  var other = stat()
  return stat(path, &other) == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino
}

/// Returns the path with the file's name so short that it can be added to.
private func shortened(_ path: [UInt8]) -> [UInt8] {
  // Systems take names of 255 bytes.
  Array(path.prefix(folder(of: path).count + 200))
}

/// Returns the bytes with a zero at their end.
private func cString(_ bytes: [UInt8]) -> [CChar] {
  bytes.map { CChar(bitPattern: $0) } + [0]
}

/// Follows symbolic links to the file that they stand for, whether or not there is one.
private func linkTarget(_ path: String) -> [UInt8] {
  if let resolved = realpath(path, nil) {
    defer { free(resolved) }
    return (0..<strlen(resolved)).map { UInt8(bitPattern: resolved[$0]) }
  }
  var target = Array(path.utf8)
  // As many as the system follows.
  for _ in 0..<40 {
    var link = [CChar](repeating: 0, count: maximumPathSize)
    let count = readlink(cString(target), &link, link.count)
    if count <= 0 { break }
    // What it says is relative to its own folder.
    let name = link.prefix(count).map { UInt8(bitPattern: $0) }
    target = (name[0] == slash ? [] : folder(of: target)) + name
  }
  return target
}

private var maximumPathSize: Int { 4096 }
private var slash: UInt8 { 0x2F }

/// Returns the path up to its last slash.
private func folder(of path: [UInt8]) -> [UInt8] {
  Array(path[..<(path.lastIndex(of: slash).map { $0 + 1 } ?? 0)])
}
