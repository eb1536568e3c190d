import Foundation
import TestModels
import TestSupport

/// Runs the program that was built beside the tests.
enum Fakegen {
  static var path: String { builtProgram("fakegen") }

  static func run(_ arguments: String...) throws -> RunResult {
    try run(path, arguments)
  }

  /// Runs a bash script; its `$1` is the program, the rest are `arguments`.
  static func shell(_ script: String, _ arguments: String...) throws -> RunResult {
    try run("/usr/bin/env", ["bash", "-c", script, "bash", path] + arguments)
  }

  static func run(_ program: String, _ arguments: [String]) throws -> RunResult {
    try runProcess(program, arguments)
  }

  /// What Python prints for `program`, whose `sys.argv[1:]` are `arguments`.
  static func python(_ program: String, _ arguments: String...) throws -> RunResult {
    try python(program, arguments)
  }

  static func python(_ program: String, _ arguments: [String]) throws -> RunResult {
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
