import FakeGen

/// Which values a model can give a column, as far as that can be told without making rows: known
/// values, the characters and the length of texts, the range of numbers.
struct PossibleValues {
  private let content: ModelContent

  init(_ model: Model) { content = model.content }

  /// What gives a leaf its values.
  private enum Source {
    case module(DecoderModule)
    case constant([UInt8])
    case rule(DerivedLeaf.Rule)
  }

  /// Returns what was expected in the place of a value that no row has; nil if, for all that is known,
  /// rows may have it.
  ///
  /// - Parameters:
  ///   - value: a plain text of the column's kind; not null.
  ///   - column: index into the model's columns.
  func expectation(insteadOf value: [UInt8], in column: Int) -> String? {
    let leaf = content.schema.columns[column]
    switch source(of: leaf) {
    case .module(.string(let field)):
      return spelling(value, digits: field.digits, codes: field.codes)
    case .module(.vocabulary(let decoder)):
      if Self.contains(value, decoder.values) { return nil }
      return decoder.isClosed
        ? Self.oneOf(decoder.values, insteadOf: value)
        : spelling(value, digits: nil, codes: decoder.codes)
    case .module(.number(let decoder)): return number(value, of: leaf, in: decoder)
    case .constant(let text):
      return text == value ? nil : "'" + String(decoding: text, as: UTF8.self) + "', as always"
    case .rule(.lookup(_, let table)):
      if case .texts(let texts) = table.values, !Self.contains(value, texts) {
        return Self.oneOf(texts, insteadOf: value)
      }
      return nil
    case .rule(.pairLookup(_, _, let table, _)):
      if case .texts(let texts) = table.values, !Self.contains(value, texts) {
        return Self.oneOf(texts, insteadOf: value)
      }
      return nil
    case .rule(.calendar(_, _, _, let texts?)):
      return Self.contains(value, texts) ? nil : Self.oneOf(texts, insteadOf: value)
    case .module, .rule, nil: return outOfRange(value, of: leaf)
    }
  }

  private func spelling(
    _ value: [UInt8], digits: ClosedRange<Int64>?, codes: CodeSet?
  ) -> String? {
    guard let strings = content.network.strings else { return nil }
    let scalars = String(decoding: value, as: UTF8.self).unicodeScalars
    if let digits, let number = DecimalNumber(value, decimals: 0), !digits.contains(number.units) {
      return "a whole number from \(text(digits.lowerBound)) to \(text(digits.upperBound))"
    }
    if scalars.count > strings.maximumLength {
      return "at most \(strings.maximumLength) characters"
    }
    for scalar in scalars where !isSpelled(scalar, by: strings, codes: codes) {
      var other = ""
      other.unicodeScalars.append(scalar)
      return "a text of the characters that the \(codes == nil ? "model" : "column") has, "
        + "without '\(other)'"
    }
    return nil
  }

  /// Whether a code that the field may have has the character.
  private func isSpelled(
    _ scalar: Unicode.Scalar, by strings: StringDecoder, codes: CodeSet?
  ) -> Bool {
    func isAllowed(_ code: Int) -> Bool { codes?.contains(code) ?? true }
    if let place = strings.alphabet.firstIndex(of: scalar.value),
      isAllowed(StringCode.first + place)
    {
      return true
    }
    let pieces = StringCode.first + strings.alphabet.count
    for index in 0..<strings.pieces.count where isAllowed(pieces + index) {
      let piece = String(decoding: strings.pieces[index], as: UTF8.self)
      if piece.unicodeScalars.contains(scalar) { return true }
    }
    return false
  }

  private static func contains(_ value: [UInt8], _ texts: TextTable) -> Bool {
    for index in 0..<texts.count where texts[index].elementsEqual(value) { return true }
    return false
  }

  /// Names the values if they are few, or the one that differs in the case of its letters.
  private static func oneOf(_ texts: TextTable, insteadOf value: [UInt8]) -> String {
    func text(_ index: Int) -> String { "'" + String(decoding: texts[index], as: UTF8.self) + "'" }
    let values = "one of its \(texts.count) values"
    for index in 0..<texts.count where lowercased(texts[index]) == lowercased(value[...]) {
      return values + ", perhaps " + text(index)
    }
    if texts.count <= 12 {
      return "one of " + (0..<texts.count).map(text).joined(separator: ", ")
    }
    return values + ", which --unique prints"
  }

  private static func lowercased(_ text: ArraySlice<UInt8>) -> [UInt8] {
    text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
  }

