import Files
import Foundation

/// What a process left.
public struct RunResult: Equatable, Sendable {
  public var status: Int32
  public var output: String
  public var error: String

  public init(status: Int32, output: String, error: String) {
    self.status = status
    self.output = output
    self.error = error
  }
}

/// The path of a program that was built beside the tests.
public func builtProgram(_ name: String) -> String {
  // The tests are an executable on Linux and a loaded bundle on Darwin.
  let bundle =
    Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    ?? Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
  return bundle.deletingLastPathComponent().appendingPathComponent(name).path
}

/// Runs a program at a path to its end.
public func runProcess(_ path: String, _ arguments: [String]) throws -> RunResult {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  let output = Pipe()
  let error = Pipe()
  process.standardOutput = output
  process.standardError = error
  try process.run()
  // Standard error never fills a pipe, so it can wait.
  let outputData = output.fileHandleForReading.readRest()
  let errorData = error.fileHandleForReading.readRest()
  process.waitUntilExit()
  return RunResult(
    status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
    error: String(decoding: errorData, as: UTF8.self))
}

/// Runs a program that was built beside the tests.
public func runBuilt(_ name: String, _ arguments: [String]) throws -> RunResult {
  try runProcess(builtProgram(name), arguments)
}
