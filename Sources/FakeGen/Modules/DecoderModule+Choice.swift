extension DecoderModule {
  /// How the module chooses one of its classes before anything else; nil if it does not.
  var choice: ClassChoice? {
    switch self {
    case .categorical(let decoder): decoder.choice
    case .vocabulary(let decoder): decoder.choice
    case .number(let decoder): decoder.choice
    case .string, .scalars, .optional, .chosen, .tuple, .repeated: nil
    }
  }

  /// Whether the values of some classes depend on more than the class.
  var readsVectors: Bool {
    switch self {
    case .categorical: false
    case .vocabulary(let decoder): !decoder.isClosed
    case .number(let decoder): decoder.cells != nil
    case .string, .scalars, .optional, .chosen, .tuple, .repeated: true
    }
  }

  /// Number of values that tell what comes after the module, without null: its classes, or its cells.
  var valueCount: Int {
    if case .number(let decoder) = self { decoder.cellCount } else { choice?.classes ?? 0 }
  }

  /// Gives rows values of their classes, which `choice` has chosen.
  ///
  /// - Parameters:
  ///   - chosen: `[rows]`; overwritten with the rows' values, `valueCount` for null, and -1 for what
  ///     is spelled.
  ///   - e: `[rows, inputs]`; not read unless `readsVectors`.
  ///   - draws: of the rows.
  func put(
    _ chosen: UnsafeMutablePointer<Int32>, _ e: Vectors, rows: RowList, draws: FirstDraws,
    decoding: borrowing Decoding, scratch: borrowing Scratch, feedback: Feedback?,
    into batch: inout DecodedBatch
  ) {
    switch self {
    case .categorical(let decoder):
      decoder.put(chosen, rows: rows, feedback: feedback, into: &batch)
    case .vocabulary(let decoder):
      decoder.put(
        chosen, e, rows: rows, decoding: decoding, scratch: scratch, feedback: feedback,
        into: &batch)
    case .number(let decoder):
      decoder.put(
        chosen, e, rows: rows, draws: draws, decoding: decoding, scratch: scratch,
        feedback: feedback, into: &batch)
    case .string, .scalars, .optional, .chosen, .tuple, .repeated:
      preconditionFailure("the module chooses no class")
    }
  }
}
