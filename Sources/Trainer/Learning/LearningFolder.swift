import Files
import Foundation

/// Where `trainer learn` keeps what it needs to go on; removed when it is done.
struct LearningFolder {
  let path: String

  var resumable: String { "\(path)/run.checkpoint" }
  private var statePath: String { "\(path)/state.json" }
  func best(step: Int) -> String { "\(path)/best-\(step).checkpoint" }
  func average(step: Int) -> String { "\(path)/average-\(step).checkpoint" }

  var exists: Bool { FileManager.default.fileExists(atPath: resumable) }

  func create() throws { try RunPaths(folder: path).create() }

  /// - Throws: `FileError`, or `TrainerError.notARun` for what it did not write.
  func state() throws -> LearningState {
    guard let state = try RunFolder(path).decode(LearningState.self, statePath) else {
      throw TrainerError.nothingToResume(path: path)
    }
    return state
  }

  func write(_ state: LearningState) throws { try RunFolder.write(state, to: statePath) }

  /// Removes averages but that of a step, and best states but one.
  func removeOlder(than step: Int?, best: Int?) {
    let kept = [step.map { average(step: $0) }, best.map { self.best(step: $0) }]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where (name.hasPrefix("best-") || name.hasPrefix("average-"))
      && !kept.contains("\(path)/\(name)")
    {
      try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
  }

  /// Removes the folder and what `trainer learn` has put into it.
  func remove() {
    removeOlder(than: nil, best: nil)
    for file in [resumable, statePath] { try? FileManager.default.removeItem(atPath: file) }
    // Only if nobody has put anything else there.
    rmdir(path)
  }
}
