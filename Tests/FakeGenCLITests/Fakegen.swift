import Foundation
import TestSupport

/// What a process left.
struct RunResult: Equatable {
  var status: Int32
  var output: String
  var error: String
}

/// Runs the program that was built beside the tests.
enum Fakegen {
  static var path: String {
    // The tests are an executable on Linux and a loaded bundle on Darwin.
    let bundle =
      Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
      ?? Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return bundle.deletingLastPathComponent().appendingPathComponent("fakegen").path
  }

  static func run(_ arguments: String...) throws -> RunResult {
    try run(path, arguments)
  }

  /// Runs a bash script; its `$1` is the program, the rest are `arguments`.
  static func shell(_ script: String, _ arguments: String...) throws -> RunResult {
    try run("/usr/bin/env", ["bash", "-c", script, "bash", path] + arguments)
  }

  static func run(_ program: String, _ arguments: [String]) throws -> RunResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    let error = Pipe()
    process.standardOutput = output
    process.standardError = error
    try process.run()
    // Standard error never fills a pipe, so it can wait.
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorData = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return RunResult(
      status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
      error: String(decoding: errorData, as: UTF8.self))
  }

  /// What Python prints for `program`, whose `sys.argv[1:]` are `arguments`.
  static func python(_ program: String, _ arguments: String...) throws -> RunResult {
    let python = ProcessInfo.processInfo.environment["FAKEGEN_PYTHON"] ?? "python3"
    return try run("/usr/bin/env", [python, "-c", program] + arguments)
  }
}

extension TemporaryFolder {
  /// A folder that holds the test model.
  static func withModel() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write(TestModel.bytes, to: "model.fakegen")
    return folder
  }

  var model: String { path("model.fakegen") }
}
