import Files
import Foundation

/// What another program did.
public struct ProgramResult: Sendable {
  public var status: Int32
  public var output: Data
}

/// A program that a test compares with cannot be run.
public struct MissingProgram: Error, CustomStringConvertible {
  public var description: String
}

/// Runs a program of the PATH to its end, on a file or nothing as its standard input, its messages
/// thrown away.
public func run(
  _ program: String, _ arguments: [String], input path: String = "/dev/null"
) throws -> ProgramResult {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  let output = Pipe()
  process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let bytes = output.fileHandleForReading.readRest()
  process.waitUntilExit()
  if process.terminationStatus == 127 {
    throw MissingProgram(description: "\(program) is needed by this test and is not installed")
  }
  return ProgramResult(status: process.terminationStatus, output: bytes)
}

/// The path of a file in the repository's `examples`.
public func example(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("examples/\(name)").path
}
