import Checkpoint
import FloatModel
import Foundation

/// What a run takes of the machine, looked at before its first step.
enum RunResources {
  /// Checks that a run's memory is there.
  ///
  /// - Parameters:
  ///   - model: to be trained.
  ///   - gradients: vectors of gradients that are held at a time.
  ///   - copies: further copies of the parameters.
  ///   - available: bytes; those of the machine unless given.
  /// - Throws: `TrainerError.tooLarge`.
  static func checkMemory(
    _ model: RecordModel, gradients: Int, copies: Int, available: Int? = nil
  ) throws(TrainerError) {
    // The parameters and both of the optimizer's moments, and a copy while they are saved.
    let (count, overflow) = (4 * model.layout.count).multipliedReportingOverflow(
      by: 4 + gradients + copies)
    let available = available ?? Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard !overflow, count < available else {
      throw .tooLarge(what: "training", bytes: overflow ? .max : count, limit: available)
    }
  }

  /// Checks that a folder, or the one that it will be made in, can be written to and has room.
  ///
  /// - Parameters:
  ///   - bytes: that will be written.
  ///   - free: bytes that are free; those of the folder's disk unless given.
  /// - Throws: `TrainerError.cannotCreate` or `.tooLittleSpace`.
  static func checkSpace(
    _ folder: String, bytes: Int, free: Int? = nil
  ) throws(TrainerError) {
    var place = URL(fileURLWithPath: folder).standardizedFileURL
    while !FileManager.default.fileExists(atPath: place.path), place.path != "/" {
      place = place.deletingLastPathComponent()
    }
    guard access(place.path, W_OK) == 0 else {
      throw .cannotCreate(path: folder, reason: "\(place.path) cannot be written to")
    }
    guard let free = free ?? self.free(place.path) else { return }
    guard bytes <= free else {
      throw .tooLittleSpace(path: folder, bytes: bytes, free: free)
    }
  }

  /// Bytes that may be written below a folder; nil if the system does not say.
  private static func free(_ folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    return overflow ? nil : bytes
  }
}
