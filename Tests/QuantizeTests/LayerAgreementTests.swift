import FakeGen
import Schema
import Testing

@testable import Quantize

/// The fixed-point layers against double precision, with the same latents and the same characters
/// fed in. Tolerances are absolute; activations are of the order of 1.
@Suite struct LayerAgreementTests {
  /// The worst difference and the root mean square over some thousands of values of each kind.
  private static let bounds: [String: (worst: Double, root: Double)] = [
    "noise": (1.9e-4, 1e-4), "latent": (5e-4, 1.5e-4), "state": (0.03, 0.003),
    "embedding": (0.03, 0.004), "logit": (0.04, 0.006), "scalar": (0.008, 0.003),
    // Deviations of up to 5 times noise of up to 2.
    "mixture": (0.1, 0.02), "feedback": (0.03, 0.004),
  ]

  @Test func teacherForcedActivationsAgree() throws {
    let kinds = Self.bounds.keys.filter { !["feedback", "mixture"].contains($0) }
    for seed in 1...4 as ClosedRange<UInt64> {
      try expectAgreement(SyntheticCheckpoint(seed: seed), kinds: kinds)
    }
  }

  @Test(arguments: ModelOptions.Feedback.allCases)
  func activationsWithOptionsAgree(feedback: ModelOptions.Feedback) throws {
    let kinds = Self.bounds.keys.filter {
      $0 != "scalar" && (feedback != .own || $0 != "feedback")
    }
    for seed in 5...7 as ClosedRange<UInt64> {
      try expectAgreement(
        SyntheticCheckpoint(seed: seed, options: .every(feedback)), kinds: kinds)
    }
  }

  /// With so many pieces that the codes' input is an embedding.
  @Test(arguments: ModelOptions.Feedback.allCases)
  func activationsWithManyPiecesAgree(feedback: ModelOptions.Feedback) throws {
    let kinds = Self.bounds.keys.filter {
      $0 != "scalar" && (feedback != .own || $0 != "feedback")
    }
    try expectAgreement(
      SyntheticCheckpoint(seed: 8, options: .every(feedback), pieces: 800), kinds: kinds)
  }

  private func expectAgreement(_ synthetic: SyntheticCheckpoint, kinds: [String]) throws {
    let float = try FloatNetwork(synthetic.checkpoint, synthetic.description)
    let model = try Model(bytes: quantize(synthetic.checkpoint, metrics: "").bytes)
    var walk = Walk(network: model.content.network, float: float)
    for row in 0..<20 { walk.compareRow(UInt64(row)) }
    // The worst over some 20,000 values of each kind.
    for kind in kinds {
      let bounds = try #require(Self.bounds[kind])
      let worst = try #require(walk.worst[kind])
      let root = try #require(walk.root[kind])
      #expect(worst < bounds.worst, "\(kind)")
      #expect(root < bounds.root, "\(kind)")
    }
  }
}

/// Walks both networks side by side and keeps the greatest difference of each kind.
private struct Walk {
  let network: Network
  let float: FloatNetwork
  private var squares: [String: (sum: Double, count: Int)] = [:]
  private(set) var worst: [String: Double] = [:]
  /// Root mean square differences.
  var root: [String: Double] {
    squares.mapValues { ($0.sum / Double($0.count)).squareRoot() }
  }
  /// Rows compared so far: they take turns in what is fed back.
  private var rows = 0
  private var memory: ScratchMemory

  init(network: Network, float: FloatNetwork) {
    self.network = network
    self.float = float
    memory = ScratchMemory(network.scratchSize, rows: 1)
  }

  mutating func compareRow(_ row: UInt64) {
    var memory = self.memory
    memory.use { compareRow(row, copy $0) }
  }

  private mutating func note<Integer: BinaryInteger>(
    _ kind: String, _ fixed: [Integer], _ fractionBits: Int, _ real: [Double]
  ) {
    #expect(fixed.count == real.count)
    for (integer, value) in zip(fixed, real) {
      let error = abs(Double(integer) / Double(1 << fractionBits) - value)
      worst[kind] = max(worst[kind] ?? 0, error)
      let (sum, count) = squares[kind] ?? (0, 0)
      squares[kind] = (sum + error * error, count + 1)
    }
  }

  private mutating func compareRow(_ row: UInt64, _ scratch: Scratch) {
    let draws = network.latent.draws(seed: 3, row: row)
    let noise = draws.map { network.gaussian.normal($0) }
    let latent = network.latent(seed: 3, row: row, scratch: scratch)
    let realNoise = draws.map { FloatGenerator.normal($0) }
    note("noise", noise, 12, realNoise)
    let realLatent = float.latent(realNoise)
    note("latent", latent, network.latent.factor.outputFractionBits, realLatent)
    _ = compare(network.root, float.root, latent, realLatent, scratch)
    rows += 1
  }

