import Records

/// A table as it was read, before anybody knows what its columns hold: texts and nothing. Each
/// distinct text of a column is kept once.
public struct RawTable: Sendable {
  /// Most columns of a table.
  public static let maximumColumns = 2_000

  /// Names of the columns.
  public internal(set) var header: [String]
  /// The columns, one for each name.
  public internal(set) var columns: [RawColumn]
  /// Where each row that is kept stood.
  public internal(set) var places: [RowPlace]
  /// Names of the files that were read, as `RowPlace` numbers them.
  public package(set) var files: [String]
  /// Rows that were seen, kept or not.
  public internal(set) var totalRows: Int
  /// SHA-256 of all bytes that were read, hexadecimal; nothing for a table from no file.
  public internal(set) var hash: String

  /// Whether rows are the elements of another table's lists, of which one row may have several.
  var isOfElements = false

  /// Which of the first table's rows each row lies in, of elements of lists; nil for rows themselves.
  var groups: [Int32]?

  /// Whether rows are JSON objects.
  public internal(set) var isOfDocuments = false

  /// Where the elements of each list begin, and where those of the last one end; none for rows.
  var listStarts: [Int] = []

  /// What separates the cells of the first file; nil for JSON, and for rows in memory.
  public internal(set) var delimiter: UInt8?

  /// Whether a comma that may be a decimal mark is one, as in tables whose cells semicolons separate.
  var prefersDecimalComma: Bool { delimiter == UInt8(ascii: ";") }

  /// Number of rows that are kept.
  public var rowCount: Int { places.count }

  /// Returns a column.
  public func column(_ index: Int) -> RawColumn { columns[index] }

  /// Creates a table from rows in memory.
  ///
  /// - Parameters:
  ///   - header: names of the columns, distinct.
  ///   - rows: each with one text for each column, or nil for nothing.
  /// - Throws: `InferenceError.badHeader`, `.tooManyColumns` or `.unequalRow`.
  public init(header: [String], rows: [[String?]]) throws(InferenceError) {
    try Self.check(header, place: "the header")
    self.header = header
    columns = Array(repeating: RawColumn(), count: header.count)
    places = []
    files = ["table"]
    totalRows = rows.count
    hash = ""
    for (number, row) in rows.enumerated() {
      guard row.count == header.count else {
        throw .unequalRow(row: number + 1, expected: header.count, found: row.count)
      }
      for (index, text) in row.enumerated() { columns[index].append(text) }
      places.append(RowPlace(file: 0, line: number + 1))
    }
  }

  /// Creates a table without rows.
  init(header: [String], files: [String]) {
    self.header = header
    self.files = files
    columns = Array(repeating: RawColumn(), count: header.count)
    places = []
    totalRows = 0
    hash = ""
  }

  /// Removes the last column.
  package mutating func removeLastColumn() {
    header.removeLast()
    columns.removeLast()
  }

  /// Returns a table of some of the rows.
  ///
  /// - Parameter indices: of the rows, in the order that they shall have.
  public func rows(_ indices: [Int]) -> RawTable {
    var table = self
    table.columns = columns.map { $0.rows(indices) }
    table.places = indices.map { places[$0] }
    table.groups = groups.map { groups in indices.map { groups[$0] } }
    return table
  }

  /// Returns a uniform sample of the rows, in their order.
  ///
  /// - Parameters:
  ///   - limit: most rows.
  ///   - seed: decides which rows those are.
  public func sampled(limit: Int, seed: UInt64) -> RawTable {
    guard rowCount > limit else { return self }
    var random = SeededDraws(seed: seed)
    return rows(random.places(limit, of: rowCount).sorted())
  }

  /// Returns where a row stood, for a person: `FILE:LINE`.
  public func place(_ row: Int) -> String {
    let place = places[row]
    return "\(files[Int(place.file)]):\(place.line)"
  }

  /// The names of columns, with one for each column that has none, as pandas writes its index.
  static func named(_ header: [String]) -> [String] {
    var taken = Set(header)
    return header.enumerated().map { index, name in
      guard name.isEmpty else { return name }
      var number = index + 1
      while !taken.insert("column_\(number)").inserted { number += 1 }
      return "column_\(number)"
    }
  }

  /// Checks the names of columns.
  ///
  /// - Throws: `InferenceError.badHeader` or `.tooManyColumns`.
  static func check(_ header: [String], place: String) throws(InferenceError) {
    guard header.count <= maximumColumns else {
      throw .tooManyColumns(place: place, count: header.count)
    }
    if header.count == 1, let separator = header[0].first(where: { ",;\t|".contains($0) }) {
      throw .badHeader(
        place: place,
        reason: "expected names separated by commas, found one cell with "
          + "\(String(separator).debugDescription) in it; name the character with --delimiter")
    }
    var seen: Set<[UInt8]> = []
    for (index, name) in header.enumerated() {
      guard !name.isEmpty else {
        throw .badHeader(
          place: place, reason: "column \(index + 1) has no name; give it one")
      }
      guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
        throw .badHeader(
          place: place,
          reason: "column \(name.debugDescription): names may not hold line ends or tabs; "
            + "rename it")
      }
      guard seen.insert(Array(name.utf8)).inserted else {
        throw .badHeader(
          place: place, reason: "column '\(name)' appears more than once; rename or remove one")
      }
    }
  }
}

/// Where a row stood.
public struct RowPlace: Hashable, Sendable {
  /// Number of the file.
  public var file: Int32
  /// Line on which it began, from 1; of a table in memory the row's number.
  public var line: Int64

  init(file: Int, line: Int) {
    self.file = Int32(file)
    self.line = Int64(line)
  }
}
