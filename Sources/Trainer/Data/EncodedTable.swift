import Records
import Schema

/// Records as the model reads them: strings as identifiers into a pool of distinct code
/// sequences, classes and reals as columns.
struct EncodedTable: Sendable {
  /// One leaf's column; one of the arrays is filled, for a string with a vocabulary also `classes`.
  struct Column: Sendable {
    /// Text and digits: identifier into the pool; null is the empty string.
    var strings: [Int32] = []
    /// Booleans and enumerations; null is class 0. Strings with a vocabulary: 1 + the value's
    /// place in it, or 0.
    var classes: [Int32] = []
    /// Reals and integers; null is 0.
    var reals: [Double] = []
    /// Whether the value is there.
    var present: [Bool] = []
  }

  let count: Int
  /// One for each leaf; one more of whole records for a model of comma-separated text.
  let columns: [Column]
  /// Codes of all distinct strings; string s is `codes[starts[s]..<starts[s + 1]]`. String 0 is
  /// the empty one.
  let codes: [Int32]
  let starts: [Int]
  /// Characters of each distinct string.
  let characterCounts: [Int32]

  var stringCount: Int { starts.count - 1 }

  init(_ records: [Record], description: ModelDescription) {
    self.init(GeneratedRows(records), description: description)
  }

  /// Some rows of a table, then all of another of the same model.
  init(rows: [Int32], of table: EncodedTable, followedBy other: EncodedTable) {
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
      return column
    }
    count = rows.count + other.count
    self.codes = codes
    self.starts = starts
    self.characterCounts = characterCounts
  }

  init(_ rows: GeneratedRows, description: ModelDescription) {
    let records = rows.records
    let schema = description.schema
    var pool = StringPool(codes: description.stringCodes)
    var columns = schema.leaves.indices.map { leaf in
      var column = Column()
      let isJoined = schema.leaves[leaf].kind == .text
      let classes = Dictionary(
        zip(description.vocabularies[leaf], Int32(1)...).map { ($0, $1) },
        uniquingKeysWith: { first, _ in first })
      for record in records {
        let value = record.values[leaf]
        column.present.append(value != .null)
        switch (schema.leaves[leaf].kind, value) {
        case (.text, .text(let text)), (.digits, .text(let text)):
          if !classes.isEmpty { column.classes.append(classes[text] ?? 0) }
          column.strings.append(pool.identifier(of: text, joining: isJoined))
        case (.text, _), (.digits, _):
          column.strings.append(0)
          if !classes.isEmpty { column.classes.append(0) }
        case (_, .real(let real)): column.reals.append(real)
        case (_, .integer(let integer)): column.reals.append(Double(integer))
        case (.real, _), (.integer, _): column.reals.append(0)
        case (_, .choice(let choice)): column.classes.append(Int32(choice))
        case (.boolean, _), (.enumeration, _): column.classes.append(0)
        }
      }
      return column
    }
    if let format = description.recordText {
      columns.append(
        Column(
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

  /// The column of whole records, in a table for a model of comma-separated text.
  static func textColumn(_ schema: RecordSchema) -> Int { schema.leaves.count }
}

/// Distinct strings as they are gathered.
private struct StringPool {
  private let stringCodes: StringCodes
  // Digits are never joined to pieces, so the same text may have two spellings.
  private var identifiers: [[Int32]: Int32] = [[]: 0]
  private var encodings: [[String: Int32]] = [["": 0], ["": 0]]
  private(set) var characterCounts: [Int32] = [0]
  private(set) var codes: [Int32] = []
  private(set) var starts = [0, 0]

  init(codes: StringCodes) { stringCodes = codes }

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

extension EncodedTable.Column {
  /// Some of the column's rows.
  fileprivate func rows(_ rows: [Int32]) -> Self {
    func pick<Value>(_ values: [Value]) -> [Value] {
      values.isEmpty ? [] : rows.map { values[Int($0)] }
    }
    return Self(
      strings: pick(strings), classes: pick(classes), reals: pick(reals), present: pick(present))
  }

  fileprivate mutating func append(_ other: Self) {
    strings += other.strings
    classes += other.classes
    reals += other.reals
    present += other.present
  }
}
