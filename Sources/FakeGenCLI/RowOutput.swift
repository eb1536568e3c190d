import CSystem
import FakeGen

/// Where the bytes of a format go: one file, or one for each of a model's linked tables.
enum RowOutput {
  case file(OutputFile)
  /// Of frames.
  case tables(TableFiles)

  func write(_ bytes: [UInt8]) throws(Failure) {
    switch self {
    case .file(let file): try file.write(bytes)
    case .tables(let files): try files.write(bytes)
    }
  }

  func finish() throws(Failure) {
    switch self {
    case .file(let file): try file.finish()
    case .tables(let files): try files.finish()
    }
  }
}

/// A file for each table in a folder, which is made if there is none. All appear once all are whole.
final class TableFiles {
  private var files: [OutputFile] = []

  /// Opens the files.
  ///
  /// - Parameters:
  ///   - names: of the files.
  ///   - folder: the folder.
  ///   - input: a file that must stay as it is; nil if there is none.
  init(_ names: [String], in folder: String, sparing input: String?) throws(Failure) {
    if mkdir(folder, 0o777) != 0, errno != EEXIST {
      throw .cannotWrite(path: folder, reason: lastSystemError())
    }
    let separator = folder.utf8.last == UInt8(ascii: "/") ? "" : "/"
    do throws(Failure) {
      for name in names {
        files.append(try OutputFile(path: folder + separator + name, sparing: input))
      }
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  /// Writes each frame of a stream to its file.
  func write(_ bytes: [UInt8]) throws(Failure) {
    // The first one looks for signals.
    if let first = files.first { try first.write([]) }
    try TableFrame.forEach(in: bytes) { file, range throws(Failure) in
      if file < files.count { try files[file].write(Array(bytes[range])) }
    }
  }

  /// Gives the files their names. Call it once, last.
  func finish() throws(Failure) {
    // Backwards, so that signals are held back until all are there.
    for file in files.reversed() { try file.finish() }
  }

  /// Lets go of the files backwards, for the same reason.
  private func close() {
    while !files.isEmpty { files.removeLast() }
  }
}

/// Tells whether a path names a folder: one that is there, or by a slash at its end.
func isFolder(_ path: String) -> Bool {
  if path.utf8.last == UInt8(ascii: "/") { return true }
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & mode_t(S_IFMT) == S_IFDIR
}
