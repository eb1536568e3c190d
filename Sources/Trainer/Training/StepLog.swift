import Foundation

/// A CSV file of a run that grows by lines that start with a step.
final class StepLog {
  enum Failure: Error, CustomStringConvertible {
    case cannotWrite(path: String, reason: String)

    var description: String {
      switch self {
      case .cannotWrite(let path, let reason): "\(path): cannot write the log: \(reason)"
      }
    }
  }

  private let handle: FileHandle
  private let path: String

  /// Opens a run's log, keeping the lines of steps up to `step` and dropping later ones.
  init(path: String, header: String, resumingAt step: Int) throws {
    self.path = path
    var lines = [header]
    if step > 0, let old = try? String(contentsOfFile: path, encoding: .utf8) {
      for line in old.split(separator: "\n").dropFirst() {
        guard let field = line.split(separator: ",").first, let logged = Int(field) else { break }
        if logged <= step { lines.append(String(line)) }
      }
    }
    do {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
      handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.seekToEnd()
    } catch {
      throw Failure.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  deinit { try? handle.close() }

  /// Appends a line.
  ///
  /// - Parameter line: cells without the line's end.
  func append(_ line: String) throws {
    do {
      try handle.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      throw Failure.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
