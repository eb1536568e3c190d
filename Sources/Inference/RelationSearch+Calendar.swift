import FakeGen
import Records
import Schema

extension RelationSearch {
  /// Columns that are a part of a date of the same row: its year, month, weekday or the like, as a
  /// number or by its name.
  mutating func findCalendarParts() {
    let sources = columns.indices.filter { columns[$0].layout?.hasDate == true }
    for target in columns.indices where isFree(target) && mayBePart(columns[target]) {
      search: for source in sources
      where source != target
        && columns[source].nullRows == columns[target].nullRows
        && columns[source].distinct >= columns[target].distinct
      {
        for part in CalendarPart.allCases {
          guard let relation = calendar(part, of: source, for: target) else { continue }
          add(relation, for: target)
          break search
        }
      }
    }
  }

  private func mayBePart(_ column: TypedColumn) -> Bool {
    guard column.distinct >= 2 else { return false }
    return column.form == .category || column.form == .text
      || column.isNumber && column.decimals == 0
  }

  /// The relation of a column that is a part of a date; nil if it is not in every row.
  func calendar(_ part: CalendarPart, of source: Int, for target: Int) -> Relation? {
    let (column, other) = (columns[target], columns[source])
    guard let layout = other.layout else { return nil }
    let parts = other.units.map {
      part.value(ofDay: $0.dividedDown(by: 86_400 * layout.unitsPerSecond))
    }
    func number(_ row: Int) -> Int64 { parts[Int(other.raw.codes[row])] }
    if column.isNumber {
      for row in 0..<rowCount {
        guard column.isNull(row) == other.isNull(row) else { return nil }
        if !column.isNull(row), number(row) != column.units(row) { return nil }
      }
      return .calendar(source: source, part: part, texts: [])
    }
    guard let range = part.range, range.lowerBound == 1 else { return nil }
    var texts: [Int64: (code: Int32, rows: Int)] = [:]
    for row in 0..<rowCount {
      guard column.isNull(row) == other.isNull(row) else { return nil }
      if column.isNull(row) { continue }
      let (number, code) = (number(row), column.raw.codes[row])
      let known = texts[number] ?? (code, 0)
      guard known.code == code else { return nil }
      texts[number] = (code, known.rows + 1)
    }
    let found = texts.mapValues { column.raw.texts[Int($0.code)] }
    if let names = part.englishNames(found) {
      return .calendar(source: source, part: part, texts: names)
    }
    // Names of another language, or what else goes with each number.
    let isWhole = range.allSatisfy { (texts[$0]?.rows ?? 0) >= minimumCount }
    guard isWhole, column.form == .category else { return nil }
    return .calendar(source: source, part: part, texts: range.compactMap { found[$0] })
  }
}

extension CalendarPart {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let weekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  /// The English names of all numbers, whole or of three letters, in the letters' case of some of
  /// them; nil if these are not such names.
  fileprivate func englishNames(_ found: [Int64: String]) -> [String]? {
    let names: [String]
    switch self {
    case .month: names = Self.months
    case .weekday: names = Self.weekdays
    default: return nil
    }
    let short = names.map { String($0.prefix(3)) }
    let spellings = [names, short].flatMap {
      [$0, $0.map { $0.lowercased() }, $0.map { $0.uppercased() }]
    }
    return spellings.first { spelling in
      found.allSatisfy { number, text in
        (1...Int64(spelling.count)).contains(number) && spelling[Int(number) - 1] == text
      }
    }
  }
}
