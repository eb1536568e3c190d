import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Schema
import TestModels
import TestSupport
import Testing

@testable import Quantize

@Suite struct QuantizationTests {
  private func failure(
    _ change: (inout SyntheticCheckpoint) -> Void
  ) throws -> QuantizationError? {
    var synthetic = SyntheticCheckpoint()
    change(&synthetic)
    do {
      _ = try quantize(synthetic.checkpoint, metrics: "")
      return nil
    } catch {
      return error
    }
  }

  @Test func trainingTensorsAreLeftOut() throws {
    let error = try failure { synthetic in
      synthetic.add("optimizer/step", [3], scale: 1)
      synthetic.add("deviation/0/3/weight", [2, 2], scale: 1)
      synthetic.tensors["record/encoder/forward/0/bias"] = .init(
        shape: [1], elements: .float32([.nan]))
    }
    #expect(error == nil)
  }

  @Test(arguments: [
    "latent/mean", "latent/covariance", "string/embedding", "string/decoder/softmax/bias",
    "record/decoder/3/state_weight", "record/2/presence/weight", "record/4/value/1/unwhitening",
    "record/6/presence/bias",
  ]) func missingTensorsAreNamed(name: String) throws {
    #expect(
      try failure { $0.tensors[name] = nil }
        == .badCheckpoint(.missingTensor(path: "checkpoint", name: name)))
  }

  @Test func otherShapesAreNamed() throws {
    let error = try failure { $0.add("record/decoder/0/bias", [7], scale: 1) }
    #expect(
      error
        == .badCheckpoint(
          .badShape(
            path: "checkpoint", name: "record/decoder/0/bias", expected: [60], found: [7])))
  }

  @Test func unknownTensorsAreNamed() throws {
    let error = try failure { $0.add("record/decoder/6/state_weight", [20, 60], scale: 1) }
    #expect(
      error
        == .badCheckpoint(
          .unknownTensor(path: "checkpoint", name: "record/decoder/6/state_weight")))
  }

  /// Networks of training alone need not be there and take no memory, whatever their width.
  @Test func hugeTrainingNetworksTakeNoMemory() throws {
    let error = try failure {
      $0.description.widths.deviation = ModelLimits.width
      $0.description.method.levels = ModelLimits.levels
    }
    #expect(error == nil)
  }

  /// Seeded mutations of the metadata: one line that says what is wrong, or a model.
  @Test func mutatedMetadataMakeNoCrash() throws {
    let good = SyntheticCheckpoint(seed: 4, options: .every(.reencoded)).checkpoint
    var random = SplitMix(seed: 5)
    var (accepted, refused) = (0, 0)
    for _ in 0..<400 {
      var bad = good
      for _ in 0...Int(random.next() % 2) {
        let place = Int(random.next() % UInt64(bad.metadata.count))
        bad.metadata[place] =
          random.next() % 2 == 0
          ? UInt8(truncatingIfNeeded: random.next()) : UInt8(ascii: "0") + UInt8(random.next() % 10)
      }
      do {
        _ = try quantize(bad, metrics: "")
        accepted += 1
      } catch {
        #expect(!error.description.contains("\n"))
        refused += 1
      }
    }
    #expect(accepted > 10 && refused > 50, "\(accepted) accepted, \(refused) refused")
  }

  @Test func numbersMustBeFinite() throws {
    let error = try failure {
      $0.tensors["record/6/mean"] = .init(shape: [2], elements: .float64([1, .infinity]))
    }
    #expect(
      error
        == .badCheckpoint(
          .malformed(
            path: "checkpoint", field: "tensor 'record/6/mean': not all numbers are finite")))
  }

  @Test func valuesBeyond64BitsAreNamed() throws {
    let error = try failure {
      $0.tensors["record/6/mean"] = .init(shape: [2], elements: .float64([1e14, 0]))
    }
    guard case .outOfRange("record/6/unwhitening", _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test(
    arguments: [
      "latent/mean", "string/decoder/softmax/weight", "string/decoder/softmax/bias",
      "string/decoder/state_weight", "string/decoder/bias", "record/decoder/1/input_weight",
      "record/decoder/2/embedding/bias", "record/6/decoder/weight", "record/6/decoder/bias",
      "record/2/presence/weight",
    ], [1e300, 1.7e308]) func numbersTooGreatAreNamed(name: String, value: Double) throws
  {
    let error = try failure { synthetic in
      let shape = synthetic.tensors[name]?.shape ?? []
      let values = [Double](repeating: value, count: shape.reduce(1, *))
      synthetic.tensors[name] = .init(shape: shape, elements: .float64(values))
    }
    guard case .outOfRange(let found, _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(name.hasPrefix(found) || name == found, "\(found)")
  }

  /// The characters' sums are products of two tensors, either of which is finite.
  @Test func productsTooGreatAreNamed() throws {
    let error = try failure { synthetic in
      for name in ["string/embedding", "string/decoder/input_weight"] {
        let shape = synthetic.tensors[name]?.shape ?? []
        let values = (0..<shape.reduce(1, *)).map { $0 % 2 == 0 ? 1e200 : -1e200 }
        synthetic.tensors[name] = .init(shape: shape, elements: .float64(values))
      }
    }
    guard case .outOfRange("string/embedding @ string/decoder/input_weight", _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func indefiniteCovariancesAreRefused() throws {
    let error = try failure { synthetic in
      let width = synthetic.description.widths.embedding
      var covariance = [Double](repeating: 0, count: width * width)
      covariance[0] = 1
      covariance[1] = 2
      covariance[width] = 2
      synthetic.tensors["latent/covariance"] = .init(
        shape: [width, width], elements: .float64(covariance))
    }
    guard case .badCheckpoint(.malformed(_, let field)) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(field == "tensor 'latent/covariance': it is not positive semi-definite")
  }

  @Test func descriptionsThatLieAreRefused() throws {
    let cases: [(inout SyntheticCheckpoint) -> Void] = [
      { $0.description.schema.columns = [0, 0] },
      { $0.description.schema.columns = [77] },
      { $0.description.schema.root = .stringLiteral(leaf: 0) },
      { $0.description.schema.root = .tuple(name: "", elements: [.stringLiteral(leaf: -1)]) },
      { $0.description.schema.root = .tuple(name: "", elements: [.constant(leaf: 77)]) },
      { $0.description.schema.root = .tuple(name: "", elements: [.vocabulary(leaf: -1)]) },
      { $0.description.schema.root = .tuple(name: "", elements: [.scalarTuple(leaves: [0])]) },
      { $0.description.schema.root = .tuple(name: "", elements: []) },
      { $0.description.schema.leaves[3].kind = .boolean },
      { $0.description.alphabet[3] = 0xD800 },
      { $0.description.alphabet[3] = $0.description.alphabet[4] },
      { $0.description.maximumStringLength = 0 },
      { $0.description.widths.embedding = -3 },
      { $0.description.widths.tupleState = .max },
      { $0.description.integerRanges = [] },
      { $0.description.schema.leaves[6].kind = .real(decimals: 40) },
      { synthetic in
        for _ in 0..<40 {
          synthetic.description.schema.root = .tuple(
            name: "", elements: [synthetic.description.schema.root])
        }
      },
    ]
    for (index, change) in cases.enumerated() {
      guard case .badCheckpoint(.malformed) = try failure(change) else {
        Issue.record("case \(index) is not refused for its description")
        continue
      }
    }
    var checkpoint = SyntheticCheckpoint().checkpoint
    checkpoint.metadata = Array("{\"model\": 3}".utf8)
    #expect(throws: QuantizationError.self) { try quantize(checkpoint, metrics: "") }
    checkpoint.metadata = []
    #expect(throws: QuantizationError.self) { try quantize(checkpoint, metrics: "") }
  }

  /// What a description may ask for is what a model file can hold.
  @Test func descriptionsAndFilesHaveTheSameLimits() {
    #expect(ModelLimits.depth == ModelFormat.maximumDepth)
    #expect(ModelLimits.leaves == ModelFormat.maximumLeaves)
    #expect(ModelLimits.width == ModelFormat.maximumWidth)
    #expect(ModelLimits.stringLength == ModelFormat.maximumStringLength)
    #expect(ModelLimits.decimals == ModelFormat.maximumDecimals)
    #expect(ModelLimits.mixtureValues == MixtureDecoder.maximumCount)
  }

  /// Scalars are fed back through their encoder, of which fixed point has the paper's form alone.
  @Test(arguments: ModelOptions.Feedback.allCases)
  func otherEncodersOfScalarsAreRefused(feedback: ModelOptions.Feedback) throws {
    var synthetic = SyntheticCheckpoint(seed: 1, options: .every(feedback))
    synthetic.description.method.scalarActivation = .celu
    var error: QuantizationError?
    do { _ = try quantize(synthetic.checkpoint, metrics: "") } catch let found { error = found }
    guard feedback != .own else {
      #expect(error == nil)
      return
    }
    guard case .invalidDescription = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  /// A layer's bound is what the worst inputs give in the worst of its rows, of the integers that
  /// the file holds.
  @Test func reportProvesTheBounds() throws {
    let (bytes, report) = try quantize(SyntheticCheckpoint().checkpoint, metrics: "")
    #expect(report.fileSize == bytes.count)
    #expect(report.accumulators.count > 20)
    let root = try Model(bytes: bytes).content.network.root
    let embeddings = root.elements.enumerated().map { index, element in
      ("record/decoder/\(index)/embedding", element.embedding)
    }
    for (name, layer) in [("record/decoder/input", root.input)] + embeddings {
      let worst = (0..<layer.outputs).map { row in
        layer.matrix.weights[row * layer.inputs..<(row + 1) * layer.inputs]
          .reduce(abs(Int64(layer.bias[row]))) { $0 + abs(Int64($1)) * 32768 }
      }
      let accumulator = try #require(report.accumulators.first { $0.layer == name })
      #expect(accumulator.bound == worst.max())
      #expect(accumulator.limitBits == 31)
    }
    for tensor in report.tensors {
      // Half a step is the most that rounding takes; Float32 weights carry no more digits.
      #expect(tensor.greatestError <= tensor.greatestScale / 2 * (1 + 1e-9))
      #expect(tensor.relativeError < (tensor.bits == 8 ? 0.01 : 1e-4))
    }
  }

  /// A layer whose sums would overflow at 127 steps gets coarser steps instead.
  @Test func wideLayersAreScaledToFit() throws {
    let inputs = 2000
    let layer = DenseWeights(
      name: "wide", inputs: inputs, outputs: 1, weight: .init(repeating: 0.5, count: inputs),
      bias: [3])
    var quantizer = LayerQuantizer()
    let dense = try quantizer.dense(layer, inputFractionBits: 12, outputFractionBits: 4)
    // At 127 steps the sum could reach 2000 * 127 * 32,768, four times what 32 bits hold.
    #expect(dense.matrix.weights.allSatisfy { (30...32).contains($0) })
    let x = [Int16](repeating: 4096, count: inputs)
    var sums: [Int32] = [0]
    sums.withUnsafeMutableBufferPointer { sums in
      guard let base = sums.baseAddress else { return }
      dense.matrix.multiply(
        Vectors(x), count: 1, segments: 0..<1, of: 1, into: Sums(base: base, stride: 0))
    }
    let scale = Double(dense.multiplier[0]) / exp2(Double(dense.shift)) / 16
    #expect(abs(Double(sums[0] + dense.bias[0]) * scale - 1003) < 10)
  }

  /// Activations beyond 8 get a coarser format instead of saturating.
  @Test func largeActivationsGetCoarserFormats() throws {
    var synthetic = SyntheticCheckpoint(seed: 5)
    synthetic.add("record/decoder/1/embedding/weight", [20, 24], scale: 4)
    let report = try quantize(synthetic.checkpoint, metrics: "").report
    let layer = try #require(
      report.activations.first { $0.layer == "record/decoder/1/embedding" })
    #expect(layer.greatest > 8)
    #expect(layer.fractionBits < 12)
    #expect(layer.greatest < layer.limit)
  }
}