  private func number(_ value: [UInt8], of leaf: Int, in decoder: NumberDecoder) -> String? {
    guard let units = units(value, of: leaf) else { return nil }
    let cells = decoder.bounds.count / 2
    var below: Int64?
    for cell in 0..<cells {
      let (first, last) = (decoder.bounds[2 * cell], decoder.bounds[2 * cell + 1])
      if units < first {
        // Between two cells, where no training row had a value.
        guard let below else { break }
        return "values such as \(plainText(below, of: leaf)) or \(plainText(first, of: leaf))"
      }
      if units <= last { return nil }
      below = last
    }
    return outOfRange(value, of: leaf)
  }

  private func outOfRange(_ value: [UInt8], of leaf: Int) -> String? {
    guard let range = range(of: leaf), let units = units(value, of: leaf) else { return nil }
    let ends = [range.lowerBound, range.upperBound].map { plainText($0, of: leaf) }
    // A text may stand for all moments of a day or a minute, the first of which counts.
    guard let first = self.units(Array(ends[0].utf8), of: leaf),
      units < first || units > range.upperBound
    else { return nil }
    return "values from \(ends[0]) to \(ends[1])"
  }

  /// Returns a range that holds all of a leaf's numbers, in units of their last digits; nil if none is
  /// known.
  private func range(of leaf: Int) -> ClosedRange<Int64>? {
    switch source(of: leaf) {
    case .module(.number(let decoder)):
      return decoder.bounds[0]...decoder.bounds[decoder.bounds.count - 1]
    case .module(.scalars(let decoder)):
      for output in decoder.outputs where output.leaf == leaf {
        return output.minimum...output.maximum
      }
      return nil
    case .rule(.sum(_, _, let limits?)): return limits
    case .rule(.sum(let terms, let constant, nil)):
      var (lower, upper) = (constant, constant)
      for term in terms {
        guard let range = range(of: term.leaf) else { return nil }
        let first = term.factor.multipliedReportingOverflow(by: range.lowerBound)
        let last = term.factor.multipliedReportingOverflow(by: range.upperBound)
        let low = lower.addingReportingOverflow(min(first.partialValue, last.partialValue))
        let high = upper.addingReportingOverflow(max(first.partialValue, last.partialValue))
        // Sums that wrap may be anything.
        if first.overflow || last.overflow || low.overflow || high.overflow { return nil }
        (lower, upper) = (low.partialValue, high.partialValue)
      }
      return lower...upper
    case .rule(.digit(_, _, _, let count)) where count > 0: return 0...count - 1
    case .rule(.calendar(_, let part, _, nil)): return part.range
    case .module, .rule, .constant, nil: return nil
    }
  }

  private func units(_ value: [UInt8], of leaf: Int) -> Int64? {
    switch content.schema.leaves[leaf].kind {
    case .real(let decimals): DecimalNumber(value, decimals: decimals)?.units
    case .integer: DecimalNumber(value, decimals: 0)?.units
    case .moment(let layout): layout.isOrdered ? layout.units(of: value) : nil
    case .text, .digits, .boolean, .enumeration, .list: nil
    }
  }

  private func plainText(_ units: Int64, of leaf: Int) -> String {
    var bytes: [UInt8] = []
    switch content.schema.leaves[leaf].kind {
    case .real(let decimals): Field.real(units: units, decimals: decimals).append(to: &bytes)
    case .moment(let layout): layout.append(units, to: &bytes)
    default: Field.integer(units).append(to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func text(_ number: Int64) -> String {
    var bytes: [UInt8] = []
    Field.integer(number).append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func source(of leaf: Int) -> Source? {
    for derived in content.rules.derived where derived.leaf == leaf { return .rule(derived.rule) }
    return Self.source(of: leaf, in: content.network.root)
  }

  private static func source(of leaf: Int, in tuple: TupleDecoder) -> Source? {
    for constant in tuple.constants where constant.leaf == leaf { return .constant(constant.text) }
    for element in tuple.elements {
      if let source = source(of: leaf, in: element.child) { return source }
    }
    return nil
  }

  private static func source(of leaf: Int, in module: DecoderModule) -> Source? {
    switch module {
    case .optional(let decoder): source(of: leaf, in: decoder.child)
    case .chosen(let decoder): source(of: leaf, in: decoder.child)
    case .tuple(let decoder): source(of: leaf, in: decoder)
    case .string(let field): field.leaf == leaf ? .module(module) : nil
    case .vocabulary(let decoder): decoder.leaf == leaf ? .module(module) : nil
    case .number(let decoder): decoder.leaf == leaf ? .module(module) : nil
    case .categorical(let decoder): decoder.leaf == leaf ? .module(module) : nil
    case .scalars(let decoder):
      decoder.outputs.contains { $0.leaf == leaf } ? .module(module) : nil
    case .repeated(let decoder): decoder.leaf == leaf ? .module(module) : nil
    }
  }
}
