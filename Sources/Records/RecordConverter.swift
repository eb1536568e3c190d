import FakeGen
import Schema

/// Turns the text of a row's cells into typed values and judges what a missing cell means.
///
/// A missing cell is the empty string for a string of implicit presence, null for an optional
/// field and for every field of a nested message whose cells are all missing, and an error
/// elsewhere.
struct RecordConverter {
  /// Largest magnitude of a real: beyond it a double no longer holds any digits after the point.
  static let maximumReal = 1e15

  /// A field or row that does not fit.
  struct FieldProblem: Error {
    /// Nil if it is the row as a whole.
    var leaf: Int?
    var problem: RowProblem
  }

  let schema: RecordSchema
  private let optionalMessages: [[Int]]
  private let hiddenLeaves: Set<Int>
  /// Per leaf: how it is written, if it is a moment.
  private let layouts: [MomentLayout?]
  /// Per leaf: position in its enum's names by name, and by number.
  private let choices: [[ExactText: Int]]

  init(_ schema: RecordSchema) {
    self.schema = schema
    optionalMessages = schema.optionalMessages
    hiddenLeaves = schema.hiddenLeaves
    layouts = schema.leaves.map { leaf in
      guard case .moment(let layout) = leaf.kind else { return nil }
      return try? MomentLayout(layout)
    }
    choices = schema.leaves.map { leaf in
      guard case .enumeration(let names, let numbers) = leaf.kind else { return [:] }
      let byNumber = zip(numbers.map { ExactText(String($0)) }, names.indices)
      let byName = zip(names.map(ExactText.init), names.indices)
      return Dictionary(
        byName.map { $0 } + byNumber.map { $0 }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Converts a row to a record; `cells` holds one text per leaf, nil where the cell is missing. What
  /// it holds of hidden leaves does not matter: they are computed.
  func record(_ cells: [String?]) throws(FieldProblem) -> Record {
    var mayBeAbsent = Set<Int>()
    for leaves in optionalMessages where leaves.allSatisfy({ cells[$0] == nil }) {
      mayBeAbsent.formUnion(leaves)
    }
    var values: [FieldValue] = []
    values.reserveCapacity(cells.count)
    for (index, cell) in cells.enumerated() {
      let leaf = schema.leaves[index]
      do throws(RowProblem) {
        if hiddenLeaves.contains(index) {
          values.append(.null)
        } else if let cell {
          values.append(try value(cell, leaf: leaf, index: index))
        } else if leaf.isOptional || mayBeAbsent.contains(index) {
          values.append(.null)
        } else if leaf.kind == .text {
          values.append(.text(""))
        } else {
          throw RowProblem.emptyCell(expected: leaf.kind.expectation)
        }
      } catch {
        throw FieldProblem(leaf: index, problem: error)
      }
    }
    var record = Record(values: values)
    record.compute(schema.hidden, schema: schema)
    return record
  }

  private func value(
    _ text: String, leaf: Leaf, index: Int
  ) throws(RowProblem) -> FieldValue {
    switch leaf.kind {
    case .text:
      guard !text.utf8.contains(0) else { throw .zeroByte }
      return .text(text)
    case .digits:
      guard text.isInteger else { throw .notAnInteger(found: text) }
      // The canonical form: what is generated, and what the filter's keys are made of.
      return .text(String(try integer(text, leaf: leaf)))
    case .moment(let layout):
      guard let units = layouts[index]?.units(of: Array(text.utf8)) else {
        throw .notAMoment(
          found: text, layout: layout, example: layouts[index]?.example ?? layout)
      }
      if let range = leaf.typeRange {
        let seconds = units / (layouts[index]?.unitsPerSecond ?? 1)
        guard range.minimum <= seconds, seconds <= range.maximum else {
          throw .notAMoment(
            found: text, layout: layout, example: layouts[index]?.example ?? layout)
        }
      }
      return .integer(units)
    case .integer:
      guard text.isInteger else { throw .notAnInteger(found: text) }
      return .integer(try integer(text, leaf: leaf))
    case .real:
      guard text.isDecimal, let value = Double(text) else { throw .notANumber(found: text) }
      guard value.magnitude <= Self.maximumReal else {
        throw .outOfRange(found: text, minimum: "-1e15", maximum: "1e15")
      }
      return .real(value)
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "1": return .choice(1)
      case "false", "no", "0": return .choice(0)
      default: throw .notABoolean(found: text)
      }
    case .enumeration(let names, _):
      guard let choice = choices[index][ExactText(text)] else {
        throw .notInEnumeration(found: text, names: names)
      }
      return .choice(choice)
    }
  }

  private func integer(_ text: String, leaf: Leaf) throws(RowProblem) -> Int64 {
    let range = leaf.typeRange ?? IntegerRange(minimum: .min, maximum: .max)
    guard let value = Int64(text), value >= range.minimum, value <= range.maximum else {
      throw .outOfRange(
        found: text, minimum: String(range.minimum), maximum: String(range.maximum))
    }
    return value
  }
}

extension LeafKind {
  /// What a cell should have held.
  var expectation: String {
    switch self {
    case .text: "text"
    case .digits, .integer: "an integer"
    case .real: "a decimal number"
    case .boolean: "true or false"
    case .enumeration: "the name of an enum's value"
    case .moment(let layout): "a moment like \(layout)"
    }
  }
}

extension String {
  /// Digits, a sign before them or not.
  fileprivate var isInteger: Bool {
    let digits = utf8.first.map(\.isSign) == true ? utf8.dropFirst() : utf8[...]
    return !digits.isEmpty && digits.allSatisfy(\.isDigit)
  }

  /// An optional sign, digits with an optional point among or beside them, an optional exponent.
  fileprivate var isDecimal: Bool {
    var rest = utf8[...]
    if rest.first?.isSign == true { rest.removeFirst() }
    let whole = rest.prefix(while: \.isDigit).count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = rest.prefix(while: \.isDigit).count
      rest = rest.dropFirst(fraction)
    }
    guard whole + fraction > 0 else { return false }
    guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else {
      return rest.isEmpty
    }
    rest.removeFirst()
    if rest.first?.isSign == true { rest.removeFirst() }
    return !rest.isEmpty && rest.allSatisfy(\.isDigit)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  fileprivate var isSign: Bool { self == UInt8(ascii: "+") || self == UInt8(ascii: "-") }
}
