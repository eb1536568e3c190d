/// A maker of rows. Row i is a pure function of the model, the seed and i: neither the order in
/// which rows are asked for nor the rows asked for before change it.
///
/// Working memory is taken once, when the generator is made, but for batches of 16 rows and more, which
/// grow a tree of what rows share, of a few MiB at most. For several threads, give each its own copy.
public struct Generator: Sendable {
  /// The model whose rows it makes.
  public let model: Model
  /// The seed, which tells the tables of one model apart.
  public let seed: UInt64
  /// Most rows that `prepare` takes. Rows that are made together share each pass over the model's
  /// weights, and take their memory at the same time.
  public let batchSize: Int
  var decoded: DecodedBatch
  var scratch: ScratchMemory
  private var prefixes: PrefixTree
  /// Rows made so far, at most `fewestRows`.
  private var made = 0
  /// Number of the first row that is ready.
  private(set) var first: UInt64 = 0
  /// Rows that are ready.
  private var count = 0
  /// Position of the selected row among them.
  private var selected = 0
  /// Positions of rows that are being made, and room for as many.
  var pending: [Int32] = []
  /// Whether the filter excludes every attempt at a row, for each row.
  private var isExcluded: [Bool]
  /// Whether a row was given up since it fails a condition, for each row; empty without conditions.
  var isRejected: [Bool] = []
  /// Working memory of plans with bounds; empty without such.
  var chances: [Chance] = []
  /// The texts that the filter's key is made of.
  private var keyBytes: [UInt8] = []

  /// Fewest rows for which tables of products are computed.
  private static let fewestRows = 16

  /// Creates a generator of a model's rows.
  ///
  /// - Parameters:
  ///   - model: the model; generators may share it.
  ///   - seed: tells the tables of one model apart.
  ///   - batchSize: at least 1. Where rows are asked for one by one, 1 takes the least memory;
  ///     where many are, some dozens are fastest (`Model.batchSize`).
  public init(model: Model, seed: UInt64, batchSize: Int = 1) {
    precondition(batchSize >= 1, "a batch has at least one row")
    self.model = model
    self.seed = seed
    self.batchSize = batchSize
    decoded = DecodedBatch(
      schema: model.content.schema, rows: batchSize, together: batchSize)
    scratch = ScratchMemory(model.content.network.scratchSize, rows: batchSize)
    prefixes =
      batchSize < PrefixTree.fewestRows ? PrefixTree() : PrefixTree(model.content.network)
    isExcluded = .init(repeating: false, count: batchSize)
    pending.reserveCapacity(batchSize)
  }

  /// Makes row `index` and returns its fields.
  ///
  /// - Parameter index: number of the row, 0 or more.
  /// - Returns: the row.
  /// - Throws: `GenerationError.excluded` if the model's filter excludes every attempt at the row.
  public mutating func row(_ index: UInt64) throws(GenerationError) -> Row {
    try select(row: index)
    return Row(fields: model.columns.indices.map { field($0) })
  }

  /// Selects row `index` for `field`, `isNull`, `number` and `append`. Together they give what
  /// `row` gives, without allocating for each row.
  ///
  /// - Parameter index: number of the row, 0 or more.
  /// - Throws: `GenerationError.excluded` if the model's filter excludes every attempt at the row;
  ///   the selected row's fields are null then.
  public mutating func select(row index: UInt64) throws(GenerationError) {
    if !isReady(index) { prepare(from: index, count: 1) }
    selected = Int(index - first)
    if isExcluded[selected] {
      throw .excluded(row: index, attempts: Int(ExclusionFilter.maximumAttempts))
    }
  }

  /// Tells whether row `index` has been made and can be selected at once.
  package func isReady(_ index: UInt64) -> Bool { index >= first && index - first < UInt64(count) }

  /// Makes rows together, which is faster than one by one: those from `first` on become ready to be
  /// selected, and no others are any more.
  ///
  /// - Parameters:
  ///   - first: number of the first row; `first` + `count` is at most 2^64.
  ///   - count: 1...`batchSize`.
  public mutating func prepare(from first: UInt64, count: Int) {
    begin(from: first, count: count)
    isRejected.removeAll(keepingCapacity: true)
    decodePending(attempt: 0)
    repeatExcluded()
  }

  /// Has rows pending, and no others.
  mutating func begin(from first: UInt64, count: Int) {
    precondition(count >= 1 && count <= batchSize, "a batch has 1 to batchSize rows")
    self.first = first
    self.count = count
    selected = 0
    decoded.removeTexts()
    pending.removeAll(keepingCapacity: true)
    for position in 0..<count {
      pending.append(Int32(truncatingIfNeeded: position))
      isExcluded[position] = false
    }
  }

  /// Makes those of the pending rows anew that the filters exclude.
  mutating func repeatExcluded() {
    if model.content.filters.isEmpty { return }
    for attempt in 1..<ExclusionFilter.maximumAttempts {
      keepExcluded()
      if pending.isEmpty { return }
      decodePending(attempt: attempt)
    }
    keepExcluded()
    for position in pending {
      isExcluded[Int(position)] = true
      decoded.reset(row: Int(position))
    }
  }

