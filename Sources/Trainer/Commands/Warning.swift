import Foundation

/// One line on stderr.
func warn(_ line: String) {
  FileHandle.standardError.write(Data("trainer: \(line)\n".utf8))
}
