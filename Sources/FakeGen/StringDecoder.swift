/// The StringLiteral's decoder, shared by all strings of a model (paper, App. B.1):
///
///     h = celu(dense(e)); repeat: sample a code from softmax(dense(h)); stop at code 0;
///     h = gru(x: embedding[code], h: h)
///
/// Code 0 ends a string, code 1 (any character outside the alphabet) is never sampled, the codes from
/// 2 on are the alphabet's characters, then subword pieces.
package struct StringDecoder: Sendable, Hashable {
  /// What strings feed back to the Tuple's decoder.
  package enum Summary: Sendable, Hashable {
    /// The string encoder's embedding of the sampled codes.
    case encoder(StringEncoder)
    /// celu(dense(h)) of the state after the last emitted code.
    case dense(Dense)
  }

  /// Unicode scalar values of codes 2, 3, ...
  package let alphabet: Numbers<UInt32>
  /// Texts of the codes after the alphabet's, each two or more characters.
  package let pieces: TextTable
  /// Most characters that a string may have.
  package let maximumLength: Int
  /// `[inputs, n]` with CELU.
  package let input: Dense
  /// The cell's input, for the codes from 2 on.
  package let codeInput: CodeInput
  package let cell: RecurrentCell
  /// `[n, codes]`, to logits; the outputs are places of `clusters` if there are any, else codes.
  package let softmax: Dense
  /// Nil for one softmax over all codes.
  package let clusters: SoftmaxClusters?
  /// Nil if elements' own embeddings are fed back.
  package let summary: Summary?
  /// Texts of the codes from 2 on.
  private let texts: TextTable
  /// Characters of the codes from 2 on.
  private let lengths: [Int]
  /// Per code, what it may be in a `.digits` string.
  private let digitKinds: [DigitString.Kind]
  /// Per cluster, whether it has a code that a text may hold, or that a number may.
  private let clusterHasText: [Bool]
  private let clusterHasNumber: [Bool]

  /// - Precondition: `alphabet` holds Unicode scalar values; an encoder in `summary` has the
  ///   embedding of `codeInput`, or a table if that is one.
  package init(
    alphabet: some NumberSource<UInt32>, pieces: TextTable = TextTable(), maximumLength: Int,
    input: Dense, codeInput: CodeInput, cell: RecurrentCell, softmax: Dense,
    clusters: SoftmaxClusters? = nil, summary: Summary? = nil
  ) {
    let alphabet = alphabet.numbers
    self.alphabet = alphabet
    self.pieces = pieces
    self.maximumLength = maximumLength
    self.input = input
    self.codeInput = codeInput
    if case .encoder(let encoder) = summary {
      precondition(encoder.codeInput.embedding == codeInput.embedding)
    }
    self.cell = cell
    self.softmax = softmax
    self.clusters = clusters
    self.summary = summary
    var texts = TextTable()
    for value in alphabet {
      guard let scalar = Unicode.Scalar(value), let units = UTF8.encode(scalar) else {
        preconditionFailure("not a Unicode scalar value")
      }
      texts.add(utf8: units)
    }
    for piece in 0..<pieces.count { texts.add(utf8: pieces[piece]) }
    self.texts = texts
    lengths = (0..<texts.count).map { texts.scalarCount($0) }
    let kinds =
      [.end, .other] + alphabet.map(DigitString.Kind.init)
      + (0..<pieces.count).map { _ in .other }
    digitKinds = kinds
    var (hasText, hasNumber): ([Bool], [Bool]) = ([], [])
    if let clusters {
      for cluster in 0..<clusters.count {
        let codes = clusters.order[clusters.places(cluster)]
        hasText.append(codes.contains { $0 != 1 })
        hasNumber.append(codes.contains { kinds[Int($0)] != .other })
      }
    }
    clusterHasText = hasText
    clusterHasNumber = hasNumber
  }

  package var codeCount: Int { alphabet.count + pieces.count + 2 }
  package var width: Int { cell.width }

  /// The state before the first character.
  package func start(
    _ e: UnsafePointer<Int16>, state: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    input.applyCELU(e, into: state, tables: tables, scratch: scratch)
  }

  /// The state after `code`, which is 2 or more.
  package func advance(
    _ state: UnsafeMutablePointer<Int16>, code: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    cell.step(code: code, input: codeInput, state: state, tables: tables, scratch: scratch)
  }

  /// Decodes one string from `e` and appends its UTF-8 to `text`; with `digits` only the decimal
  /// form of an integer in that range. Writes the string's feedback vector (width) if asked.
  package func decode(
    _ e: UnsafePointer<Int16>, digits: ClosedRange<Int64>?, draws: RandomStream,
    tables: ActivationTables, scratch: borrowing Scratch,
    feedback: UnsafeMutablePointer<Int16>? = nil, into text: inout [UInt8]
  ) {
    var draws = draws
    var scratch = copy scratch
    let state = scratch.takeNarrow(width)
    var encoder: StringEncoder?
    if feedback != nil, case .encoder(let found) = summary { encoder = found }
    let encoderState = scratch.takeNarrow(encoder?.cell.width ?? 0)
    encoder?.start(encoderState)
    start(e, state: state, tables: tables, scratch: scratch)
    var number = digits.map { DigitString(range: $0, maximumLength: maximumLength) }
    var length = 0
    while length < maximumLength {
      let code = sampleCode(
        state, number: number, draws: &draws, tables: tables, scratch: scratch)
      if code == 0 { break }
      length += lengths[code - 2]
      if length > maximumLength { break }
      number?.append(digitKinds[code])
      text.append(contentsOf: texts[code - 2])
      advance(state, code: code, tables: tables, scratch: scratch)
      encoder?.advance(encoderState, code: code, tables: tables, scratch: scratch)
    }
    guard let feedback, let summary else { return }
    switch summary {
    case .encoder(let encoder):
      encoder.output.applyCELU(encoderState, into: feedback, tables: tables, scratch: scratch)
    case .dense(let dense):
      dense.applyCELU(state, into: feedback, tables: tables, scratch: scratch)
    }
  }

  /// Samples the code after `state`, one that `number` allows if there is one.
  package func sampleCode(
    _ state: UnsafePointer<Int16>, number: DigitString?, draws: inout RandomStream,
    tables: ActivationTables, scratch: borrowing Scratch
  ) -> Int {
    var scratch = copy scratch
    guard let clusters else {
      let logits = scratch.takeNarrow(codeCount)
      softmax.apply(state, into: logits, scratch: scratch)
      return sampledClass(logits: logits, count: codeCount, draw: draws.next(), tables: tables) {
        isAllowed($0, in: number)
      }
    }
    let logits = scratch.takeNarrow(max(clusters.count, clusters.size))
    clusters.dense.apply(state, into: logits, scratch: scratch)
    let cluster = sampledClass(
      logits: logits, count: clusters.count, draw: draws.next(), tables: tables
    ) { cluster in
      guard number != nil else { return clusterHasText[cluster] }
      return clusterHasNumber[cluster]
        && clusters.places(cluster).contains { isAllowed(Int(clusters.order[$0]), in: number) }
    }
    let places = clusters.places(cluster)
    softmax.apply(state, rows: places, into: logits, scratch: scratch)
    let place = sampledClass(
      logits: logits, count: places.count, draw: draws.next(), tables: tables
    ) { isAllowed(Int(clusters.order[places.lowerBound &+ $0]), in: number) }
    return Int(clusters.order[places.lowerBound + place])
  }

  @inline(__always)
  private func isAllowed(_ code: Int, in number: DigitString?) -> Bool {
    if let number { return number.allows(digitKinds[code]) }
    return code != 1
  }

  package var scratchSize: ScratchSize {
    var parts =
      cell.codeScratchSize(codeInput) | ScratchSize(wide: input.outputs)
      | ScratchSize(narrow: codeCount, wide: softmax.outputs)
    if let clusters {
      parts = parts | ScratchSize(narrow: max(clusters.count, clusters.size), wide: clusters.count)
    }
    switch summary {
    case .encoder(let encoder): parts = parts | encoder.scratchSize
    case .dense(let dense): parts = parts | ScratchSize(wide: dense.outputs)
    case nil: break
    }
    var held = width
    if case .encoder(let encoder) = summary { held += encoder.cell.width }
    return ScratchSize(narrow: held) + parts
  }

  package var parameterCount: Int {
    var count =
      input.parameterCount + codeInput.parameterCount + cell.parameterCount
      + softmax.parameterCount + (codeInput.embedding?.parameterCount ?? 0)
    if let clusters { count += clusters.dense.parameterCount }
    switch summary {
    case .encoder(let encoder): count += encoder.parameterCount
    case .dense(let dense): count += dense.parameterCount
    case nil: break
    }
    return count
  }
}
