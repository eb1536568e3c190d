extension DecoderModule {
  /// All values that the module can give a leaf, none of which it spells or draws from a range; nil
  /// if it can give others, or does not make the leaf.
  func knownValues(of leaf: Int) -> LookupTable.Values? {
    switch self {
    case .vocabulary(let decoder):
      decoder.leaf == leaf && decoder.isClosed ? .texts(decoder.values) : nil
    case .number(let decoder): decoder.leaf == leaf ? decoder.knownValues : nil
    case .optional(let decoder): decoder.child.knownValues(of: leaf)
    case .chosen(let decoder): decoder.child.knownValues(of: leaf)
    case .tuple(let decoder): decoder.knownValues(of: leaf)
    case .string, .scalars, .categorical, .repeated: nil
    }
  }
}

extension TupleDecoder {
  /// The same for the modules of a message, and its constants.
  func knownValues(of leaf: Int) -> LookupTable.Values? {
    for constant in constants where constant.leaf == leaf {
      var texts = TextTable()
      texts.add(utf8: constant.text)
      return .texts(texts)
    }
    for element in elements {
      if let values = element.child.knownValues(of: leaf) { return values }
    }
    return nil
  }
}

extension NumberDecoder {
  /// Its values, if each cell holds one.
  fileprivate var knownValues: LookupTable.Values? {
    let cells = bounds.count / 2
    for cell in 0..<cells where bounds[2 * cell] != bounds[2 * cell + 1] { return nil }
    return .numbers(Numbers((0..<cells).map { bounds[2 * $0] }))
  }
}
