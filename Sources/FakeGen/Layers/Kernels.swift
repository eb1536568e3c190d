#if arch(x86_64) || arch(arm64) || arch(wasm32)
  import CKernels
#endif

/// The inner loops of a level. Their meaning is the code in Swift; what C does instead
/// (Sources/CKernels) equals it in every bit.
package struct Kernels: @unchecked Sendable, Hashable {
  /// The instructions that they use.
  package let level: KernelLevel
  #if arch(x86_64) || arch(arm64) || arch(wasm32)
    /// Nil for the reference.
    private let fast: UnsafePointer<fakegen_kernels>?
  #endif

  /// The loops in Swift.
  package static let reference = Kernels()

  private init() {
    level = .reference
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
      fast = nil
    #endif
  }

  /// Creates the loops of `level`; nil if this machine does not have it.
  package init?(_ level: KernelLevel) {
    self.level = level
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
      switch level {
      case .reference:
        fast = nil
        return
      case .neon: fast = fakegen_kernels_of(FAKEGEN_NEON)
      case .avx2: fast = fakegen_kernels_of(FAKEGEN_AVX2)
      case .avxvnni: fast = fakegen_kernels_of(FAKEGEN_AVXVNNI)
      case .avx512: fast = fakegen_kernels_of(FAKEGEN_AVX512)
      case .simd128: fast = fakegen_kernels_of(FAKEGEN_SIMD128)
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
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
      guard let fast else { return false }
      fast.pointee.multiply(
        weights, blocks, columns, x.base, x.stride, count, sums.base, sums.stride)
      return true
    #else
      return false
    #endif
  }

  /// Computes a layer's outputs, or those of one segment, for `count` rows; with CELU in a format
  /// with `fractionBits` if there are `tables`.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - weights: its weights, or the segment's, packed.
  ///   - blocks: their number of blocks.
  ///   - start: number of the first output.
  ///   - width: number of outputs.
  @inline(__always)
  func dense(
    _ layer: Dense, weights: UnsafePointer<Int8>, blocks: Int, start: Int, width: Int, _ x: Vectors,
    count: Int, tables: ActivationTables? = nil, into y: Vectors
  ) {
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
      guard let fast else { return }
      var segment = fakegen_dense(
        weights: weights, blocks: blocks, columns: layer.inputs, width: width,
        bias: layer.bias.start + start, multiplier: layer.multiplier.start + start,
        shift: Int32(truncatingIfNeeded: layer.shift), celu: nil,
        coarser: Int32(
          truncatingIfNeeded: Format.activation &- (layer.outputFractionBits &+ 1)))
      guard let pieces = tables?.pieces else {
        return fast.pointee.dense(&segment, x.base, x.stride, count, y.base, y.stride)
      }
      withUnsafePointer(to: fakegen_functions(pieces)) { functions in
        segment.celu = functions
        fast.pointee.dense(&segment, x.base, x.stride, count, y.base, y.stride)
      }
    #endif
  }

  /// Takes one step of a cell for `count` rows.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - weights: its weights, packed.
  ///   - blocks: the blocks of one segment.
  ///   - inputs: the sums of the input.
  ///   - state: `[count, n]`, replaced by the next state.
  ///   - count: number of rows.
  ///   - tables: the non-linear functions.
  ///   - wide: three segments for each row of a tile.
  ///   - narrow: one segment likewise.
  @inline(__always)
  func step(
    _ cell: RecurrentCell, weights: UnsafePointer<Int8>, blocks: Int, inputs: InputSums,
    state: Vectors, count: Int, tables: ActivationTables, wide: Sums, narrow: Vectors
  ) {
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
      guard let fast, let pieces = tables.pieces else { return }
      var inputs = fakegen_inputs(
        sums: inputs.sums, stride: inputs.stride, codes: inputs.codes, more: inputs.more)
      withUnsafePointer(to: fakegen_functions(pieces)) { functions in
        var cell = fakegen_cell(
          weights: weights, blocks: blocks, bias: cell.bias.start,
          input_multiplier: cell.inputMultiplier.start,
          state_multiplier: cell.stateMultiplier.start, functions: functions, width: cell.width,
          shift: Int32(truncatingIfNeeded: cell.shift),
          coarser: Int32(truncatingIfNeeded: Format.activation &- cell.stateFractionBits))
        fast.pointee.step(
          &cell, &inputs, state.base, state.stride, count, wide.base, narrow.base)
      }
    #endif
  }

  /// Writes exp(logit - greatest logit) (count) in 0...2^24 and gives their sum.
  func exponentials(
    _ logits: UnsafePointer<Int16>, count: Int, tables: ActivationTables,
    into weights: UnsafeMutablePointer<Int32>
  ) -> UInt64 {
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
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

  /// Draws a class for each of `count` rows, as `ActivationTables.sampledClasses` does.
  ///
  /// - Returns: false if the level has no loop for it; nothing is written then.
  func choose(
    _ logits: Vectors, count: Int, classes: Int, counts: UnsafePointer<Int32>?,
    tables: ActivationTables, draws: UnsafePointer<UInt32>,
    weights: UnsafeMutablePointer<Int32>, into chosen: UnsafeMutablePointer<Int32>
  ) -> Bool {
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
      guard let fast, let pieces = tables.pieces else { return false }
      fast.pointee.choose(
        logits.base, logits.stride, count, classes, counts, pieces.exponential.start, draws,
        weights, chosen)
      return true
    #else
      return false
    #endif
  }

  /// Makes the first four draws of streams of rows, `words` `[4, rows]`.
  ///
  /// - Parameters:
  ///   - seed: the key.
  ///   - first: number of the row at position 0.
  ///   - rows: the rows.
  ///   - stream: number of the streams.
  ///   - block: the counter's fourth word.
  ///   - words: overwritten.
  /// - Returns: false if the level has no loop for it; nothing is written then.
  package func draw(
    seed: UInt64, first: UInt64, rows: RowList, stream: UInt32, block: UInt32,
    into words: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
      guard let fast else { return false }
      let key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
      withUnsafeBytes(of: key) { key in
        fast.pointee.draw(
          key.assumingMemoryBound(to: UInt32.self).baseAddress, first, rows.positions, rows.count,
          stream, block, words)
      }
      return true
    #else
      return false
    #endif
  }

  /// Returns the first index up to which the weights (count, each in 0...2^24) sum up to more than
  /// `threshold`; `count` if there is none.
  func search(_ weights: UnsafePointer<Int32>, count: Int, threshold: UInt64) -> Int {
    #if arch(x86_64) || arch(arm64) || arch(wasm32)
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

#if arch(x86_64) || arch(arm64) || arch(wasm32)
  extension fakegen_functions {
    @inline(__always)
    fileprivate init(_ pieces: ActivationPieces) {
      self.init(
        sigmoid: pieces.sigmoid.start, celu: pieces.celu.start, pairs: pieces.pairs?.start)
    }
  }
#endif
