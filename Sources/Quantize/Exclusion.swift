import FakeGen
import Records
import Schema

/// Rows of a table that a model must never print.
public struct Exclusion: Hashable, Sendable {
  /// The table of records, CSV or JSON Lines by its name.
  public var path: String
  /// Sets of columns whose printed values identify a row; a row is excluded if it is one of the
  /// table's by any of the sets. If there is none, all columns but keys and reals make a set, since
  /// with them a row would pass that differs in a last decimal; all if there are only reals.
  public var fieldSets: [[String]]
  /// How the table is read.
  public var reading: TableReading

  /// Creates an exclusion.
  ///
  /// - Parameters:
  ///   - path: of the table.
  ///   - fieldSets: sets of columns whose printed values identify a row.
  ///   - reading: how the table is read.
  public init(
    path: String, fieldSets: [[String]] = [], reading: TableReading = TableReading()
  ) {
    self.path = path
    self.fieldSets = fieldSets
    self.reading = reading
  }

  /// What the table excludes.
  struct Rows {
    /// A filter for each set of columns.
    var filters: [ExclusionFilter]
    /// The columns that identify a row on their own and make no set.
    var identifiers: IdentifyingColumns
    /// The rows that were left out.
    var skipped: [RowDiagnostic]
  }

  /// Reads the table and makes its filters.
  ///
  /// - Throws: `QuantizationError.unreadableTable`, or `.unknownField`.
  func rows(schema: RecordSchema) throws(QuantizationError) -> Rows {
    let sets = try columnSets(schema)
    let table: Table
    do {
      table = try readTable(path: path, schema: schema, reading: reading)
    } catch {
      throw .unreadableTable(reason: error.description)
    }
    var filters: [ExclusionFilter] = []
    for columns in sets {
      guard let filter = ExclusionFilter(of: table.records, columns: columns, schema: schema) else {
        throw .unreadableTable(reason: "\(path): its rows have no filter")
      }
      filters.append(filter)
    }
    let identifiers = IdentifyingColumns(
      of: table.records, schema: schema, except: Set(sets.filter { $0.count == 1 }.joined()))
    return Rows(filters: filters, identifiers: identifiers, skipped: table.skipped)
  }

  /// Finds the columns of the sets.
  private func columnSets(_ schema: RecordSchema) throws(QuantizationError) -> [[Int]] {
    let names = schema.columns.map { schema.leaves[$0].column }
    var sets: [[Int]] = []
    for fields in fieldSets {
      var columns: [Int] = []
      for field in fields {
        guard let column = names.firstIndex(where: { $0.utf8.elementsEqual(field.utf8) }),
          !columns.contains(column)
        else { throw .unknownField(name: field, columns: names) }
        columns.append(column)
      }
      guard !columns.isEmpty else { throw .unknownField(name: "none", columns: names) }
      sets.append(columns)
    }
    guard sets.isEmpty else { return sets }
    let keys = schema.keyLeaves
    let exact = names.indices.filter { column in
      let leaf = schema.columns[column]
      return !schema.leaves[leaf].kind.isReal && !keys.contains(leaf)
    }
    return [exact.isEmpty ? Array(names.indices) : exact]
  }
}

extension ExclusionFilter {
  /// Creates the filter of records; nil if there is none, which no table should bring about.
  ///
  /// - Parameters:
  ///   - records: that must not be printed.
  ///   - columns: indices of the columns whose printed values identify a row.
  ///   - schema: of the records.
  package init?(of records: [Record], columns: [Int], schema: RecordSchema) {
    let formatter = RecordFormatter(schema: schema, format: .csv)
    var keys: Set<UInt64> = []
    for record in records { keys.insert(Self.key(of: record, columns: columns, formatter)) }
    self.init(columns: columns, keys: keys)
  }

  /// Returns the key of a record by some of its columns.
  static func key(of record: Record, columns: [Int], _ formatter: RecordFormatter) -> UInt64 {
    let schema = formatter.schema
    var bytes: [UInt8] = []
    for column in columns {
      let leaf = schema.columns[column]
      bytes += formatter.text(record.values[leaf], schema.leaves[leaf].kind).utf8
      bytes.append(fieldEnd)
    }
    return SipHash.hash(bytes)
  }
}

extension RecordSchema {
  /// The leaves that are keys.
  var keyLeaves: Set<Int> {
    Set(derived.filter { if case .key = $0.rule { true } else { false } }.map(\.leaf))
  }
}

extension LeafKind {
  /// Whether its values are reals.
  var isReal: Bool {
    if case .real = self { true } else { false }
  }
}
