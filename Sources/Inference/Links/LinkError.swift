import Schema

/// Why tables cannot be joined; each description is for a person: what was expected, what was
/// found, where, what to do.
public enum LinkError: Error, Hashable, Sendable {
  /// A link's text that names no two columns.
  case badLink(text: String, known: String)
  /// A name that no table may have.
  case badName(name: String)
  /// Two tables of one name.
  case repeatedName(name: String)
  /// An option that names a table that there is not.
  case unknownTable(option: String, name: String, known: [String])
  /// An option that names a column that there is not.
  case unknownColumn(option: String, name: String, known: [String])
  /// A link from a table to itself.
  case selfReference(link: TableLink)
  /// Tables that lie in one another in a circle.
  case circle(tables: [String])
  /// Two links to different columns of one table.
  case secondKey(link: TableLink, key: String)
  /// A key that is in no row, or in two.
  case badKey(place: String, column: String, value: String?)
  /// Tables that nothing joins.
  case notLinked(tables: [String])
  /// A second link among tables that are all made anew.
  case secondParent(link: TableLink, parent: String)
  /// A link all of whose rows are left out.
  case noRows(link: TableLink, rows: Int)
  /// More rows of a table than a list may have.
  case tooManyRows(link: TableLink, key: String, count: Int)
  /// More rows and values than a row of the first table may have.
  case tooLarge(table: String, rows: Int, values: Int, parts: String)
  /// A table with no column but its link.
  case noColumns(table: String)
  /// A column of the name that the lists of another table's rows take.
  case taken(table: String, column: String)
  /// A key that is not one for the model.
  case noKey(table: String, column: String)
  /// A link of a column that links go to.
  case keyIsLink(link: TableLink)
  /// A reference none of whose values is frequent enough to be told.
  case rareReferences(link: TableLink, minimum: Int)
  /// A table with more rows than are held.
  case tooLong(table: String, rows: Int, limit: Int)
  /// More tables than a model may have.
  case tooManyTables(count: Int, limit: Int)
  /// More tables whose rows lie in one another than a model may have; the first one comes first.
  case tooDeep(tables: [String], limit: Int)
}

extension LinkError: CustomStringConvertible {
  /// The error for a person.
  public var description: String {
    switch self {
    case .badLink(let text, let known):
      return "--link \(onOneLine(text)): expected TABLE.COLUMN=TABLE.KEY, as in "
        + "orders.customer_id=customers.id, with tables and columns of \(known)"
    case .badName(let name):
      return "table '\(name)': expected a name without slashes that does not begin with a dot, of "
        + "128 bytes at most; give a file's table one with --table NAME=FILE, or choose a database's "
        + "tables with --table"
    case .repeatedName(let name):
      return
        "--table: two tables are called '\(name)', with large letters taken for small ones; give one "
        + "another name with --table NAME=FILE"
    case .unknownTable(let option, let name, let known):
      return "\(option): no table '\(name)'; there are \(InferenceError.list(known))"
    case .unknownColumn(let option, let name, let known):
      return "\(option): no column '\(name)'; there are \(InferenceError.list(known))"
    case .selfReference(let link):
      return "\(link.text): expected a link to another table: a row cannot lie in a row of its own "
        + "table; --no-link \(link.child).\(link.column) makes it a column like others, --exclude "
        + "\(link.child).\(link.column) leaves it out"
    case .circle(let tables):
      return "tables \(tables.joined(separator: ", ")): expected links that end at one table, "
        + "found a circle; leave one out with --no-link TABLE.COLUMN, or make a table a --lookup"
    case .secondKey(let link, let key):
      return "\(link.text): expected the column '\(link.parent).\(key)', which another link "
        + "goes to; link both to one column"
    case .badKey(let place, let column, let value):
      let found = value.map { "'\($0)' again" } ?? "nothing"
      return "\(place): column '\(column)': expected a key that no other row has, since a link "
        + "goes to it, found "
        + "\(found); a link goes from many rows to one: where both sides have a value "
        + "several times, make a table with a row for each pair of keys"
    case .notLinked(let tables):
      return "tables \(tables.joined(separator: " and ")): expected a link between them, as in "
        + "--link \(tables.last ?? "b").\(tables.first ?? "a")_id=\(tables.first ?? "a").id, found "
        + "none; learn them one by one, or name what stays as it is with --lookup"
    case .secondParent(let link, let parent):
      return "\(link.text): rows of '\(link.child)' lie in those of '\(parent)', and "
        + "'\(link.parent)' is made anew, too: expected no second link among such; --lookup "
        + "\(link.parent) keeps that table as it is, --no-link "
        + "\(link.child).\(link.column) makes it a column like others"
    case .noRows(let link, let rows):
      return "\(link.text): expected values of '\(link.parent).\(link.key)', found none in "
        + "\(rows) rows of '\(link.child)'; name the right columns with --link"
    case .tooManyRows(let link, let key, let count):
      return "\(link.text): expected at most \(ListType.maximumCount) rows of '\(link.child)' "
        + "for one of "
        + "'\(link.parent)', found \(count) for '\(key)'; leave such rows out, or keep that "
        + "table as it is with --lookup \(link.parent)"
    case .tooLarge(let table, let rows, let values, let parts):
      return "a row of '\(table)' would have room for \(rows) rows of other tables and "
        + "\(values) values "
        + "(\(parts)): expected at most \(ListType.maximumCount) rows of one table, counted "
        + "with the most rows that each one around it has, and 65536 values; leave out columns "
        + "with --exclude, or the rows of which there are most, or learn fewer tables"
    case .noColumns(let table):
      return "table '\(table)': expected a column beside its link, found none; leave it out"
    case .taken(let table, let column):
      return "table '\(table)': it has a column '\(column)', the name of a table linked to it; "
        + "give that table another name with --table NAME=FILE"
    case .noKey(let table, let column):
      return "column '\(table).\(column)': expected a key, since a link goes to it; give it no "
        + "other kind, and do not exclude it"
    case .keyIsLink(let link):
      return "\(link.text): expected a link of a column that no other link goes to; --lookup "
        + "\(link.parent) keeps that table as it is, --no-link \(link.child).\(link.column) makes it a "
        + "column like others"
    case .rareReferences(let link, let minimum):
      return "\(link.text): expected a category, with values that \(minimum) rows or more have, "
        + "found none; give the column no other kind, or leave it out with --exclude "
        + "\(link.child).\(link.column)"
    case .tooManyTables(let count, let limit):
      return "--table: expected at most \(limit) tables that are made anew, found \(count); learn "
        + "fewer, or name what stays as it is with --lookup"
    case .tooDeep(let tables, let limit):
      return
        "tables \(tables.joined(separator: ", ")): expected at most \(limit) whose rows lie in "
        + "one another, found \(tables.count); learn fewer, or make links columns like others with "
        + "--no-link TABLE.COLUMN"
    case .tooLong(let table, let rows, let limit):
      return "table '\(table)': expected at most \(limit) rows, since linked tables are read "
        + "whole, found \(rows); leave some out"
    }
  }
}

/// Text from the command line: as it is, or in quotes and escaped where it has line ends or other control
/// characters.
private func onOneLine(_ text: String) -> String {
  let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  return isPlain ? text : text.debugDescription
}
