import FakeGen

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that could not be read or written, or a row that could not be made. `description` is one
/// line.
enum FileFailure: Error {
  case cannotRead(path: String, reason: String)
  /// A nil path stands for standard output.
  case cannotWrite(path: String?, reason: String)
  case badModel(source: String, reason: String)
  /// Whoever read the output has closed it: no failure of ours, and nothing to say about it.
  case readerGone
  /// A signal asks the program to end.
  case interrupted
  case rowExcluded(GenerationError)
}

extension FileFailure: CustomStringConvertible {
  var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(printable(path)): cannot be read: \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path.map { printable($0) } ?? "standard output"): cannot be written: \(reason)"
    case .badModel(let source, let reason): "\(printable(source)): \(printable(reason))"
    case .readerGone: "standard output: the reader has closed it"
    case .interrupted: "interrupted"
    case .rowExcluded(let error): error.description
    }
  }
}

/// The C library's words for the last failed call.
func lastSystemError() -> String {
  String(cString: strerror(errno))
}
