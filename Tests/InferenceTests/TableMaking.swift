import FakeGen
import Foundation
import ProtobufSchema
import Records
import Schema
import TestSupport

@testable import Inference

/// A table of columns, all of one length.
func makeTable(_ columns: [(String, [String?])]) throws -> RawTable {
  let count = columns.first?.1.count ?? 0
  return try RawTable(
    header: columns.map(\.0), rows: (0..<count).map { row in columns.map { $0.1[row] } })
}

/// The plan of one column.
func plan(
  _ values: [String?], name: String = "x", _ options: InferenceOptions = InferenceOptions()
) throws -> TablePlan {
  try TablePlan(table: makeTable([(name, values)]), options: options)
}

extension TablePlan {
  /// The text of a column's kind.
  func kind(_ column: String) -> String? {
    choices.first { $0.column == column }?.kind.text
  }

  /// The plan of the message that it prints, for the same table.
  func readBack(_ table: RawTable) throws -> TablePlan {
    let folder = try TemporaryFolder()
    let path = try folder.write(messageText(source: "t.csv"), to: "t.proto")
    return try TablePlan(table: table, messages: DeclaredMessages(path: path))
  }

  /// The module that models a leaf.
  func node(_ leaf: Int) -> ModuleNode? {
    schema.root.children.first { $0.leaves == [leaf] }
  }
}

extension RawTable {
  /// The texts of a column.
  func texts(_ name: String) -> [String?] {
    guard let index = header.firstIndex(of: name) else { return [] }
    return (0..<rowCount).map { column(index).text($0) }
  }
}

/// Values that follow a rule, computed anew from what modules model, as a generator does.
struct DerivedValues {
  let schema: RecordSchema

  /// The text of a number, its characters found from the last one on.
  private func text(_ number: Int64, _ shapes: [KeyPattern.Shape]) -> String? {
    var rest = number
    for shape in shapes {
      let places = shape.places.map { $0.unicodeScalars.sorted() }
      let count = places.reduce(1) { $0 * Int64($1.count) }
      if rest < count {
        var text = String.UnicodeScalarView()
        for place in places.reversed() {
          text.insert(place[Int(rest) % place.count], at: text.startIndex)
          rest /= Int64(place.count)
        }
        return String(text)
      }
      rest -= count
    }
    return nil
  }

  /// Returns a record with each derived leaf computed from the leaves that are not, keys aside.
  func recomputed(_ record: Record) -> Record {
    var record = record
    let modelled = Set(schema.root.leaves)
    for leaf in schema.leaves.indices where !modelled.contains(leaf) && !isKey(leaf) {
      record.values[leaf] = .null
    }
    for ruled in schema.derived {
      switch ruled.rule {
      case .key, .shape, .choice, .codeNumber, .template, .templateNumber, .without: break
      case .composed(let composition, let choice, let numbers):
        record.values[ruled.leaf] = composed(composition, choice, numbers, record)
      case .sumOrElse(let terms, let constant, let otherwise):
        let values = terms.compactMap { term in units(term.leaf, record).map { $0 * term.factor } }
        let sum = values.count == terms.count ? values.reduce(constant, +) : nil
        record.values[ruled.leaf] =
          (sum ?? units(otherwise, record)).map { value(ruled.leaf, $0) } ?? .null
      case .greatest(let leaves, let factor, let leaf):
        let values = leaves.compactMap { units($0, record) }
        guard values.count == leaves.count, let number = units(leaf, record) else { break }
        record.values[ruled.leaf] = value(ruled.leaf, number + factor * (values.sorted().last ?? 0))
      case .code(let leaf, let pattern):
        guard let number = units(leaf, record), case .shapes(let shapes) = pattern else { break }
        record.values[ruled.leaf] = text(number, shapes).map { .text($0) } ?? .null
      case .total(let list, let factors, let factor, let divisor):
        guard case .list(let elements) = record.values[list],
          case .list(let type) = schema.leaves[list].kind
        else { break }
        let inner = DerivedValues(schema: type.elements)
        var sum: Int64 = 0
        for element in elements {
          sum += factors.reduce(1) { $0 * (inner.units($1, element) ?? 0) }
        }
        let quotient = (Double(sum * factor) / Double(divisor) + 0.5).rounded(.down)
        record.values[ruled.leaf] = value(ruled.leaf, Int64(quotient))
      case .product(let factors, let factor, let divisor):
        let values = factors.compactMap { units($0, record) }
        guard values.count == factors.count else { break }
        let quotient = Double(values.reduce(1, *) * factor) / Double(divisor) + 0.5
        record.values[ruled.leaf] = value(ruled.leaf, Int64(quotient.rounded(.down)))
      case .sum(let terms, let constant, let limits):
        var (sum, isNull) = (constant, false)
        for term in terms {
          if let units = units(term.leaf, record) {
            sum += term.factor * units
          } else {
            isNull = true
          }
        }
        if let limits { sum = min(max(sum, limits.least), limits.greatest) }
        record.values[ruled.leaf] = isNull ? .null : value(ruled.leaf, sum)
      case .digit(let leaf, let offset, let unit, let count):
        guard let units = units(leaf, record) else { break }
        // Rounded down by way of reals, which hold the numbers of tests.
        var digit = Int64((Double(units - offset) / Double(unit)).rounded(.down))
        if let count { digit = ((digit % count) + count) % count }
        record.values[ruled.leaf] = value(ruled.leaf, digit)
      case .lookup(let leaf, let entries):
        let key: Rule.Value
        if case .text(let text) = record.values[leaf] {
          key = .text(text)
        } else {
          key = units(leaf, record).map(Rule.Value.integer) ?? .null
        }
        switch entries.first(where: { $0.key == key })?.value {
        case .text(let text): record.values[ruled.leaf] = .text(text)
        case .integer(let units): record.values[ruled.leaf] = value(ruled.leaf, units)
        case .null, nil: record.values[ruled.leaf] = .null
        }
      case .pairLookup(let pairs):
        let keys = [pairs.first, pairs.second].map { leaf -> Rule.Value in
          if case .text(let text) = record.values[leaf] { return .text(text) }
          return units(leaf, record).map(Rule.Value.integer) ?? .null
        }
        var found: Rule.Value?
        for entry in pairs.entries
        where pairs.firsts[entry.first] == keys[0] && pairs.seconds[entry.second] == keys[1] {
          found = entry.value.map { pairs.values[$0] } ?? .null
        }
        if found == nil, let other = pairs.otherwise.flatMap({ units($0, record) }) {
          let isNumber = schema.leaves[ruled.leaf].kind.isNumber
          found = isNumber ? .integer(other) : pairs.values[Int(other)]
        }
        switch found {
        case .text(let text): record.values[ruled.leaf] = .text(text)
        case .integer(let units): record.values[ruled.leaf] = value(ruled.leaf, units)
        case .null, nil: record.values[ruled.leaf] = .null
        }
      case .calendar(let leaf, let part, let texts):
        guard let units = units(leaf, record),
          case .moment(let layout) = schema.leaves[leaf].kind,
          let perSecond = MomentLayout(checked: layout)?.unitsPerSecond
        else { break }
        let seconds = (Double(units) / Double(perSecond)).rounded(.down)
        let number = CalendarDates.part(part, of: Date(timeIntervalSince1970: seconds))
        record.values[ruled.leaf] =
          texts.isEmpty ? .integer(Int64(number)) : .text(texts[number - 1])
      }
    }
    return record
  }

