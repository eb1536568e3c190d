import Files
import Foundation

/// A `gzip` that unpacks a file into a pipe.
final class Unpacking {
  /// The end of the pipe to read from; whoever reads closes it.
  let output: Int32
  private let path: String
  private let process = Process()
  private let complaints = Pipe()

  /// Starts `gzip` on an open file, which is closed.
  ///
  /// - Parameters:
  ///   - path: of the file, for errors.
  ///   - file: its descriptor.
  /// - Throws: `FileError.cannotOpen`.
  init(path: String, file: Int32) throws(FileError) {
    self.path = path
    let input = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let program = folders.split(separator: ":").lazy.map { "\($0)/gzip" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let program else {
      throw .cannotOpen(
        path: path, reason: "gzip, which unpacks it, is not on the PATH; install or unpack it")
    }
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["-dc"]
    process.standardInput = input
    process.standardOutput = pipe
    process.standardError = complaints
    do {
      try process.run()
    } catch {
      throw .cannotOpen(path: path, reason: "gzip cannot be started: \(error.localizedDescription)")
    }
    output = dup(pipe.fileHandleForReading.fileDescriptor)
  }

  /// Waits for the end of `gzip`, when all that it wrote has been read.
  ///
  /// - Throws: `FileError.cannotRead` if the file was none of gzip's, or cut off.
  func finish() throws(FileError) {
    let complaint = complaints.fileHandleForReading.readRest()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let line = String(decoding: complaint, as: UTF8.self).split(separator: "\n").first
      throw .cannotRead(path: path, reason: line.map(String.init) ?? "gzip could not unpack it")
    }
  }

  deinit {
    if process.isRunning { process.terminate() }
  }
}