  /// Keeps those of the rows just made that one of the filters excludes.
  private mutating func keepExcluded() {
    var kept = 0
    for index in 0..<pending.count {
      selected = Int(pending[index])
      if isSelectedExcluded() {
        pending[kept] = pending[index]
        kept += 1
      }
    }
    pending.removeLast(pending.count - kept)
    selected = 0
  }

  private mutating func isSelectedExcluded() -> Bool {
    for filter in model.content.filters {
      keyBytes.removeAll(keepingCapacity: true)
      for column in filter.columns {
        // Of `decoded` alone: a generator would be copied for a function that also changes its bytes.
        let leaf = model.content.schema.columns[column]
        if !decoded.appendPlain(row: selected, leaf: leaf, to: &keyBytes) {
          decoded.append(
            row: selected, leaf: leaf, kind: model.columns[column].kind, to: &keyBytes)
        }
        keyBytes.append(ExclusionFilter.fieldEnd)
      }
      if filter.contains(SipHash.hash(keyBytes)) { return true }
    }
    return false
  }

  private mutating func decodePending(attempt: UInt32) {
    pending.withUnsafeBufferPointer { pending in
      guard let positions = pending.baseAddress else { return }
      scratch.use { scratch in
        model.content.network.decode(
          RowList(positions: positions, count: pending.count), first: first, seed: seed,
          attempt: attempt, isBrief: made + pending.count < Self.fewestRows, scratch: scratch,
          prefixes: &prefixes, into: &decoded)
      }
    }
    made = min(made + pending.count, Self.fewestRows)
    deriveLeaves()
  }

  /// Computes what follows from others in the pending rows.
  mutating func deriveLeaves() {
    pending.withUnsafeBufferPointer { pending in
      guard let positions = pending.baseAddress else { return }
      model.content.rules.decode(
        RowList(positions: positions, count: pending.count), first: first, seed: seed,
        schema: model.content.schema, into: &decoded)
    }
  }

  private func value(_ column: Int) -> DecodedBatch.Value {
    decoded.value(row: selected, leaf: model.content.schema.columns[column])
  }

  /// Tells whether the selected row's field in `column` is null.
  ///
  /// - Parameter column: index into the model's columns.
  public func isNull(_ column: Int) -> Bool {
    if case .null = value(column) { true } else { false }
  }

  /// Returns the selected row's field in `column`.
  ///
  /// - Parameter column: index into the model's columns.
  /// - Returns: the field, as `row` would hold it.
  public func field(_ column: Int) -> Field {
    decoded.field(
      row: selected, leaf: model.content.schema.columns[column],
      kind: model.columns[column].kind)
  }

  /// Returns the number behind the selected row's field in `column`.
  ///
  /// - Parameter column: index into the model's columns.
  /// - Returns: a real's units of 10^-decimals, an integer, a boolean's 0 or 1, or the position of
  ///   an enumeration's name; nil for null, texts, moments among them, and lists.
  public func number(_ column: Int) -> Int64? {
    if case .moment = model.columns[column].kind { return nil }
    return units(column)
  }

  /// Returns the number behind the selected row's field in `column`, as `number` does, and that of a
  /// moment: units since 1970, or since midnight if its layout shows no date.
  package func units(_ column: Int) -> Int64? {
    if case .number(let number) = value(column) {
      return number
    }
    return nil
  }

  /// Returns the elements of the selected row's list in `column`; nil if it is null or no list.
  package func elements(_ column: Int) -> ListElements? {
    decoded.elements(row: selected, leaf: model.content.schema.columns[column])
  }

  /// Appends the text of the selected row's field in `column` as the training table would have it:
  /// the plain text, but numbers in the column's own spelling.
  ///
  /// - Parameters:
  ///   - column: index into the model's columns.
  ///   - bytes: what the text is appended to.
  public func appendSpelled(_ column: Int, to bytes: inout [UInt8]) {
    guard model.hasSpellings, case .number(let units) = value(column) else {
      return append(column, to: &bytes)
    }
    // Without a copy of the spelling, which has parts to retain.
    if let trimmed = model.trimmed[column] { return trimmed.append(units, to: &bytes) }
    guard let spelling = model.columns[column].spelling else {
      return append(column, to: &bytes)
    }
    spelling.append(units, decimals: model.columns[column].kind.plainDecimals, to: &bytes)
  }

  /// Appends the plain text of the selected row's field in `column`, as `Field.append` would.
  ///
  /// - Parameters:
  ///   - column: index into the model's columns.
  ///   - bytes: what the text is appended to.
  public func append(_ column: Int, to bytes: inout [UInt8]) {
    let leaf = model.content.schema.columns[column]
    if !decoded.appendPlain(row: selected, leaf: leaf, to: &bytes) {
      decoded.append(row: selected, leaf: leaf, kind: model.columns[column].kind, to: &bytes)
    }
  }
}
