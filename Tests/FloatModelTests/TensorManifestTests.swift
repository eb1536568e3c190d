import Autodiff
import Checkpoint
import FloatModel
import Foundation
import Schema
import Testing

@Suite struct TensorManifestTests {
  private func description(_ feedback: ModelOptions.Feedback) -> ModelDescription {
    let leaves = [
      Leaf(path: "name", column: "NAME", kind: .text, isOptional: false),
      Leaf(path: "age", column: "AGE", kind: .integer, isOptional: true),
      Leaf(path: "sold", column: "SOLD", kind: .boolean, isOptional: false),
    ]
    let root = ModuleNode.tuple(
      name: "",
      elements: [
        .categorical(leaf: 2, classes: 2), .scalarTuple(leaves: [1]), .stringLiteral(leaf: 0),
      ])
    var widths = Widths()
    (widths.embedding, widths.tupleState, widths.stringState) = (6, 5, 4)
    (widths.character, widths.deviation) = (3, 7)
    var description = ModelDescription(
      schema: RecordSchema(
        messageName: "test.Row", leaves: leaves, columns: [0, 1, 2], root: root),
      alphabet: [97, 98], widths: widths, maximumStringLength: 9,
      integerRanges: [nil, IntegerRange(minimum: 0, maximum: 9), nil],
      provenance: Provenance(
        attribution: "", trainingData: "", trainingDataHash: "", trainingRows: 1, preset: "",
        steps: 0, examples: 0))
    description.options.feedback = feedback
    return description
  }

  private func checkpoint(
    _ description: ModelDescription, leavingOut: Set<String> = []
  ) throws -> Checkpoint {
    var tensors: [String: CheckpointTensor] = [:]
    for tensor in RecordModel(description).manifest.tensors
    where !leavingOut.contains(tensor.name) {
      let count = tensor.shape.reduce(1, *)
      // Square matrices are the identity, so that they have inverses and factors.
      let values = (0..<count).map { index -> Float in
        tensor.shape.count == 2 && tensor.shape[0] == tensor.shape[1]
          ? (index % (tensor.shape[0] + 1) == 0 ? 1 : 0) : Float(index % 7) / 7
      }
      tensors[tensor.name] = CheckpointTensor(shape: tensor.shape, elements: .float32(values))
    }
    return Checkpoint(
      metadata: Array(try JSONEncoder().encode(["model": description])), tensors: tensors)
  }

  /// Exactly the tensors that the manifest says generation needs are needed.
  @Test(arguments: ModelOptions.Feedback.allCases)
  func generationNeedsWhatTheManifestSays(feedback: ModelOptions.Feedback) throws {
    let description = description(feedback)
    let manifest = RecordModel(description).manifest
    let training = Set(manifest.tensors.filter { $0.use == .training }.map(\.name))
    #expect(training.contains("deviation/0/0/weight"))
    #expect(training.contains("record/encoder/output/weight"))
    #expect(training.contains("string/encoder/bias") == (feedback != .reencoded))
    #expect(training.contains("record/0/embedding") == (feedback == .own))
    let whole = try FloatGenerator<Double>(
      checkpoint(description), path: "x", needing: .generation)
    let without = try FloatGenerator<Double>(
      checkpoint(description, leavingOut: training), path: "x", needing: .generation)
    let rows = without.records(0..<40, seed: 3)
    #expect(Set(rows).count > 1)
    #expect(rows == whole.records(0..<40, seed: 3))
    for tensor in manifest.tensors where tensor.use == .generation {
      let incomplete = try checkpoint(description, leavingOut: [tensor.name])
      #expect(throws: CheckpointError.missingTensor(path: "x", name: tensor.name)) {
        try FloatGenerator<Double>(incomplete, path: "x", needing: .generation)
      }
    }
  }

  /// Checkpoints whose description states no method show it by their networks.
  @Test(arguments: [
    (MethodOptions.Deviation.network, 3, 0), (.lastLayer, 2, 0), (.none, 1, 0),
    (.conditioned, 1, 2),
  ])
  func methodIsToldFromTensors(
    deviation: MethodOptions.Deviation, levels: Int, conditionedLayers: Int
  ) throws {
    var described = description(.own)
    described.method.deviation = deviation
    described.method.levels = levels
    described.method.conditionedLayers = conditionedLayers
    var checkpoint = try checkpoint(described)
    var model = try #require(
      JSONSerialization.jsonObject(with: Data(checkpoint.metadata)) as? [String: [String: Any]])
    model["model"]?["method"] = nil
    checkpoint.metadata = Array(try JSONSerialization.data(withJSONObject: model))
    let found = try ModelDescription(metadataOf: checkpoint, path: "x")
    #expect(found == described)
    #expect(throws: Never.self) { try FloatGenerator<Float>(checkpoint, path: "x") }
  }
}
