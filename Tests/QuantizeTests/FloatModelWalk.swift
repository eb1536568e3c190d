import Autodiff
import Checkpoint
import FloatModel
import Testing

/// Walks the model in floating point with choices that are given, and names what it computes as
/// Reference/generation.py does.
struct FloatModelWalk {
  private let float: FloatLayers
  private let choices: GenerationReference.Choices
  private(set) var figures: GenerationReference.Figures = [:]

  init(_ checkpoint: Checkpoint, _ choices: GenerationReference.Choices) throws {
    float = try FloatLayers(checkpoint)
    self.choices = choices
    let latent =
      float.generator.model.hasLatents ? float.generator.latent(choices.noise) : [0]
    note("record/latent", latent)
    _ = try decode(float.root, prefix: "record", latent)
  }

  private mutating func note(_ name: String, _ vector: [Double]) {
    figures[name, default: []].append(vector)
  }

  private mutating func decode(
    _ tuple: Tuple, prefix: String, _ e: [Double]
  ) throws -> [Double]? {
    var h = float.dense(tuple.decoderInput, e, .celu)
    note("\(prefix)/state", h)
    var vectors: [[Double]] = []
    for (index, element) in tuple.elements.enumerated() {
      let embedding = float.dense(element.embedding, h, .celu)
      // The layer's name tells the element's place among the message's fields.
      let place = element.embedding.name.split(separator: "/").dropLast().last ?? ""
      note("\(prefix)/\(place)/embedding", embedding)
      let feedback = try decode(element.child, prefix: "\(prefix)/\(place)", embedding)
      if let feedback { vectors.append(feedback) }
      guard let gru = element.decoder, tuple.takesStep(after: index) else { continue }
      h = float.gru(gru, feedback ?? embedding, state: h)
      note("\(prefix)/state", h)
    }
    guard tuple.isFedBack else { return nil }
    let feedback =
      tuple.summary.map { float.dense($0, h, .celu) } ?? float.encoded(tuple, vectors)
    note("\(prefix)/feedback", feedback)
    return feedback
  }

  private mutating func decode(
    _ module: any Module, prefix: String, _ e: [Double]
  ) throws -> [Double]? {
    switch module {
    case let literal as StringLiteral:
      return try string(prefix: prefix, e, isFedBack: literal.isFedBack)
    case let vocabulary as Vocabulary:
      var chosen = choose(
        vocabulary.decoder, prefix: prefix, e, excluded: vocabulary.isClosed ? 1 : 0)
      if let factored = vocabulary.factored, chosen > 0 {
        let values = factored.clusters.columns(chosen - 1)
        note("\(prefix)/values", Array(float.dense(factored.decoder, e)[values]))
        chosen = 1 + values.lowerBound + choices.index % values.count
      }
      if chosen == 0 { return try string(prefix: prefix, e, isFedBack: vocabulary.isFedBack) }
      return vocabulary.isFedBack ? float.row(chosen - 1, of: vocabulary.embedding) : nil
    case let categorical as Categorical:
      let chosen = choose(categorical.decoder, prefix: prefix, e)
      return categorical.isFedBack ? float.row(chosen, of: categorical.embedding) : nil
    case let number as BinnedNumber: return decode(number, prefix: prefix, e)
    case let scalars as ScalarTuple: return decode(scalars, prefix: prefix, e)
    case let presence as Presence:
      note("\(prefix)/presence", float.dense(presence.head, e))
      guard choices.isPresent else {
        return presence.isFedBack ? float.row(0, of: presence.absent) : nil
      }
      return try decode(presence.child, prefix: "\(prefix)/value", e)
    case let tuple as Tuple: return try decode(tuple, prefix: prefix, e)
    default:
      Issue.record("\(prefix): another kind of module")
      return nil
    }
  }

  /// - Parameter excluded: classes at the beginning that are never chosen.
  private mutating func choose(
    _ softmax: DenseSlots, prefix: String, _ e: [Double], excluded: Int = 0
  ) -> Int {
    let logits = float.dense(softmax, e)
    note("\(prefix)/classes", logits)
    return excluded + choices.index % (logits.count - excluded)
  }

  private mutating func decode(
    _ number: BinnedNumber, prefix: String, _ e: [Double]
  ) -> [Double]? {
    var chosen = choose(number.decoder, prefix: prefix, e)
    if let factored = number.factored {
      if chosen < factored.clusters.count {
        let bins = factored.clusters.columns(chosen)
        note("\(prefix)/bins", Array(float.dense(factored.decoder, e)[bins]))
        chosen = bins.lowerBound + choices.index % bins.count
      } else {
        chosen = number.bins.count
      }
    }
    var feedback = float.row(chosen, of: number.embedding)
    if chosen < number.bins.count, let cells = number.cells {
      let count = number.bins.bins[chosen].count
      let sums = zip(e, float.row(chosen, of: cells.bin)).map(+)
      let logits = float.dense(cells.decoder, float.dense(cells.hidden, sums, .celu))
      note("\(prefix)/cells", Array(logits[..<count]))
      let cell = float.row(choices.index % count, of: cells.embedding)
      feedback = zip(feedback, cell).map(+)
    }
    guard number.isFedBack else { return nil }
    note("\(prefix)/feedback", feedback)
    return feedback
  }

  private mutating func string(
    prefix: String, _ e: [Double], isFedBack: Bool
  ) throws -> [Double]? {
    let strings = try #require(float.strings)
    var h = float.dense(strings.decoderInput, e, .celu)
    for place in 0...choices.codes.count {
      if let cluster = strings.cluster { note("\(prefix)/clusters", float.dense(cluster, h)) }
      note("\(prefix)/codes", float.dense(strings.softmax, h))
      if place < choices.codes.count {
        let vector = float.row(choices.codes[place], of: strings.embedding)
        h = float.gru(strings.decoder, vector, state: h)
      }
    }
    guard isFedBack, let feedback = float.feedback(strings, codes: choices.codes, lastState: h)
    else { return nil }
    note("\(prefix)/feedback", feedback)
    return feedback
  }

  private mutating func decode(
    _ scalars: ScalarTuple, prefix: String, _ e: [Double]
  ) -> [Double]? {
    var y = float.dense(scalars.decoder, e)
    if let mixture = scalars.mixture {
      note("\(prefix)/components", Array(y[..<mixture.components]))
      y = mixture.sample(
        y, component: choices.component % mixture.components,
        noise: Array(choices.componentNoise.prefix(scalars.leaves.count)))
    }
    note("\(prefix)/whitened", y)
    note("\(prefix)/values", float.generator.whitenings[scalars.whitening].unwhitened(y))
    if let presence = scalars.presence { note("\(prefix)/presence", float.dense(presence, e)) }
    guard scalars.isFedBack else { return nil }
    let presence = scalars.optional.indices.map { choices.presence[$0 % choices.presence.count] }
    let feedback = float.feedback(scalars, y, presence: presence)
    note("\(prefix)/feedback", feedback)
    return feedback
  }
}
