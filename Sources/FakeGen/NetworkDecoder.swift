/// Decodes the records of a network and checks that every layer takes what the one before gives.
struct NetworkDecoder {
  var reader: RecordReader
  private let schema: RowSchema
  private var isModelled: [Bool]
  private var usesStrings = false
  private var usesDigits = false
  private var streams: [UInt32] = [LatentSampler.stream]
  /// Shape and format that embedding vectors of strings must have; nil without a StringLiteral.
  private var stringInput: Activation?

  /// Width and format of a vector of activations.
  private struct Activation: Equatable {
    var width: Int
    var fractionBits: Int
  }

  init(reader: RecordReader, schema: RowSchema) {
    self.reader = reader
    self.schema = schema
    isModelled = .init(repeating: false, count: schema.leaves.count)
  }

  mutating func decode() throws(ModelError) -> Network {
    let tables = ActivationTables(
      sigmoid: try decodeTable(
        "sigmoid", count: ActivationTables.sigmoidCount, range: 0...32768, ascending: true),
      celu: try decodeTable(
        "celu", count: ActivationTables.celuCount, range: -3 << 12...0, ascending: true),
      exponential: try decodeTable(
        "exponential", count: ActivationTables.exponentialCount, range: 0...1 << 24,
        ascending: false))
    guard tables.exponential[0] == 1 << 24 else {
      throw .invalid(record: "exponential", reason: "exp(0) is not 1")
    }
    let gaussian = GaussianTable(
      entries: try decodeTable(
        "gaussian", count: GaussianTable.count, range: 0...(8 << 16) - 32, ascending: false))
    let latent = try decodeLatent()
    let strings = reader.nextType() == .stringLiteral ? try decodeStringLiteral() : nil
    if let strings {
      stringInput = Activation(
        width: strings.input.inputs, fractionBits: strings.input.inputFractionBits)
    }
    let vector = Activation(width: latent.width, fractionBits: latent.factor.outputFractionBits)
    guard reader.nextType() == .tuple,
      case .tuple(let root) = try decodeModule(name: "record", input: vector, depth: 0)
    else { throw .unexpectedRecord(expected: "record", offset: reader.position) }
    try reader.finish()
    try checkLeaves(strings)
    return Network(
      tables: tables, gaussian: gaussian, latent: latent, strings: strings, root: root)
  }

  private func checkLeaves(_ strings: StringDecoder?) throws(ModelError) {
    for (leaf, isModelled) in isModelled.enumerated() where !isModelled {
      throw .invalid(record: "record", reason: "no module makes leaf \(leaf)")
    }
    if usesDigits, let strings, !strings.alphabet.contains(where: { (0x31...0x39).contains($0) }) {
      throw .invalid(record: "string", reason: "a leaf of digits needs digits in the alphabet")
    }
    if strings != nil, !usesStrings {
      throw .invalid(record: "string", reason: "no leaf is a string")
    }
  }

  private mutating func decodeTable(
    _ name: String, count: Int, range: ClosedRange<Int32>, ascending: Bool
  ) throws(ModelError) -> [Int32] {
    try reader.begin(.table, name: name)
    _ = try reader.readShape(count...count)
    let entries = try reader.readNumbers(Int32.self, count: count)
    for (index, entry) in entries.enumerated() {
      guard range.contains(entry) else { throw reader.invalid("entry \(index) is out of range") }
      if index > 0, ascending ? entry < entries[index - 1] : entry > entries[index - 1] {
        throw reader.invalid("entry \(index) is out of order")
      }
    }
    try reader.finish()
    return entries
  }

  private mutating func decodeLatent() throws(ModelError) -> LatentSampler {
    try reader.begin(.latent, name: "latent")
    let factor = try decodeWideDense(
      name: "factor", input: nil, outputFractionBits: Format.latents)
    guard factor.inputs == factor.outputs, factor.inputFractionBits == Format.activation else {
      throw reader.invalid("the factor is not square, or its inputs are not Q3.12")
    }
    try reader.finish()
    return LatentSampler(factor: factor)
  }

