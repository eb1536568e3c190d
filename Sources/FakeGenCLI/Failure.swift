import CSystem
import FakeGen

/// Why the program did not do what it was asked to. `description` is one line.
indirect enum Failure: Error {
  case usage(UsageError)
  case cannotRead(path: String, reason: String)
  /// A nil path stands for standard output.
  case cannotWrite(path: String?, reason: String)
  case badModel(source: String, reason: String)
  /// Whoever read the output has closed it: no failure of ours, and nothing to say about it.
  case readerGone
  /// A signal asks the program to end.
  case interrupted
  /// Every attempt at a row gave one that the model must not print.
  case rowExcluded(GenerationError)
  /// The system starts no thread.
  case noThreads(reason: String)
  /// No memory to remember this many rows by.
  case noMemory(rows: UInt64)
  /// What the self-test found.
  case wrongRows(expected: String, found: String, kernels: KernelLevel, batchSize: Int)
  /// The last `inARow` of the `tried` rows did not pass `--where` or `--unique`.
  case ranDry(printed: UInt64, expected: UInt64, tried: UInt64, inARow: UInt64)
}

extension Failure {
  var description: String {
    switch self {
    case .usage(let error): error.description
    case .cannotRead(let path, let reason): "\(printable(path)): cannot be read: \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path.map { printable($0) } ?? "standard output"): cannot be written: \(reason)"
    case .badModel(let source, let reason): "\(printable(source)): \(printable(reason))"
    case .readerGone: "standard output: the reader has closed it"
    case .interrupted: "interrupted"
    case .rowExcluded(let error): error.description + "; --skip-excluded leaves out all such rows"
    case .noThreads(let reason): "no thread can be started: \(reason); try --threads 1"
    case .noMemory(let rows):
      "--unique and --unique-by: there is no memory to remember \(rows) rows by; lower --count"
    case .wrongRows(let expected, let found, let kernels, let batchSize):
      "self-test: expected rows with the SHA-256 \(expected), found \(found) with the kernels "
        + "\(kernels.name), \(batchSize) at a time; this build is faulty"
    case .ranDry(let printed, let expected, let tried, let inARow):
      "ran dry after \(tried) rows: \(printed) of \(expected) passed, none of the last \(inARow); "
        + "ask for less, or raise --max-tries"
    }
  }
}

/// Returns the C library's words for the last failed call.
func lastSystemError() -> String {
  String(cString: strerror(errno))
}
