extension NetworkDecoder {
  mutating func decodeScalars(
    name: Message, input: Activation, feedback: Activation?
  ) throws(ModelError) -> ScalarDecoder {
    try reader.begin(.scalars, name: name)
    let count = try reader.readShape(1...ModelFormat.maximumLeaves)
    let stream = try decodeStream()
    let head: ScalarDecoder.Head
    if reader.nextType() == .mixture {
      head = .mixture(try decodeMixture(count: count, input: input))
    } else {
      let values = try decodeWideDense(
        name: "values", input: input, outputFractionBits: Format.whitened...Format.whitened)
      guard values.outputs == count else { throw reader.invalid("it must have \(count) values") }
      head = .linear(values)
    }
    // How many heads there must be is known once the outputs' leaves are read.
    let presence =
      reader.nextType() == .dense
      ? try decodeDense(
        name: "presence", input: input, outputs: 1...count,
        outputFractionBits: Format.preactivation...Format.preactivation) : nil
    var outputs: [ScalarDecoder.Output] = []
    for index in 0..<count {
      outputs.append(try decodeUnwhitening(index: index, count: count))
    }
    guard outputs.count(where: { $0.isOptional }) == presence?.outputs ?? 0 else {
      throw reader.invalid("it must have one presence head for each optional leaf")
    }
    var encoder: ScalarEncoder?
    if let feedback {
      encoder = try decodeScalarEncoder(
        count: count, optional: presence?.outputs ?? 0, feedback: feedback)
    }
    try reader.finish()
    return ScalarDecoder(
      stream: stream, head: head, presence: presence, outputs: outputs, encoder: encoder)
  }

  private mutating func decodeMixture(
    count: Int, input: Activation
  ) throws(ModelError) -> MixtureDecoder {
    try reader.begin(.mixture, name: "mixture")
    guard count <= MixtureDecoder.maximumCount else {
      throw reader.invalid(
        "a mixture has at most \(MixtureDecoder.maximumCount) values, found \(count)")
    }
    let logits = try decodeDense(
      name: "logits", input: input, outputs: 1...ModelFormat.maximumWidth,
      outputFractionBits: Format.logit...Format.logit)
    let components = try decodeWideDense(
      name: "components", input: input, outputFractionBits: Format.whitened...Format.whitened)
    let expected = logits.outputs * MixtureDecoder.parameterCount(count)
    guard components.outputs == expected else {
      throw reader.invalid(
        "its components should have \(expected) outputs, found \(components.outputs)")
    }
    try reader.finish()
    return MixtureDecoder(count: count, logits: logits, components: components)
  }

  private mutating func decodeScalarEncoder(
    count: Int, optional: Int, feedback: Activation
  ) throws(ModelError) -> ScalarEncoder {
    try reader.begin(.scalarEncoder, name: "encoder")
    var distances: WideDense?
    if optional > 0 {
      let layer = try decodeWideDense(
        name: "distances", input: nil, outputFractionBits: ScalarEncoder.inputFormats)
      guard layer.inputs == count, layer.outputs == optional,
        layer.inputFractionBits == layer.outputFractionBits
      else { throw reader.invalid("its distances should be \(optional) of \(count) values") }
      distances = layer
    }
    let dense = try decodeDense(
      name: "dense", input: nil, outputs: feedback.width...feedback.width,
      outputFractionBits: Format.preactivation...Format.preactivation)
    let inputs = Activation(width: count + 2 * optional, fractionBits: dense.inputFractionBits)
    try check(Activation(width: dense.inputs, fractionBits: dense.inputFractionBits), is: inputs)
    guard ScalarEncoder.inputFormats.contains(dense.inputFractionBits),
      distances.map({ $0.outputFractionBits == dense.inputFractionBits }) ?? true
    else { throw reader.invalid("its inputs' format is not one of values") }
    try reader.finish()
    return ScalarEncoder(
      distances: distances, dense: dense, fractionBits: feedback.fractionBits)
  }

  private mutating func decodeUnwhitening(
    index: Int, count: Int
  ) throws(ModelError) -> ScalarDecoder.Output {
    try reader.begin(.unwhitening, name: "\(index)")
    let leaf = try decodeLeaf()
    switch schema.leaves[leaf].kind {
    case .real, .integer: break
    default: throw reader.invalid("leaf \(leaf) is neither a real nor an integer")
    }
    let shift = try reader.readInteger(1...62)
    let offset = try reader.readNumber(Int64.self)
    let minimum = try reader.readNumber(Int64.self)
    let maximum = try reader.readNumber(Int64.self)
    let factors = try reader.readNumbers(Int64.self, count: count)
    guard minimum <= maximum else { throw reader.invalid("its range is empty") }
    let output = ScalarDecoder.Output(
      leaf: leaf, offset: offset, factors: factors, shift: shift, minimum: minimum,
      maximum: maximum, isOptional: schema.leaves[leaf].isOptional)
    guard output.cannotOverflow else { throw reader.invalid("its sum can overflow 64 bits") }
    try reader.finish()
    return output
  }
}
