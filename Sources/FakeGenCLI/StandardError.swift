import CSystem

/// Writes a line to standard error. If that fails there is nobody left to tell.
func writeToStandardError(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Opens `/dev/null`, not for writing, as each of the descriptors 0, 1 and 2 that is closed. A file
/// would get such a number otherwise, and what is meant for standard error would be written into
/// it.
func reserveStandardDescriptors() {
  var descriptor: Int32
  repeat {
    descriptor = open("/dev/null", O_RDONLY, 0)
  } while (STDIN_FILENO...STDERR_FILENO).contains(descriptor)
  if descriptor >= 0 { close(descriptor) }
}
