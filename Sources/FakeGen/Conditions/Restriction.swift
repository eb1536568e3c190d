/// What a module may give, as its softmaxes have it.
package indirect enum Restriction: Sendable {
  /// Some classes of a categorical, or known values of a vocabulary, ascending.
  case classes([Int])
  /// Some bins of a number, null among them, ascending; and in these some numbers.
  case numbers(bins: [Int], NumberSet)
  /// A value that may be absent is there, and restricted.
  case present(Restriction)
  /// A value that may be absent is.
  case absent

  /// Whether nothing will do.
  var isEmpty: Bool {
    switch self {
    case .classes(let classes): classes.isEmpty
    case .numbers(let bins, _): bins.isEmpty
    case .present(let child): child.isEmpty
    case .absent: false
    }
  }
}

extension DecoderModule {
  /// Returns what the module may give so that conditions hold.
  ///
  /// - Parameter conditions: of leaves that the module makes.
  /// - Returns: nil if the module cannot tell how likely that is before the value is there: of texts
  ///   that are spelled, values of a mixture, messages, lists, and values or null.
  func restriction(to conditions: [LeafCondition]) -> Restriction? {
    switch self {
    case .categorical(let decoder):
      return .classes(
        (0..<decoder.softmax.outputs).filter { index in
          conditions.allSatisfy { $0.numbers.contains(Int64(index)) }
        })
    case .vocabulary(let decoder): return decoder.restriction(to: conditions)
    case .number(let decoder): return decoder.restriction(to: conditions)
    case .optional(let decoder):
      guard let child = decoder.child.restriction(to: conditions) else { return nil }
      guard conditions.allSatisfy({ $0.acceptsNull }) else { return .present(child) }
      return child.isEmpty ? .absent : nil
    case .string, .scalars, .tuple, .repeated, .chosen: return nil
    }
  }
}

extension VocabularyDecoder {
  /// A text that is known counts as never spelled: the escape stands for others.
  fileprivate func restriction(to conditions: [LeafCondition]) -> Restriction? {
    for condition in conditions where !isClosed {
      for text in condition.texts where !isKnown(text[...]) { return nil }
    }
    return .classes(
      (0..<values.count).filter { index in
        conditions.allSatisfy { $0.accepts(values[index]) }
      })
  }

  private func isKnown(_ text: ArraySlice<UInt8>) -> Bool {
    for index in 0..<values.count where values[index] == text { return true }
    return false
  }
}

extension NumberDecoder {
  fileprivate func restriction(to conditions: [LeafCondition]) -> Restriction {
    let bins = starts.count - 1
    var numbers = conditions[0].numbers
    for condition in conditions.dropFirst() { numbers = numbers.intersection(condition.numbers) }
    var allowed: [Int] = []
    for bin in 0..<bins {
      for cell in Int(starts[bin])..<Int(starts[bin + 1])
      where numbers.count(in: bounds[2 * cell]...bounds[2 * cell + 1]) > 0 {
        allowed.append(bin)
        break
      }
    }
    if hasNull, conditions.allSatisfy({ $0.acceptsNull }) { allowed.append(bins) }
    return .numbers(bins: allowed, numbers)
  }
}
