/// The ScalarTuple's decoder (paper, App. B.2): whitened values y from its head, then
/// values = mean + y @ unwhitening in 64-bit integers, and presence heads for optional leaves.
package final class ScalarDecoder: Sendable {
  /// One value of the tuple.
  package struct Output: Sendable, Hashable {
    package let leaf: Int
    /// The mean in units of 10^-decimals, with `shift` fraction bits.
    package let offset: Int64
    /// `[n]`: column of the unwhitening matrix in the same units, with `shift - 16` fraction bits.
    package let factors: Numbers<Int64>
    package let shift: Int
    /// Values are clamped into this range.
    package let minimum: Int64
    package let maximum: Int64
    package let isOptional: Bool

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
    case mixture(MixtureDecoder)
  }

  package let stream: UInt32
  package let head: Head
  /// `[inputs, optional outputs]`; nil if no output is optional.
  package let presence: Dense?
  package let outputs: [Output]
  /// Nil if nothing asks for the module's feedback.
  package let encoder: ScalarEncoder?

  package init(
    stream: UInt32, head: Head, presence: Dense?, outputs: [Output], encoder: ScalarEncoder? = nil
  ) {
    self.stream = stream
    self.head = head
    self.presence = presence
    self.outputs = outputs
    self.encoder = encoder
  }

  /// Decodes the vectors of `rows`.
  package func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Vectors?, into batch: inout DecodedBatch
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
    if let feedback {
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
        let isPresent = sampledPresence(flags[optional], draw: draws.next(), tables: tables)
        flags[optional] = isPresent ? 1 : 0
        optional += 1
        if !isPresent { continue }
      }
      batch.set(.number(unwhiten(whitened, output: output)), row: row, leaf: output.leaf)
    }
  }

  /// The linear head's values y (n) with 16 fraction bits, saturated at ±64.
  package static func whiten(
    _ e: UnsafePointer<Int16>, _ values: WideDense, into whitened: UnsafeMutablePointer<Int32>
  ) {
    for index in 0..<values.outputs {
      let value = values.output(e, row: index)
      whitened[index] = Int32(
        truncatingIfNeeded: min(max(value, -Format.whitenedLimit), Format.whitenedLimit))
    }
  }

  /// The value in units, rounded with ties up and clamped.
  package func unwhiten(_ whitened: UnsafePointer<Int32>, output: Output) -> Int64 {
    var sum = output.offset
    for (index, factor) in output.factors.enumerated() {
      sum &+= factor &* Int64(whitened[index])
    }
    let value = shiftedRoundingTiesUp(sum, by: output.shift)
    return min(max(value, output.minimum), output.maximum)
  }

  package var scratchSize: ScratchSize {
    let heads = presence?.outputs ?? 0
    var parts = ScratchSize(wide: heads) | (encoder?.scratchSize ?? ScratchSize())
    if case .mixture(let mixture) = head { parts = parts | mixture.scratchSize }
    return ScratchSize(narrow: heads, wide: outputs.count) + parts
  }

  package var parameterCount: Int {
    let values =
      switch head {
      case .linear(let values): values.parameterCount
      case .mixture(let mixture): mixture.parameterCount
      }
    return values + (presence?.parameterCount ?? 0) + outputs.count * (outputs.count + 1)
      + (encoder?.parameterCount ?? 0)
  }
}
