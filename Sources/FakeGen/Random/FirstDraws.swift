/// The first uniform 32-bit draws of one module in some rows.
struct FirstDraws {
  /// Draws of a row: a block's.
  static let count = 4

  /// `[count, rows]`.
  let words: UnsafeMutablePointer<UInt32>
  /// Number of rows.
  let rows: Int

  /// The scratch that they take.
  static let scratchSize = ScratchSize(wide: count)

  /// The draws with one number, from 0 on, of all rows.
  subscript(index: Int) -> UnsafePointer<UInt32> { UnsafePointer(words + index &* rows) }

  /// Those of some of the rows.
  func of(_ subset: RowSubset, scratch: inout Scratch) -> FirstDraws {
    let own = UnsafeMutableRawPointer(
      scratch.takeWide(Self.count, rows: subset.count).base
    ).assumingMemoryBound(to: UInt32.self)
    for index in 0..<Self.count {
      let all = self[index]
      for row in 0..<subset.count { own[index &* subset.count &+ row] = all[subset[row]] }
    }
    return FirstDraws(words: own, rows: subset.count)
  }
}
