import Checkpoint
import Evaluation
import Files
import FloatModel
import Foundation
import Records

/// A finished or running training run as a command finds it on disk.
struct RunFolder {
  let paths: RunPaths

  /// Opens the folder of a run.
  ///
  /// - Parameter path: a run's folder.
  /// - Throws: `TrainerError.notARun`.
  init(_ path: String) throws(TrainerError) {
    paths = RunPaths(folder: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw .notARun(path: path, reason: "there is no such folder") }
  }

  /// Loads the run's model, with what its preset says of itself.
  func generator() throws -> (generator: FloatGenerator<Float>, about: String) {
    guard FileManager.default.fileExists(atPath: paths.model) else {
      throw TrainerError.notARun(
        path: paths.folder,
        reason: "it has no model.checkpoint; let trainer train come to an end, or interrupt it")
    }
    let checkpoint = try Checkpoint.load(paths.model)
    let metadata = try RunMetadata(of: checkpoint, path: paths.model)
    return (try FloatGenerator<Float>(ofRun: checkpoint, path: paths.model), metadata.preset.about)
  }

  /// Reads the training table of the run's model, without canaries.
  ///
  /// - Throws: `TableError`; `TrainerError.otherData` if it is another file than the model was
  ///   trained on.
  func trainingTable(
    _ path: String, of generator: FloatGenerator<Float>, reading: TableReading
  ) throws -> HashedTable {
    let description = generator.model.description
    let training = try HashedTable(path: path, schema: description.schema, reading: reading)
    guard training.hash == description.provenance.trainingDataHash else {
      throw TrainerError.otherData(
        path: path, expected: description.provenance.trainingData, hash: training.hash)
    }
    return training
  }

  /// Reads what a file of the folder holds as JSON; nil if it is not there.
  func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let bytes = try fileBytes(path, limit: 1 << 28)
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw TrainerError.notARun(
        path: path, reason: "it is not what this version of trainer writes; make it anew")
    }
  }

  static func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")], to: path)
  }
}
