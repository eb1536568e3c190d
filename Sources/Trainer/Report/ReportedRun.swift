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

  /// - Throws: `TrainerError.notARun` for a folder without losses.csv.
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
    exposure = try folder.decode(Exposure.self, folder.paths.exposure)
    about = measurements?.about
    if about == nil, files.fileExists(atPath: folder.paths.model) {
      let checkpoint = try Checkpoint.load(folder.paths.model)
      about = try RunMetadata.decode(checkpoint, path: folder.paths.model).preset.about
    }
  }
}
