import FakeGen
import TestModels
import Testing

@Suite struct CodeInputTests {
  private static let codes = 7
  private static let width = 5
  private static let rows = 12

  /// Small enough for sums that are Int16 too.
  private func embedding(_ draws: inout RandomStream) -> CodeEmbedding {
    CodeEmbedding(
      width: Self.width, scales: Numbers((0..<Self.codes).map { 1 + Int16($0) }),
      vectors: Numbers((0..<Self.codes * Self.width).map { _ in Int8(Int(draws.next() % 61) - 30) })
    )
  }

  private func sums(_ input: CodeInput, code: Int, rows: Int) -> [Int32] {
    let segment = ScratchSize.padded(rows / 3)
    var sums = [Int32](repeating: -1, count: 3 * segment)
    var memory = ScratchMemory(input.scratchSize, rows: 1)
    memory.use { scratch in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let base = sums.baseAddress else { return }
        var code = Int32(code)
        input.apply(
          codes: &code, count: 1, width: rows / 3, into: Sums(base: base, stride: 0),
          scratch: scratch)
      }
    }
    return (0..<3).flatMap { sums[$0 * segment..<$0 * segment + rows / 3] }
  }

  /// Products one by one, and a table of them.
  @Test func embeddingsAndTheirTableGiveTheProducts() {
    var draws = RandomStream(seed: 8, row: 0, stream: 0)
    let embedding = embedding(&draws)
    let weights = (0..<Self.rows * Self.width).map { _ in Int8(Int(draws.next() % 41) - 20) }
    var table: [Int16] = []
    for code in 0..<Self.codes {
      for row in 0..<Self.rows {
        let products = (0..<Self.width).map { column in
          Int(weights[row * Self.width + column])
            * Int(embedding.vectors[code * Self.width + column]) * Int(embedding.scales[code])
        }
        table.append(Int16(products.reduce(0, +)))
      }
    }
    let matrix = WeightMatrix(rows: Self.rows, columns: Self.width, weights: Numbers(weights))
    for code in 0..<Self.codes {
      let expected = table[code * Self.rows..<(code + 1) * Self.rows].map { Int32($0) }
      #expect(
        sums(.sums(Numbers(table)), code: StringCode.first + code, rows: Self.rows) == expected)
      #expect(
        sums(.embedding(embedding, weights: matrix), code: StringCode.first + code, rows: Self.rows)
          == expected)
    }
  }

  @Test func extremeElementsFitInInt16() {
    let greatest = Int16(CodeEmbedding.greatestScale)
    let embedding = CodeEmbedding(
      width: 2, scales: [greatest, greatest], vectors: [127, -127, 1, 0])
    var x: [Int16] = [0, 0]
    embedding.copy(code: StringCode.first, into: &x)
    #expect(x == [32766, -32766])
    embedding.copy(code: StringCode.first + 1, into: &x)
    #expect(x == [258, 0])
  }

  /// A model whose embedding or its weights are changed.
  private func error(
    codeWidth: Int = 5, _ change: (CodeEmbedding, WeightMatrix) -> (CodeEmbedding, WeightMatrix)
  ) throws -> ModelError? {
    var content = try SyntheticModel.content(feedback: .state, codeWidth: codeWidth)
    let strings = try #require(content.network.strings)
    guard case .embedding(let embedding, let weights) = strings.codeInput else {
      Issue.record("no embedding")
      return nil
    }
    let (newEmbedding, newWeights) = change(embedding, weights)
    content.network = content.network.replacing(
      strings: strings.replacing(
        codeInput: .embedding(newEmbedding, weights: newWeights), summary: strings.summary))
    do {
      _ = try Model(bytes: content.encoded())
      return nil
    } catch {
      return error
    }
  }

  @Test func unchangedModelsLoad() throws {
    #expect(try error { ($0, $1) } == nil)
  }

  @Test(arguments: [0, -1, 259, .max, .min] as [Int16]) func scalesOutOfRange(scale: Int16) throws {
    let found = try error { embedding, weights in
      var scales = Array(embedding.scales)
      scales[3] = scale
      return (
        CodeEmbedding(width: embedding.width, scales: Numbers(scales), vectors: embedding.vectors),
        weights
      )
    }
    #expect(
      found
        == .invalid(
          section: "string/embedding",
          reason: "scale 3 should be in 1...258, found \(scale)"))
  }

  @Test func elementsOutOfRange() throws {
    let inVectors = try error { embedding, weights in
      var vectors = Array(embedding.vectors)
      vectors[11] = -128
      return (
        CodeEmbedding(width: embedding.width, scales: embedding.scales, vectors: Numbers(vectors)),
        weights
      )
    }
    #expect(inVectors == .invalid(section: "string/embedding", reason: "a number is -128"))
    let inWeights = try error { embedding, weights in
      var changed = Array(weights.weights)
      changed[4] = -128
      return (
        embedding,
        WeightMatrix(rows: weights.rows, columns: weights.columns, weights: Numbers(changed))
      )
    }
    #expect(inWeights == .invalid(section: "string/weights", reason: "a weight is -128"))
  }

  /// 517 * 127 * 32,768 exceeds 2^31, 515 of them do not.
  @Test func sumsThatOverflow() throws {
    func extreme(
      _ embedding: CodeEmbedding, _ weights: WeightMatrix
    ) -> (CodeEmbedding, WeightMatrix) {
      (
        embedding,
        WeightMatrix(
          rows: weights.rows, columns: weights.columns,
          weights: Numbers([Int8](repeating: 127, count: weights.weights.count)))
      )
    }
    #expect(try error(codeWidth: 515, extreme) == nil)
    #expect(
      try error(codeWidth: 517, extreme)
        == .invalid(
          section: "string", reason: "the input's sum of row 0 can reach \(517 * 127 * 32768)"))
  }

  /// Weights for other rows than the cell has: the sizes of sections tell.
  @Test func weightsOfAnotherShape() throws {
    let found = try error { embedding, weights in
      (
        embedding,
        WeightMatrix(
          rows: weights.rows + 4, columns: weights.columns,
          weights: Numbers(
            Array(weights.weights) + [Int8](repeating: 0, count: 4 * weights.columns)))
      )
    }
    #expect(found == .trailingBytes(section: "string/weights"))
  }

  @Test func embeddingIsStoredOnce() throws {
    let bytes = try SyntheticModel.bytes(feedback: .reencoded, codeWidth: 5)
    func occurrences(_ type: String) -> Int {
      stride(from: 24, to: bytes.count - 4, by: 4).count {
        bytes[$0..<$0 + 4].elementsEqual(type.utf8)
      }
    }
    #expect(occurrences("EMBC") == 1)
    #expect(occurrences("CODW") == 2)
    #expect(occurrences("CHAR") == 0)
  }
}
