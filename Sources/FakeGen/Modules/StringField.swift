/// A field that is spelled by the network's StringLiteral (`StringDecoder`).
package struct StringField: Sendable {
  /// Stream number of its draws.
  package let stream: UInt32
  /// The leaf that it makes.
  package let leaf: Int
  /// The range of the values of a `.digits` leaf; nil for a `.text` leaf.
  package let digits: ClosedRange<Int64>?
  /// What a `.text` leaf is spelled with; nil for all codes.
  package let codes: CodeSet?

  /// Creates a field that the StringLiteral spells.
  ///
  /// - Parameters:
  ///   - stream: stream number of its draws.
  ///   - leaf: the leaf that it makes.
  ///   - digits: the range of the values of a `.digits` leaf; nil for a `.text` leaf.
  ///   - codes: what a `.text` leaf is spelled with; nil for all codes.
  package init(
    stream: UInt32, leaf: Int, digits: ClosedRange<Int64>? = nil, codes: CodeSet? = nil
  ) {
    self.stream = stream
    self.leaf = leaf
    self.digits = digits
    self.codes = codes
  }
}

extension StringField: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> StringField {
    try reader.sections.begin(.string, name: place.name)
    try reader.useStrings(input: place.input)
    let leaf = try reader.readLeaf()
    let stream = try reader.readStream()
    var digits: ClosedRange<Int64>?
    var codes: CodeSet?
    switch reader.schema.leaves[leaf].kind {
    case .text: codes = try .readIfPresent(from: &reader)
    case .digits:
      reader.usesDigits = true
      let minimum = try reader.sections.readNumber(Int64.self)
      let maximum = try reader.sections.readNumber(Int64.self)
      guard minimum <= maximum, DigitString.isValid(minimum...maximum) else {
        throw reader.sections.invalid("its range of integers is too narrow")
      }
      digits = minimum...maximum
    default: throw reader.sections.invalid("leaf \(leaf) is not a text")
    }
    try reader.sections.finish()
    return StringField(stream: stream, leaf: leaf, digits: digits, codes: codes)
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.string, name: name)
    writer.writeShape(leaf)
    writer.write(stream)
    if let digits {
      writer.write(digits.lowerBound)
      writer.write(digits.upperBound)
    }
    codes?.write(to: &writer)
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    guard let strings = decoding.strings else { return }
    let number = digits.map { DigitString(range: $0, maximumLength: strings.maximumLength) }
    for place in 0..<rows.count {
      batch.strings[place] = StringState(
        draws: decoding.draws(stream: stream, position: rows[place]), number: number)
    }
    strings.decode(
      e, rows: rows, leaf: leaf, codes: codes, tables: decoding.tables, scratch: scratch,
      feedback: feedback?.vectors, into: &batch)
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize { strings }

  /// All of them are the StringLiteral's.
  var parameterCount: Int { 0 }

  var multiplyAdds: Int { 0 }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) { mayBeNull[leaf] = isOptional }
}
