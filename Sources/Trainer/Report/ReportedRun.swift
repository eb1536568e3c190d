import Checkpoint
import Foundation

/// All that a run's folder holds for a report.
struct ReportedRun {
  /// Name of the folder.
  var name: String
  var about: String?
  var losses: RunLog
  var generatedLoss: RunLog?
  var measurements: Measurements?
  var exposure: Exposure?

  /// Reads a run's folder.
  ///
  /// - Throws: `TrainerError.notARun` for a folder without losses.csv, `ReportError` for files that
  ///   the trainer has not written.
  init(_ path: String) throws {
    let folder = try RunFolder(path)
    name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    let files = FileManager.default
    guard files.fileExists(atPath: folder.paths.losses) else {
      throw TrainerError.notARun(path: path, reason: "it has no losses.csv")
    }
    losses = try RunLog(path: folder.paths.losses)
    if files.fileExists(atPath: folder.paths.generatedLoss) {
      generatedLoss = try RunLog(path: folder.paths.generatedLoss)
    }
    measurements = try folder.decode(Measurements.self, folder.paths.measurements)
    if let problem = measurements?.problem {
      throw ReportError.badMeasurements(path: folder.paths.measurements, reason: problem)
    }
    exposure = try folder.decode(Exposure.self, folder.paths.exposure)
    about = measurements?.about
    if about == nil, files.fileExists(atPath: folder.paths.model) {
      let checkpoint = try Checkpoint.load(folder.paths.model)
      about = try RunMetadata(of: checkpoint, path: folder.paths.model).preset.about
    }
  }
}

extension Measurements {
  /// What the report could not show; nil if it can show all.
  fileprivate var problem: String? {
    if interpolations.contains(where: { $0.ends.count != 2 }) {
      return "expected two ends of each interpolation"
    }
    guard let pValues else { return nil }
    let counts = [pValues.generated, pValues.training, pValues.heldOut ?? pValues.training]
    let isSound = counts.allSatisfy { counts in
      counts.count == pValues.generated.count && !counts.isEmpty
        && counts.allSatisfy { (0...1 << 40).contains($0) }
    }
    return isSound ? nil : "expected as many counts of p-values of each source"
  }
}