  /// The text of the chosen template, or of the first one of which nothing is missing.
  private func composed(
    _ composition: Composition, _ choice: Int?, _ numbers: [Int], _ record: Record
  ) -> FieldValue {
    var order = Array(composition.templates.indices)
    if let choice {
      guard case .integer(let number) = record.values[choice] else { return .null }
      order.insert(Int(number), at: 0)
    }
    for template in order {
      let texts = composition.templates[template].map { piece -> String? in
        switch piece {
        case .literal(let text): return text
        case .number(let place, let width):
          guard let number = units(numbers[place], record) else { return nil }
          return String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
        case .value(let leaf, let form):
          guard let text = record.values[leaf].plainText(schema.leaves[leaf].kind) else {
            return nil
          }
          var bytes = Array(text.utf8)
          form.apply(to: &bytes, from: 0)
          return String(decoding: bytes, as: UTF8.self)
        }
      }
      if texts.allSatisfy({ $0 != nil }) { return .text(texts.compactMap(\.self).joined()) }
    }
    return .null
  }

  private func isKey(_ leaf: Int) -> Bool {
    schema.derived.contains {
      if $0.leaf == leaf, case .key = $0.rule { true } else { false }
    }
  }

  private func units(_ leaf: Int, _ record: Record) -> Int64? {
    switch (record.values[leaf], schema.leaves[leaf].kind) {
    case (.integer(let units), _): units
    case (.choice(let choice), _): Int64(choice)
    case (.real(let value), .real(let decimals)):
      NumberBins.units(value, decimals: decimals)
    default: nil
    }
  }

  private func value(_ leaf: Int, _ units: Int64) -> FieldValue {
    if case .real(let decimals) = schema.leaves[leaf].kind {
      return .real(Double(units) / NumberBins.unitsPerOne(decimals: decimals))
    }
    return schema.leaves[leaf].kind == .boolean ? .choice(Int(units)) : .integer(units)
  }
}

/// Parts of dates as Foundation has them.
enum CalendarDates {
  static let gregorian: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  static let iso: Calendar = {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    return calendar
  }()

  static func part(_ part: CalendarPart, of date: Date) -> Int {
    switch part {
    case .year: gregorian.component(.year, from: date)
    case .quarter: (gregorian.component(.month, from: date) + 2) / 3
    case .month: gregorian.component(.month, from: date)
    case .day: gregorian.component(.day, from: date)
    case .dayOfYear: gregorian.ordinality(of: .day, in: .year, for: date) ?? 0
    case .isoWeek: iso.component(.weekOfYear, from: date)
    case .weekday: (gregorian.component(.weekday, from: date) + 5) % 7 + 1
    case .dayOfWeek: gregorian.component(.weekday, from: date)
    }
  }
}
