import FakeGen
import FloatModel
import Schema
import TestModels
import Testing

@testable import Quantize

/// Models of so many pieces that the codes' input is an embedding; `LayerAgreementTests` holds how
/// near it comes.
@Suite struct CodeEmbeddingTests {
  private static let known = 21

  private func quantized(
    pieces: Int, _ feedback: ModelOptions.Feedback = .state
  ) throws -> (bytes: [UInt8], report: QuantizationReport, strings: StringDecoder) {
    let synthetic = SyntheticCheckpoint(seed: 11, options: .every(feedback), pieces: pieces)
    #expect(synthetic.description.alphabet.count == Self.known)
    let (bytes, report) = try quantize(synthetic.checkpoint, metrics: "")
    let strings = try #require(try Model(bytes: bytes).content.network.strings)
    return (bytes, report, strings)
  }

  /// 90 sums of two bytes a code: 728 codes take 131,040 bytes, 729 exceed 128 KB.
  @Test func tablesUpToAFixedSizeStay() throws {
    let small = try quantized(pieces: 727 - Self.known)
    guard case .sums(let table) = small.strings.codeInput else {
      Issue.record("a small table became an embedding")
      return
    }
    #expect(2 * table.count == 727 * 180)
    let large = try quantized(pieces: 729 - Self.known)
    guard case .embedding(let embedding, let weights) = large.strings.codeInput else {
      Issue.record("a large table stayed")
      return
    }
    #expect(embedding.scales.count == 729 && embedding.width == 7)
    #expect(weights.rows == 90 && weights.columns == 7)
    // The table's bytes go, a scale and 7 numbers a code come; two codes more take 400 bytes.
    let saved = 727 * 180 - (729 * 9 + 90 * 7)
    #expect(abs(small.bytes.count - large.bytes.count - saved) < 600)
    #expect(large.report.fileSize == large.bytes.count)
    // A step's product is among the multiply-adds: 7 scaled, 90 * 7 multiplied, besides the state's,
    // 6 clusters and the codes of the largest.
    let step = MultiplyAdds(try Model(bytes: large.bytes).content.network).code
    #expect(step == 7 + 90 * 7 + 90 * 30 + 30 * (6 + (731 + 5) / 6))
  }

  @Test func theEncoderSharesTheEmbedding() throws {
    let (bytes, report, strings) = try quantized(pieces: 800, .reencoded)
    guard case .encoder(let encoder) = strings.summary else {
      Issue.record("no encoder")
      return
    }
    let embedding = try #require(strings.codeInput.embedding)
    #expect(encoder.codeInput.embedding == embedding)
    // Either table alone takes more than the file.
    #expect(bytes.count < 2 * embedding.scales.count * 90)
    let tensor = try #require(report.tensors.first { $0.name == "string/embedding" })
    #expect(tensor.shape == [Self.known + 800, 7] && tensor.bits == 8)
    #expect(tensor.relativeError < 0.006)
    let accounted = Set(report.accumulators.map(\.layer))
    #expect(accounted.isSuperset(of: ["string/decoder/codes", "string/encoder/codes"]))
  }

  /// A code's vector keeps its digits beside one a hundred times as large.
  @Test func eachCodeHasItsScale() throws {
    var synthetic = SyntheticCheckpoint(seed: 12, options: .every(.state), pieces: 800)
    let shape = [synthetic.description.codeCount, 7]
    let values = (0..<shape[0] * 7).map { index -> Float in
      let value = Float(index % 7 - 3) / 3
      return index / 7 == 40 ? 100 * value : value
    }
    synthetic.tensors["string/embedding"] = .init(shape: shape, elements: .float32(values))
    let model = try Model(bytes: quantize(synthetic.checkpoint, metrics: "").bytes)
    let embedding = try #require(model.content.network.strings?.codeInput.embedding)
    let unit = 100.0 / 32766
    for code in 2..<shape[0] {
      var x = [Int16](repeating: 0, count: 7)
      embedding.copy(code: code, into: &x)
      for (column, found) in x.enumerated() {
        let expected = Double(values[code * 7 + column])
        #expect(abs(Double(found) * unit - expected) < (code == 40 ? 0.4 : 0.005))
      }
    }
  }

  @Test func numbersTooGreatAreNamed() throws {
    var synthetic = SyntheticCheckpoint(seed: 12, options: .every(.state), pieces: 800)
    for name in ["string/embedding", "string/decoder/input_weight"] {
      let shape = synthetic.tensors[name]?.shape ?? []
      let values = (0..<shape.reduce(1, *)).map { $0 % 2 == 0 ? 1e200 : -1e200 }
      synthetic.tensors[name] = .init(shape: shape, elements: .float64(values))
    }
    #expect {
      try quantize(synthetic.checkpoint, metrics: "")
    } throws: { error in
      guard case .outOfRange(let name, _) = error as? QuantizationError else { return false }
      return name.hasPrefix("string/decoder")
    }
  }
}
