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

  /// What became of a row's cells.
  struct Conversion {
    /// The values; what waits or does not fit is null. Hidden leaves are not computed.
    var values: [FieldValue] = []
    /// Leaves whose numbers are spelled in a way that the schema does not tell; `SpelledNumbers` finds
    /// it.
    var spelled: [Int] = []
    var problems: [FieldProblem] = []
  }

  /// A field or row that does not fit.
  struct FieldProblem: Error {
    /// Nil if it is the row as a whole.
    var leaf: Int?
    var problem: RowProblem
  }

  let schema: RecordSchema
  private let optionalMessages: [[Int]]
  private let hiddenLeaves: Set<Int>
  private let chosenLeaves: Set<Int>
  /// Per leaf: how it is written, if it is a moment.
  private let layouts: [MomentLayout?]
  /// Per leaf: position in its enum's names by name, and by number.
  private let choices: [[ExactText: Int]]
  /// Words that are nothing, and whether in texts too.
  private let nullWords: Set<ExactText>
  private let hasOwnNullWords: Bool
  /// First bytes of these words.
  private let nullStarts: [UInt8]

  /// - Parameter nullWords: words that are nothing in any column; nil for the standard words, in other
  ///   columns than texts.
  init(_ schema: RecordSchema, nullWords: [String]? = nil) {
    self.schema = schema
    self.nullWords = Set((nullWords ?? TableReading.standardNullWords).map(ExactText.init))
    hasOwnNullWords = nullWords != nil
    nullStarts = self.nullWords.compactMap(\.text.utf8.first).sorted()
    optionalMessages = schema.optionalMessages
    hiddenLeaves = schema.hiddenLeaves
    chosenLeaves = schema.root.chosenLeaves
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
  ///
  /// - Throws: the first problem.
  func record(_ cells: [String?]) throws(FieldProblem) -> Record {
    let conversion = convert(cells)
    if let problem = conversion.problems.first { throw problem }
    if let leaf = conversion.spelled.first {
      throw FieldProblem(
        leaf: leaf, problem: schema.leaves[leaf].notANumber(cells[leaf] ?? ""))
    }
    var record = Record(values: conversion.values)
    record.compute(schema.hidden, schema: schema)
    return record
  }

  /// Converts a row's cells, all that fit.
  func convert(_ row: [String?]) -> Conversion {
    let cells = row.enumerated().map { index, cell in
      cell.flatMap { isNull($0, schema.leaves[index].kind) ? nil : $0 }
    }
    var conversion = Conversion()
    var mayBeAbsent = Set<Int>()
    for leaves in optionalMessages where leaves.allSatisfy({ cells[$0] == nil }) {
      mayBeAbsent.formUnion(leaves)
    }
    conversion.values.reserveCapacity(cells.count)
    for (index, cell) in cells.enumerated() {
      let leaf = schema.leaves[index]
      do throws(RowProblem) {
        if hiddenLeaves.contains(index) {
          conversion.values.append(.null)
        } else if let cell {
          conversion.values.append(try value(cell, leaf: leaf, index: index))
        } else if leaf.isOptional || mayBeAbsent.contains(index) || chosenLeaves.contains(index) {
          conversion.values.append(.null)
        } else if leaf.kind == .text {
          conversion.values.append(.text(""))
        } else {
          throw RowProblem.emptyCell(expected: leaf.kind.expectation)
        }
      } catch {
        conversion.values.append(.null)
        if let cell, leaf.kind.isScalar, leaf.spelling == nil, error.mayBeSpelled,
          NumberSpelling.isNumber(Array(cell.utf8)[...])
        {
          conversion.spelled.append(index)
        } else {
          conversion.problems.append(FieldProblem(leaf: index, problem: error))
        }
      }
    }
    return conversion
  }

  /// Whether a cell holds nothing: a word that says so, or, but in texts, no character.
  private func isNull(_ cell: String, _ kind: LeafKind) -> Bool {
    if kind == .text { return hasOwnNullWords && nullWords.contains(ExactText(cell)) }
    guard let first = cell.utf8.first else { return true }
    guard first == UInt8(ascii: " ") || nullStarts.contains(first) else { return false }
    let trimmed = cell.withoutOuterSpaces
    return trimmed.isEmpty
      || nullWords.contains(ExactText(trimmed)) && (hasOwnNullWords || !isChoice(trimmed, kind))
  }

  /// Whether a word is the name of an enum's value.
  private func isChoice(_ cell: String, _ kind: LeafKind) -> Bool {
    if case .enumeration(let names, _) = kind { names.contains(cell) } else { false }
  }

  private func value(
    _ cell: String, leaf: Leaf, index: Int
  ) throws(RowProblem) -> FieldValue {
    let text = cell.withoutOuterSpaces
    switch leaf.kind {
    case .text:
      guard !cell.utf8.contains(0) else { throw .zeroByte }
      return .text(cell)
    case .digits:
      guard let digits = text.integer else { throw .notAnInteger(found: cell) }
      // The canonical form: what is generated, and what the filter's keys are made of.
      return .text(String(try integer(digits, leaf: leaf)))
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
    case .integer, .real: return try number(text, spelling: leaf.spelling, leaf: leaf)
    case .list: throw .wrongType(expected: leaf.kind.expectation, found: "a text")
    case .boolean:
      switch text.lowercased() {
      case "true", "t", "yes", "y", "on", "1", "1.0": return .choice(1)
      case "false", "f", "no", "n", "off", "0", "0.0": return .choice(0)
      default: throw .notABoolean(found: cell)
      }
    case .enumeration(let names, _):
      guard let choice = choices[index][ExactText(text)] else {
        throw .notInEnumeration(found: cell, names: names)
      }
      return .choice(choice)
    }
  }

  /// Reads a number.
  ///
  /// - Parameters:
  ///   - cell: without spaces around it.
  ///   - spelling: in which it is looked for first; a plain number fits too.
  /// - Throws: `RowProblem.notANumber`, `.notAnInteger` or `.outOfRange`.
  func number(
    _ cell: String, spelling: NumberSpelling?, leaf: Leaf
  ) throws(RowProblem) -> FieldValue {
    let plain = spelling?.plain(Array(cell.utf8)[...]).map { String(decoding: $0, as: UTF8.self) }
    let text = plain ?? cell
    if leaf.kind == .integer {
      guard let digits = text.integer else { throw .notAnInteger(found: cell) }
      return .integer(try integer(digits, leaf: leaf))
    }
    guard text.isDecimal, let value = Double(text) else { throw .notANumber(found: cell) }
    guard value.magnitude <= Self.maximumReal else {
      throw .outOfRange(found: cell, minimum: "-1e15", maximum: "1e15")
    }
    return .real(value)
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

extension RowProblem {
  /// Whether the cell may hold a number in another spelling.
  fileprivate var mayBeSpelled: Bool {
    switch self {
    case .notANumber, .notAnInteger: true
    default: false
    }
  }
}

extension Leaf {
  /// What is wrong with a cell of a number that holds none.
  func notANumber(_ cell: String) -> RowProblem {
    kind == .integer ? .notAnInteger(found: cell) : .notANumber(found: cell)
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
    case .list: "a list"
    }
  }
}

extension String {
  /// The text without the spaces around it.
  var withoutOuterSpaces: String {
    guard utf8.first == UInt8(ascii: " ") || utf8.last == UInt8(ascii: " ") else { return self }
    var rest = utf8[...]
    while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
    while rest.last == UInt8(ascii: " ") { rest.removeLast() }
    return String(decoding: rest, as: UTF8.self)
  }

  /// Digits, a sign before them or not, and perhaps a point and zeros after them, which are dropped;
  /// nil for anything else.
  fileprivate var integer: String? {
    let digits = utf8.first.map(\.isSign) == true ? utf8.dropFirst() : utf8[...]
    let whole = digits.prefix(while: \.isDigit)
    guard !whole.isEmpty else { return nil }
    let rest = digits.dropFirst(whole.count)
    guard
      rest.isEmpty
        || rest.first == UInt8(ascii: ".") && rest.count > 1
          && rest.dropFirst().allSatisfy({ $0 == UInt8(ascii: "0") })
    else { return nil }
    return rest.isEmpty ? self : String(decoding: utf8.dropLast(rest.count), as: UTF8.self)
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
