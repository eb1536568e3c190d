import Files
import Foundation

/// A database's command-line client at work, whose answer is read as it comes.
struct RunningClient {
  /// What it answers.
  let output: FileHandle
  private let name: String
  private let process: Process
  private let errors: FileHandle

  /// Starts a client, which is looked for in PATH.
  ///
  /// - Parameters:
  ///   - name: of the client.
  ///   - arguments: its arguments.
  ///   - environment: variables that are added to the program's own.
  /// - Throws: `DatabaseError.noClient`.
  init(
    _ name: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws(DatabaseError) {
    self.name = name
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (answer, words) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = answer
    process.standardError = words
    (output, errors) = (answer.fileHandleForReading, words.fileHandleForReading)
    do {
      try process.run()
    } catch {
      throw .noClient(client: name)
    }
  }

  /// Whether there is something of the answer that has not been read. Waits for it.
  var hasMore: Bool { (try? output.read(upToCount: 1))?.isEmpty == false }

  /// Ends the client before it has said all.
  func stop() {
    try? output.close()
    process.terminate()
    process.waitUntilExit()
  }

  /// Waits for the client's end, once its answer is read.
  ///
  /// - Throws: `DatabaseError` if it ends otherwise than well.
  func finish() throws(DatabaseError) {
    // What the clients say on standard error fits into a pipe.
    let words = errors.readRest()
    process.waitUntilExit()
    guard process.terminationStatus != 127 else { throw .noClient(client: name) }
    guard process.terminationStatus == 0, process.terminationReason == .exit else {
      let lines = String(decoding: words, as: UTF8.self).split(separator: "\n").prefix(3)
      var reason = lines.joined(separator: "; ")
      if reason.isEmpty { reason = "it ended before it had said all" }
      if name == "psql", reason.contains("password") {
        reason += "; name the password in the variable PGPASSWORD or in ~/.pgpass"
      }
      throw .failed(client: name, reason: reason)
    }
  }
}
