/// The ScalarTuple's decoder (paper, App. B.2): whitened values y from its head, then
/// values = mean + y @ unwhitening in 64-bit integers, and presence heads for optional leaves.
package final class ScalarDecoder: Sendable {
  /// One value of the tuple.
  package struct Output: Sendable, Hashable {
    /// The leaf that it makes.
    package let leaf: Int
    /// The mean in units of 10^-decimals, with `shift` fraction bits.
    package let offset: Int64
    /// `[n]`: column of the unwhitening matrix in the same units, with `shift - 16` fraction bits.
    package let factors: Numbers<Int64>
    /// Fraction bits of `offset`; `factors` have 16 fewer.
    package let shift: Int
    /// Least value in units of 10^-decimals.
    package let minimum: Int64
    /// Greatest value in units of 10^-decimals.
    package let maximum: Int64
    /// Whether the value may be absent, by a presence head.
    package let isOptional: Bool

    /// Creates one value of the tuple.
    ///
    /// - Parameters:
    ///   - leaf: the leaf that it makes.
    ///   - offset: the mean in units of 10^-decimals, with `shift` fraction bits.
    ///   - factors: `[n]`: column of the unwhitening matrix in the same units, with `shift - 16`
    ///     fraction bits.
    ///   - shift: fraction bits of `offset`.
    ///   - minimum: least value in units of 10^-decimals.
    ///   - maximum: greatest value in units of 10^-decimals.
    ///   - isOptional: whether the value may be absent.
    package init(
      leaf: Int, offset: Int64, factors: Numbers<Int64>, shift: Int, minimum: Int64,
      maximum: Int64,
      isOptional: Bool
    ) {
      self.leaf = leaf
      self.offset = offset
      self.factors = factors
      self.shift = shift
      self.minimum = minimum
      self.maximum = maximum
      self.isOptional = isOptional
    }

    /// Reads the section of value `index` of `count`.
    fileprivate static func read(
      from reader: inout NetworkReader, index: Int, count: Int
    ) throws(ModelError) -> Output {
      try reader.sections.begin(.unwhitening, name: "\(index)")
      let leaf = try reader.readLeaf()
      switch reader.schema.leaves[leaf].kind {
      case .real, .integer: break
      default: throw reader.sections.invalid("leaf \(leaf) is neither a real nor an integer")
      }
      let shift = try reader.sections.readInteger(1...62)
      let offset = try reader.sections.readNumber(Int64.self)
      let minimum = try reader.sections.readNumber(Int64.self)
      let maximum = try reader.sections.readNumber(Int64.self)
      let factors = try reader.sections.readNumbers(Int64.self, count: count)
      guard minimum <= maximum else { throw reader.sections.invalid("its range is empty") }
      let output = Output(
        leaf: leaf, offset: offset, factors: factors, shift: shift, minimum: minimum,
        maximum: maximum, isOptional: reader.schema.leaves[leaf].isOptional)
      guard output.cannotOverflow else {
        throw reader.sections.invalid("its sum can overflow 64 bits")
      }
      try reader.sections.finish()
      return output
    }

    fileprivate func write(to writer: inout SectionWriter, index: Int) {
      writer.begin(.unwhitening, name: "\(index)")
      writer.writeShape(leaf)
      writer.write(UInt32(shift))
      writer.write(offset)
      writer.write(minimum)
      writer.write(maximum)
      writer.write(factors)
      writer.end()
    }

    /// Whether no whitened values within ±64 can make the sum overflow.
    package var cannotOverflow: Bool {
      var total: UInt64 = 1 << UInt64(shift - 1)
      var overflows = false
      for factor in factors {
        let (product, tooLarge) = factor.magnitude.multipliedReportingOverflow(
          by: UInt64(Format.whitenedLimit))
        let (sum, overflow) = total.addingReportingOverflow(product)
        overflows = overflows || tooLarge || overflow
        total = sum
      }
      let (sum, overflow) = total.addingReportingOverflow(offset.magnitude)
      return !overflows && !overflow && sum <= UInt64(Int64.max)
    }
  }

  /// What gives the whitened values.
  package enum Head: Sendable {
    /// `[inputs, n]`, to whitened values with 16 fraction bits: the mean.
    case linear(WideDense)
    /// A mixture of Gaussians, from which they are drawn.
    case mixture(MixtureDecoder)
  }

  /// Stream number of its draws.
  package let stream: UInt32
  /// What gives the whitened values.
  package let head: Head
  /// `[inputs, optional outputs]`; nil if no output is optional.
  package let presence: Dense?
  /// The values of the tuple.
  package let outputs: [Output]
  /// Nil if nothing asks for the module's feedback.
  package let encoder: ScalarEncoder?

  /// Creates the decoder of a message's numbers.
  ///
  /// - Parameters:
  ///   - stream: stream number of its draws.
  ///   - head: what gives the whitened values.
  ///   - presence: `[inputs, optional outputs]`; nil if no output is optional.
  ///   - outputs: the values of the tuple.
  ///   - encoder: nil if nothing asks for the module's feedback.
  package init(
    stream: UInt32, head: Head, presence: Dense?, outputs: [Output], encoder: ScalarEncoder? = nil
  ) {
    self.stream = stream
    self.head = head
    self.presence = presence
    self.outputs = outputs
    self.encoder = encoder
  }

  /// Computes the linear head's whitened values of one row.
  ///
  /// - Parameters:
  ///   - e: `[inputs]`, the embedding vector.
  ///   - values: the head.
  ///   - whitened: `[n]`, y with 16 fraction bits, saturated at ±64.
  package static func whiten(
    _ e: UnsafePointer<Int16>, _ values: WideDense, into whitened: UnsafeMutablePointer<Int32>
  ) {
    for index in 0..<values.outputs {
      let value = values.output(e, row: index)
      whitened[index] = Int32(
        truncatingIfNeeded: min(max(value, -Format.whitenedLimit), Format.whitenedLimit))
    }
  }

  /// Returns an output's value in units of 10^-decimals, rounded with ties up and clamped.
  ///
  /// - Parameters:
  ///   - whitened: `[n]`, y with 16 fraction bits, within ±64.
  ///   - output: the value that is asked for.
  package func unwhiten(_ whitened: UnsafePointer<Int32>, output: Output) -> Int64 {
    var sum = output.offset
    for (index, factor) in output.factors.enumerated() {
      sum &+= factor &* Int64(whitened[index])
    }
    let value = shiftedRoundingTiesUp(sum, by: output.shift)
    return min(max(value, output.minimum), output.maximum)
  }
}

