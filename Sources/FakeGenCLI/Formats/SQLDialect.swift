import FakeGen

/// The database that SQL is for.
enum SQLDialect: CaseIterable {
  /// What SQLite, PostgreSQL and DuckDB read alike.
  case standard
  case sqlite, postgres, mysql, duckdb

  init?(_ name: String) {
    for dialect in Self.allCases where isSame(dialect.name, name) {
      self = dialect
      return
    }
    return nil
  }

  var name: String {
    switch self {
    case .standard: "standard"
    case .sqlite: "sqlite"
    case .postgres: "postgres"
    case .mysql: "mysql"
    case .duckdb: "duckdb"
    }
  }

  /// Returns a column's type.
  func type(of type: ValueType) -> String {
    switch type {
    case .text: return "TEXT"
    case .integer: return self == .sqlite ? "INTEGER" : "BIGINT"
    // A 64-bit integer has at most 19 digits.
    case .decimal(let decimals): return "DECIMAL(19, \(max(decimals, 0)))"
    case .boolean: return "BOOLEAN"
    case .list: return listType
    // SQLite has no such types; its functions of dates take texts.
    case .date: return self == .sqlite ? "TEXT" : "DATE"
    case .time(let digits):
      if self == .sqlite || digits > Self.fractionDigits { return "TEXT" }
      return self == .mysql ? "TIME\(Self.precision(digits))" : "TIME"
    case .timestamp(let digits, let hasZone): return timestamp(digits, hasZone)
    }
  }

  /// Returns the type of a column that a primary or foreign key names.
  func keyType(of type: ValueType) -> String {
    // MySQL has no keys of texts without a greatest length.
    if self == .mysql, type == .text { return "VARCHAR(255)" }
    return self.type(of: type)
  }

  /// The type of lists, which are written as JSON.
  private var listType: String {
    switch self {
    case .standard, .sqlite: "TEXT"
    case .postgres: "JSONB"
    case .mysql, .duckdb: "JSON"
    }
  }

  private func timestamp(_ digits: Int, _ hasZone: Bool) -> String {
    switch self {
    case .sqlite: return "TEXT"
    // MySQL takes no Z behind a time.
    case .mysql:
      return hasZone || digits > Self.fractionDigits ? "TEXT" : "DATETIME\(Self.precision(digits))"
    case .duckdb where digits > Self.fractionDigits: return hasZone ? "TEXT" : "TIMESTAMP_NS"
    case .standard, .postgres, .duckdb:
      if digits > Self.fractionDigits { return "TEXT" }
      return hasZone ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP"
    }
  }

  /// Digits of a second's fraction that the types keep.
  private static var fractionDigits: Int { 6 }

  private static func precision(_ digits: Int) -> String { digits == 0 ? "" : "(\(digits))" }

  /// What stands behind the list of columns.
  var tableOptions: String { self == .mysql ? " DEFAULT CHARACTER SET utf8mb4" : "" }

  /// What a text stands in is an apostrophe everywhere; this is how what it must not hold is written.
  var textEscapes: EscapeTable {
    var escapes = EscapeTable()
    escapes.set(.apostrophe, [.apostrophe, .apostrophe])
    escapes.set(0, Array("\u{FFFD}".utf8))
    if self == .mysql { escapes.set(.backslash, [.backslash, .backslash]) }
    return escapes
  }

  /// Returns a name in quotes.
  func quoted(_ name: [UInt8]) -> [UInt8] {
    let quote: UInt8 = self == .mysql ? UInt8(ascii: "`") : .quote
    var escapes = EscapeTable()
    escapes.set(quote, [quote, quote])
    escapes.set(0, Array("\u{FFFD}".utf8))
    var bytes = [quote] + name
    escapes.escape(&bytes, from: 1)
    bytes.append(quote)
    return bytes
  }

  /// Whether names that differ only in the case of letters are two.
  private var distinguishesCase: Bool { self == .postgres }

  /// Bytes that a name may have; PostgreSQL cuts longer ones, MySQL refuses them.
  private var maximumNameSize: Int {
    switch self {
    case .standard, .postgres: 63
    // Characters, in fact.
    case .mysql: 64
    case .sqlite, .duckdb: .max
    }
  }

  /// Returns the names of a table's columns, changed where the database would take two for one or
  /// would not take one: cut to size, and then with `_2`, `_3` and so on behind them.
  func columnNames(_ names: [String]) -> [[UInt8]] {
    var taken: [[UInt8]] = []
    // What is as it should be keeps its name, whatever comes before it.
    var result: [[UInt8]?] = names.map { name in
      let bytes = Array(name.utf8)
      guard bytes.count <= maximumNameSize, !taken.contains(folded(bytes)) else { return nil }
      taken.append(folded(bytes))
      return bytes
    }
    for (index, name) in names.enumerated() where result[index] == nil {
      var bytes = cut(Array(name.utf8), to: maximumNameSize)
      var number = 2
      while taken.contains(folded(bytes)) {
        let suffix = Array("_\(number)".utf8)
        let size = maximumNameSize == .max ? .max : maximumNameSize - suffix.count
        bytes = cut(Array(name.utf8), to: size) + suffix
        number += 1
      }
      taken.append(folded(bytes))
      result[index] = bytes
    }
    return result.map { $0 ?? [] }
  }

  private func folded(_ name: [UInt8]) -> [UInt8] {
    distinguishesCase
      ? name : name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
  }

  private func cut(_ name: [UInt8], to size: Int) -> [UInt8] {
    if name.count <= size { return name }
    var end = size
    // Not within a character.
    while end > 0, name[end] & 0xC0 == 0x80 { end -= 1 }
    return Array(name[..<end])
  }
}
