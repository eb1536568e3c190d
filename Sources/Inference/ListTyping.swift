import Schema

/// Finds out what the arrays of a column hold.
struct ListTyping {
  /// The column.
  let column: Int
  let table: RawTable
  let options: InferenceOptions
  /// Of the record around the lists.
  let messageName: String

  private var name: String { table.header[column] }

  /// Finds out what the column is.
  ///
  /// - Parameters:
  ///   - wanted: what a person says that it is.
  ///   - elements: gets what the elements are, if there are any.
  /// - Throws: `InferenceError`, of the elements too.
  func type(wanted: Kind?, elements: inout TablePlan?) throws(InferenceError) -> TypedColumn {
    var typed = TypedColumn(name: name, raw: table.columns[column], groups: table.groups)
    typed.wanted = wanted
    let isMap = table.columns[column].isMap
    if let wanted, !wanted.isList || (wanted == .map) != isMap, wanted != .empty {
      throw .unsuitableKind(
        column: name, kind: wanted.text,
        reason: "its rows hold arrays; make it a list, or exclude it"
      )
    }
    let raw = try RawElements(of: column, in: table)
    // Elements without any key hold nothing either.
    guard !raw.table.header.isEmpty else {
      typed.isNullWord = typed.isNullWord.map { _ in true }
      typed.form = .empty
      typed.why = "no row has an element"
      return typed
    }
    guard wanted != .empty else {
      throw .unsuitableKind(
        column: name, kind: "empty", reason: "\(raw.table.rowCount) elements have a value")
    }
    let plan = try plan(raw)
    elements = plan
    var counts = [Int64](repeating: 0, count: typed.counts.count)
    var range: ClosedRange<Int>?
    for (row, code) in typed.raw.codes.enumerated() where code >= 0 {
      let count = raw.starts[row + 1] - raw.starts[row]
      counts[Int(code)] = Int64(count)
      range = min(range?.lowerBound ?? count, count)...max(range?.upperBound ?? count, count)
    }
    let claim = try claim(wanted, of: plan)
    guard let range,
      let type = ListType(
        elements: plan.schema, counts: range, isMessage: raw.isMessage,
        knownValues: plan.knownValues, isMap: isMap, distinct: claim.distinct, order: claim.order,
        absentCounts: Self.absentCounts(
          counts, rows: typed.counts, least: options.minimumCount))
    else {
      throw .tooManyElements(place: table.place(0), key: name, count: range?.upperBound ?? 0)
    }
    typed.form = .list(type)
    typed.units = counts
    let kinds = raw.isMessage ? isMap ? "entries" : "objects" : "values"
    let rows = typed.raw.codes.count { $0 >= 0 }
    typed.why =
      range.lowerBound == range.upperBound
      ? "\(isMap ? "maps" : "lists") of \(range.lowerBound) \(kinds)"
      : "\(isMap ? "maps" : "lists") of \(range.lowerBound) to \(range.upperBound) \(kinds), "
        + "\(Self.tenths(raw.table.rowCount, rows)) on average"
    typed.why += Self.words(type)
    if typed.nullRows > 0 { typed.why += "; none in \(typed.nullRows) rows" }
    return typed
  }

  /// What holds in every list, by the leaves of elements.
  ///
  /// - Throws: `InferenceError.unsuitableKind` for a column that elements lack, or that is a list.
  private func claim(
    _ wanted: Kind?, of plan: TablePlan
  ) throws(InferenceError) -> (distinct: [Int], order: ListType.Order?) {
    var claim = plan.listClaim
    if case .list(_, let said?) = wanted { claim = said }
    // Which order a map's entries have says nothing; in theirs, all tables and rows have the same.
    if table.columns[column].isMap {
      claim = ListClaim(distinct: [RawTable.keyName], order: RawTable.keyName)
    }
    func leaf(_ name: String) throws(InferenceError) -> Int {
      guard let leaf = plan.schema.columns.first(where: { plan.schema.leaves[$0].column == name }),
        !plan.schema.leaves[leaf].kind.isList
      else {
        throw .unsuitableKind(
          column: self.name, kind: wanted?.text ?? "list",
          reason: "its elements have no column of values '\(name)'")
      }
      return leaf
    }
    var distinct: [Int] = []
    for name in claim.distinct { distinct.append(try leaf(name)) }
    let order = try claim.order.map { name throws(InferenceError) in
      ListType.Order(leaf: try leaf(name), isDescending: claim.isDescending)
    }
    return (distinct.sorted(), order)
  }

  /// Numbers of elements that no list has, if each that lists have is that of rows enough.
  ///
  /// - Parameters:
  ///   - counts: the number of elements of each text.
  ///   - rows: how many rows have the text.
  ///   - least: rows that are enough.
  private static func absentCounts(_ counts: [Int64], rows: [Int], least: Int) -> [Int] {
    var found: [Int: Int] = [:]
    for (count, rows) in zip(counts, rows) where rows > 0 { found[Int(count), default: 0] += rows }
    guard found.values.allSatisfy({ $0 >= least }), let fewest = found.keys.min(),
      let most = found.keys.max()
    else { return [] }
    return (fewest...most).filter { found[$0] == nil }
  }

  private static func words(_ type: ListType) -> String {
    let claim = type.claim
    func column(_ name: String) -> String { type.isMessage ? " of '\(name)'" : "" }
    var words = claim.distinct.map { "; no value\(column($0)) twice in any" }
    if let order = claim.order {
      words.append("; always \(claim.isDescending ? "descending" : "ascending")\(column(order))")
    }
    return words.joined()
  }

  private func plan(_ raw: RawElements) throws(InferenceError) -> TablePlan {
    var options = options.ofElements(of: name)
    if table.columns[column].isMap { options.texts.insert(RawTable.keyName) }
    let elementName = "\(messageName).\(name)"
    if var messages = self.options.elements[name] {
      messages.others[messages.root.name] = messages.root
      messages.root.name = elementName
      return try TablePlan(table: raw.table, messages: messages, options: options)
    }
    return try TablePlan(table: raw.table, options: options, messageName: elementName)
  }

  private static func tenths(_ sum: Int, _ count: Int) -> String {
    let tenths = (10 * sum + count / 2) / max(count, 1)
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension ListType {
  /// What holds in every list, by the names of elements' columns.
  var claim: ListClaim {
    ListClaim(
      distinct: distinct.map { elements.leaves[$0].column },
      order: order.map { elements.leaves[$0.leaf].column },
      isDescending: order?.isDescending ?? false)
  }
}
