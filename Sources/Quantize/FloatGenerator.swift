import FakeGen
import Foundation
import Schema

/// Makes rows by the float generation path in double precision, from the same uniform draws as
/// `Generator`: what a model loses to fixed point shows row by row.
public struct FloatGenerator {
  private let network: FloatNetwork
  private let seed: UInt64
  /// Greatest magnitudes of activations seen so far, by layer.
  private(set) var ranges = ActivationRanges()

  init(network: FloatNetwork, seed: UInt64) {
    self.network = network
    self.seed = seed
  }

  /// Row `index`.
  public mutating func row(_ index: UInt64) -> Row {
    var draws = RandomStream(seed: seed, row: index, stream: LatentSampler.stream)
    let noise = network.latentMean.map { _ in Self.normal(draws.next()) }
    let schema = network.description.schema
    var values = [Field](repeating: .null, count: schema.leaves.count)
    decode(network.root, network.latent(noise), row: index, into: &values)
    return Row(fields: schema.columns.map { values[$0] })
  }

  /// The standard normal number that a draw stands for: see `GaussianTable`.
  static func normal(_ draw: UInt32) -> Double {
    let p = Double((draw << 1) | 1) * 0x1p-33
    let magnitude = normalQuantile(upperTail: p)
    return draw >> 31 == 0 ? magnitude : -magnitude
  }

  private mutating func decode(
    _ tuple: FloatTuple, _ e: [Double], row: UInt64, into values: inout [Field]
  ) {
    var h = tuple.input(e).map(RealFunction.celu)
    ranges.observe(tuple.input.name, h)
    for element in tuple.elements {
      let embedding = element.embedding(h).map(RealFunction.celu)
      ranges.observe(element.embedding.name, embedding)
      decode(element.child, embedding, row: row, into: &values)
      if let gru = element.gru { h = gru(embedding, state: h) }
    }
  }

  private mutating func decode(
    _ module: FloatModule, _ e: [Double], row: UInt64, into values: inout [Field]
  ) {
    switch module {
    case .string(let leaf, let stream):
      values[leaf] = .text(
        string(
          e, digits: network.description.schema.leaves[leaf].digitRange,
          draws: RandomStream(seed: seed, row: row, stream: stream)))
    case .scalars(let scalars):
      decode(scalars, e, row: row, into: &values)
    case .categorical(let leaf, let stream, let softmax):
      var draws = RandomStream(seed: seed, row: row, stream: stream)
      let logits = softmax(e)
      ranges.observe(softmax.name, logits)
      let sampled = Self.sample(logits, draw: draws.next()) { _ in true }
      switch network.description.schema.leaves[leaf].kind {
      case .enumeration(let names, _): values[leaf] = .enumeration(names[sampled])
      default: values[leaf] = .boolean(sampled == 1)
      }
    case .optional(let presence, let stream, let child):
      var draws = RandomStream(seed: seed, row: row, stream: stream)
      if Self.isPresent(presence(e)[0], draw: draws.next()) {
        decode(child, e, row: row, into: &values)
      }
    case .tuple(let tuple):
      decode(tuple, e, row: row, into: &values)
    }
  }

  private mutating func string(_ e: [Double], digits: ClosedRange<Int64>?, draws: RandomStream)
    -> String
  {
    guard let strings = network.strings else { return "" }
    var draws = draws
    var text = String.UnicodeScalarView()
    let maximumLength = network.description.maximumStringLength
    var number = digits.map { DigitString(range: $0, maximumLength: maximumLength) }
    var h = strings.input(e).map(RealFunction.celu)
    ranges.observe(strings.input.name, h)
    for _ in 0..<maximumLength {
      let logits = strings.softmax(h)
      ranges.observe(strings.softmax.name, logits)
      let code = Self.sample(logits, draw: draws.next()) { code in
        number?.allows(kind(of: code)) ?? (code != 1)
      }
      number?.append(kind(of: code))
      guard code > 1, let scalar = Unicode.Scalar(network.description.alphabet[code - 2]) else {
        break
      }
      text.append(scalar)
      h = strings.gru(strings.embedding(of: code), state: h)
    }
    return String(text)
  }

  private func kind(of code: Int) -> DigitString.Kind {
    switch code {
    case 0: .end
    case 1: .other
    default: DigitString.Kind(network.description.alphabet[code - 2])
    }
  }

  private mutating func decode(
    _ scalars: FloatScalars, _ e: [Double], row: UInt64, into values: inout [Field]
  ) {
    var draws = RandomStream(seed: seed, row: row, stream: scalars.stream)
    let logits = scalars.presence.map { $0(e) } ?? []
    let y = scalars.values(e)
    ranges.observe(scalars.values.name, y)
    let decoded = multiplied(
      y, scalars.unwhitening, outputs: scalars.leaves.count, plus: scalars.mean)
    var head = 0
    for (value, leaf) in zip(decoded, scalars.leaves) {
      if network.description.schema.leaves[leaf].isOptional {
        head += 1
        if !Self.isPresent(logits[head - 1], draw: draws.next()) { continue }
      }
      values[leaf] = field(value, leaf: leaf)
    }
  }

  private func field(_ value: Double, leaf: Int) -> Field {
    func rounded(_ value: Double) -> Int64 {
      Int64(exactly: (value + 0.5).rounded(.down)) ?? (value < 0 ? .min : .max)
    }
    switch network.description.schema.leaves[leaf].kind {
    case .real(let decimals):
      return .real(units: rounded(value * pow(10, Double(decimals))), decimals: decimals)
    default:
      let range = network.description.integerRanges[leaf]
      return .integer(
        min(max(rounded(value), range?.minimum ?? .min), range?.maximum ?? .max))
    }
  }

  private static func sample(
    _ logits: [Double], draw: UInt32, isAllowed: (Int) -> Bool
  ) -> Int {
    let allowed = logits.indices.filter(isAllowed)
    let greatest = allowed.map { logits[$0] }.max() ?? 0
    let weights = allowed.map { exp(logits[$0] - greatest) }
    let threshold = weights.reduce(0, +) * Double(draw) * 0x1p-32
    var cumulative = 0.0
    for (code, weight) in zip(allowed, weights) {
      cumulative += weight
      if cumulative > threshold { return code }
    }
    return allowed.last ?? 0
  }

  private static func isPresent(_ logit: Double, draw: UInt32) -> Bool {
    Double(draw) * 0x1p-32 < RealFunction.sigmoid(logit)
  }
}

extension FloatNetwork {
  /// The latent vector that standard normal `noise` (latent) stands for.
  func latent(_ noise: [Double]) -> [Double] {
    let count = latentMean.count
    return (0..<count).map { row in
      (0...row).reduce(latentMean[row]) { $0 + latentFactor[row * count + $1] * noise[$1] }
    }
  }
}

/// The greatest magnitude that each layer's activations have had.
struct ActivationRanges {
  private(set) var greatest: [String: Double] = [:]

  mutating func observe(_ layer: String, _ values: [Double]) {
    let magnitude = values.reduce(0) { max($0, abs($1)) }
    greatest[layer] = max(greatest[layer] ?? 0, magnitude)
  }
}
