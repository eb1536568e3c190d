import Records
import Schema

/// Records as the model reads them: strings as identifiers into a pool of distinct code
/// sequences, classes and reals as columns.
struct EncodedTable: Sendable {
  /// One leaf's column; exactly one of the arrays is filled.
  struct Column: Sendable {
    /// Text and digits: identifier into the pool; null is the empty string.
    var strings: [Int32] = []
    /// Booleans and enumerations; null is class 0.
    var classes: [Int32] = []
    /// Reals and integers; null is 0.
    var reals: [Double] = []
    /// Whether the value is there.
    var present: [Bool] = []
  }

  let count: Int
  let columns: [Column]
  /// Codes of all distinct strings; string s is `codes[starts[s]..<starts[s + 1]]`. String 0 is
  /// the empty one.
  let codes: [Int32]
  let starts: [Int]

  var stringCount: Int { starts.count - 1 }

  /// The codes of a string of the pool.
  func codes(ofString string: Int) -> ArraySlice<Int32> {
    codes[starts[string]..<starts[string + 1]]
  }

  init(_ records: [Record], schema: RecordSchema, alphabet: Alphabet) {
    self.init(rows: [], of: nil, records, schema: schema, alphabet: alphabet)
  }

  /// Some rows of a table of the same schema, then `records`.
  init(
    rows: [Int32], of table: EncodedTable?, _ records: [Record], schema: RecordSchema,
    alphabet: Alphabet
  ) {
    var identifiers: [[Int32]: Int32] = [[]: 0]
    var copies: [Int32: Int32] = [0: 0]
    var codes: [Int32] = []
    var starts = [0, 0]
    columns = schema.leaves.indices.map { leaf in
      var column = Column()
      if let table {
        column = table.columns[leaf].rows(rows)
        for i in column.strings.indices {
          let string = column.strings[i]
          if copies[string] == nil {
            copies[string] = Int32(starts.count - 1)
            codes.append(contentsOf: table.codes(ofString: Int(string)))
            starts.append(codes.count)
          }
          column.strings[i] = copies[string]!
        }
      }
      for record in records {
        let value = record.values[leaf]
        column.present.append(value != .null)
        switch (schema.leaves[leaf].kind, value) {
        case (.text, .text(let text)), (.digits, .text(let text)):
          let encoded = alphabet.encode(text)
          if let known = identifiers[encoded] {
            column.strings.append(known)
          } else {
            let identifier = Int32(starts.count - 1)
            identifiers[encoded] = identifier
            codes.append(contentsOf: encoded)
            starts.append(codes.count)
            column.strings.append(identifier)
          }
        case (.text, _), (.digits, _): column.strings.append(0)
        case (_, .real(let real)): column.reals.append(real)
        case (_, .integer(let integer)): column.reals.append(Double(integer))
        case (.real, _), (.integer, _): column.reals.append(0)
        case (_, .choice(let choice)): column.classes.append(Int32(choice))
        case (.boolean, _), (.enumeration, _): column.classes.append(0)
        }
      }
      return column
    }
    count = rows.count + records.count
    self.codes = codes
    self.starts = starts
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
}
