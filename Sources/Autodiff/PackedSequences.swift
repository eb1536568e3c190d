/// Code sequences packed step by step, longest first, so that step t works on the first
/// `activeCounts[t]` rows only and nothing is padded.
///
/// The states of a run over them are packed alike: block 0 holds the initial states of all
/// sequences, block t + 1 the states after step t of the `activeCounts[t]` sequences that have one.
public struct PackedSequences: BitwiseCopyable {
  /// Number of sequences.
  public let count: Int
  /// Length of the longest.
  public let steps: Int
  /// `[steps]` sequences longer than t, not increasing.
  public let activeCounts: UnsafePointer<Int>
  /// `[steps]` where step t starts in `codes`.
  public let offsets: UnsafePointer<Int>
  /// `[total]` codes of all steps.
  public let codes: UnsafePointer<Int32>
  /// Number of codes.
  public let total: Int
  /// `[count]` length of each sequence, not increasing.
  public let lengths: UnsafePointer<Int>
  /// `[count]` packed position -> position in the sequences as given.
  public let order: UnsafePointer<Int>

  /// Packs `sequences` into memory of `tape`.
  ///
  /// - Parameters:
  ///   - tape: whose memory is taken.
  ///   - count: number of sequences.
  ///   - sequence: the codes of the sequence at a position.
  public init<S: Scalar>(
    tape: Tape<S>, count: Int, sequence: (Int) -> UnsafeBufferPointer<Int32>
  ) {
    var longest = 0
    var total = 0
    for i in 0..<count {
      let length = sequence(i).count
      longest = max(longest, length)
      total += length
    }
    let active = tape.scratch(Int.self, count: longest)
    active.update(repeating: 0, count: longest)
    // Counting sort by length, longest first, stable.
    let starts = tape.scratch(Int.self, count: longest + 1)
    starts.update(repeating: 0, count: longest + 1)
    for i in 0..<count {
      let length = sequence(i).count
      if length > 0 { active[length - 1] += 1 }
      starts[length] += 1
    }
    var position = 0
    for length in stride(from: longest, through: 0, by: -1) {
      (starts[length], position) = (position, position + starts[length])
    }
    for t in stride(from: longest - 2, through: 0, by: -1) { active[t] += active[t + 1] }
    let order = tape.scratch(Int.self, count: count)
    let lengths = tape.scratch(Int.self, count: count)
    for i in 0..<count {
      let length = sequence(i).count
      order[starts[length]] = i
      lengths[starts[length]] = length
      starts[length] += 1
    }
    let offsets = tape.scratch(Int.self, count: longest)
    var offset = 0
    for t in 0..<longest {
      offsets[t] = offset
      offset += active[t]
    }
    let codes = tape.scratch(Int32.self, count: total)
    for i in 0..<count {
      let source = sequence(order[i])
      for t in 0..<source.count { codes[offsets[t] + i] = source[t] }
    }
    self.count = count
    self.steps = longest
    self.activeCounts = UnsafePointer(active)
    self.offsets = UnsafePointer(offsets)
    self.codes = UnsafePointer(codes)
    self.total = total
    self.lengths = UnsafePointer(lengths)
    self.order = UnsafePointer(order)
  }

  /// Returns the row of the packed states that holds sequence `i` (packed position) after `step`
  /// codes.
  public func stateRow(sequence i: Int, after step: Int) -> Int {
    step == 0 ? i : count + offsets[step - 1] + i
  }

  /// Number of rows of the packed states.
  public var stateRows: Int { count + total }
}
