import CSystem

/// Writes a line to standard error. If that fails there is nobody left to tell.
func writeToStandardError(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
