import Foundation

/// Standard output, of programs that print little.
public enum StandardOutput {
  /// Prints a text, with a line end if it has none.
  ///
  /// - Parameter text: the text.
  /// - Throws: `FileError.cannotWrite`.
  public static func print(_ text: String) throws(FileError) {
    let line = text.hasSuffix("\n") ? text : text + "\n"
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
    } catch {
      throw .cannotWrite(path: "standard output", reason: lastSystemError())
    }
  }
}
