import Foundation

/// The losses of a run as CSV, one line per logged step, each number with all its digits.
final class LossLog {
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
  private let figures: [Figure]

  /// Opens a run's log, keeping the lines of steps up to `step` and dropping later ones.
  init(
    path: String, components: LossComponents, figures: [Figure], resumingAt step: Int
  ) throws {
    self.path = path
    self.figures = figures
    let names = components.components.map(\.name)
    let header =
      "step,examples,seconds,learningRate,beta,tupleGroundTruth,loss,reconstruction,divergence,"
      + "bitsPerCharacter,gradientNorm,"
      + (figures.map(\.rawValue) + names).joined(separator: ",")
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

  func append(_ report: StepReport, batchSize: Int, seconds: Double) throws {
    let numbers = [
      report.learningRate, report.beta, report.groundTruthProbability, report.loss,
      report.reconstruction, report.divergence, report.bitsPerCharacter, report.gradientNorm,
    ]
    let line =
      ([
        "\(report.step)", "\(report.step * batchSize)", String(format: "%.1f", seconds),
      ]
      + numbers.map { "\($0)" }
      // Empty where a step has none, as before augmented training starts.
      + figures.map { report.figures[$0].map { "\($0)" } ?? "" }
      + report.components.map { "\($0)" }).joined(separator: ",") + "\n"
    do {
      try handle.write(contentsOf: Data(line.utf8))
    } catch {
      throw Failure.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
