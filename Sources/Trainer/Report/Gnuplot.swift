import Files
import Foundation

/// The gnuplot program, which draws the report's pictures.
struct Gnuplot {
  private let path: String

  /// Finds the program on the PATH.
  ///
  /// - Throws: `ReportError.noGnuplot`.
  init() throws(ReportError) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let found = folders.map({ "\($0)/gnuplot" }).first(where: {
        FileManager.default.isExecutableFile(atPath: $0)
      })
    else { throw .noGnuplot }
    path = found
  }

  /// Runs a script and returns what it draws.
  ///
  /// - Throws: `ReportError.gnuplotFailed`.
  func svg(_ script: String) throws(ReportError) -> String {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fakegen-report-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let scriptFile = folder.appendingPathComponent("script.gp")
      let messages = folder.appendingPathComponent("messages")
      try Data(script.utf8).write(to: scriptFile)
      try Data().write(to: messages)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      // Without the user's own settings.
      process.arguments = ["--default-settings", scriptFile.path]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = try FileHandle(forWritingTo: messages)
      try process.run()
      let drawing = output.fileHandleForReading.readRest()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        let said = String(decoding: try Data(contentsOf: messages), as: UTF8.self)
        throw ReportError.gnuplotFailed(
          reason: said.split(separator: "\n").suffix(2).joined(separator: " "))
      }
      return String(decoding: drawing, as: UTF8.self)
    } catch let error as ReportError {
      throw error
    } catch {
      throw .gnuplotFailed(reason: error.localizedDescription)
    }
  }
}

/// A report that cannot be made.
enum ReportError: Error, Hashable, CustomStringConvertible {
  case noGnuplot
  case gnuplotFailed(reason: String)
  case badLog(path: String, line: Int, reason: String)
  case badMeasurements(path: String, reason: String)

  var description: String {
    switch self {
    case .noGnuplot:
      "found no gnuplot on the PATH, which draws the report's pictures; install it (Debian: "
        + "apt-get install gnuplot-nox) or run scripts/setup"
    case .gnuplotFailed(let reason): "gnuplot could not draw a picture: \(reason)"
    case .badLog(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .badMeasurements(let path, let reason):
      "\(path): \(reason); run trainer measure on this run again"
    }
  }
}