extension ScalarDecoder: DecoderKind {
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> ScalarDecoder {
    try reader.sections.begin(.scalars, name: place.name)
    let count = try reader.sections.readShape(1...ModelFormat.maximumLeaves)
    let stream = try reader.readStream()
    let head: Head
    if reader.sections.nextType() == .mixture {
      head = .mixture(try .read(from: &reader, count: count, input: place.input))
    } else {
      let values = try reader.readWideDense(
        name: "values", input: place.input,
        outputFractionBits: Format.whitened...Format.whitened)
      guard values.outputs == count else {
        throw reader.sections.invalid("it must have \(count) values")
      }
      head = .linear(values)
    }
    // How many heads there must be is known once the outputs' leaves are read.
    let presence =
      reader.sections.nextType() == .dense
      ? try reader.readPresence(name: "presence", input: place.input, heads: 1...count) : nil
    var outputs: [Output] = []
    for index in 0..<count {
      outputs.append(try Output.read(from: &reader, index: index, count: count))
    }
    guard outputs.count(where: { $0.isOptional }) == presence?.outputs ?? 0 else {
      throw reader.sections.invalid("it must have one presence head for each optional leaf")
    }
    var encoder: ScalarEncoder?
    if let feedback = place.feedback {
      encoder = try .read(
        from: &reader, count: count, optional: presence?.outputs ?? 0, feedback: feedback)
    }
    try reader.sections.finish()
    return ScalarDecoder(
      stream: stream, head: head, presence: presence, outputs: outputs, encoder: encoder)
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.scalars, name: name)
    writer.writeShape(outputs.count)
    writer.write(stream)
    switch head {
    case .linear(let values): writer.write(values, name: "values")
    case .mixture(let mixture): mixture.write(to: &writer)
    }
    if let presence { writer.write(presence, name: "presence") }
    for (index, output) in outputs.enumerated() { output.write(to: &writer, index: index) }
    encoder?.write(to: &writer)
    writer.end()
  }

  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let whitened = scratch.takeWide(outputs.count, rows: rows.count)
    // Logits, then 1 or 0 for present or not.
    let flags = scratch.takeNarrow(presence?.outputs ?? 0, rows: rows.count)
    presence?.apply(e, count: rows.count, into: flags, scratch: scratch)
    var mixture: MixtureDecoder?
    if case .mixture(let found) = head { mixture = found }
    var mixtureScratch = copy scratch
    let logits = mixtureScratch.takeNarrow(mixture?.logits.outputs ?? 0, rows: rows.count)
    mixture?.logits.apply(e, count: rows.count, into: logits, scratch: mixtureScratch)
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: stream, position: rows[place])
      switch head {
      case .linear(let values): Self.whiten(e[place], values, into: whitened[place])
      case .mixture(let mixture):
        mixture.sample(
          e[place], logits: logits[place], decoding: decoding, draws: &draws,
          scratch: mixtureScratch, into: whitened[place])
      }
      sampleValues(
        whitened[place], flags: flags[place], draws: &draws, tables: decoding.tables,
        row: rows[place], into: &batch)
    }
    if let feedback = feedback?.vectors {
      encoder?.encode(
        whitened, presence: flags, count: rows.count, tables: decoding.tables, scratch: scratch,
        into: feedback)
    }
  }

  /// Sets a row's values or, where presence is not drawn, nulls.
  ///
  /// - Parameter flags: logits of presence, which become 1 or 0.
  private func sampleValues(
    _ whitened: UnsafePointer<Int32>, flags: UnsafeMutablePointer<Int16>,
    draws: inout RandomStream, tables: ActivationTables, row: Int,
    into batch: inout DecodedBatch
  ) {
    var optional = 0
    for output in outputs {
      if output.isOptional {
        let isPresent = tables.sampledPresence(flags[optional], draw: draws.next())
        flags[optional] = isPresent ? 1 : 0
        optional += 1
        if !isPresent { continue }
      }
      batch.set(.number(unwhiten(whitened, output: output)), row: row, leaf: output.leaf)
    }
  }

  func scratchSize(strings: ScratchSize) -> ScratchSize {
    let heads = presence?.outputs ?? 0
    var parts = ScratchSize(wide: heads) | (encoder?.scratchSize ?? ScratchSize())
    if case .mixture(let mixture) = head { parts = parts | mixture.scratchSize }
    return ScratchSize(narrow: heads, wide: outputs.count) + parts
  }

  var parameterCount: Int {
    let values =
      switch head {
      case .linear(let values): values.parameterCount
      case .mixture(let mixture): mixture.parameterCount
      }
    return values + (presence?.parameterCount ?? 0) + outputs.count * (outputs.count + 1)
      + (encoder?.parameterCount ?? 0)
  }

  var multiplyAdds: Int {
    let values =
      switch head {
      case .linear(let values): values.multiplyAdds
      case .mixture(let mixture): mixture.multiplyAdds
      }
    return values + (presence?.multiplyAdds ?? 0) + outputs.count * outputs.count
      + (encoder?.multiplyAdds ?? 0)
  }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) {
    for output in outputs { mayBeNull[output.leaf] = isOptional || output.isOptional }
  }
}
