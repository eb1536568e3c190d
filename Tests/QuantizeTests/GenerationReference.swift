import Checkpoint
import FloatModel
import Foundation
import Schema
import TestSupport

/// The float generation path by Reference/generation.py, which NumPy computes from the documents'
/// equations.
struct GenerationReference {
  /// What sampling might choose.
  struct Choices: Encodable {
    /// Standard normal numbers of the latent vector, `[embedding]`.
    var noise: [Double]
    /// The codes that every string gets, without the end.
    var codes: [Int]
    /// What every softmax over classes chooses, modulo their number.
    var index: Int
    /// Whether what is optional is there.
    var isPresent: Bool
    /// Of every mixture, modulo the number of its components.
    var component: Int
    /// Standard normal numbers of a component's values.
    var componentNoise: [Double]
    /// Whether the optional leaves of scalars are there, in turn.
    var presence: [Bool]
  }

  /// What a walk computed, by name: what a module of prefix E computes is named E/...
  typealias Figures = [String: [[Double]]]

  private struct Problem: Encodable {
    struct Tensor: Encodable {
      var shape: [Int]
      var values: [Double]
    }

    var description: ModelDescription
    var tensors: [String: Tensor]
    var choices: [Choices]
  }

  /// Walks a model once for each of `choices`.
  static func walk(
    _ checkpoint: Checkpoint, _ description: ModelDescription, _ choices: [Choices]
  ) throws -> [Figures] {
    let tensors = checkpoint.tensors.compactMapValues { tensor in
      tensor.doubles.map { Problem.Tensor(shape: tensor.shape, values: $0) }
    }
    let problem = Problem(description: description, tensors: tensors, choices: choices)
    let folder = try TemporaryFolder()
    let input = try folder.write(Array(JSONEncoder().encode(problem)), to: "problem.json")
    let program = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/generation.py").path
    return try JSONDecoder().decode([Figures].self, from: Python.run([program, input]))
  }
}