  private mutating func decodeDense(
    name: String, input: Activation?, outputs: ClosedRange<Int>,
    outputFractionBits: ClosedRange<Int>
  ) throws(ModelError) -> Dense {
    try reader.begin(.dense, name: name)
    let inputs = try reader.readShape(1...ModelFormat.maximumWidth)
    let outputs = try reader.readShape(outputs)
    let inputFractionBits = try reader.readInteger(0...15)
    let outputFractionBits = try reader.readInteger(outputFractionBits)
    try check(Activation(width: inputs, fractionBits: inputFractionBits), is: input)
    let shift = try reader.readInteger(1...62)
    let multiplier = try decodeMultiplier(count: outputs)
    let bias = try reader.readNumbers(Int32.self, count: outputs)
    let matrix = try decodeMatrix(rows: outputs, columns: inputs)
    let layer = Dense(
      matrix: matrix, bias: bias, multiplier: multiplier, shift: shift,
      inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits)
    if let overflow = layer.overflow { throw reader.invalid(overflow) }
    try reader.finish()
    return layer
  }

  private mutating func decodeCELU(
    name: String, input: Activation?
  ) throws(ModelError) -> Dense {
    let coarsest = Format.activations.lowerBound - 1
    let finest = Format.activations.upperBound - 1
    return try decodeDense(
      name: name, input: input, outputs: 1...ModelFormat.maximumWidth,
      outputFractionBits: coarsest...finest)
  }

  private mutating func decodePresence(
    name: String, input: Activation, heads: Int
  ) throws(ModelError) -> Dense {
    try decodeDense(
      name: name, input: input, outputs: heads...heads,
      outputFractionBits: Format.preactivation...Format.preactivation)
  }

  private mutating func decodeLogits(
    name: String, input: Activation, classes: Int
  ) throws(ModelError) -> Dense {
    try decodeDense(
      name: name, input: input, outputs: classes...classes,
      outputFractionBits: Format.logit...Format.logit)
  }

  private mutating func decodeWideDense(
    name: String, input: Activation?, outputFractionBits: ClosedRange<Int>
  ) throws(ModelError) -> WideDense {
    try reader.begin(.wideDense, name: name)
    let inputs = try reader.readShape(1...ModelFormat.maximumWidth)
    let outputs = try reader.readShape(1...ModelFormat.maximumWidth)
    let inputFractionBits = try reader.readInteger(0...15)
    let outputFractionBits = try reader.readInteger(outputFractionBits)
    try check(Activation(width: inputs, fractionBits: inputFractionBits), is: input)
    let shift = try reader.readInteger(1...62)
    let multiplier = try decodeMultiplier(count: outputs)
    let bias = try reader.readNumbers(Int64.self, count: outputs)
    let weights = try reader.readNumbers(Int16.self, count: inputs * outputs)
    if weights.contains(.min) { throw reader.invalid("a weight is -32768") }
    let layer = WideDense(
      inputs: inputs, outputs: outputs, weights: weights, bias: bias, multiplier: multiplier,
      shift: shift, inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits)
    if let overflow = layer.overflow { throw reader.invalid(overflow) }
    try reader.finish()
    return layer
  }

  private mutating func decodeMatrix(rows: Int, columns: Int) throws(ModelError) -> WeightMatrix {
    let weights = try reader.readNumbers(Int8.self, count: rows * columns)
    if weights.contains(.min) { throw reader.invalid("a weight is -128") }
    try reader.skipPadding()
    return WeightMatrix(rows: rows, columns: columns, weights: weights)
  }

  private mutating func decodeMultiplier(count: Int) throws(ModelError) -> [Int32] {
    let multiplier = try reader.readNumbers(Int32.self, count: count)
    if multiplier.contains(where: { $0 < 0 }) { throw reader.invalid("a multiplier is negative") }
    return multiplier
  }

