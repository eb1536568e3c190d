import FakeGen

/// Which rows are printed: those that meet all conditions and, with `keyColumns`, repeat no earlier
/// row in these.
struct RowFilter: Sendable {
  var conditions: [Condition] = []
  /// By which rows are given up before they are whole; nil if none can be.
  var plan: ConditionPlan?
  /// Nil if rows may repeat.
  var keyColumns: [Int]?
  /// Whether rows that the model must not print are left out. The first one ends the rows if not.
  var skipsExcluded = false

  /// Whether every row passes.
  var isOpen: Bool { !isSelective && !skipsExcluded }

  /// Whether it looks at what rows hold: if so, rows are looked at until enough pass.
  var isSelective: Bool { !conditions.isEmpty || keyColumns != nil }

  /// Tells whether the selected row meets the conditions; `text` is working memory.
  func accepts(_ generator: borrowing Generator, text: inout [UInt8]) -> Bool {
    for condition in conditions {
      text.removeAll(keepingCapacity: true)
      generator.append(condition.column, to: &text)
      if !condition.values.contains(where: { $0 == text }) { return false }
    }
    return true
  }

  /// Returns a hash of the selected row's key columns: different rows share one with a chance of
  /// 2^-64.
  func key(of generator: borrowing Generator, text: inout [UInt8]) -> UInt64 {
    guard let keyColumns else { return 0 }
    // FNV-1a over the values, each followed by a byte that UTF-8 does not use.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for column in keyColumns {
      text.removeAll(keepingCapacity: true)
      generator.append(column, to: &text)
      text.append(generator.isNull(column) ? 0xFE : 0xFF)
      for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    // The finalizer of SplitMix64, since FNV's high bits are weak.
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }
}
