import FakeGen

/// A column and the values that `--where` lets through.
struct Condition: Sendable {
  let column: Int
  /// Plain texts as `Generator.append` gives them; null is the empty text.
  var values: [[UInt8]]

  /// Returns the plain text that the column has for what a person wrote: plainly, or as the training
  /// table spells it.
  ///
  /// - Throws: `UsageError.impossibleValue` if the column never holds it.
  static func plainText(_ value: String, in column: Column) throws(UsageError) -> [UInt8] {
    let bytes = Array(value.utf8)
    if bytes.isEmpty, column.isOptional { return bytes }
    let expected: String
    switch column.kind {
    case .text: return bytes
    case .digits, .integer:
      if let number = number(bytes, decimals: 0, in: column) { return number.plainText }
      expected = "a whole number"
    case .real(let decimals):
      if let number = number(bytes, decimals: decimals, in: column) { return number.plainText }
      expected = "a number with at most \(decimals) decimals"
    case .boolean:
      if isSame(value, "true") || isSame(value, "false") { return bytes }
      expected = "true or false"
    case .enumeration(let names):
      if names.contains(where: { isSame($0, value) }) { return bytes }
      expected = "one of \(names.joined(separator: ","))"
    case .moment(let layout):
      if layout.units(of: bytes) != nil { return bytes }
      expected = "a moment like \(layout.example)"
    case .list: expected = "no condition: it is a list"
    }
    throw .impossibleValue(field: column.name, expected: expected, found: value)
  }

  private static func number(_ text: [UInt8], decimals: Int, in column: Column) -> DecimalNumber? {
    if let number = DecimalNumber(text, decimals: decimals) { return number }
    guard let plain = column.spelling?.plain(text[...]) else { return nil }
    return DecimalNumber(scientific: plain, decimals: decimals)
  }

  /// The condition in what modules make; nil if texts are needed to tell whether it holds.
  func ofLeaf(in model: Model) -> LeafCondition? {
    let kind = model.columns[column].kind
    var numbers: [ClosedRange<Int64>] = []
    func add(_ number: Int64) { numbers.append(number...number) }
    for value in values where !value.isEmpty {
      switch kind {
      case .text, .digits: break
      case .integer:
        if let number = DecimalNumber(value, decimals: 0) { add(number.units) }
      case .real(let decimals):
        if let number = DecimalNumber(value, decimals: decimals) { add(number.units) }
      case .boolean: add(value == Array("true".utf8) ? 1 : 0)
      case .enumeration(let names):
        if let number = names.firstIndex(where: { Array($0.utf8) == value }) {
          add(Int64(number))
        }
      case .moment, .list: return nil
      }
    }
    return LeafCondition(
      leaf: model.content.schema.columns[column], texts: values, numbers: numbers,
      acceptsNull: values.contains([]))
  }
}
