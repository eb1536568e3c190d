extension DecodedBatch {
  /// Returns the value of a leaf as a field.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - leaf: the leaf.
  ///   - kind: of the leaf.
  func field(row: Int, leaf: Int, kind: ColumnKind) -> Field {
    switch value(row: row, leaf: leaf) {
    case .null: return .null
    case .text(let start, let count):
      return .text(String(decoding: text[start..<start + count], as: UTF8.self))
    case .number(let number):
      switch kind {
      case .text, .digits, .integer, .list: return .integer(number)
      case .real(let decimals): return .real(units: number, decimals: decimals)
      case .boolean: return .boolean(number != 0)
      case .enumeration(let names): return .enumeration(names[Int(number)])
      case .moment(let layout):
        var bytes: [UInt8] = []
        layout.append(number, to: &bytes)
        return .text(String(decoding: bytes, as: UTF8.self))
      }
    case .list:
      guard case .list(let list) = kind, let elements = elements(row: row, leaf: leaf) else {
        return .null
      }
      return .list(
        (0..<elements.count).map { index in
          Row(fields: list.schema.columns.map { elements.field(index, leaf: $0, of: list) })
        })
    }
  }

  /// Appends the plain text of a leaf's value if its kind need not be known for that.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - leaf: the leaf.
  ///   - bytes: what the text is appended to.
  /// - Returns: whether it need not.
  func appendPlain(row: Int, leaf: Int, to bytes: inout [UInt8]) -> Bool {
    switch value(row: row, leaf: leaf) {
    case .null: return true
    case .text(let start, let count):
      text.withUnsafeBufferPointer { text in
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<start + count]))
      }
      return true
    case .number(let number):
      let decimals = plainDecimals[leaf]
      if decimals < 0 { return false }
      appendDecimal(number, decimals: decimals, to: &bytes)
      return true
    case .list: return false
    }
  }

  /// Appends the plain text of a leaf's value; a list as JSON, with objects for messages.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - leaf: the leaf.
  ///   - kind: of the leaf.
  ///   - bytes: what the text is appended to.
  func append(row: Int, leaf: Int, kind: ColumnKind, to bytes: inout [UInt8]) {
    switch value(row: row, leaf: leaf) {
    case .null: break
    case .text: _ = appendPlain(row: row, leaf: leaf, to: &bytes)
    case .number(let number): kind.append(number, to: &bytes)
    case .list:
      guard case .list(let list) = kind, let elements = elements(row: row, leaf: leaf) else {
        return
      }
      ListText(list, replacesZero: true).append(elements, to: &bytes)
    }
  }

  /// Returns the elements of a row's list; nil if it is null or no list.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - leaf: the leaf.
  func elements(row: Int, leaf: Int) -> ListElements? {
    guard case .list(let count) = value(row: row, leaf: leaf) else { return nil }
    for list in lists where list.leaf == leaf {
      return ListElements(batch: list.elements, first: row &* list.capacity, count: count)
    }
    return nil
  }
}

extension ColumnKind {
  /// Appends the plain text of a number.
  func append(_ number: Int64, to bytes: inout [UInt8]) {
    switch self {
    case .text, .digits, .integer, .list: appendDecimal(number, decimals: 0, to: &bytes)
    case .real(let decimals): appendDecimal(number, decimals: decimals, to: &bytes)
    case .boolean: appendBoolean(number != 0, to: &bytes)
    case .enumeration(let names): bytes.append(names[Int(number)])
    case .moment(let layout): layout.append(number, to: &bytes)
    }
  }

  /// Decimals of numbers that are printed as such; -1 for other kinds.
  var plainDecimals: Int {
    switch self {
    case .integer: 0
    case .real(let decimals): decimals
    case .text, .digits, .boolean, .enumeration, .moment, .list: -1
    }
  }
}
