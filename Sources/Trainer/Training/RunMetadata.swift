import Checkpoint
import FloatModel
import Foundation

/// The JSON document of a trainer's checkpoint: the model's description, and what a run needs
/// beside it.
struct RunMetadata: Encodable, Hashable, Sendable {
  /// What a run needs to go on exactly where it stopped.
  struct Resume: Codable, Hashable, Sendable {
    var step: Int
    var adamStep: Int
    var latentBatches: Int
    var whiteningBatches: [Int]
    /// Steps of the discriminator's optimizer, if there is one.
    var discriminatorStep: Int?
  }

  var model: ModelDescription
  var preset: Preset
  /// Nil in a compact checkpoint, which generates and quantizes but does not resume.
  var resume: Resume?

  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self))
  }
}

extension RunMetadata {
  /// Reads the metadata of a run's checkpoint.
  ///
  /// - Parameter path: names the checkpoint in errors.
  /// - Throws: `CheckpointError.malformed`.
  init(of checkpoint: Checkpoint, path: String) throws(CheckpointError) {
    struct State: Decodable {
      var resume: Resume?
    }
    model = try ModelDescription(ofRun: checkpoint, path: path)
    do {
      resume = try JSONDecoder().decode(State.self, from: Data(checkpoint.metadata)).resume
      preset = try Preset.load(metadata: checkpoint.metadata, path: path)
    } catch {
      throw .malformed(path: path, field: "metadata: it is not JSON of the expected form")
    }
  }
}

extension ModelDescription {
  /// Reads the description in a run's checkpoint. One that does not state its method, as older
  /// trainers wrote it, gets that of the run's preset.
  ///
  /// - Parameter path: names the checkpoint in errors.
  /// - Throws: `CheckpointError.malformed`.
  init(ofRun checkpoint: Checkpoint, path: String) throws(CheckpointError) {
    try self.init(metadataOf: checkpoint, path: path) { checkpoint in
      try? Preset.load(metadata: checkpoint.metadata, path: path).methodOptions
    }
  }
}

extension FloatGenerator<Float> {
  /// Reads the model of a run's checkpoint.
  ///
  /// - Parameter path: names the checkpoint in errors.
  /// - Throws: `CheckpointError`.
  init(ofRun checkpoint: Checkpoint, path: String) throws(CheckpointError) {
    try self.init(checkpoint, of: ModelDescription(ofRun: checkpoint, path: path), path: path)
  }
}
