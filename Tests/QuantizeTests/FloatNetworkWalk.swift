import Checkpoint
import Schema
import Testing

@testable import Quantize

/// Walks the float network with choices that are given, and names what it computes as
/// Reference/generation.py does.
struct FloatNetworkWalk {
  private let network: FloatNetwork
  private let choices: GenerationReference.Choices
  private(set) var figures: GenerationReference.Figures = [:]

  init(
    _ checkpoint: Checkpoint, _ description: ModelDescription,
    _ choices: GenerationReference.Choices
  ) throws {
    network = try FloatNetwork(checkpoint, description)
    self.choices = choices
    let latent = network.latent(choices.noise)
    note("record/latent", latent)
    _ = try decode(network.root, description.schema.root, prefix: "record", latent)
  }

  private mutating func note(_ name: String, _ vector: [Double]) {
    figures[name, default: []].append(vector)
  }

  private mutating func decode(
    _ tuple: FloatTuple, _ node: ModuleNode, prefix: String, _ e: [Double]
  ) throws -> [Double]? {
    guard case .tuple(_, let nodes) = node else {
      Issue.record("\(prefix) should be a tuple")
      return nil
    }
    var h = tuple.input(e).map(RealFunction.celu)
    note("\(prefix)/state", h)
    var vectors: [[Double]] = []
    let indices = nodes.indices.filter { !nodes[$0].isConstant }
    #expect(indices.count == tuple.elements.count)
    for (index, element) in zip(indices, tuple.elements) {
      let embedding = element.embedding(h).map(RealFunction.celu)
      note("\(prefix)/\(index)/embedding", embedding)
      let feedback = try decode(
        element.child, nodes[index], prefix: "\(prefix)/\(index)", embedding)
      if let feedback { vectors.append(feedback) }
      guard let gru = element.gru else { continue }
      h = gru(feedback ?? embedding, state: h)
      note("\(prefix)/state", h)
    }
    let feedback: [Double]
    switch tuple.summary {
    case .encoder(let encoder): feedback = encoder(vectors)
    case .dense(let dense): feedback = dense(h).map(RealFunction.celu)
    case nil: return nil
    }
    note("\(prefix)/feedback", feedback)
    return feedback
  }

  private mutating func decode(
    _ module: FloatModule, _ node: ModuleNode, prefix: String, _ e: [Double]
  ) throws -> [Double]? {
    switch module {
    case .string: return try string(prefix: prefix, e)
    case .vocabulary(let vocabulary):
      let chosen = choose(vocabulary.softmax, prefix: prefix, e)
      if chosen == 0 { return try string(prefix: prefix, e) }
      return vocabulary.embedding?[chosen - 1]
    case .categorical(_, _, let softmax, let embedding):
      let chosen = choose(softmax, prefix: prefix, e)
      return embedding?[chosen]
    case .scalars(let scalars): return decode(scalars, prefix: prefix, e)
    case .optional(let presence, _, let child, let absent):
      note("\(prefix)/presence", presence(e))
      guard choices.isPresent else { return absent?[0] }
      guard case .optional(let childNode) = node else {
        Issue.record("\(prefix) should be optional")
        return nil
      }
      return try decode(child, childNode, prefix: "\(prefix)/value", e)
    case .tuple(let tuple): return try decode(tuple, node, prefix: prefix, e)
    }
  }

  private mutating func choose(_ softmax: FloatDense, prefix: String, _ e: [Double]) -> Int {
    let logits = softmax(e)
    note("\(prefix)/classes", logits)
    return choices.index % logits.count
  }

  private mutating func string(prefix: String, _ e: [Double]) throws -> [Double]? {
    let strings = try #require(network.strings)
    var h = strings.input(e).map(RealFunction.celu)
    for place in 0...choices.codes.count {
      if let clusters = strings.clusters { note("\(prefix)/clusters", clusters.dense(h)) }
      note("\(prefix)/codes", strings.softmax(h))
      if place < choices.codes.count {
        h = strings.gru(strings.embedding(of: choices.codes[place]), state: h)
      }
    }
    guard isFedBack(prefix), let feedback = strings.feedback(codes: choices.codes, lastState: h)
    else { return nil }
    note("\(prefix)/feedback", feedback)
    return feedback
  }

  /// The last element of the root is told to nobody.
  private func isFedBack(_ prefix: String) -> Bool {
    guard case .tuple(_, let elements) = network.description.schema.root,
      let last = elements.lastIndex(where: { !$0.isConstant })
    else { return false }
    return prefix != "record/\(last)" && prefix != "record/\(last)/value"
  }

  private mutating func decode(
    _ scalars: FloatScalars, prefix: String, _ e: [Double]
  ) -> [Double]? {
    let n = scalars.leaves.count
    var y = scalars.values(e)
    if scalars.mixture > 0 {
      note("\(prefix)/components", Array(y[..<scalars.mixture]))
      y = scalars.whitened(
        y, component: choices.component % scalars.mixture,
        noise: Array(choices.componentNoise.prefix(n)))
    }
    note("\(prefix)/whitened", y)
    note(
      "\(prefix)/values",
      multiplied(y, scalars.unwhitening, outputs: n, plus: scalars.mean))
    if let presence = scalars.presence { note("\(prefix)/presence", presence(e)) }
    guard let encoder = scalars.encoder else { return nil }
    let presence = encoder.optional.indices.map { choices.presence[$0 % choices.presence.count] }
    let feedback = scalars.feedback(y, presence: presence, encoder)
    note("\(prefix)/feedback", feedback)
    return feedback
  }
}
