extension DecoderModule {
  /// Says of each column of a list's elements whether it may be null.
  ///
  /// - Parameters:
  ///   - leaf: the list, which the module makes or not.
  ///   - kind: of the list; changed if the module makes it.
  func markElements(of leaf: Int, kind: inout ColumnKind) {
    switch self {
    case .repeated(let decoder) where decoder.leaf == leaf:
      var list = decoder.kind
      var mayBeNull = list.schema.leaves.map { $0.isOptional }
      decoder.child.markLeaves(in: &mayBeNull, isOptional: false)
      decoder.rules.markLeaves(in: &mayBeNull, schema: list.schema, root: decoder.child)
      for (inner, mayBe) in mayBeNull.enumerated() {
        list.schema.leaves[inner].isOptional = mayBe
        decoder.child.markElements(of: inner, kind: &list.schema.leaves[inner].kind)
      }
      kind = .list(list)
    case .optional(let decoder): decoder.child.markElements(of: leaf, kind: &kind)
    case .chosen(let decoder): decoder.child.markElements(of: leaf, kind: &kind)
    case .tuple(let decoder):
      for element in decoder.elements { element.child.markElements(of: leaf, kind: &kind) }
    case .string, .vocabulary, .scalars, .number, .categorical, .repeated: break
    }
  }
}