  private mutating func decodeCell(state: Activation) throws(ModelError) -> RecurrentCell {
    try reader.begin(.cell, name: "cell")
    let width = try reader.readShape(1...ModelFormat.maximumWidth)
    let fractionBits = try reader.readInteger(Format.activations)
    try check(Activation(width: width, fractionBits: fractionBits), is: state)
    let shift = try reader.readInteger(1...62)
    let inputMultiplier = try decodeMultiplier(count: 3 * width)
    let stateMultiplier = try decodeMultiplier(count: 3 * width)
    let bias = try reader.readNumbers(Int32.self, count: 3 * width)
    let matrix = try decodeMatrix(rows: 3 * width, columns: width)
    try reader.finish()
    return RecurrentCell(
      matrix: matrix, bias: bias, inputMultiplier: inputMultiplier,
      stateMultiplier: stateMultiplier, shift: shift, stateFractionBits: fractionBits)
  }

  private mutating func decodeGRU(
    input: Activation, state: Activation
  ) throws(ModelError) -> GRU {
    try reader.begin(.gru, name: "gru")
    let inputs = try reader.readShape(1...ModelFormat.maximumWidth)
    let rows = try reader.readShape(3 * state.width...3 * state.width)
    let fractionBits = try reader.readInteger(0...15)
    try check(Activation(width: inputs, fractionBits: fractionBits), is: input)
    let matrix = try decodeMatrix(rows: rows, columns: inputs)
    let gru = GRU(
      input: matrix, inputFractionBits: fractionBits, cell: try decodeCell(state: state))
    if let overflow = gru.overflow { throw reader.invalid(overflow) }
    try reader.finish()
    return gru
  }

  private func check(_ found: Activation, is expected: Activation?) throws(ModelError) {
    if let expected, found != expected {
      throw reader.invalid(
        "expected inputs of width \(expected.width) with \(expected.fractionBits) fraction bits, "
          + "found width \(found.width) with \(found.fractionBits)")
    }
  }

  /// What a dense layer with CELU gives.
  private func celuOutput(_ layer: Dense) -> Activation {
    Activation(width: layer.outputs, fractionBits: layer.outputFractionBits + 1)
  }

  private mutating func decodeStringLiteral() throws(ModelError) -> StringDecoder {
    try reader.begin(.stringLiteral, name: "string")
    let maximumLength = try reader.readShape(1...ModelFormat.maximumStringLength)
    let count = try reader.readShape(1...ModelFormat.maximumWidth - 2)
    let alphabet = try reader.readNumbers(UInt32.self, count: count)
    for (index, value) in alphabet.enumerated() where Unicode.Scalar(value) == nil {
      throw reader.invalid("character \(index) is no Unicode scalar value")
    }
    let input = try decodeCELU(name: "input", input: nil)
    let state = celuOutput(input)
    try reader.begin(.characters, name: "characters")
    let sums = try reader.readNumbers(Int16.self, count: 3 * state.width * count)
    try reader.finish()
    let cell = try decodeCell(state: state)
    if let overflow = cell.overflow(inputSumBound: { _ in 32768 }) {
      throw reader.invalid(overflow)
    }
    let softmax = try decodeLogits(name: "softmax", input: state, classes: count + 2)
    try reader.finish()
    return StringDecoder(
      alphabet: alphabet, maximumLength: maximumLength, input: input, characterSums: sums,
      cell: cell, softmax: softmax)
  }

  private mutating func decodeModule(
    name: String, input: Activation, depth: Int
  ) throws(ModelError) -> Module {
    guard depth < ModelFormat.maximumDepth else {
      throw reader.invalid("modules are nested deeper than \(ModelFormat.maximumDepth)")
    }
    switch reader.nextType() {
    case .string: return try decodeString(name: name, input: input)
    case .scalars: return .scalars(try decodeScalars(name: name, input: input))
    case .categorical: return .categorical(try decodeCategorical(name: name, input: input))
    case .optional:
      try reader.begin(.optional, name: name)
      let stream = try decodeStream()
      let presence = try decodePresence(name: "presence", input: input, heads: 1)
      let child = try decodeModule(name: "value", input: input, depth: depth + 1)
      try reader.finish()
      return .optional(presence: presence, stream: stream, child: child)
    case .tuple: return .tuple(try decodeTuple(name: name, input: input, depth: depth))
    default: throw .unexpectedRecord(expected: reader.path + "/" + name, offset: reader.position)
    }
  }

