import Autodiff
import Evaluation
import FakeGen
import FloatModel
import Inference
import Records
import Schema

/// A table as `trainer learn` uses it: what its columns are, and which of its rows decide when to
/// stop and how good the model is.
struct LearnedTable {
  let plan: TablePlan
  let raw: RawTable
  /// Rows that are trained on, in the table's order.
  let trainingRows: [Int]
  /// Rows that are held out: a tenth.
  let heldOutRows: [Int]
  /// The tables that the rows are printed as; nil if they are one.
  let tables: LinkedTables?
  /// Columns whose values are keys of tables that stay as they are: no others are ever made.
  private let references: Set<String>
  /// All rows as records.
  private let records: [Record]

  /// Rows that are held out at most.
  private static let mostHeldOut = 20_000

  /// - Throws: `InferenceError` for cells that do not fit, `TrainerError.emptyTable` for fewer than
  ///   two rows, `LinkError` for links that the plan's columns do not suit.
  init(plan: TablePlan, raw: RawTable, seed: UInt64, joined: JoinedTables? = nil) throws {
    tables = try joined?.linkedTables(of: plan)
    references = Set(joined?.references ?? [])
    guard raw.rowCount >= 2 else {
      throw TrainerError.tooFewRows(path: raw.files.joined(separator: ", "), count: raw.rowCount)
    }
    self.plan = plan
    let raw = try plan.conforming(raw)
    self.raw = raw
    records = try plan.records(of: raw)
    var order = (0..<raw.rowCount).map { Int32($0) }
    RandomGenerator(seed: seed, stream: RandomStreams.heldOut.first).shuffle(&order)
    let count = min(max(1, raw.rowCount / 10), Self.mostHeldOut)
    heldOutRows = order[..<count].map(Int.init).sorted()
    trainingRows = order[count...].map(Int.init).sorted()
  }

  var trainingRecords: [Record] { trainingRows.map { records[$0] } }

  /// Held-out records whose loss is looked at; of many some.
  func lossRecords(limit: Int) -> [Record] {
    let step = max(1, (heldOutRows.count + limit - 1) / limit)
    return stride(from: 0, to: heldOutRows.count, by: step).map { records[heldOutRows[$0]] }
  }

