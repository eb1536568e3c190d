#if arch(x86_64) || arch(arm64)
  import CKernels
#endif

/// The inner loops of a level. Their meaning is the code in Swift; what C does instead
/// (Sources/CKernels) equals it in every bit.
package struct Kernels: @unchecked Sendable, Hashable {
  /// The instructions that they use.
  package let level: KernelLevel
  #if arch(x86_64) || arch(arm64)
    /// Nil for the reference.
    private let fast: UnsafePointer<fakegen_kernels>?
  #endif

  /// The loops in Swift.
  package static let reference = Kernels()

  private init() {
    level = .reference
    #if arch(x86_64) || arch(arm64)
      fast = nil
    #endif
  }

  /// Creates the loops of `level`; nil if this machine does not have it.
  package init?(_ level: KernelLevel) {
    self.level = level
    #if arch(x86_64) || arch(arm64)
      switch level {
      case .reference:
        fast = nil
        return
      case .neon: fast = fakegen_kernels_of(FAKEGEN_NEON)
      case .avx2: fast = fakegen_kernels_of(FAKEGEN_AVX2)
      case .avx512: fast = fakegen_kernels_of(FAKEGEN_AVX512)
      }
      if fast == nil { return nil }
    #else
      if level != .reference { return nil }
    #endif
  }

  /// Tells whether both have the same level.
  package static func == (left: Self, right: Self) -> Bool { left.level == right.level }

  /// Feeds the level to `hasher`.
  package func hash(into hasher: inout Hasher) { hasher.combine(level) }

  /// Computes the products of all rows of `weights` in `blocks` (of 16 rows) with `count` rows of
  /// x.
  ///
  /// - Returns: false if the level has none; nothing is written then.
  @inline(__always)
  func multiply(
    _ weights: UnsafePointer<Int8>, blocks: Int, columns: Int, _ x: Vectors, count: Int,
    into sums: Sums
  ) -> Bool {
    #if arch(x86_64) || arch(arm64)
      guard let fast else { return false }
      fast.pointee.multiply(
        weights, blocks, columns, x.base, x.stride, count, sums.base, sums.stride)
      return true
    #else
      return false
    #endif
  }

  /// Computes y = (sums + bias) * multiplier * 2^-shift (width), rounded and saturated.
  func requantize(
    _ sums: UnsafePointer<Int32>, bias: UnsafePointer<Int32>, multiplier: UnsafePointer<Int32>,
    shift: Int, width: Int, into y: UnsafeMutablePointer<Int16>
  ) {
    #if arch(x86_64) || arch(arm64)
      if let fast {
        fast.pointee.requantize(sums, bias, multiplier, Int32(truncatingIfNeeded: shift), width, y)
        return
      }
    #endif
    for index in 0..<width {
      y[index] = requantizedRoundingTiesUp(
        Int64(sums[index] &+ bias[index]) &* Int64(multiplier[index]), shift: shift)
    }
  }

  /// Computes the same, then CELU, in a format with `fractionBits`.
  func requantizeCELU(
    _ sums: UnsafePointer<Int32>, bias: UnsafePointer<Int32>, multiplier: UnsafePointer<Int32>,
    shift: Int, width: Int, tables: ActivationTables, fractionBits: Int,
    into y: UnsafeMutablePointer<Int16>
  ) {
    #if arch(x86_64) || arch(arm64)
      if let fast, let pieces = tables.pieces {
        fast.pointee.requantize_celu(
          sums, bias, multiplier, Int32(truncatingIfNeeded: shift), width, pieces.celu.start,
          Int32(truncatingIfNeeded: Format.activation &- fractionBits), y)
        return
      }
    #endif
    for index in 0..<width {
      let x = requantizedRoundingTiesUp(
        Int64(sums[index] &+ bias[index]) &* Int64(multiplier[index]), shift: shift)
      y[index] = tables.celu(x, fractionBits: fractionBits)
    }
  }

  /// Computes the gates of a cell for one row. `gates` holds the state's sums for z and, `stride`
  /// further on, for r; the gate takes the place of z. Writes round(r * state) (n).
  func gates(
    _ cell: RecurrentCell, inputSums: UnsafePointer<Int32>, gates: UnsafeMutablePointer<Int32>,
    stride: Int, state: UnsafePointer<Int16>, tables: ActivationTables,
    into resetState: UnsafeMutablePointer<Int16>
  ) {
    #if arch(x86_64) || arch(arm64)
      if let fast, let pieces = tables.pieces {
        var cell = fakegen_cell(cell, pieces: pieces)
        fast.pointee.gates(&cell, inputSums, gates, stride, state, resetState)
        return
      }
    #endif
    let n = cell.width
    for unit in 0..<n {
      gates[unit] = tables.sigmoid(
        cell.preactivation(row: unit, inputSum: inputSums[unit], stateSum: gates[unit]))
      let r = tables.sigmoid(
        cell.preactivation(
          row: n &+ unit, inputSum: inputSums[stride &+ unit], stateSum: gates[stride &+ unit]))
      // At most 2^15 * 2^15, so the product and its rounding fit.
      resetState[unit] = Int16(truncatingIfNeeded: (r &* Int32(state[unit]) &+ 0x4000) &>> 15)
    }
  }

  /// Computes the next state of one row from the gate z and the candidate's sums (n each).
  func update(
    _ cell: RecurrentCell, inputSums: UnsafePointer<Int32>, z: UnsafePointer<Int32>,
    candidate: UnsafePointer<Int32>, tables: ActivationTables,
    state: UnsafeMutablePointer<Int16>
  ) {
    #if arch(x86_64) || arch(arm64)
      if let fast, let pieces = tables.pieces {
        var cell = fakegen_cell(cell, pieces: pieces)
        fast.pointee.update(&cell, inputSums, z, candidate, state)
        return
      }
    #endif
    let n = cell.width
    let coarser = Format.activation &- cell.stateFractionBits
    for unit in 0..<n {
      var c = tables.cappedCELU(
        cell.preactivation(
          row: 2 &* n &+ unit, inputSum: inputSums[unit], stateSum: candidate[unit]))
      if coarser > 0 {
        c = Int32(truncatingIfNeeded: shiftedRoundingTiesUp(Int64(c), by: coarser))
      }
      // A convex combination of two Int16, so it fits too.
      state[unit] = Int16(
        truncatingIfNeeded: (z[unit] &* Int32(state[unit]) &+ (32768 &- z[unit]) &* c &+ 0x4000)
          &>> 15)
    }
  }

  /// Writes exp(logit - greatest logit) (count) in 0...2^24 and gives their sum.
  func exponentials(
    _ logits: UnsafePointer<Int16>, count: Int, tables: ActivationTables,
    into weights: UnsafeMutablePointer<Int32>
  ) -> UInt64 {
    #if arch(x86_64) || arch(arm64)
      if let fast, let pieces = tables.pieces {
        return fast.pointee.exponentials(logits, count, pieces.exponential.start, weights)
      }
    #endif
    var greatest: Int16 = .min
    for index in 0..<count { greatest = max(greatest, logits[index]) }
    var total: UInt64 = 0
    for index in 0..<count {
      let distance = UInt32(truncatingIfNeeded: Int32(greatest) &- Int32(logits[index]))
      let weight = tables.exponential(distance)
      weights[index] = weight
      total &+= UInt64(truncatingIfNeeded: weight)
    }
    return total
  }

  /// Returns the first index up to which the weights (count, each in 0...2^24) sum up to more than
  /// `threshold`; `count` if there is none.
  func search(_ weights: UnsafePointer<Int32>, count: Int, threshold: UInt64) -> Int {
    #if arch(x86_64) || arch(arm64)
      if let fast { return fast.pointee.search(weights, count, threshold) }
    #endif
    var cumulative: UInt64 = 0
    for index in 0..<count {
      cumulative &+= UInt64(truncatingIfNeeded: weights[index])
      if cumulative > threshold { return index }
    }
    return count
  }
}

#if arch(x86_64) || arch(arm64)
  extension fakegen_cell {
    @inline(__always)
    fileprivate init(_ cell: RecurrentCell, pieces: ActivationPieces) {
      self.init(
        bias: cell.bias.start, input_multiplier: cell.inputMultiplier.start,
        state_multiplier: cell.stateMultiplier.start, sigmoid: pieces.sigmoid.start,
        celu: pieces.celu.start, width: cell.width,
        shift: Int32(truncatingIfNeeded: cell.shift),
        coarser: Int32(truncatingIfNeeded: Format.activation &- cell.stateFractionBits))
    }
  }
#endif
