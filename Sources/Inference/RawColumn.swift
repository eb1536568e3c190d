/// A column as it was read: each row has the number of a text, or nothing.
public struct RawColumn: Sendable {
  /// The code of a cell that holds nothing.
  static let nullCode: Int32 = -1

  private(set) var texts = TextDictionary()
  /// One for each row: number of a text, or `nullCode`.
  private(set) var codes: [Int32] = []
  /// Whether the texts are arrays in JSON.
  var isList = false
  /// Whether its name is of keys of objects in one another, joined by dots.
  var isNested = false
  /// What the lists are, where they are rows of another table; each text is their number then.
  var joined: JoinedRows?
  /// Whether the texts are entries of maps, as arrays in JSON.
  var isMap = false
  /// How JSON wrote the values.
  var forms: JSONForms = []

  /// Returns the text of a row's cell, nil if it holds nothing.
  public func text(_ row: Int) -> String? {
    codes[row] < 0 ? nil : texts[Int(codes[row])]
  }

  /// Adds a row.
  mutating func append(_ text: String?) {
    codes.append(text.map { texts.code($0) } ?? Self.nullCode)
  }

  /// Adds rows that hold nothing.
  mutating func appendNulls(_ count: Int) {
    codes.append(contentsOf: repeatElement(Self.nullCode, count: count))
  }

  /// Puts another text into a row.
  mutating func replace(_ row: Int, with text: String?) {
    codes[row] = text.map { texts.code($0) } ?? Self.nullCode
    if texts.count > 2 * codes.count + 1024 { dropUnused() }
  }

  /// Returns the rows of these indices.
  func rows(_ indices: [Int]) -> RawColumn {
    var column = self
    column.codes = indices.map { codes[$0] }
    if let joined { column.joined?.parents = indices.map { joined.parents[$0] } }
    return column
  }

  /// Forgets texts that no row has any more.
  private mutating func dropUnused() {
    var kept = RawColumn()
    (kept.isList, kept.isNested, kept.isMap, kept.forms) = (isList, isNested, isMap, forms)
    kept.joined = joined
    kept.codes.reserveCapacity(codes.count)
    for row in codes.indices { kept.append(text(row)) }
    self = kept
  }

  /// Rows of each text.
  func counts() -> [Int] {
    var counts = [Int](repeating: 0, count: texts.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    return counts
  }
}
