/// A node of a network's tree, which decodes one embedding vector into leaves of a row: the list of
/// all kinds, each described at the type of its value.
package indirect enum DecoderModule: Sendable {
  case string(StringField)
  case vocabulary(VocabularyDecoder)
  case scalars(ScalarDecoder)
  case number(NumberDecoder)
  case categorical(CategoricalDecoder)
  case optional(OptionalDecoder)
  case chosen(ChosenDecoder)
  case tuple(TupleDecoder)
  case repeated(RepeatedDecoder)
}

extension DecoderModule: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> DecoderModule {
    guard place.depth < ModelFormat.maximumDepth else {
      throw reader.sections.invalid(
        "modules are nested deeper than \(ModelFormat.maximumDepth)")
    }
    switch reader.sections.nextType() {
    case .string: return .string(try .read(from: &reader, at: place))
    case .vocabulary, .closedVocabulary:
      return .vocabulary(try .read(from: &reader, at: place))
    case .scalars: return .scalars(try .read(from: &reader, at: place))
    case .number: return .number(try .read(from: &reader, at: place))
    case .categorical: return .categorical(try .read(from: &reader, at: place))
    case .optional: return .optional(try .read(from: &reader, at: place))
    case .chosen: return .chosen(try .read(from: &reader, at: place))
    case .tuple: return .tuple(try .read(from: &reader, at: place))
    case .repeated: return .repeated(try .read(from: &reader, at: place))
    default: throw reader.sections.unexpected(place.name, at: reader.sections.position)
    }
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    switch self {
    case .string(let field): field.write(to: &writer, name: name)
    case .vocabulary(let decoder): decoder.write(to: &writer, name: name)
    case .scalars(let decoder): decoder.write(to: &writer, name: name)
    case .number(let decoder): decoder.write(to: &writer, name: name)
    case .categorical(let decoder): decoder.write(to: &writer, name: name)
    case .optional(let decoder): decoder.write(to: &writer, name: name)
    case .chosen(let decoder): decoder.write(to: &writer, name: name)
    case .tuple(let decoder): decoder.write(to: &writer, name: name)
    case .repeated(let decoder): decoder.write(to: &writer, name: name)
    }
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    switch self {
    case .string(let field):
      field.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .vocabulary(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .scalars(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .number(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .categorical(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .optional(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .chosen(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .tuple(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    case .repeated(let decoder):
      decoder.decode(
        e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback, into: &batch)
    }
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    switch self {
    case .string(let field): field.scratchSize(strings: strings)
    case .vocabulary(let decoder): decoder.scratchSize(strings: strings)
    case .scalars(let decoder): decoder.scratchSize(strings: strings)
    case .number(let decoder): decoder.scratchSize(strings: strings)
    case .categorical(let decoder): decoder.scratchSize(strings: strings)
    case .optional(let decoder): decoder.scratchSize(strings: strings)
    case .chosen(let decoder): decoder.scratchSize(strings: strings)
    case .tuple(let decoder): decoder.scratchSize(strings: strings)
    case .repeated(let decoder): decoder.scratchSize(strings: strings)
    }
  }

  var parameterCount: Int {
    switch self {
    case .string(let field): field.parameterCount
    case .vocabulary(let decoder): decoder.parameterCount
    case .scalars(let decoder): decoder.parameterCount
    case .number(let decoder): decoder.parameterCount
    case .categorical(let decoder): decoder.parameterCount
    case .optional(let decoder): decoder.parameterCount
    case .chosen(let decoder): decoder.parameterCount
    case .tuple(let decoder): decoder.parameterCount
    case .repeated(let decoder): decoder.parameterCount
    }
  }

  var multiplyAdds: Int {
    switch self {
    case .string(let field): field.multiplyAdds
    case .vocabulary(let decoder): decoder.multiplyAdds
    case .scalars(let decoder): decoder.multiplyAdds
    case .number(let decoder): decoder.multiplyAdds
    case .categorical(let decoder): decoder.multiplyAdds
    case .optional(let decoder): decoder.multiplyAdds
    case .chosen(let decoder): decoder.multiplyAdds
    case .tuple(let decoder): decoder.multiplyAdds
    case .repeated(let decoder): decoder.multiplyAdds
    }
  }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) {
    switch self {
    case .string(let field): field.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .vocabulary(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .scalars(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .number(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .categorical(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .optional(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .chosen(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .tuple(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    case .repeated(let decoder): decoder.markLeaves(in: &mayBeNull, isOptional: isOptional)
    }
  }
}