  private func celu(_ layer: Dense, _ x: [Int16], _ scratch: Scratch) -> [Int16] {
    var y = [Int16](repeating: 0, count: layer.outputs)
    layer.applyCELU(x, into: &y, tables: network.tables, scratch: scratch)
    return y
  }

  private func linear(_ layer: Dense, _ x: [Int16], _ scratch: Scratch) -> [Int16] {
    var y = [Int16](repeating: 0, count: layer.outputs)
    layer.apply(x, into: &y, scratch: scratch)
    return y
  }

  /// Compares all activations and gives both feedback vectors, if anything asks for them.
  private mutating func compare(
    _ tuple: TupleDecoder, _ float: FloatTuple, _ e: [Int16], _ realE: [Double],
    _ scratch: Scratch
  ) -> Vectors? {
    var state = celu(tuple.input, e, scratch)
    var realState = float.input(realE).map(RealFunction.celu)
    let stateBits = tuple.input.outputFractionBits + 1
    note("state", state, stateBits, realState)
    var vectors: [Vectors] = []
    for (element, realElement) in zip(tuple.elements, float.elements) {
      let vector = celu(element.embedding, state, scratch)
      let realVector = realElement.embedding(realState).map(RealFunction.celu)
      note("embedding", vector, element.embedding.outputFractionBits + 1, realVector)
      let feedback = compare(element.child, realElement.child, vector, realVector, scratch)
      if let feedback {
        note("feedback", feedback.fixed, network.feedback?.fractionBits ?? 0, feedback.real)
        vectors.append(feedback)
      }
      #expect((element.gru == nil) == (realElement.gru == nil))
      guard let gru = element.gru, let realGRU = realElement.gru else { continue }
      gru.step(
        feedback?.fixed ?? vector, state: &state, tables: network.tables, scratch: scratch)
      realState = realGRU(feedback?.real ?? realVector, state: realState)
      note("state", state, stateBits, realState)
    }
    switch (tuple.summary, float.summary) {
    case (nil, nil): return nil
    case (.dense(let layer), .dense(let real)):
      return Vectors(
        fixed: celu(layer, state, scratch), real: real(realState).map(RealFunction.celu))
    case (.encoder(let encoder), .encoder(let real)):
      var fixed = [Int16](repeating: 0, count: encoder.output.outputs)
      let all = vectors.flatMap(\.fixed)
      fixed.withUnsafeMutableBufferPointer { fixed in
        guard let base = fixed.baseAddress else { return }
        encoder.encode(
          FakeGen.Vectors(all), count: 1, tables: network.tables, scratch: scratch,
          into: FakeGen.Vectors(base: base, stride: 0))
      }
      return Vectors(fixed: fixed, real: real(vectors.map(\.real)))
    default:
      Issue.record("the trees differ")
      return nil
    }
  }

  /// Both forms of a feedback vector.
  private struct Vectors {
    var fixed: [Int16]
    var real: [Double]

    init(fixed: [Int16], real: [Double]) {
      self.fixed = fixed
      self.real = real
    }

    /// Row 1, or the last, of a table.
    init?(_ fixed: EmbeddingTable?, _ real: FloatEmbedding?) {
      guard let fixed, let real else { return nil }
      let row = min(1, fixed.vectors.count / fixed.width - 1)
      self.fixed = .init(repeating: 0, count: fixed.width)
      fixed.copy(row: row, into: &self.fixed)
      self.real = real[row]
    }
  }

  private mutating func compare(
    _ module: DecoderModule, _ float: FloatModule, _ e: [Int16], _ realE: [Double],
    _ scratch: Scratch
  ) -> Vectors? {
    switch (module, float) {
    case (.string, .string): return compareString(e, realE, scratch)
    case (.vocabulary(let decoder), .vocabulary(let real)):
      note("logit", linear(decoder.softmax, e, scratch), 9, real.softmax(realE))
      let escaped = compareString(e, realE, scratch)
      return rows % 2 == 0 ? escaped : Vectors(decoder.embedding, real.embedding)
    case (.scalars(let decoder), .scalars(let real)):
      return compare(decoder, real, e, realE, scratch)
    case (.categorical(let decoder), .categorical(_, _, let softmax, let embedding)):
      note("logit", linear(decoder.softmax, e, scratch), 9, softmax(realE))
      return Vectors(decoder.embedding, embedding)
    case (
      .optional(let decoder), .optional(let realPresence, _, let realChild, let realAbsent)
    ):
      note("logit", linear(decoder.presence, e, scratch), 11, realPresence(realE))
      let present = compare(decoder.child, realChild, e, realE, scratch)
      return rows % 3 == 0 ? Vectors(decoder.absent, realAbsent) : present
    case (.tuple(let tuple), .tuple(let real)):
      return compare(tuple, real, e, realE, scratch)
    default:
      Issue.record("the trees differ")
      return nil
    }
  }

