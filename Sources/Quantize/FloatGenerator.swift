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
  /// Strings decoded so far.
  private(set) var stringCount = 0
  /// Codes of the strings so far, without their ends.
  private(set) var codeCount = 0

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
    _ = decode(network.root, network.latent(noise), row: index, into: &values)
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
  ) -> [Double]? {
    for constant in tuple.constants { values[constant.leaf] = .text(constant.value) }
    var h = tuple.input(e).map(RealFunction.celu)
    ranges.observe(tuple.input.name, h)
    var vectors: [[Double]] = []
    for element in tuple.elements {
      let embedding = element.embedding(h).map(RealFunction.celu)
      ranges.observe(element.embedding.name, embedding)
      let feedback = decode(element.child, embedding, row: row, into: &values)
      if let feedback { vectors.append(feedback) }
      if let gru = element.gru { h = gru(feedback ?? embedding, state: h) }
    }
    let feedback: [Double]? =
      switch tuple.summary {
      case .encoder(let encoder): encoder(vectors)
      case .dense(let dense): dense(h).map(RealFunction.celu)
      case nil: nil
      }
    if let feedback { ranges.observe(ActivationRanges.feedback, feedback) }
    return feedback
  }

  /// Decodes `e` and gives the module's feedback vector, if anything asks for one.
  private mutating func decode(
    _ module: FloatModule, _ e: [Double], row: UInt64, into values: inout [Field]
  ) -> [Double]? {
    switch module {
    case .string(let leaf, let stream):
      var draws = RandomStream(seed: seed, row: row, stream: stream)
      let (text, feedback) = string(
        e, digits: network.description.schema.leaves[leaf].digitRange, draws: &draws)
      values[leaf] = .text(text)
      return feedback
    case .vocabulary(let vocabulary):
      var draws = RandomStream(seed: seed, row: row, stream: vocabulary.stream)
      let sampled = sampleClass(vocabulary.softmax, e, draw: draws.next())
      if sampled > 0 {
        values[vocabulary.leaf] = .text(vocabulary.values[sampled - 1])
        return vocabulary.embedding?[sampled - 1]
      }
      let (text, feedback) = string(e, digits: nil, draws: &draws)
      values[vocabulary.leaf] = .text(text)
      return feedback
    case .scalars(let scalars):
      return decode(scalars, e, row: row, into: &values)
    case .categorical(let leaf, let stream, let softmax, let embedding):
      var draws = RandomStream(seed: seed, row: row, stream: stream)
      let sampled = sampleClass(softmax, e, draw: draws.next())
      switch network.description.schema.leaves[leaf].kind {
      case .enumeration(let names, _): values[leaf] = .enumeration(names[sampled])
      default: values[leaf] = .boolean(sampled == 1)
      }
      return embedding?[sampled]
    case .optional(let presence, let stream, let child, let absent):
      var draws = RandomStream(seed: seed, row: row, stream: stream)
      guard Self.isPresent(presence(e)[0], draw: draws.next()) else { return absent?[0] }
      return decode(child, e, row: row, into: &values)
    case .tuple(let tuple):
      return decode(tuple, e, row: row, into: &values)
    }
  }

  private mutating func sampleClass(_ softmax: FloatDense, _ e: [Double], draw: UInt32) -> Int {
    let logits = softmax(e)
    ranges.observe(softmax.name, logits)
    return Self.sample(logits, draw: draw) { _ in true }
  }

  private mutating func string(
    _ e: [Double], digits: ClosedRange<Int64>?, draws: inout RandomStream
  ) -> (text: String, feedback: [Double]?) {
    guard let strings = network.strings else { return ("", nil) }
    var text = String.UnicodeScalarView()
    var codes: [Int] = []
    let maximumLength = network.description.maximumStringLength
    var number = digits.map { DigitString(range: $0, maximumLength: maximumLength) }
    var h = strings.input(e).map(RealFunction.celu)
    ranges.observe(strings.input.name, h)
    while text.count < maximumLength {
      let code = sampleCode(strings, h, number: number, draws: &draws)
      let characters = characters(of: code)
      if code == 0 || text.count + characters.count > maximumLength { break }
      number?.append(kind(of: code))
      codes.append(code)
      text.append(contentsOf: characters)
      h = strings.gru(strings.embedding(of: code), state: h)
    }
    stringCount += 1
    codeCount += codes.count
    let feedback = strings.feedback(codes: codes, lastState: h)
    if let feedback { ranges.observe(ActivationRanges.feedback, feedback) }
    return (String(text), feedback)
  }

  private mutating func sampleCode(
    _ strings: FloatStringDecoder, _ h: [Double], number: DigitString?,
    draws: inout RandomStream
  ) -> Int {
    func isAllowed(_ code: Int) -> Bool { number?.allows(kind(of: code)) ?? (code != 1) }
    let logits = strings.softmax(h)
    ranges.observe(strings.softmax.name, logits)
    guard let clusters = strings.clusters else {
      return Self.sample(logits, draw: draws.next(), isAllowed: isAllowed)
    }
    let clusterLogits = clusters.dense(h)
    ranges.observe(clusters.dense.name, clusterLogits)
    let cluster = Self.sample(clusterLogits, draw: draws.next()) { cluster in
      clusters.places(cluster).contains { isAllowed(clusters.order[$0]) }
    }
    let places = clusters.places(cluster)
    let place = Self.sample(Array(logits[places]), draw: draws.next()) {
      isAllowed(clusters.order[places.lowerBound + $0])
    }
    return clusters.order[places.lowerBound + place]
  }

  /// The characters that a code stands for; none for codes 0 and 1.
  private func characters(of code: Int) -> [Unicode.Scalar] {
    let alphabet = network.description.alphabet
    if code >= alphabet.count + 2 {
      return Array(network.description.pieces[code - 2 - alphabet.count].unicodeScalars)
    }
    return code < 2 ? [] : [Unicode.Scalar(alphabet[code - 2])].compactMap { $0 }
  }

  private func kind(of code: Int) -> DigitString.Kind {
    let alphabet = network.description.alphabet
    return switch code {
    case 0: .end
    case 2..<alphabet.count + 2: DigitString.Kind(alphabet[code - 2])
    default: .other
    }
  }

  private mutating func decode(
    _ scalars: FloatScalars, _ e: [Double], row: UInt64, into values: inout [Field]
  ) -> [Double]? {
    var draws = RandomStream(seed: seed, row: row, stream: scalars.stream)
    let logits = scalars.presence.map { $0(e) } ?? []
    var y = scalars.values(e)
    if scalars.mixture > 0 {
      let classes = Array(y[..<scalars.mixture])
      ranges.observe(scalars.logitName, classes)
      let component = Self.sample(classes, draw: draws.next()) { _ in true }
      let noise = scalars.leaves.map { _ in Self.normal(draws.next()) }
      y = scalars.whitened(y, component: component, noise: noise)
    }
    ranges.observe(scalars.values.name, y)
    let decoded = multiplied(
      y, scalars.unwhitening, outputs: scalars.leaves.count, plus: scalars.mean)
    var presence: [Bool] = []
    for (value, leaf) in zip(decoded, scalars.leaves) {
      if network.description.schema.leaves[leaf].isOptional {
        let isPresent = Self.isPresent(logits[presence.count], draw: draws.next())
        presence.append(isPresent)
        if !isPresent { continue }
      }
      values[leaf] = field(value, leaf: leaf)
    }
    return scalars.encoder.map { scalars.feedback(y, presence: presence, $0) }
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
  /// The name of all modules' feedback vectors together.
  static let feedback = "feedback"

  private(set) var greatest: [String: Double] = [:]

  mutating func observe(_ layer: String, _ values: [Double]) {
    let magnitude = values.reduce(0) { max($0, abs($1)) }
    greatest[layer] = max(greatest[layer] ?? 0, magnitude)
  }
}
