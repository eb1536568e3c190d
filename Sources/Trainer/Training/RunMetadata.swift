import Foundation
import Schema

/// The JSON document of a trainer's checkpoint; `decode` reads it.
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
