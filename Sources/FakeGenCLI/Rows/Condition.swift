import FakeGen

/// A column and the values that `--where` lets through.
struct Condition: Sendable {
  let column: Int
  /// Plain texts as `Generator.append` gives them; null is the empty text.
  var values: [[UInt8]]

  /// Returns the plain text that the column has for what a person wrote.
  ///
  /// - Throws: `UsageError.impossibleValue` if the column never holds it.
  static func plainText(_ value: String, in column: Column) throws(UsageError) -> [UInt8] {
    let bytes = Array(value.utf8)
    if bytes.isEmpty, column.isOptional { return bytes }
    let expected: String
    switch column.kind {
    case .text: return bytes
    case .digits, .integer:
      if let number = DecimalNumber(bytes, decimals: 0) { return number.plainText }
      expected = "a whole number"
    case .real(let decimals):
      if let number = DecimalNumber(bytes, decimals: decimals) { return number.plainText }
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

  /// The condition in what modules make; nil if texts are needed to tell whether it holds.
  func ofLeaf(in model: Model) -> LeafCondition? {
    let kind = model.columns[column].kind
    var numbers: [Int64] = []
    for value in values where !value.isEmpty {
      switch kind {
      case .text, .digits: break
      case .integer:
        if let number = DecimalNumber(value, decimals: 0) { numbers.append(number.units) }
      case .real(let decimals):
        if let number = DecimalNumber(value, decimals: decimals) { numbers.append(number.units) }
      case .boolean: numbers.append(value == Array("true".utf8) ? 1 : 0)
      case .enumeration(let names):
        if let number = names.firstIndex(where: { Array($0.utf8) == value }) {
          numbers.append(Int64(number))
        }
      case .moment, .list: return nil
      }
    }
    return LeafCondition(
      leaf: model.content.schema.columns[column], texts: values, numbers: numbers,
      acceptsNull: values.contains([]))
  }
}
