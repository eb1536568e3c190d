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
  /// Made before the files, whose own then hold back nothing, and let go of when they are gone.
  private var signals: DeferredSignals? = DeferredSignals()
  /// The bytes of each file that are still to be written.
  private var gathered: [[UInt8]]

  /// Opens the files.
  ///
  /// - Parameters:
  ///   - names: of the files.
  ///   - folder: the folder.
  ///   - input: a file that must stay as it is; nil if there is none.
  init(_ names: [String], in folder: String, sparing input: String?) throws(Failure) {
    gathered = Array(repeating: [], count: names.count)
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

  /// Writes the frames of a stream to their files. Looks for a signal that asks the program to end,
  /// too. After an error nothing more can be written.
  func write(_ bytes: [UInt8]) throws(Failure) {
    if signals?.isPending == true {
      close()
      throw .interrupted
    }
    TableFrame.forEach(in: bytes) { file, range in
      if file < gathered.count { gathered[file].append(contentsOf: bytes[range]) }
    }
    for (index, file) in files.enumerated() where !gathered[index].isEmpty {
      try file.write(gathered[index])
      gathered[index].removeAll(keepingCapacity: true)
    }
  }

  /// Gives the files their names. Call it once, last.
  func finish() throws(Failure) {
    // None has its name before the system has taken all bytes of all.
    for file in files { try file.closeWhole() }
    for file in files { try file.appear() }
    close()
  }

  /// Lets go of the files, and then of the signals.
  private func close() {
    files = []
    signals = nil
  }
}

/// Tells whether a path names a folder: one that is there, or by a slash at its end.
func isFolder(_ path: String) -> Bool {
  if path.utf8.last == UInt8(ascii: "/") { return true }
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & mode_t(S_IFMT) == S_IFDIR
}