  /// The columns that are printed, in the plan's order, as columns of the raw table.
  private var rawColumns: [RawColumn] {
    let places = Dictionary(
      zip(raw.header, 0...).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
    return plan.schema.columns.compactMap { leaf in
      places[plan.schema.leaves[leaf].column].map(raw.column)
    }
  }

  /// Some rows, to be compared: what counts as nothing in the plan is null.
  func compared(_ rows: [Int]) -> ComparedTable {
    let formatter = RecordFormatter(schema: plan.schema, format: .csv)
    return ComparedTable(
      columns: zip(plan.schema.columns, rawColumns).map { leaf, column in
        let isDerivedKey = plan.schema.isKey(leaf)
        return comparedColumn(
          leaf,
          rows.map { row in
            // A key is not in the records; other values are as the model would print them.
            if isDerivedKey { return column.text(row) }
            let value = records[row].values[leaf]
            return value == .null ? nil : formatter.text(value, plan.schema.leaves[leaf].kind)
          })
      })
  }

  /// A column of texts, moments and codes with the numbers that they stand for; of lists how many
  /// elements they have.
  func comparedColumn(_ leaf: Int, _ texts: [String?]) -> ComparedTable.Column {
    if plan.schema.leaves[leaf].kind.isList {
      return ComparedTable.Column(
        texts: texts.map { $0.flatMap(TablePlan.elementCount).map(String.init) })
    }
    if let codes = plan.schema.codeNumbers(leaf) {
      return ComparedTable.Column(
        texts: texts, numbers: texts.map { $0.flatMap(codes.number).map(Double.init) })
    }
    guard case .moment(let text) = plan.schema.leaves[leaf].kind,
      let layout = try? MomentLayout(text)
    else { return ComparedTable.Column(texts: texts) }
    return ComparedTable.Column(
      texts: texts,
      numbers: texts.map { $0.flatMap { layout.units(of: Array($0.utf8)) }.map(Double.init) })
  }

  /// The columns of the comparison.
  var comparedColumns: [ComparedColumn] {
    let closed = Set(plan.schema.root.nodes.filter(\.kind.hasKnownValues).flatMap(\.ownLeaves))
    let constants = plan.schema.root.constantLeaves
    return plan.schema.columns.map { leaf in
      let (field, kind) = (plan.schema.leaves[leaf], plan.schema.leaves[leaf].kind)
      let compared: ComparedColumn.Kind =
        switch kind {
        case _ where constants.contains(leaf): .constant
        case _ where plan.schema.isSequence(leaf): .sequence
        case _ where plan.schema.isKey(leaf): .key
        case .real(let decimals): .number(decimals: decimals)
        case .integer, .list: .number(decimals: 0)
        case .moment(let layout): .moment(layout: layout)
        case .text, .digits: closed.contains(leaf) ? .category : .text
        case .boolean, .enumeration: .category
        }
      return ComparedColumn(name: field.comparedName, kind: compared)
    }
  }

  /// The columns of categories some of whose values are rare, and have no class of their own.
  ///
  /// Such values are spelled: invented, which keeps what goes with them in the row. Where very few
  /// rows have some, they are never drawn: a few good words are too little to learn to spell from.
  var rareValues: [RareValues] {
    RareValues.list(
      of: trainingRecords, schema: plan.schema, knownValues: plan.knownValues,
      references: references)
  }

  /// The filter of the training rows: of all columns but keys, and lists that have some. Nil where rows
  /// recur by themselves, as held-out rows show that are training rows: what everybody has is nobody's
  /// secret. Rows that hold little are not in it.
  ///
  /// - Returns: the filter, and the number of rows that are not in it since they hold little.
  func exclusionFilter() -> (filter: ExclusionFilter, sparseRows: Int)? {
    let columns = plan.schema.columns.indices.filter {
      !plan.schema.hasKeys(plan.schema.columns[$0])
    }
    guard !columns.isEmpty else { return nil }
    func values(_ row: Int) -> [FieldValue] {
      columns.map { records[row].values[plan.schema.columns[$0]] }
    }
    let known = Set(trainingRows.map(values))
    let recurring = heldOutRows.count { known.contains(values($0)) }
    guard Double(recurring) <= Self.recurringShare * Double(heldOutRows.count) else { return nil }
    let kept = zip(trainingRows, areSparse(trainingRows.map(values))).filter { !$1 }.map(\.0)
    return ExclusionFilter(
      of: kept.map { records[$0] }, columns: columns, schema: plan.schema
    ).map { ($0, trainingRows.count - kept.count) }
  }

  /// Whether each row holds so little that one that is made is likely to be one of them: something in
  /// fewer than half as many columns as the median row, or in fewer, and no value that fewer than
  /// `minimumCount` rows have.
  private func areSparse(_ rows: [[FieldValue]]) -> [Bool] {
    let held = rows.map { row in row.count { $0 != .null } }
    let median = held.sorted()[held.count / 2]
    var counts = rows[0].map { _ in [FieldValue: Int]() }
    for row in rows {
      for (column, value) in row.enumerated() { counts[column][value, default: 0] += 1 }
    }
    return zip(rows, held).map { row, held in
      2 * held < median
        || held < median
          && row.enumerated().allSatisfy {
            $1 == .null || counts[$0][$1, default: 0] >= plan.minimumCount
          }
    }
  }

  /// Share of held-out rows that may be training rows where these are kept back.
  private static let recurringShare = 0.02
}

extension RecordSchema {
  private func keyPattern(_ leaf: Int) -> KeyPattern? {
    for ruled in derived where ruled.leaf == leaf {
      if case .key(let pattern, _) = ruled.rule { return pattern }
    }
    return nil
  }

  private func composition(_ leaf: Int) -> Composition? {
    for ruled in derived where ruled.leaf == leaf {
      if case .composed(let composition, _, _) = ruled.rule { return composition }
    }
    return nil
  }

  /// Whether a leaf is a key.
  func isKey(_ leaf: Int) -> Bool { keyPattern(leaf) != nil }

  /// Whether a leaf is a key or a text that is made of one, or a list whose elements have one.
  func hasKeys(_ leaf: Int) -> Bool {
    guard case .list(let type) = leaves[leaf].kind else {
      return isKey(leaf) || composition(leaf)?.leaves.contains(where: hasKeys) ?? false
    }
    return type.elements.columns.contains { type.elements.hasKeys($0) }
  }

  /// Whether a column holds lists, of which no more than the number of elements is compared.
  var hasLists: Bool { columns.contains { leaves[$0].kind.isList } }

  /// Whether a leaf is a key that counts on from row to row.
  func isSequence(_ leaf: Int) -> Bool {
    if case .sequence = keyPattern(leaf) { true } else { false }
  }
}
