import Records
import Schema

extension TablePlan {
  /// How many cells that do not fit an error shows.
  private static let shownCells = 20

  /// Turns the rows of a table into records of the plan's schema, hidden leaves computed.
  ///
  /// - Parameter table: has the plan's columns, among others or not, in any order. Values that the
  ///   plan has not seen are taken where they fit the column's kind.
  /// - Throws: `InferenceError.unknownColumn` for a column that it lacks, `.badCells`.
  public func records(of table: RawTable) throws(InferenceError) -> [Record] {
    try records(of: table, needsColumns: true)
  }

  /// - Parameter needsColumns: whether a column that the table lacks is an error rather than empty.
  private func records(
    of table: RawTable, needsColumns: Bool
  ) throws(InferenceError) -> [Record] {
    let table = try conforming(table)
    var positions: [String: Int] = [:]
    for (index, name) in table.header.enumerated() { positions[name] = index }
    var values = [[FieldValue]](
      repeating: Array(repeating: .null, count: schema.leaves.count), count: table.rowCount)
    var (count, bad): (Int, [BadCell]) = (0, [])
    for (leaf, reader) in readers.enumerated() {
      guard let position = positions[reader.name] else {
        if !needsColumns { continue }
        throw .unknownColumn(
          option: "the table", column: reader.name, known: table.header)
      }
      let column = table.columns[position]
      if let plan = elements[reader.name] {
        let lists = try Self.lists(plan, column: position, of: table)
        for (row, list) in lists.enumerated() {
          values[row][leaf] =
            list.map { .list($0) } ?? (schema.leaves[leaf].isOptional ? .null : .list([]))
        }
        continue
      }
      // Lists without an element in any row.
      if column.isList { continue }
      // Each distinct text is read once.
      var readings = [CellReader.Reading?](repeating: nil, count: column.texts.count)
      let null = reader.null()
      for (row, code) in column.codes.enumerated() {
        let reading: CellReader.Reading
        if code < 0 {
          reading = null
        } else if let known = readings[Int(code)] {
          reading = known
        } else {
          reading = reader.value(column.texts.utf8(Int(code)))
          readings[Int(code)] = reading
        }
        switch reading {
        case .value(let value): values[row][leaf] = value
        case .problem(let problem):
          count += 1
          if bad.count < Self.shownCells {
            bad.append(BadCell(place: table.place(row), column: reader.name, problem: problem))
          }
        }
      }
    }
    guard count == 0 else { throw .badCells(count: count, first: bad) }
    let decimals = schema.leaves.map { leaf in
      if case .real(let decimals) = leaf.kind { decimals } else { 0 }
    }
    for ruled in schema.hidden {
      switch ruled.rule {
      case .lookup(let leaf, let entries):
        Self.lookUp(leaf, entries, kind: schema.leaves[leaf].kind, into: ruled.leaf, of: &values)
      case .codeNumber(let leaf, let pattern):
        let codes = CodeNumbers(pattern)
        for row in values.indices {
          guard case .text(let text) = values[row][leaf] else { continue }
          values[row][ruled.leaf] = codes.number(of: text).map(FieldValue.integer) ?? .null
        }
      case .template, .templateNumber:
        for row in values.indices {
          values[row][ruled.leaf] = value(
            of: ruled.rule, kind: .integer, in: Record(values: values[row]), schema: schema)
        }
      default:
        for row in values.indices {
          values[row][ruled.leaf] =
            Self.units(ruled.rule, values[row], decimals).map(FieldValue.integer) ?? .null
        }
      }
    }
    return values.map(Record.init)
  }

  /// Reads the lists of a column, nil for nothing.
  private static func lists(
    _ plan: TablePlan, column: Int, of table: RawTable
  ) throws(InferenceError) -> [[Record]?] {
    let raw = try RawElements(of: column, in: table)
    let records = try plan.records(of: raw.table, needsColumns: false)
    return table.columns[column].codes.enumerated().map { row, code in
      code < 0 ? nil : Array(records[raw.starts[row]..<raw.starts[row + 1]])
    }
  }

  /// Sets a hidden leaf to what a table has for another leaf.
  private static func lookUp(
    _ source: Int, _ entries: [Rule.Entry], kind: LeafKind, into leaf: Int,
    of values: inout [[FieldValue]]
  ) {
    var table: [ExactValue: FieldValue] = [:]
    for entry in entries {
      if case .integer(let number) = entry.value { table[ExactValue(entry.key)] = .integer(number) }
    }
    for row in values.indices {
      values[row][leaf] = table[ExactValue(Rule.Value(values[row][source], kind))] ?? .null
    }
  }

  /// What a rule of numbers gives for a row, nil for nothing.
  static func units(_ rule: Rule, _ values: [FieldValue], _ decimals: [Int]) -> Int64? {
    func units(_ leaf: Int) -> Int64? {
      switch values[leaf] {
      case .integer(let units): units
      case .real(let value): NumberBins.units(value, decimals: decimals[leaf])
      case .null, .text, .choice, .list: nil
      }
    }
    switch rule {
    case .sum(let terms, let constant, let limits):
      var sum = constant
      for term in terms {
        guard let value = units(term.leaf) else { return nil }
        sum &+= term.factor &* value
      }
      return limits.map { min(max(sum, $0.least), $0.greatest) } ?? sum
    case .digit(let leaf, let offset, let unit, let count):
      return units(leaf).map { RelationSearch.digit($0, offset, unit, count) }
    case .greatest(let leaves, let factor, let leaf):
      guard let number = units(leaf), let greatest = greatest(of: leaves, units) else { return nil }
      return number &+ factor &* greatest
    case .shape(let leaf, let pattern): return Int64(pattern.shape(of: values[leaf]))
    case .choice(let alternatives):
      let choice = alternatives.firstIndex { $0.contains { values[$0] != .null } }
      return Int64(choice ?? alternatives.count)
    case .without(let leaf, let other): return values[other] == .null ? units(leaf) : nil
    case .key, .lookup, .total, .product, .pairLookup, .calendar, .code, .codeNumber,
      .composed, .template, .templateNumber, .sumOrElse:
      return nil
    }
  }
}

extension TablePlan {
  /// Counts the elements of a list, or the entries of a map.
  ///
  /// - Parameter text: the list as JSON.
  /// - Returns: their number; nil if the text is neither an array nor an object.
  public static func elementCount(_ text: String) -> Int? {
    let bytes = Array(text.utf8)[...]
    if bytes.first == UInt8(ascii: "{") { return (try? FlatObject.parse(bytes))?.count }
    return (try? FlatObject.elements(bytes))?.count
  }
}
