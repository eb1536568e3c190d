import Autodiff
import FakeGen
import FloatModel
import Schema
import TestModels
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
    "mixture": (0.1, 0.02), "feedback": (0.035, 0.004),
    "cell hidden": (0.03, 0.005),
  ]

  @Test func teacherForcedActivationsAgree() throws {
    let kinds = Self.bounds.keys.filter { !["feedback", "mixture", "cell hidden"].contains($0) }
    for seed in 1...4 as ClosedRange<UInt64> {
      try expectAgreement(SyntheticCheckpoint(seed: seed), kinds: kinds)
    }
  }

  @Test(arguments: ModelOptions.Feedback.allCases)
  func activationsWithOptionsAgree(feedback: ModelOptions.Feedback) throws {
    let kinds = Self.bounds.keys.filter {
      $0 != "scalar" && $0 != "cell hidden" && (feedback != .own || $0 != "feedback")
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
      $0 != "scalar" && $0 != "cell hidden" && (feedback != .own || $0 != "feedback")
    }
    try expectAgreement(
      SyntheticCheckpoint(seed: 8, options: .every(feedback), pieces: 800), kinds: kinds)
  }

  /// Numbers in bins, a closed vocabulary, factored or not, no latent vector.
  @Test(arguments: [false, true])
  func activationsOfTablesAgree(areFactored: Bool) throws {
    let table = SyntheticCheckpoint.table(seed: 9)
    try expectAgreement(
      areFactored ? table.withFactoredClasses() : table,
      kinds: ["state", "embedding", "logit", "feedback", "cell hidden"])
  }

  private func expectAgreement(_ synthetic: SyntheticCheckpoint, kinds: [String]) throws {
    let float = try FloatLayers(synthetic.checkpoint)
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
  let float: FloatLayers
  private var squares: [String: (sum: Double, count: Int)] = [:]
  private(set) var worst: [String: Double] = [:]
  /// Root mean square differences.
  var root: [String: Double] {
    squares.mapValues { ($0.sum / Double($0.count)).squareRoot() }
  }
  /// Rows compared so far: they take turns in what is fed back.
  private var rows = 0
  private var memory: ScratchMemory

  init(network: Network, float: FloatLayers) {
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
    guard let sampler = network.latent else {
      _ = compare(network.root, float.root, [0], [0], scratch)
      rows += 1
      return
    }
    let draws = sampler.draws(seed: 3, row: row)
    let noise = draws.map { network.gaussian.normal($0) }
    let latent = network.latent(seed: 3, row: row, scratch: scratch)
    let realNoise = draws.map { CounterDraws.normal($0) }
    note("noise", noise, 12, realNoise)
    let realLatent = float.generator.latent(realNoise)
    note("latent", latent, sampler.factor.outputFractionBits, realLatent)
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
    _ tuple: TupleDecoder, _ real: Tuple, _ e: [Int16], _ realE: [Double],
    _ scratch: Scratch
  ) -> Vectors? {
    var state = celu(tuple.input, e, scratch)
    var realState = float.dense(real.decoderInput, realE, .celu)
    let stateBits = tuple.input.outputFractionBits + 1
    note("state", state, stateBits, realState)
    var vectors: [Vectors] = []
    #expect(tuple.elements.count == real.elements.count)
    for (index, (element, realElement)) in zip(tuple.elements, real.elements).enumerated() {
      let vector = celu(element.embedding, state, scratch)
      let realVector = float.dense(realElement.embedding, realState, .celu)
      note("embedding", vector, element.embedding.outputFractionBits + 1, realVector)
      let feedback = compare(element.child, realElement.child, vector, realVector, scratch)
      if let feedback {
        note("feedback", feedback.fixed, network.feedback?.fractionBits ?? 0, feedback.real)
        vectors.append(feedback)
      }
      #expect((element.gru != nil) == real.takesStep(after: index))
      guard let gru = element.gru, let realGRU = realElement.decoder else { continue }
      gru.step(
        feedback?.fixed ?? vector, state: &state, tables: network.tables, scratch: scratch)
      realState = float.gru(realGRU, feedback?.real ?? realVector, state: realState)
      note("state", state, stateBits, realState)
    }
    #expect((tuple.summary != nil) == real.isFedBack)
    switch (tuple.summary, real.summary) {
    case (nil, _): return nil
    case (.dense(let layer), let summary?):
      return Vectors(
        fixed: celu(layer, state, scratch), real: float.dense(summary, realState, .celu))
    case (.encoder(let encoder), nil):
      var fixed = [Int16](repeating: 0, count: encoder.output.outputs)
      let all = vectors.flatMap(\.fixed)
      fixed.withUnsafeMutableBufferPointer { fixed in
        guard let base = fixed.baseAddress else { return }
        encoder.encode(
          FakeGen.Vectors(all), count: 1, tables: network.tables, scratch: scratch,
          into: FakeGen.Vectors(base: base, stride: 0))
      }
      return Vectors(fixed: fixed, real: float.encoded(real, vectors.map(\.real)))
    default:
      Issue.record("the trees differ")
      return nil
    }
  }

  /// Both forms of a feedback vector.
  private struct Vectors {
    var fixed: [Int16]
    var real: [Double]
  }

  /// Row 1, or the last, of a table; nil if nothing asks for it.
  private func vectors(
    _ fixed: EmbeddingTable?, _ real: ParameterSlot, isFedBack: Bool
  ) -> Vectors? {
    #expect((fixed != nil) == isFedBack)
    guard let fixed else { return nil }
    let row = min(1, fixed.vectors.count / fixed.width - 1)
    var copy = [Int16](repeating: 0, count: fixed.width)
    fixed.copy(row: row, into: &copy)
    return Vectors(fixed: copy, real: float.row(row, of: real))
  }

  private mutating func compare(
    _ module: DecoderModule, _ real: any Module, _ e: [Int16], _ realE: [Double],
    _ scratch: Scratch
  ) -> Vectors? {
    switch (module, real) {
    case (.string, let real as StringLiteral):
      return compareString(e, realE, isFedBack: real.isFedBack, scratch)
    case (.vocabulary(let decoder), let real as Vocabulary):
      let realLogits = float.dense(real.decoder, realE)
      note(
        "logit", linear(decoder.softmax, e, scratch), 9,
        real.isClosed ? Array(realLogits.dropFirst()) : realLogits)
      #expect(decoder.isClosed == real.isClosed)
      #expect((decoder.factored == nil) == (real.factored == nil))
      if let factored = decoder.factored, let realFactored = real.factored {
        #expect(factored.clusters.count == realFactored.clusters.count)
        note(
          "logit", linear(factored.softmax, e, scratch), 9,
          float.dense(realFactored.decoder, realE))
      }
      let known = vectors(decoder.embedding, real.embedding, isFedBack: real.isFedBack)
      guard !real.isClosed else { return known }
      let escaped = compareString(e, realE, isFedBack: real.isFedBack, scratch)
      return rows % 2 == 0 ? escaped : known
    case (.scalars(let decoder), let real as ScalarTuple):
      return compare(decoder, real, e, realE, scratch)
    case (.categorical(let decoder), let real as Categorical):
      note("logit", linear(decoder.softmax, e, scratch), 9, float.dense(real.decoder, realE))
      return vectors(decoder.embedding, real.embedding, isFedBack: real.isFedBack)
    case (.number(let decoder), let real as BinnedNumber):
      note("logit", linear(decoder.softmax, e, scratch), 9, float.dense(real.decoder, realE))
      #expect((decoder.factored == nil) == (real.factored == nil))
      if let factored = decoder.factored, let realFactored = real.factored {
        note(
          "logit", linear(factored.softmax, e, scratch), 9,
          float.dense(realFactored.decoder, realE))
      }
      if let cells = decoder.cells, let realCells = real.cells {
        var sums = e
        sums.withUnsafeMutableBufferPointer { sums in
          if let base = sums.baseAddress { cells.bin.add(row: 0, to: base) }
        }
        let realSums = zip(realE, float.row(0, of: realCells.bin)).map(+)
        let realHidden = float.dense(realCells.hidden, realSums, .celu)
        let hidden = celu(cells.hidden, sums, scratch)
        note("cell hidden", hidden, cells.hidden.outputFractionBits + 1, realHidden)
        note(
          "logit", linear(cells.softmax, hidden, scratch), 9,
          float.dense(realCells.decoder, realHidden))
      }
      return vectors(decoder.embedding, real.embedding, isFedBack: real.isFedBack)
    case (.optional(let decoder), let real as Presence):
      note("logit", linear(decoder.presence, e, scratch), 11, float.dense(real.head, realE))
      let present = compare(decoder.child, real.child, e, realE, scratch)
      let missing = vectors(decoder.absent, real.absent, isFedBack: real.isFedBack)
      return rows % 3 == 0 ? missing : present
    case (.tuple(let tuple), let real as Tuple):
      return compare(tuple, real, e, realE, scratch)
    default:
      Issue.record("the trees differ")
      return nil
    }
  }

  private mutating func compare(
    _ decoder: ScalarDecoder, _ real: ScalarTuple, _ e: [Int16], _ realE: [Double],
    _ scratch: Scratch
  ) -> Vectors? {
    let count = decoder.outputs.count
    var y = [Int32](repeating: 0, count: count)
    var realY = float.dense(real.decoder, realE)
    switch decoder.head {
    case .linear(let values): ScalarDecoder.whiten(e, values, into: &y)
    case .mixture(let mixture):
      guard let density = real.mixture else {
        Issue.record("the heads differ")
        return nil
      }
      note(
        "logit", linear(mixture.logits, e, scratch), 9, Array(realY[..<density.components]))
      let component = rows % density.components
      let noise = (0..<count).map { Int32(40_000 + 30_000 * $0) * (rows % 2 == 0 ? 1 : -2) }
      mixture.transform(
        e, component: component, noise: noise, tables: network.tables, into: &y)
      realY = density.sample(
        realY, component: component, noise: noise.map { Double($0) / 65536 })
    }
    note(real.mixture == nil ? "scalar" : "mixture", y, 16, realY)
    let whitening = float.generator.whitenings[real.whitening]
    for (index, output) in decoder.outputs.enumerated() {
      let value = decoder.unwhiten(y, output: output)
      let kind = self.float.description.schema.leaves[output.leaf].kind
      let scale = kind == .real(decimals: 6) ? 1e6 : kind == .real(decimals: 1) ? 10.0 : 1
      var expected = whitening.mean[index]
      for k in y.indices {
        expected += Double(y[k]) / 65536 * whitening.unwhitening[k * count + index]
      }
      expected = min(max(expected * scale, Double(output.minimum)), Double(output.maximum))
      #expect(abs(Double(value) - expected) < 0.502, "\(value) \(expected)")
    }
    if let presence = decoder.presence, let realPresence = real.presence {
      note("logit", linear(presence, e, scratch), 11, float.dense(realPresence, realE))
    }
    #expect((decoder.encoder != nil) == real.isFedBack)
    guard let encoder = decoder.encoder else { return nil }
    let flags = real.optional.map { ($0 + rows) % 2 == 0 }
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
      real: float.feedback(real, y.map { Double($0) / 65536 }, presence: flags))
  }

  private mutating func compareString(
    _ e: [Int16], _ realE: [Double], isFedBack: Bool, _ scratch: Scratch
  ) -> Vectors? {
    guard let strings = network.strings, let real = float.strings else {
      Issue.record("no StringLiteral")
      return nil
    }
    var state = celu(strings.input, e, scratch)
    var realState = float.dense(real.decoderInput, realE, .celu)
    var codes: [Int] = []
    for step in 0..<8 {
      note("state", state, strings.cell.stateFractionBits, realState)
      note(
        "logit", linear(strings.softmax, state, scratch), 9, float.dense(real.softmax, realState))
      if let clusters = strings.clusters, let realClusters = real.cluster {
        note(
          "logit", linear(clusters.dense, state, scratch), 9, float.dense(realClusters, realState))
      }
      codes.append(
        StringCode.first + step * 7 % (strings.codeCount - StringCode.first))
      strings.cell.step(
        code: codes[step], input: strings.codeInput, state: &state, tables: network.tables,
        scratch: scratch)
      realState = float.gru(
        real.decoder, float.row(codes[step], of: real.embedding), state: realState)
    }
    guard isFedBack,
      let feedback = float.feedback(real, codes: codes, lastState: realState)
    else { return nil }
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
