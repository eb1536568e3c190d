import Files
import Foundation

/// Runs Python, an implementation that is not ours, for comparison. `FAKEGEN_PYTHON` names one that
/// has scipy; `scripts/test` sets it.
public enum Python {
  public struct Failure: Error, CustomStringConvertible {
    public var description: String
  }

  /// Standard output of `python3 ARGUMENTS`.
  public static func run(_ arguments: [String]) throws -> Data {
    let python = ProcessInfo.processInfo.environment["FAKEGEN_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readRest()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        description:
          "\(python) failed: it must be a Python 3 that has scipy (scripts/test sets one up)"
      )
    }
    return data
  }

  /// What `program` prints as JSON; `input`, as JSON, is its `sys.argv[1]`.
  public static func evaluate<Output: Decodable>(
    _ program: String, input: some Encodable, as type: Output.Type = Output.self
  ) throws -> Output {
    let argument = String(decoding: try JSONEncoder().encode(input), as: UTF8.self)
    return try JSONDecoder().decode(type, from: run(["-c", program, argument]))
  }
}
