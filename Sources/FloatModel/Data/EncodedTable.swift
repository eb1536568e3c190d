import Records
import Schema

/// Records as the model reads them: strings as identifiers into a pool of distinct code
/// sequences, classes and reals as columns.
package struct EncodedTable: Sendable {
  /// Number of rows.
  package let count: Int
  /// One for each leaf; one more of whole records for a model of comma-separated text.
  package let columns: [EncodedColumn]
  /// Codes of all distinct strings; string s is `codes[starts[s]..<starts[s + 1]]`. String 0 is
  /// the empty one.
  package let codes: [Int32]
  /// `[strings + 1]`: where each string's codes begin.
  package let starts: [Int]
  /// Characters of each distinct string.
  package let characterCounts: [Int32]

  /// Number of distinct strings.
  package var stringCount: Int { starts.count - 1 }

  /// Encodes records for the model that `description` describes.
  package init(_ records: [Record], description: ModelDescription) {
    self.init(GeneratedRows(records), description: description)
  }

  /// Joins some rows of a table and all of another of the same model.
  package init(rows: [Int32], of table: EncodedTable, followedBy other: EncodedTable) {
    var copies: [Int32: Int32] = [0: 0]
    var (codes, starts, characterCounts) = (other.codes, other.starts, other.characterCounts)
    columns = table.columns.indices.map { leaf in
      var column = table.columns[leaf].rows(rows)
      for i in column.strings.indices {
        let string = column.strings[i]
        if copies[string] == nil {
          copies[string] = Int32(starts.count - 1)
          codes.append(
            contentsOf: table.codes[table.starts[Int(string)]..<table.starts[Int(string) + 1]])
          starts.append(codes.count)
          characterCounts.append(table.characterCounts[Int(string)])
        }
        column.strings[i] = copies[string]!
      }
      column.append(other.columns[leaf])
      if let lists = table.columns[leaf].lists, let others = other.columns[leaf].lists {
        column.lists = lists.rows(rows, followedBy: others)
      }
      return column
    }
    count = rows.count + other.count
    self.codes = codes
    self.starts = starts
    self.characterCounts = characterCounts
  }

  /// Encodes rows that a model has made, with their texts if they have any.
  package init(_ rows: GeneratedRows, description: ModelDescription) {
    let records = rows.records
    let schema = description.schema
    var pool = StringPool(codes: description.stringCodes)
    let binned = schema.root.binnedLeaves
    let derivedLeaves = schema.derivedLeaves
    var columns = schema.leaves.indices.map { leaf in
      var column = EncodedColumn()
      // No module reads them.
      if derivedLeaves.contains(leaf) { return column }
      if case .list(let type) = schema.leaves[leaf].kind {
        column.present = records.map { $0.values[leaf] != .null }
        column.lists = EncodedLists(
          records.map { $0.values[leaf] }, description: description.ofElements(type))
        return column
      }
      let isJoined = schema.leaves[leaf].kind == .text
      let classes = Dictionary(
        zip(description.knownValues[leaf], Int32(1)...).map { ($0, $1) },
        uniquingKeysWith: { first, _ in first })
      for record in records {
        let value = record.values[leaf]
        column.present.append(value != .null)
        if let bins = binned[leaf] {
          let place = bins.place(of: value.units(schema.leaves[leaf].kind) ?? 0)
          column.classes.append(Int32(place.bin))
          column.cells.append(Int32(place.cell))
          continue
        }
        switch (schema.leaves[leaf].kind, value) {
        case (.text, .text(let text)), (.digits, .text(let text)):
          if !classes.isEmpty { column.classes.append(classes[text] ?? 0) }
          column.strings.append(pool.identifier(of: text, joining: isJoined))
        case (.text, _), (.digits, _):
          column.strings.append(0)
          if !classes.isEmpty { column.classes.append(0) }
        case (_, .real(let real)): column.reals.append(real)
        case (_, .integer(let integer)): column.reals.append(Double(integer))
        case (.real, _), (.integer, _), (.moment, _): column.reals.append(0)
        case (_, .choice(let choice)): column.classes.append(Int32(choice))
        case (_, .list): break
        case (.boolean, _), (.enumeration, _): column.classes.append(0)
        case (.list, _): break
        }
      }
      return column
    }
    if let format = description.recordText {
      columns.append(
        EncodedColumn(
          strings: (rows.texts.isEmpty ? records.map(format.text) : rows.texts).map {
            pool.identifier(of: $0, joining: false)
          },
          present: records.map { _ in true }))
    }
    self.columns = columns
    count = records.count
    codes = pool.codes
    starts = pool.starts
    characterCounts = pool.characterCounts
  }

  /// Returns the index of the column of whole records, in a table for a model of comma-separated
  /// text.
  package static func textColumn(_ schema: RecordSchema) -> Int { schema.leaves.count }
}

extension EncodedLists {
  /// Encodes a column's lists for the modules of their elements; what is no list has no elements.
  fileprivate init(_ values: [FieldValue], description: ModelDescription) {
    starts = [0]
    var records: [Record] = []
    for value in values {
      if case .list(let elements) = value { records += elements }
      starts.append(Int32(records.count))
    }
    elements = EncodedTable(records, description: description)
  }
}

/// Distinct strings as they are gathered.
private struct StringPool {
  private let stringCodes: StringCodes
  // Digits are never joined to pieces, so the same text may have two spellings.
  private var identifiers: [[Int32]: Int32] = [[]: 0]
  private var encodings: [[String: Int32]] = [["": 0], ["": 0]]
  /// Characters of each distinct string.
  package private(set) var characterCounts: [Int32] = [0]
  /// Codes of all distinct strings.
  package private(set) var codes: [Int32] = []
  /// `[strings + 1]`: where each string's codes begin.
  package private(set) var starts = [0, 0]

  init(codes: StringCodes) { stringCodes = codes }

  /// Returns the identifier of a text's string, added if it is new.
  ///
  /// - Parameter joining: whether pairs of characters are joined to pieces.
  mutating func identifier(of text: String, joining: Bool) -> Int32 {
    if let known = encodings[joining ? 1 : 0][text] { return known }
    let encoded = stringCodes.encode(text, joining: joining)
    let identifier = identifiers[encoded] ?? Int32(starts.count - 1)
    if identifiers[encoded] == nil {
      identifiers[encoded] = identifier
      codes.append(contentsOf: encoded)
      starts.append(codes.count)
      characterCounts.append(Int32(text.unicodeScalars.count))
    }
    encodings[joining ? 1 : 0][text] = identifier
    return identifier
  }
}
