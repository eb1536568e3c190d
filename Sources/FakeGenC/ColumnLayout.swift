import CFakeGen

/// How columns are laid out where there is a choice.
struct ColumnLayout: Sendable {
  /// Whether reals are decimals instead of the nearest binary64 numbers.
  let isExact: Bool
  /// Whether lists are lists instead of texts.
  let isNested: Bool

  /// The layout that a caller names; nil if there is no such one.
  init?(_ layout: fakegen_layout) {
    let exact = fakegen_layout(FAKEGEN_EXACT_DECIMALS)
    let nested = fakegen_layout(FAKEGEN_NESTED)
    guard layout & ~(exact | nested) == 0 else { return nil }
    isExact = layout & exact != 0
    isNested = layout & nested != 0
  }
}
