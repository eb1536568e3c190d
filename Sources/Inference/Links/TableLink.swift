/// A column of a table that holds keys of another one.
public struct TableLink: Hashable, Sendable {
  /// Name of the table that has the column.
  public var child: String
  /// The column.
  public var column: String
  /// Name of the table whose keys it holds.
  public var parent: String
  /// The column that these are in.
  public var key: String
  /// Who says that there is such a link.
  public var origin: Origin

  /// Who says that there is a link.
  public enum Origin: Hashable, Sendable {
    /// A person, by an option.
    case option
    /// The database's schema.
    case schema
    /// Names and values of the columns.
    case found
  }

  /// Creates a link.
  ///
  /// - Parameters:
  ///   - child: name of the table that has the column.
  ///   - column: the column.
  ///   - parent: name of the table whose keys it holds.
  ///   - key: the column that these are in.
  ///   - origin: who says that there is such a link.
  public init(child: String, column: String, parent: String, key: String, origin: Origin) {
    (self.child, self.column, self.parent, self.key) = (child, column, parent, key)
    self.origin = origin
  }

  /// The link as the option says it: `orders.customer_id=customers.id`.
  public var text: String { "\(child).\(column)=\(parent).\(key)" }
}

/// A table among others, as it was read.
public struct NamedTable: Sendable {
  /// Its name.
  public var name: String
  /// Its rows.
  public var table: RawTable
  /// The column that the database says tells rows apart; nil if there is none, or nobody says so.
  public var key: String?
  /// What the database declares that columns hold, by their names.
  public var types: [String: String]
  /// Columns that were not read, since a person excludes them.
  public var leftOut: Set<String>

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - table: its rows.
  ///   - key: the column that the database says tells rows apart.
  ///   - types: what the database declares that columns hold, by their names.
  ///   - leftOut: columns that were not read, since a person excludes them.
  public init(
    name: String, table: RawTable, key: String? = nil, types: [String: String] = [:],
    leftOut: Set<String> = []
  ) {
    (self.name, self.table, self.key) = (name, table, key)
    (self.types, self.leftOut) = (types, leftOut)
  }
}

extension TableLink {
  /// Reads the value of a `--link` option.
  ///
  /// - Parameters:
  ///   - text: `CHILD.COLUMN=PARENT.KEY`; names may hold dots and equals signs.
  ///   - tables: the tables.
  /// - Throws: `LinkError`.
  public init(_ text: String, tables: [NamedTable]) throws(LinkError) {
    for equals in text.indices where text[equals] == "=" {
      guard let (child, column) = Self.column(text[..<equals], tables),
        let (parent, key) = Self.column(text[text.index(after: equals)...], tables)
      else { continue }
      self.init(child: child, column: column, parent: parent, key: key, origin: .option)
      return
    }
    throw .badLink(text: text, known: Self.known(tables))
  }

  /// Reads `TABLE.COLUMN`; nil if there is no such column.
  ///
  /// - Parameters:
  ///   - text: a table's name, a dot, a column's name.
  ///   - tables: the tables.
  public static func column(
    _ text: some StringProtocol, _ tables: [NamedTable]
  ) -> (table: String, column: String)? {
    for table in tables where text.hasPrefix(table.name + ".") {
      let column = String(text.dropFirst(table.name.count + 1))
      if table.table.header.contains(column) { return (table.name, column) }
    }
    return nil
  }

  /// The tables and their columns, for a person.
  static func known(_ tables: [NamedTable]) -> String {
    tables.map { "\($0.name) (\(InferenceError.list($0.table.header)))" }.joined(separator: ", ")
  }
}
