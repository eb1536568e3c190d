import Foundation

/// Names of the files in a run's folder.
struct RunPaths {
  let folder: String
  var resumable: String { "\(folder)/run.checkpoint" }
  var model: String { "\(folder)/model.checkpoint" }
  var losses: String { "\(folder)/losses.csv" }
  var canaries: String { "\(folder)/canaries.json" }
  var measurements: String { "\(folder)/measurements.json" }
  var exposure: String { "\(folder)/exposure.json" }
  var generatedLoss: String { "\(folder)/generated-loss.csv" }

  func create() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw TrainerError.cannotCreate(path: folder, reason: error.localizedDescription)
    }
  }
}