  private mutating func compare(
    _ decoder: ScalarDecoder, _ real: FloatScalars, _ e: [Int16], _ realE: [Double],
    _ scratch: Scratch
  ) -> Vectors? {
    let count = decoder.outputs.count
    var y = [Int32](repeating: 0, count: count)
    var realY = real.values(realE)
    switch decoder.head {
    case .linear(let values): ScalarDecoder.whiten(e, values, into: &y)
    case .mixture(let mixture):
      note(
        "logit", linear(mixture.logits, e, scratch), 9, Array(realY[..<real.mixture]))
      let component = rows % real.mixture
      let noise = (0..<count).map { Int32(40_000 + 30_000 * $0) * (rows % 2 == 0 ? 1 : -2) }
      mixture.transform(
        e, component: component, noise: noise, tables: network.tables, into: &y)
      realY = real.whitened(
        realY, component: component, noise: noise.map { Double($0) / 65536 })
    }
    note(real.mixture == 0 ? "scalar" : "mixture", y, 16, realY)
    for (index, output) in decoder.outputs.enumerated() {
      let value = decoder.unwhiten(y, output: output)
      let kind = self.float.description.schema.leaves[output.leaf].kind
      let scale = kind == .real(decimals: 6) ? 1e6 : kind == .real(decimals: 1) ? 10.0 : 1
      var expected = real.mean[index]
      for k in y.indices {
        expected += Double(y[k]) / 65536 * real.unwhitening[k * count + index]
      }
      expected = min(max(expected * scale, Double(output.minimum)), Double(output.maximum))
      #expect(abs(Double(value) - expected) < 0.502, "\(value) \(expected)")
    }
    if let presence = decoder.presence, let realPresence = real.presence {
      note("logit", linear(presence, e, scratch), 11, realPresence(realE))
    }
    #expect((decoder.encoder == nil) == (real.encoder == nil))
    guard let encoder = decoder.encoder, let realEncoder = real.encoder else { return nil }
    let flags = realEncoder.optional.map { ($0 + rows) % 2 == 0 }
    var fixed = [Int16](repeating: 0, count: encoder.dense.outputs)
    let presence: [Int16] = flags.map { $0 ? 1 : 0 }
    y.withUnsafeMutableBufferPointer { y in
      fixed.withUnsafeMutableBufferPointer { fixed in
        guard let whitened = y.baseAddress, let vector = fixed.baseAddress else { return }
        encoder.encode(
          Sums(base: whitened, stride: 0), presence: FakeGen.Vectors(presence), count: 1,
          tables: network.tables, scratch: scratch, into: FakeGen.Vectors(base: vector, stride: 0))
      }
    }
    // From the same whitened values, so that the encoder's own error shows.
    return Vectors(
      fixed: fixed,
      real: real.feedback(y.map { Double($0) / 65536 }, presence: flags, realEncoder))
  }

  private mutating func compareString(
    _ e: [Int16], _ realE: [Double], _ scratch: Scratch
  ) -> Vectors? {
    guard let strings = network.strings, let real = float.strings else {
      Issue.record("no StringLiteral")
      return nil
    }
    var state = celu(strings.input, e, scratch)
    var realState = real.input(realE).map(RealFunction.celu)
    var codes: [Int] = []
    for step in 0..<8 {
      note("state", state, strings.cell.stateFractionBits, realState)
      note("logit", linear(strings.softmax, state, scratch), 9, real.softmax(realState))
      if let clusters = strings.clusters, let realClusters = real.clusters {
        note("logit", linear(clusters.dense, state, scratch), 9, realClusters.dense(realState))
      }
      codes.append(
        StringCode.first + step * 7 % (strings.codeCount - StringCode.first))
      strings.cell.step(
        code: codes[step], input: strings.codeInput, state: &state, tables: network.tables,
        scratch: scratch)
      realState = real.gru(real.embedding(of: codes[step]), state: realState)
    }
    guard let feedback = real.feedback(codes: codes, lastState: realState) else { return nil }
    switch strings.summary {
    case .dense(let layer): return Vectors(fixed: celu(layer, state, scratch), real: feedback)
    case .encoder(let encoder):
      var encoderState = [Int16](repeating: 0, count: encoder.cell.width)
      for code in codes {
        encoder.cell.step(
          code: code, input: encoder.codeInput, state: &encoderState, tables: network.tables,
          scratch: scratch)
      }
      return Vectors(fixed: celu(encoder.output, encoderState, scratch), real: feedback)
    case nil:
      Issue.record("nothing feeds strings back")
      return nil
    }
  }
}
