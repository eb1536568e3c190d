/// Makes rows. Row i is a pure function of the model, the seed and i: neither the order in which
/// rows are asked for nor the rows asked for before change it.
///
/// Working memory is taken once, when the generator is made. For several threads, give each its own
/// copy.
public struct Generator: Sendable {
  /// The model whose rows it makes.
  public let model: Model
  /// Tells the tables of one model apart.
  public let seed: UInt64
  private var decoded: DecodedRow
  private var narrow: [Int16]
  private var wide: [Int32]
  /// The texts that the filter's key is made of.
  private var keyBytes: [UInt8] = []

  public init(model: Model, seed: UInt64) {
    self.model = model
    self.seed = seed
    decoded = DecodedRow(leafCount: model.content.schema.leaves.count)
    let size = model.content.network.scratchSize
    narrow = .init(repeating: 0, count: max(size.narrow, 1))
    wide = .init(repeating: 0, count: max(size.wide, 1))
  }

  /// Row `index`, 0 or more.
  ///
  /// - Throws: what `select` throws.
  public mutating func row(_ index: UInt64) throws(GenerationError) -> Row {
    try select(row: index)
    return Row(fields: model.columns.indices.map { field($0) })
  }

  /// Makes row `index` the one that `field`, `isNull` and `append` speak of. Together they give what
  /// `row` gives, without allocating for each row.
  ///
  /// - Throws: `GenerationError.excluded` if the model's filter excludes every attempt at the row;
  ///   the selected row's fields are null then.
  public mutating func select(row index: UInt64) throws(GenerationError) {
    guard let filter = model.content.filter else {
      decode(row: index, attempt: 0)
      return
    }
    for attempt in 0..<ExclusionFilter.maximumAttempts {
      decode(row: index, attempt: attempt)
      keyBytes.removeAll(keepingCapacity: true)
      for column in filter.columns {
        append(column, to: &keyBytes)
        keyBytes.append(ExclusionFilter.fieldEnd)
      }
      if !filter.contains(SipHash.hash(keyBytes)) { return }
    }
    decoded.reset()
    throw .excluded(row: index, attempts: Int(ExclusionFilter.maximumAttempts))
  }

  private mutating func decode(row index: UInt64, attempt: UInt32) {
    narrow.withUnsafeMutableBufferPointer { narrow in
      wide.withUnsafeMutableBufferPointer { wide in
        model.content.network.decode(
          row: index, seed: seed, attempt: attempt,
          scratch: Scratch(narrow: narrow, wide: wide), into: &decoded)
      }
    }
  }

  /// Whether the selected row's field in `column` is null.
  public func isNull(_ column: Int) -> Bool {
    decoded.values[model.content.schema.columns[column]] == .null
  }

  /// The selected row's field in `column`.
  public func field(_ column: Int) -> Field {
    switch decoded.values[model.content.schema.columns[column]] {
    case .null: .null
    case .text(let start, let count):
      .text(String(decoding: decoded.text[start..<start + count], as: UTF8.self))
    case .number(let number):
      switch model.columns[column].kind {
      case .text, .digits, .integer: .integer(number)
      case .real(let decimals): .real(units: number, decimals: decimals)
      case .boolean: .boolean(number != 0)
      case .enumeration(let names): .enumeration(names[Int(number)])
      }
    }
  }

  /// The number behind the selected row's field in `column`: a real's units of 10^-decimals, an
  /// integer, a boolean's 0 or 1, the position of an enumeration's name. Nil for null and texts.
  public func number(_ column: Int) -> Int64? {
    if case .number(let number) = decoded.values[model.content.schema.columns[column]] {
      return number
    }
    return nil
  }

  /// Appends the plain text of the selected row's field in `column`, as `Field.append` would.
  public func append(_ column: Int, to bytes: inout [UInt8]) {
    switch decoded.values[model.content.schema.columns[column]] {
    case .null: break
    case .text(let start, let count):
      bytes.append(contentsOf: decoded.text[start..<start + count])
    case .number(let number):
      switch model.columns[column].kind {
      case .text, .digits, .integer: appendDecimal(number, decimals: 0, to: &bytes)
      case .real(let decimals): appendDecimal(number, decimals: decimals, to: &bytes)
      case .boolean: appendBoolean(number != 0, to: &bytes)
      case .enumeration(let names): bytes.append(contentsOf: names[Int(number)].utf8)
      }
    }
  }
}
