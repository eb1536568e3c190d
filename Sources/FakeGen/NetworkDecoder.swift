/// Decodes the records of a network and checks that every layer takes what the one before gives.
struct NetworkDecoder {
  var reader: RecordReader
  let schema: RowSchema
  let kernels: Kernels
  private var isModelled: [Bool]
  private var usesStrings = false
  private var usesDigits = false
  private var streams: [UInt32] = [LatentSampler.stream]
  /// Shape and format that embedding vectors of strings must have; nil without a StringLiteral.
  private var stringInput: Activation?
  /// Nil if a Tuple's elements feed back their own embeddings.
  private(set) var feedback: Feedback?

  /// Width and format of a vector of activations.
  struct Activation: Equatable {
    var width: Int
    var fractionBits: Int
  }

  init(reader: RecordReader, schema: RowSchema, kernels: Kernels) {
    self.kernels = kernels
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
        ascending: false),
      kernels: kernels)
    guard tables.exponential[0] == 1 << 24 else {
      throw .invalid(record: "exponential", reason: "exp(0) is not 1")
    }
    let gaussian = GaussianTable(
      entries: try decodeTable(
        "gaussian", count: GaussianTable.count, range: 0...(8 << 16) - 32, ascending: false))
    let latent = try decodeLatent()
    if reader.nextType() == .feedback { feedback = try decodeFeedback() }
    let strings = reader.nextType() == .stringLiteral ? try decodeStringLiteral() : nil
    if let strings {
      stringInput = Activation(
        width: strings.input.inputs, fractionBits: strings.input.inputFractionBits)
    }
    let vector = Activation(width: latent.width, fractionBits: latent.factor.outputFractionBits)
    guard reader.nextType() == .tuple,
      case .tuple(let root) = try decodeModule(
        name: "record", input: vector, feedback: nil, depth: 0)
    else { throw .unexpectedRecord(expected: "record", offset: reader.position) }
    try reader.finish()
    try checkLeaves(strings)
    return Network(
      tables: tables, gaussian: gaussian, latent: latent, feedback: feedback, strings: strings,
      root: root)
  }

  private func checkLeaves(_ strings: StringDecoder?) throws(ModelError) {
    for (leaf, isModelled) in isModelled.enumerated() where !isModelled {
      throw .invalid(record: "record", reason: ("no module makes leaf \(leaf)" as Message).text)
    }
    if usesDigits, let strings, !strings.alphabet.contains(where: { (0x31...0x39).contains($0) }) {
      throw .invalid(record: "string", reason: "a leaf of digits needs digits in the alphabet")
    }
    if stringInput != nil, !usesStrings {
      throw .invalid(record: "string", reason: "no leaf is a string")
    }
  }

  @inline(never)
  mutating func decodeTable(
    _ name: Message, count: Int, range: ClosedRange<Int32>, ascending: Bool
  ) throws(ModelError) -> Numbers<Int32> {
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

  mutating func decodeLatent() throws(ModelError) -> LatentSampler {
    try reader.begin(.latent, name: "latent")
    let factor = try decodeWideDense(
      name: "factor", input: nil, outputFractionBits: Format.latents, kernels: kernels)
    guard factor.inputs == factor.outputs, factor.inputFractionBits == Format.activation else {
      throw reader.invalid("the factor is not square, or its inputs are not Q3.12")
    }
    try reader.finish()
    return LatentSampler(factor: factor)
  }

  mutating func decodeDense(
    name: Message, input: Activation?, outputs: ClosedRange<Int>,
    outputFractionBits: ClosedRange<Int>, isPacked: Bool = true
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
    let matrix = try decodeMatrix(rows: outputs, columns: inputs, isPacked: isPacked)
    let layer = Dense(
      matrix: matrix, bias: bias, multiplier: multiplier, shift: shift,
      inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits)
    if let overflow = layer.overflow { throw reader.invalid(overflow) }
    try reader.finish()
    return layer
  }

  mutating func decodeCELU(
    name: Message, input: Activation?
  ) throws(ModelError) -> Dense {
    let coarsest = Format.activations.lowerBound - 1
    let finest = Format.activations.upperBound - 1
    return try decodeDense(
      name: name, input: input, outputs: 1...ModelFormat.maximumWidth,
      outputFractionBits: coarsest...finest)
  }

  mutating func decodePresence(
    name: Message, input: Activation, heads: Int
  ) throws(ModelError) -> Dense {
    try decodeDense(
      name: name, input: input, outputs: heads...heads,
      outputFractionBits: Format.preactivation...Format.preactivation)
  }

  /// - Parameter isPacked: false if how its rows are to be packed is not known yet.
  mutating func decodeLogits(
    name: Message, input: Activation, classes: Int, isPacked: Bool = true
  ) throws(ModelError) -> Dense {
    try decodeDense(
      name: name, input: input, outputs: classes...classes,
      outputFractionBits: Format.logit...Format.logit, isPacked: isPacked)
  }

  /// - Parameter kernels: what all outputs together are computed with.
  mutating func decodeWideDense(
    name: Message, input: Activation?, outputFractionBits: ClosedRange<Int>,
    kernels: Kernels = .reference
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
    let weights = try reader.readNumbers(Int16.self, rows: outputs, columns: inputs)
    if weights.contains(.min) { throw reader.invalid("a weight is -32768") }
    let layer = WideDense(
      inputs: inputs, outputs: outputs, weights: weights, bias: bias, multiplier: multiplier,
      shift: shift, inputFractionBits: inputFractionBits, outputFractionBits: outputFractionBits,
      kernels: kernels)
    if let overflow = layer.overflow { throw reader.invalid(overflow) }
    try reader.finish()
    return layer
  }

  /// - Parameter segments: number of equal parts that the rows are multiplied in.
  mutating func decodeMatrix(
    rows: Int, columns: Int, segments: Int = 1, isPacked: Bool = true
  ) throws(ModelError) -> WeightMatrix {
    let weights = try reader.readNumbers(Int8.self, rows: rows, columns: columns)
    if weights.contains(.min) { throw reader.invalid("a weight is -128") }
    try reader.skipPadding()
    return WeightMatrix(
      rows: rows, columns: columns, weights: weights,
      isWidened: isPacked && !reader.isLasting, segmentSize: rows / segments,
      kernels: isPacked ? kernels : .reference)
  }

  mutating func decodeMultiplier(count: Int) throws(ModelError) -> Numbers<Int32> {
    let multiplier = try reader.readNumbers(Int32.self, count: count)
    if multiplier.contains(where: { $0 < 0 }) { throw reader.invalid("a multiplier is negative") }
    return multiplier
  }

  mutating func decodeCell(state: Activation?) throws(ModelError) -> RecurrentCell {
    try reader.begin(.cell, name: "cell")
    let width = try reader.readShape(1...ModelFormat.maximumWidth)
    let fractionBits = try reader.readInteger(Format.activations)
    try check(Activation(width: width, fractionBits: fractionBits), is: state)
    let shift = try reader.readInteger(1...62)
    let inputMultiplier = try decodeMultiplier(count: 3 * width)
    let stateMultiplier = try decodeMultiplier(count: 3 * width)
    let bias = try reader.readNumbers(Int32.self, count: 3 * width)
    let matrix = try decodeMatrix(rows: 3 * width, columns: width, segments: 3)
    try reader.finish()
    return RecurrentCell(
      matrix: matrix, bias: bias, inputMultiplier: inputMultiplier,
      stateMultiplier: stateMultiplier, shift: shift, stateFractionBits: fractionBits)
  }

  mutating func decodeGRU(
    name: Message, input: Activation, state: Activation
  ) throws(ModelError) -> GRU {
    try reader.begin(.gru, name: name)
    let inputs = try reader.readShape(1...ModelFormat.maximumWidth)
    let rows = try reader.readShape(3 * state.width...3 * state.width)
    let fractionBits = try reader.readInteger(0...15)
    try check(Activation(width: inputs, fractionBits: fractionBits), is: input)
    let matrix = try decodeMatrix(rows: rows, columns: inputs, segments: 3)
    let gru = GRU(
      input: matrix, inputFractionBits: fractionBits, cell: try decodeCell(state: state))
    if let overflow = gru.overflow { throw reader.invalid(overflow) }
    try reader.finish()
    return gru
  }

  func check(_ found: Activation, is expected: Activation?) throws(ModelError) {
    if let expected, found != expected {
      throw reader.invalid(
        """
        expected inputs of width \(expected.width) with \(expected.fractionBits) fraction bits, \
        found width \(found.width) with \(found.fractionBits)
        """)
    }
  }

  /// What a dense layer with CELU gives.
  func celuOutput(_ layer: Dense) -> Activation {
    Activation(width: layer.outputs, fractionBits: layer.outputFractionBits + 1)
  }

  /// Decodes the module that comes next.
  ///
  /// - Parameters:
  ///   - input: width and format of the vectors that it decodes.
  ///   - feedback: those of the feedback vector that it must give; nil if nothing asks for one.
  mutating func decodeModule(
    name: Message, input: Activation, feedback: Activation?, depth: Int
  ) throws(ModelError) -> Module {
    guard depth < ModelFormat.maximumDepth else {
      throw reader.invalid("modules are nested deeper than \(ModelFormat.maximumDepth)")
    }
    switch reader.nextType() {
    case .string: return try decodeString(name: name, input: input)
    case .vocabulary:
      return .vocabulary(try decodeVocabulary(name: name, input: input, feedback: feedback))
    case .scalars:
      return .scalars(try decodeScalars(name: name, input: input, feedback: feedback))
    case .categorical:
      return .categorical(try decodeCategorical(name: name, input: input, feedback: feedback))
    case .optional:
      try reader.begin(.optional, name: name)
      let stream = try decodeStream()
      let presence = try decodePresence(name: "presence", input: input, heads: 1)
      let child = try decodeModule(
        name: "value", input: input, feedback: feedback, depth: depth + 1)
      let absent = try decodeEmbedding(name: "absent", rows: 1, feedback: feedback)
      try reader.finish()
      return .optional(presence: presence, stream: stream, child: child, absent: absent)
    case .tuple:
      return .tuple(try decodeTuple(name: name, input: input, feedback: feedback, depth: depth))
    default: throw reader.unexpected(name, at: reader.position)
    }
  }

  /// Checks that the StringLiteral takes these vectors.
  mutating func useStrings(input: Activation) throws(ModelError) {
    guard let stringInput else { throw reader.invalid("the file has no record string") }
    try check(stringInput, is: input)
    usesStrings = true
  }

  mutating func decodeString(
    name: Message, input: Activation
  ) throws(ModelError) -> Module {
    try reader.begin(.string, name: name)
    try useStrings(input: input)
    let leaf = try decodeLeaf()
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

  mutating func decodeCategorical(
    name: Message, input: Activation, feedback: Activation?
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
    let embedding = try decodeEmbedding(name: "embedding", rows: classes, feedback: feedback)
    try reader.finish()
    return CategoricalDecoder(stream: stream, leaf: leaf, softmax: softmax, embedding: embedding)
  }

  /// The leaf that a module makes; no two modules make the same.
  mutating func decodeLeaf() throws(ModelError) -> Int {
    let leaf = try reader.readShape(0...schema.leaves.count - 1)
    if isModelled[leaf] { throw reader.invalid("leaf \(leaf) has two modules") }
    isModelled[leaf] = true
    return leaf
  }

  mutating func decodeStream() throws(ModelError) -> UInt32 {
    let stream = try reader.readNumber(UInt32.self)
    if streams.contains(stream) { throw reader.invalid("stream \(stream) is used twice") }
    streams.append(stream)
    return stream
  }
}
