import FakeGen
import Testing

@testable import Quantize

/// The fixed-point layers against double precision, with the same latents and the same characters
/// fed in. Tolerances are absolute; activations are of the order of 1.
@Suite struct LayerAgreementTests {
  /// The worst difference and the root mean square over some thousands of values of each kind.
  private static let bounds: [String: (worst: Double, root: Double)] = [
    "noise": (1.9e-4, 1e-4), "latent": (5e-4, 1.5e-4), "state": (0.03, 0.003),
    "embedding": (0.03, 0.004), "logit": (0.04, 0.006), "scalar": (0.008, 0.003),
  ]

  @Test func teacherForcedActivationsAgree() throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let synthetic = SyntheticCheckpoint(seed: seed)
      let float = try FloatNetwork(synthetic.checkpoint, synthetic.description)
      let model = try Model(bytes: quantize(synthetic.checkpoint, metrics: "").bytes)
      var walk = Walk(network: model.content.network, float: float)
      for row in 0..<20 { walk.compareRow(UInt64(row)) }
      // The worst over some 20,000 values of each kind.
      for (kind, bounds) in Self.bounds {
        let worst = try #require(walk.worst[kind])
        let root = try #require(walk.root[kind])
        #expect(worst < bounds.worst, "\(kind) at seed \(seed)")
        #expect(root < bounds.root, "\(kind) at seed \(seed)")
      }
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
  private var narrow: [Int16]
  private var wide: [Int32]

  init(network: Network, float: FloatNetwork) {
    self.network = network
    self.float = float
    narrow = .init(repeating: 0, count: network.scratchSize.narrow)
    wide = .init(repeating: 0, count: network.scratchSize.wide)
  }

  mutating func compareRow(_ row: UInt64) {
    var (narrow, wide) = (self.narrow, self.wide)
    narrow.withUnsafeMutableBufferPointer { narrow in
      wide.withUnsafeMutableBufferPointer { wide in
        compareRow(row, Scratch(narrow: narrow, wide: wide))
      }
    }
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
    var noise = [Int16](repeating: 0, count: network.latent.width)
    var latent = noise
    network.latent.sampleNoise(seed: 3, row: row, gaussian: network.gaussian, into: &noise)
    network.latent.transform(noise, into: &latent)
    var draws = RandomStream(seed: 3, row: row, stream: 0)
    let realNoise = noise.map { _ in FloatGenerator.normal(draws.next()) }
    note("noise", noise, 12, realNoise)
    let realLatent = float.latent(realNoise)
    note("latent", latent, network.latent.factor.outputFractionBits, realLatent)
    compare(network.root, float.root, latent, realLatent, scratch)
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

  private mutating func compare(
    _ tuple: TupleDecoder, _ float: FloatTuple, _ e: [Int16], _ realE: [Double],
    _ scratch: Scratch
  ) {
    var state = celu(tuple.input, e, scratch)
    var realState = float.input(realE).map(RealFunction.celu)
    let stateBits = tuple.input.outputFractionBits + 1
    note("state", state, stateBits, realState)
    for (element, realElement) in zip(tuple.elements, float.elements) {
      let vector = celu(element.embedding, state, scratch)
      let realVector = realElement.embedding(realState).map(RealFunction.celu)
      note("embedding", vector, element.embedding.outputFractionBits + 1, realVector)
      compare(element.child, realElement.child, vector, realVector, scratch)
      guard let gru = element.gru, let realGRU = realElement.gru else { continue }
      gru.step(vector, state: &state, tables: network.tables, scratch: scratch)
      realState = realGRU(realVector, state: realState)
      note("state", state, stateBits, realState)
    }
  }

  private mutating func compare(
    _ module: Module, _ float: FloatModule, _ e: [Int16], _ realE: [Double], _ scratch: Scratch
  ) {
    switch (module, float) {
    case (.string, .string): compareString(e, realE, scratch)
    case (.scalars(let decoder), .scalars(let real)):
      var y = [Int32](repeating: 0, count: decoder.outputs.count)
      decoder.whiten(e, into: &y)
      let realY = real.values(realE)
      note("scalar", y, 16, realY)
      for (index, output) in decoder.outputs.enumerated() {
        let value = decoder.unwhiten(y, output: output)
        let kind = self.float.description.schema.leaves[output.leaf].kind
        let scale = kind == .real(decimals: 6) ? 1e6 : kind == .real(decimals: 1) ? 10.0 : 1
        var expected = real.mean[index]
        for k in y.indices {
          expected += Double(y[k]) / 65536 * real.unwhitening[k * y.count + index]
        }
        expected = min(
          max(expected * scale, Double(output.minimum)), Double(output.maximum))
        #expect(abs(Double(value) - expected) < 0.502, "\(value) \(expected)")
      }
      if let presence = decoder.presence, let realPresence = real.presence {
        note("logit", linear(presence, e, scratch), 11, realPresence(realE))
      }
    case (.categorical(let decoder), .categorical(_, _, let softmax)):
      note("logit", linear(decoder.softmax, e, scratch), 9, softmax(realE))
    case (.optional(let presence, _, let child), .optional(let realPresence, _, let realChild)):
      note("logit", linear(presence, e, scratch), 11, realPresence(realE))
      compare(child, realChild, e, realE, scratch)
    case (.tuple(let tuple), .tuple(let real)):
      compare(tuple, real, e, realE, scratch)
    default: Issue.record("the trees differ")
    }
  }

  private mutating func compareString(_ e: [Int16], _ realE: [Double], _ scratch: Scratch) {
    guard let strings = network.strings, let real = float.strings else {
      Issue.record("no StringLiteral")
      return
    }
    var state = celu(strings.input, e, scratch)
    var realState = real.input(realE).map(RealFunction.celu)
    for step in 0..<8 {
      note("state", state, strings.cell.stateFractionBits, realState)
      note("logit", linear(strings.softmax, state, scratch), 9, real.softmax(realState))
      let code = 2 + step * 7 % strings.alphabet.count
      strings.advance(&state, code: code, tables: network.tables, scratch: scratch)
      realState = real.gru(real.embedding(of: code), state: realState)
    }
  }
}