  private mutating func decodeString(
    name: String, input: Activation
  ) throws(ModelError) -> Module {
    try reader.begin(.string, name: name)
    guard let stringInput else { throw reader.invalid("the file has no record string") }
    try check(stringInput, is: input)
    let leaf = try decodeLeaf()
    usesStrings = true
    let stream = try decodeStream()
    var digits: ClosedRange<Int64>?
    switch schema.leaves[leaf].kind {
    case .text: break
    case .digits:
      usesDigits = true
      let minimum = try reader.readNumber(Int64.self)
      let maximum = try reader.readNumber(Int64.self)
      guard minimum <= maximum, DigitString.isValid(minimum...maximum) else {
        throw reader.invalid("its range of integers is too narrow")
      }
      digits = minimum...maximum
    default: throw reader.invalid("leaf \(leaf) is not a text")
    }
    try reader.finish()
    return .string(leaf: leaf, digits: digits, stream: stream)
  }

  private mutating func decodeCategorical(
    name: String, input: Activation
  ) throws(ModelError) -> CategoricalDecoder {
    try reader.begin(.categorical, name: name)
    let leaf = try decodeLeaf()
    let stream = try decodeStream()
    let classes: Int
    switch schema.leaves[leaf].kind {
    case .boolean: classes = 2
    case .enumeration(let names): classes = names.count
    default: throw reader.invalid("leaf \(leaf) is neither a boolean nor an enumeration")
    }
    let softmax = try decodeLogits(name: "softmax", input: input, classes: classes)
    try reader.finish()
    return CategoricalDecoder(stream: stream, leaf: leaf, softmax: softmax)
  }

  private mutating func decodeScalars(
    name: String, input: Activation
  ) throws(ModelError) -> ScalarDecoder {
    try reader.begin(.scalars, name: name)
    let count = try reader.readShape(1...ModelFormat.maximumLeaves)
    let stream = try decodeStream()
    let values = try decodeWideDense(
      name: "values", input: input, outputFractionBits: Format.whitened...Format.whitened)
    guard values.outputs == count else { throw reader.invalid("it must have \(count) values") }
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
    try reader.finish()
    return ScalarDecoder(stream: stream, values: values, presence: presence, outputs: outputs)
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

  private mutating func decodeTuple(
    name: String, input: Activation, depth: Int
  ) throws(ModelError) -> TupleDecoder {
    try reader.begin(.tuple, name: name)
    let count = try reader.readShape(1...ModelFormat.maximumLeaves)
    let dense = try decodeCELU(name: "input", input: input)
    let state = celuOutput(dense)
    var elements: [TupleDecoder.Element] = []
    for index in 0..<count {
      try reader.begin(.element, name: "\(index)")
      let embedding = try decodeCELU(name: "embedding", input: state)
      let vector = celuOutput(embedding)
      let child = try decodeModule(name: "child", input: vector, depth: depth + 1)
      let gru = index < count - 1 ? try decodeGRU(input: vector, state: state) : nil
      elements.append(.init(embedding: embedding, gru: gru, child: child))
      try reader.finish()
    }
    try reader.finish()
    return TupleDecoder(input: dense, elements: elements)
  }

  /// The leaf that a module makes; no two modules make the same.
  private mutating func decodeLeaf() throws(ModelError) -> Int {
    let leaf = try reader.readShape(0...schema.leaves.count - 1)
    if isModelled[leaf] { throw reader.invalid("leaf \(leaf) has two modules") }
    isModelled[leaf] = true
    return leaf
  }

  private mutating func decodeStream() throws(ModelError) -> UInt32 {
    let stream = try reader.readNumber(UInt32.self)
    if streams.contains(stream) { throw reader.invalid("stream \(stream) is used twice") }
    streams.append(stream)
    return stream
  }
}
