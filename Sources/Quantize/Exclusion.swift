import FakeGen
import Records
import Schema

/// Rows of a table that a model must never print.
public struct Exclusion: Hashable, Sendable {
  /// The table of records, CSV or JSON Lines by its name.
  public var path: String
  /// Columns whose printed values identify a row. If empty, all but keys and reals are taken, since
  /// with them a row would pass that differs in a last decimal; all if there are only reals.
  public var fields: [String]
  /// Number of rows that do not fit the schema and may be left out.
  public var skipBad: Int

  /// Creates an exclusion.
  ///
  /// - Parameters:
  ///   - path: of the table.
  ///   - fields: columns whose printed values identify a row.
  ///   - skipBad: number of rows that do not fit the schema and may be left out.
  public init(path: String, fields: [String] = [], skipBad: Int = 0) {
    self.path = path
    self.fields = fields
    self.skipBad = skipBad
  }

  /// Returns the filter of the table's rows, and the rows that were left out.
  ///
  /// - Throws: `QuantizationError.unreadableTable`, or `.unknownField`.
  func filter(
    schema: RecordSchema
  ) throws(QuantizationError) -> (filter: ExclusionFilter, skipped: [RowDiagnostic]) {
    let names = schema.columns.map { schema.leaves[$0].column }
    var columns: [Int] = []
    for field in fields {
      guard let column = names.firstIndex(where: { $0.utf8.elementsEqual(field.utf8) }),
        !columns.contains(column)
      else { throw .unknownField(name: field, columns: names) }
      columns.append(column)
    }
    if fields.isEmpty {
      let keys = schema.keyLeaves
      columns = names.indices.filter { column in
        let leaf = schema.columns[column]
        return !schema.leaves[leaf].kind.isReal && !keys.contains(leaf)
      }
      if columns.isEmpty { columns = Array(names.indices) }
    }
    let table: Table
    do {
      table = try readTable(path: path, schema: schema, skipBad: skipBad)
    } catch {
      if case .tooManyBadRows(_, let first) = error, let row = first.first {
        throw .unreadableTable(reason: "\(row); correct it, or allow --skip-bad")
      }
      throw .unreadableTable(reason: error.description)
    }
    guard let filter = ExclusionFilter(of: table.records, columns: columns, schema: schema) else {
      throw .unreadableTable(reason: "\(path): its rows have no filter")
    }
    return (filter, table.skipped)
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
    for record in records {
      var bytes: [UInt8] = []
      for column in columns {
        let leaf = schema.columns[column]
        bytes += formatter.text(record.values[leaf], schema.leaves[leaf].kind).utf8
        bytes.append(ExclusionFilter.fieldEnd)
      }
      keys.insert(SipHash.hash(bytes))
    }
    self.init(columns: columns, keys: keys)
  }
}

extension RecordSchema {
  /// The leaves that are keys.
  fileprivate var keyLeaves: Set<Int> {
    Set(derived.filter { if case .key = $0.rule { true } else { false } }.map(\.leaf))
  }
}

extension LeafKind {
  fileprivate var isReal: Bool {
    if case .real = self { true } else { false }
  }
}
