import Foundation

/// Prints one line on stderr.
func warn(_ line: String) {
  FileHandle.standardError.write(Data("trainer: \(line)\n".utf8))
}
