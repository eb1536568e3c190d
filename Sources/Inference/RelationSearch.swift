import FakeGen
import Records
import Schema

/// Finds columns that follow exactly from others.
///
/// What a sample of the rows suggests is checked in all of them. A column that others follow from
/// does not itself follow from any, but for ends of intervals; so there are no circles.
struct RelationSearch {
  /// Most rows of the sample.
  static let sampleRows = 20_000
  /// Rows that a table must have.
  static let minimumRows = 20
  /// Most distinct values of a column that another is looked up by.
  static let maximumKeys = 4_096
  /// Most pairs with the same sum that are kept.
  static let maximumAlikePairs = 8
  /// Most number columns among which sums of three are looked for.
  static let maximumLongColumns = 200
  /// Most columns that another is kept from being below.
  static let maximumStarts = 4
  /// Most number columns whose pairs are compared one by one.
  static let maximumPairedColumns = 400

  let columns: [TypedColumn]
  /// The numbers of the elements of columns that are lists.
  let lists: [Int: ListNumbers]
  /// Which row of the table each element of a list lies in; nil for rows.
  let groups: [Int32]?
  let minimumCount: Int
  private let maximumBins: Int
  private let maximumCells: Int
  let sample: NumericSample
  let rows: [Int]
  let rowCount: Int
  private(set) var relations: [Int: Relation]
  /// Rows that are not as the relation of a column says, if there are any.
  var exceptions: [Int: Int] = [:]
  /// Other columns that a column is never below in the table, beside those that are kept.
  private(set) var looseBounds: [Int: [Int]] = [:]
  /// Sums and products that hold in most rows, too few for them to be taken, and in how many they do
  /// not.
  var hints: [(column: Int, relation: Relation, violations: Int)] = []
  /// What was not looked for, among how many number columns and how many at most.
  private(set) var unsearched: [(what: String, columns: Int, most: Int)] = []
  /// Products that few rows make exceptions of.
  var nearProducts: [(column: Int, relation: Relation, violations: Int)] = []
  /// Units of each column's steps of a day, 1 for what is no date.
  let dayLengths: [Int64]
  /// From the least to the greatest value in the sample, in ones or days, of each number column.
  private let spreads: [Int: Double]
  /// Columns that others follow from.
  private var sources: Set<Int>

  init(
    columns: [TypedColumn], lists: [Int: ListNumbers] = [:], groups: [Int32]? = nil,
    relations: [Int: Relation], options: InferenceOptions
  ) {
    self.columns = columns
    self.groups = groups
    self.lists = lists
    minimumCount = options.minimumCount
    maximumBins = options.maximumBins
    maximumCells = options.maximumCells
    self.relations = relations
    sources = Set(relations.values.flatMap(\.columns))
    rowCount = columns.first?.raw.codes.count ?? 0
    var random = SeededDraws(seed: options.seed)
    var order = Array(0..<rowCount)
    let count = min(rowCount, Self.sampleRows)
    for index in 0..<count { order.swapAt(index, index + random.below(rowCount - index)) }
    rows = Array(order.prefix(count))
    sample = NumericSample(columns, rows: rows, random: &random)
    let dayLengths = columns.map(\.dayLength)
    self.dayLengths = dayLengths
    spreads = Dictionary(
      uniqueKeysWithValues: sample.columns.map { column in
        let (low, high) = Self.range(column) ?? (0, 0)
        let units = NumberBins.unitsPerOne(decimals: column.decimals)
        let length = Double(dayLengths[column.index])
        return (column.index, (Double(high) - Double(low)) / length / units)
      })
  }

  /// Searches for all relations between columns.
  mutating func run() {
    guard rowCount >= Self.minimumRows else { return }
    findTotals()
    findProducts()
    findMultiples()
    findRates()
    findSums()
    findLongSums()
    findRunSums()
    findNearSums()
    findNearProducts()
    findCalendarParts()
    findDigits()
    findLookups()
    findPairLookups()
    findIntervals()
  }

  func isFree(_ column: Int) -> Bool {
    columns[column].wanted == nil && relations[column] == nil && !sources.contains(column)
  }

  /// Whether nothing is known that keeps others from following from the column: what it follows from
  /// itself, unless a person says so. What others follow from is given no relation but bounds, and
  /// these have no circles.
  func mayBeFollowed(_ column: Int) -> Bool {
    relations[column]?.mayBeFollowed ?? true || columns[column].wanted != nil
  }

  /// Whether a column is modelled, as it is or by its difference to others.
  func isModelled(_ column: Int) -> Bool {
    switch relations[column] {
    case nil, .after: true
    default: false
    }
  }

  mutating func add(_ relation: Relation, for column: Int) {
    relations[column] = relation
    sources.formUnion(relation.columns)
  }

  // MARK: - Multiples

  /// A column that is a constant and a multiple of another, equal ones among them.
  private mutating func findMultiples() {
    struct Line {
      var column: Int
      var start: Int64
      var step: Int64
    }
    var groups: [UInt64: [Line]] = [:]
    var order: [UInt64] = []
    for column in sample.columns where column.distinct >= 3 {
      guard let line = Self.line(column, weights: sample.weights) else { continue }
      if groups[line.hash] == nil { order.append(line.hash) }
      groups[line.hash, default: []].append(
        Line(column: column.index, start: line.start, step: line.step))
    }
    for hash in order {
      guard let lines = groups[hash], lines.count > 1 else { continue }
      // The finest one, or the first of them.
      guard let least = lines.map(\.step.magnitude).min(),
        let source = lines.first(where: {
          $0.step.magnitude == least && mayBeFollowed($0.column)
        })
      else { continue }
      for line in lines where line.column != source.column && isFree(line.column) {
        guard line.step % source.step == 0 else { continue }
        let factor = line.step / source.step
        let relation = Relation.sum(
          terms: [.init(column: source.column, factor: factor)],
          constant: line.start &- factor &* source.start)
        if holds(relation, for: line.column) { add(relation, for: line.column) }
      }
    }
  }

  /// The first value of a column, the greatest step that all are multiples of after it, positive if
  /// the first other one is greater, and the hash of how many steps each value is.
  private static func line(
    _ column: NumericSample.Column, weights: [UInt64]
  ) -> (start: Int64, step: Int64, hash: UInt64)? {
    guard let first = column.isNull.firstIndex(of: false) else { return nil }
    let start = column.values[first]
    var (step, sign): (UInt64, Int64) = (0, 0)
    for (row, value) in column.values.enumerated() where !column.isNull[row] {
      let (difference, overflows) = value.subtractingReportingOverflow(start)
      guard !overflows else { return nil }
      if sign == 0, difference != 0 { sign = difference > 0 ? 1 : -1 }
      step = Int64.commonDivisor(step, difference.magnitude)
    }
    guard step > 0, let size = Int64(exactly: step) else { return nil }
    var hash = column.nullPattern &* 0x9E37_79B9_7F4A_7C15
    for (row, value) in column.values.enumerated() where !column.isNull[row] {
      hash &+= weights[row] &* UInt64(bitPattern: (value - start) / (size * sign))
    }
    return (start, size * sign, hash)
  }

  // MARK: - Sums

  /// A column that is the sum or the difference of two others, and a constant.
  private mutating func findSums() {
    let decimals = sample.columns.map(\.decimals).max() ?? 0
    for pattern in nullPatterns() {
      let members = hashedMembers(pattern, decimals: decimals)
      guard members.count >= 3, members.count <= RawTable.maximumColumns else { continue }
      Self.visitSums(members) { addSum($0, $1) }
    }
  }

  /// Visits the columns of which one is the sum of two others by their hashes.
  static func visitSums(
    _ members: [(index: Int, hash: UInt64)], _ visit: (_ lefts: [Int], _ rights: [Int]) -> Void
  ) {
    var places: [UInt64: Int] = [:]
    for (place, member) in members.enumerated() where places[member.hash] == nil {
      places[member.hash] = place
    }
    for left in members.indices {
      for right in members.indices.dropFirst(left + 1) {
        guard let sum = places[members[left].hash &+ members[right].hash], sum != left,
          sum != right
        else { continue }
        visit([members[sum].index], [members[left].index, members[right].index])
      }
    }
  }

  /// A column that is the sum of three others with either sign, and a constant: subtotal, tax and
  /// shipping, say.
  private mutating func findLongSums() {
    let decimals = sample.columns.map(\.decimals).max() ?? 0
    for pattern in nullPatterns() {
      let members = hashedMembers(pattern, decimals: decimals)
      guard members.count >= 4,
        mayBeSearched("sums of three", members.count, most: Self.maximumLongColumns)
      else { continue }
      Self.visitLongSums(members) { addSum($0, $1) }
    }
  }

  /// Whether so many columns are few enough; if not, that is kept to be told.
  mutating func mayBeSearched(_ what: String, _ count: Int, most: Int) -> Bool {
    if count > most, !unsearched.contains(where: { $0.what == what }) {
      unsearched.append((what, count, most))
    }
    return count <= most
  }

  /// Visits the columns of which one is the sum of three others with either sign by their hashes.
  static func visitLongSums(
    _ members: [(index: Int, hash: UInt64)], _ visit: (_ lefts: [Int], _ rights: [Int]) -> Void
  ) {
    struct Pair: Hashable {
      var first: Int
      var second: Int
    }
    var sums: [UInt64: [Pair]] = [:]
    let pairs = members.indices.flatMap { first in
      members.indices.dropFirst(first + 1).map { Pair(first: first, second: $0) }
    }
    func add(_ left: [Int], _ right: [Int]) {
      guard Set(left + right).count == 4 else { return }
      visit(left.map { members[$0].index }, right.map { members[$0].index })
    }
    for pair in pairs {
      let sum = members[pair.first].hash &+ members[pair.second].hash
      // Two and two.
      for other in sums[sum, default: []] {
        add([other.first, other.second], [pair.first, pair.second])
      }
      if sums[sum, default: []].count < maximumAlikePairs {
        sums[sum, default: []].append(pair)
      }
    }
    for pair in pairs {
      // One and three.
      for (one, other) in [(pair.first, pair.second), (pair.second, pair.first)] {
        for two in sums[members[one].hash &- members[other].hash] ?? [] {
          add([one], [other, two.first, two.second])
        }
      }
    }
  }

  /// A column that is the sum of four or more that stand beside one another: hours of days, sales of
  /// months.
  private mutating func findRunSums() {
    let decimals = sample.columns.map(\.decimals).max() ?? 0
    for pattern in nullPatterns() {
      let members = hashedMembers(pattern, decimals: decimals)
      guard members.count >= Self.shortestRun + 1, members.count <= Self.maximumLongColumns else {
        continue
      }
      var places: [UInt64: [Int]] = [:]
      for (place, member) in members.enumerated() { places[member.hash, default: []].append(place) }
      for first in members.indices {
        var sum: UInt64 = 0
        for last in first..<members.endIndex {
          sum &+= members[last].hash
          guard last - first + 1 >= Self.shortestRun else { continue }
          for total in places[sum] ?? [] where !(first...last).contains(total) {
            addTotal(members[total].index, of: members[first...last].map(\.index))
          }
        }
      }
    }
  }

  /// Adds the sum of a run of columns, though others follow from it.
  private mutating func addTotal(_ total: Int, of run: [Int]) {
    guard isFreeEnd(total), columns[total].distinct >= 5, run.allSatisfy(mayBeFollowed),
      !run.contains(where: { depends($0, on: total) }),
      let sum = sum([total], run, for: total, rows: rows), holds(sum, for: total)
    else { return }
    add(sum, for: total)
  }

  /// Whether a column follows from another one, perhaps by way of others.
  private func depends(_ column: Int, on other: Int) -> Bool {
    column == other
      || relations[column]?.columns.contains { depends($0, on: other) } ?? false
  }

  /// Columns of a run that is added up, at least: fewer are found in any order.
  private static let shortestRun = 4

  /// Columns that may be in a sum, with hashes that are added up as they are.
  private func hashedMembers(
    _ pattern: UInt64, decimals: Int
  ) -> [(index: Int, hash: UInt64)] {
    // Sums of hashes are hashes of sums: all that is added up is scaled to the same unit.
    let members = sample.columns.filter {
      $0.distinct >= 2 && ($0.nullPattern == pattern || $0.nullPattern == 0)
        && mayBeFollowed($0.index)
    }
    guard let masked = members.first(where: { $0.nullPattern == pattern }) else { return [] }
    let weights = balanced(masked.isNull)
    return members.map { column in
      let scale = UInt64(bitPattern: Self.power(decimals - column.decimals))
      // Days count as such, so that their number can be the difference of two dates.
      let length = dayLengths[column.index]
      var hash: UInt64 = 0
      for (row, value) in column.values.enumerated() {
        hash &+= weights[row] &* UInt64(bitPattern: value.dividedDown(by: length)) &* scale
      }
      return (column.index, hash)
    }
  }

  /// Adds `sum of lefts = sum of rights + constant`, solved for the one that spreads most: what the
  /// others miss of their distributions is little to it. Of equal ones it is the last in the file.
  private mutating func addSum(_ lefts: [Int], _ rights: [Int]) {
    for target in targets(of: lefts + rights) {
      guard let sum = sum(lefts, rights, for: target, rows: rows), holds(sum, for: target) else {
        continue
      }
      add(sum, for: target)
      return
    }
  }

  /// The members of a sum that may follow from the others, those that spread most first.
  func targets(of members: [Int]) -> [Int] {
    members.filter { target in
      isFree(target) && columns[target].distinct >= 5
        && members.allSatisfy { $0 == target || mayBeFollowed($0) }
    }
    .sorted { (spreads[$1] ?? 0, $1) < (spreads[$0] ?? 0, $0) }
  }

  /// A sum solved for one of its members, with the constant that the first of `rows` has; nil if it
  /// cannot be.
  func sum(_ lefts: [Int], _ rights: [Int], for target: Int, rows: [Int]) -> Relation? {
    var terms: [Relation.Term] = []
    for (column, sign) in lefts.map({ ($0, Int64(1)) }) + rights.map({ ($0, -1) })
    where column != target {
      let power = columns[target].decimals - columns[column].decimals
      let (unit, own) = (dayLengths[target], dayLengths[column])
      guard power >= 0, unit % own == 0 else { return nil }
      // What is on the target's side changes its sign.
      let side: Int64 = lefts.contains(target) ? -1 : 1
      terms.append(.init(column: column, factor: sign * side * (unit / own) * Self.power(power)))
    }
    terms.sort { $0.column < $1.column }
    guard
      let first = rows.first(where: { row in terms.allSatisfy { !columns[$0.column].isNull(row) } })
    else { return nil }
    let constant = columns[target].units(first) &- value(of: terms, first)
    return .sum(terms: terms, constant: constant)
  }

  private func nullPatterns() -> [UInt64] {
    var patterns: [UInt64] = [0]
    for column in sample.columns where !patterns.contains(column.nullPattern) {
      if patterns.count == 32 { break }
      patterns.append(column.nullPattern)
    }
    return patterns
  }

  /// Multipliers of the rows that are not masked, with the sum 0, so that constants do not count.
  private func balanced(_ isMasked: [Bool]) -> [UInt64] {
    var weights = zip(sample.weights, isMasked).map { $1 ? 0 : $0 }
    if let first = isMasked.firstIndex(of: false) {
      weights[first] = weights[first] &- weights.reduce(0, &+)
    }
    return weights
  }

  static func power(_ exponent: Int) -> Int64 { Int64(1).scaled(by: exponent) ?? 0 }

  // MARK: - Digits

  private mutating func findDigits() {
    let units: [Int64] = [10, 60, 100, 1_000, 3_600, 10_000, 86_400, 1_000_000]
    let numbers = sample.columns.filter { $0.distinct >= 2 }
    guard numbers.count <= Self.maximumPairedColumns else { return }
    for target in numbers where !target.isMoment && target.decimals == 0 && isFree(target.index) {
      search: for source in numbers
      where source.index != target.index && source.distinct > target.distinct
        && source.nullPattern == target.nullPattern
      {
        guard let (low, high) = Self.range(target), low >= 0 else { break }
        let second = columns[source.index].layout?.unitsPerSecond ?? 1
        var candidates: [(unit: Int64, count: Int64?)] = []
        if source.isMoment {
          candidates = [
            (3_600 * second, 24), (60 * second, 60), (second, 60), (second, 86_400),
            (60 * second, 1_440), (86_400 * second, nil), (86_400 * second, 7),
          ]
        } else if source.decimals == 0 {
          for unit in units {
            candidates.append((unit, nil))
            candidates.append((1, unit))
            for count in [10, 24, 60, 100, 1_000] as [Int64] { candidates.append((unit, count)) }
          }
        } else {
          candidates.append((Self.power(source.decimals), nil))
        }
        for (unit, count) in candidates {
          if let count, high >= count { continue }
          // Weekdays count from Monday, or Sunday.
          let days = unit / (86_400 * second)
          let offsets: [Int64] =
            source.isMoment && count == 7
            ? [-3, -4].map { $0 * days * 86_400 * second } : [0]
          for offset in offsets {
            let relation = Relation.digit(
              source: .init(column: source.index), offset: offset, unit: unit, count: count)
            if isLikely(relation, target, source), holds(relation, for: target.index) {
              add(relation, for: target.index)
              break search
            }
          }
        }
      }
    }
  }

  private static func range(_ column: NumericSample.Column) -> (Int64, Int64)? {
    let values = zip(column.values, column.isNull).filter { !$1 }.map(\.0)
    guard let low = values.min(), let high = values.max() else { return nil }
    return (low, high)
  }

  /// Whether the relation holds in the sample.
  private func isLikely(
    _ relation: Relation, _ target: NumericSample.Column, _ source: NumericSample.Column
  ) -> Bool {
    guard case .digit(_, let offset, let unit, let count) = relation else { return false }
    for row in target.values.indices where !target.isNull[row] {
      let value = Self.digit(source.values[row], offset, unit, count)
      if value != target.values[row] { return false }
    }
    return true
  }

  static func digit(_ value: Int64, _ offset: Int64, _ unit: Int64, _ count: Int64?) -> Int64 {
    let digit = (value &- offset).dividedDown(by: unit)
    return count.map { digit.remainder(of: $0) } ?? digit
  }

  // MARK: - Tables

  /// A category that another one, or a number of few values, determines.
  private mutating func findLookups() {
    let candidates = columns.indices.filter {
      Self.isFinite(columns[$0], minimumCount: minimumCount, mayHaveRare: true)
    }
    let exact = Set(
      candidates.filter {
        columns[$0].form == .category
          || Self.isFinite(columns[$0], minimumCount: minimumCount) && isExact(columns[$0])
      })
    let codes = Dictionary(
      uniqueKeysWithValues: candidates.map { column in
        (column, rows.map { columns[column].isNull($0) ? -1 : columns[column].raw.codes[$0] })
      })
    for target in candidates where isFree(target) {
      for source in candidates
      where source != target && relations[source] == nil && exact.contains(source)
        && (columns[source].distinct > columns[target].distinct
          || (columns[source].distinct == columns[target].distinct && source < target))
      {
        guard let keys = codes[source], let values = codes[target],
          Self.determines(keys, values, count: columns[source].counts.count),
          holds(.lookup(.init(column: source)), for: target)
        else { continue }
        add(.lookup(.init(column: source)), for: target)
        break
      }
    }
  }

  /// Whether each value of a number has a cell of its own, so that no other one is drawn.
  func isExact(_ column: TypedColumn) -> Bool {
    guard column.distinct <= maximumBins * maximumCells else { return false }
    let values = column.raw.codes.indices.filter { !column.isNull($0) }.map { column.units($0) }
    let bins = NumberBins(values: values, maximumBins: maximumBins, maximumCells: maximumCells)
    return bins?.bins.allSatisfy { $0.allSatisfy { $0.lowerBound == $0.upperBound } } ?? false
  }

  /// Where no more than one row in so many has a rare value, none is ever made of a category, also if
  /// a part of the rows is held out.
  private static let rowsOfRareOne = 2 * ColumnTyping.rowsOfRareOne

  /// Whether a column has so few values, each so often, that a table of them tells nothing of a row.
  ///
  /// - Parameters:
  ///   - minimumCount: rows that each must have.
  ///   - mayHaveRare: whether a few rows may have others, of which a table does not tell.
  static func isFinite(
    _ column: TypedColumn, minimumCount: Int, mayHaveRare: Bool = false
  ) -> Bool {
    guard column.form == .category || column.isNumber, column.distinct >= 2,
      column.distinct <= maximumKeys
    else { return false }
    let rare = column.presentCodes.filter { column.rowCounts[$0] < minimumCount }
    if !mayHaveRare { return rare.isEmpty }
    return rare.reduce(0) { $0 + column.counts[$1] } * rowsOfRareOne <= column.valueRows
      && column.distinct - rare.count >= 2
  }

  /// Whether each key goes with one value, nothing with nothing.
  static func determines(_ keys: [Int32], _ values: [Int32], count: Int) -> Bool {
    var found = [Int32](repeating: -2, count: count)
    for (key, value) in zip(keys, values) {
      if key < 0 {
        if value >= 0 { return false }
        continue
      }
      if found[Int(key)] == -2 { found[Int(key)] = value }
      if found[Int(key)] != value { return false }
    }
    return true
  }

  // MARK: - Intervals

  /// A moment or number that is never below another one, where the difference tells more.
  private mutating func findIntervals() {
    let members = sample.columns.filter { $0.distinct >= 5 && relations[$0.index] == nil }
    guard members.count <= Self.maximumPairedColumns else { return }
    // Those that each is never below, the nearest first.
    var bounds: [Int: [Int]] = [:]
    for end in members where isFreeEnd(end.index) {
      let starts = members.compactMap { start -> (start: Int, size: Double)? in
        guard start.index != end.index, let scale = scale(of: start.index, to: end.index),
          let size = distance(start, end, scale: scale),
          holds(.after([start.index]), for: end.index)
        else { return nil }
        return (start.index, size)
      }
      bounds[end.index] = starts.sorted { ($0.size, $0.start) < ($1.size, $1.start) }.map(\.start)
    }
    for end in bounds.keys.sorted() {
      guard let all = bounds[end], let nearest = all.first else { continue }
      // Of what another of them is never below nothing need be said.
      let own = all.filter { start in
        !all.contains { isThere($0, wherever: end) && bounds[$0]?.contains(start) ?? false }
      }
      var kept = Array(own.prefix(Self.maximumStarts))
      let isOne =
        Set(kept.map { scale(of: $0, to: end) }).count > 1
        || !kept.allSatisfy { isThere($0, wherever: end) } || !holds(.after(kept), for: end)
      if kept.count > 1, isOne { kept = [nearest] }
      add(.after(kept), for: end)
      looseBounds[end] = own.filter { !kept.contains($0) }
    }
  }

  /// Whether an end may follow from a start: others may follow from it, as from a start, but for those
  /// that are looked up by its values, or multiplied with the share that it holds.
  private func isFreeEnd(_ column: Int) -> Bool {
    guard columns[column].wanted == nil, relations[column] == nil else { return false }
    return relations.values.allSatisfy { relation in
      switch relation {
      case .lookup, .pairLookup: !relation.columns.contains(column)
      case .product(let factors, _):
        !factors.contains { $0.column == column && $0.share != nil }
      default: true
      }
    }
  }

  /// What brings the units of a start to those of an end; nil if the two cannot be compared.
  func scale(of start: Int, to end: Int) -> Int64? { columns[start].scale(to: columns[end]) }

  /// Whether a start is there in all rows in which an end is.
  private func isThere(_ start: Int, wherever end: Int) -> Bool {
    (0..<rowCount).allSatisfy { columns[end].isNull($0) || !columns[start].isNull($0) }
  }

  /// The mean difference of two columns in the sample; nil if one is below 0, or if that the end is
  /// not before the start tells nothing: it would be so for nearly any two rows.
  private func distance(
    _ start: NumericSample.Column, _ end: NumericSample.Column, scale: Int64
  ) -> Double? {
    var (sum, count, violations, compared, alone) = (0.0, 0, 0, 0, 0)
    var differences: Set<Int64> = []
    var before: Int64?
    for row in end.values.indices where !end.isNull[row] {
      if start.isNull[row] {
        alone += 1
        continue
      }
      let (scaled, isLarge) = start.values[row].multipliedReportingOverflow(by: scale)
      let (difference, overflows) = end.values[row].subtractingReportingOverflow(scaled)
      guard !isLarge, !overflows, difference >= 0 else { return nil }
      sum += Double(difference)
      count += 1
      differences.insert(difference)
      if let before {
        compared += 1
        if end.values[row] < before { violations += 1 }
      }
      before = scaled
    }
    guard count >= max(Self.minimumRows, alone), differences.count > 1,
      violations * 20 >= compared
    else { return nil }
    if !end.isMoment {
      guard violations * 10 >= compared else { return nil }
      let own = Set(zip(end.values, end.isNull).filter { !$1 }.map(\.0)).count
      guard 2 * differences.count <= 3 * own else { return nil }
    }
    return sum / Double(count)
  }

  // MARK: - All rows

  private func value(of terms: [Relation.Term], _ row: Int) -> Int64 {
    terms.reduce(0) { $0 &+ $1.factor &* columns[$1.column].units(row) }
  }

  /// Whether a row is as a sum, a digit or an order says.
  func fits(_ row: Int, _ relation: Relation, of target: Int) -> Bool {
    let column = columns[target]
    switch relation {
    case .sum(let terms, let constant):
      let isNull = terms.contains { columns[$0.column].isNull(row) }
      guard isNull == column.isNull(row) else { return false }
      return isNull || value(of: terms, row) &+ constant == column.units(row)
    case .digit(let source, let offset, let unit, let count):
      let other = columns[source.column]
      guard other.isNull(row) == column.isNull(row) else { return false }
      return other.isNull(row)
        || Self.digit(other.units(row), offset, unit, count) == column.units(row)
    case .after(let starts):
      if column.isNull(row) { return true }
      if starts.count == 1, columns[starts[0]].isNull(row) { return true }
      return starts.allSatisfy {
        guard !columns[$0].isNull(row), let scale = scale(of: $0, to: target) else { return false }
        return column.difference(row, to: columns[$0], scale: scale) ?? -1 >= 0
      }
    case .total(let list, let leaves, let scale):
      guard columns[list].isNull(row) == column.isNull(row), let numbers = lists[list] else {
        return false
      }
      let factors = leaves.compactMap { leaf in numbers.columns.firstIndex { $0.leaf == leaf } }
      return column.isNull(row)
        || scale.gives(column.units(row), of: numbers.total(row, of: factors))
    case .product(let factors, let scale):
      let isNull = factors.contains { columns[$0.column].isNull(row) }
      guard isNull == column.isNull(row) else { return false }
      return isNull || scale.gives(column.units(row), of: product(of: factors, row))
    case .calendar(let source, let part, let texts):
      let other = columns[source]
      guard other.isNull(row) == column.isNull(row) else { return false }
      if column.isNull(row) { return true }
      let day = other.units(row).dividedDown(by: 86_400 * (other.layout?.unitsPerSecond ?? 1))
      let number = part.value(ofDay: day)
      if texts.isEmpty { return number == column.units(row) }
      guard let text = column.raw.text(row), number >= 1, number <= Int64(texts.count) else {
        return false
      }
      return text.utf8.elementsEqual(texts[Int(number) - 1].utf8)
    case .lookup, .pairLookup: return true
    }
  }

  /// The rows that are not as a sum, a digit or an order says: the first of them and their number.
  func violations(of relation: Relation, by target: Int) -> (first: Int, count: Int)? {
    let rows = (0..<rowCount).filter { !fits($0, relation, of: target) }
    return rows.first.map { ($0, rows.count) }
  }

  /// Whether a relation holds in every row.
  func holds(_ relation: Relation, for target: Int) -> Bool {
    let column = columns[target]
    switch relation {
    case .sum, .digit, .total, .product, .calendar, .pairLookup:
      return (0..<rowCount).allSatisfy { fits($0, relation, of: target) }
    case .lookup(let source):
      let other = columns[source.column]
      let keys = (0..<rowCount).map { other.isNull($0) ? -1 : other.raw.codes[$0] }
      let values = (0..<rowCount).map { column.isNull($0) ? -1 : column.raw.codes[$0] }
      return Self.determines(keys, values, count: other.counts.count)
    case .after(let starts):
      let scales = starts.compactMap { scale(of: $0, to: target) }
      guard scales.count == starts.count else { return false }
      var step: UInt64 = 0
      var differences: [Int64] = []
      for row in 0..<rowCount where !column.isNull(row) {
        if starts.count == 1, columns[starts[0]].isNull(row) { continue }
        guard !starts.contains(where: { columns[$0].isNull(row) }) else { return false }
        var least: Int64?
        for (start, scale) in zip(starts, scales) {
          guard let difference = column.difference(row, to: columns[start], scale: scale),
            difference >= 0
          else { return false }
          least = min(difference, least ?? difference)
        }
        guard let least else { return false }
        step = Int64.commonDivisor(step, least.magnitude)
        differences.append(least)
      }
      // A difference in steps that the column does not show would leave them.
      return step <= column.resolution || Set(differences).count <= 64
    }
  }
}

extension TypedColumn {
  /// Units of a day for dates without a time, or always at the same time, 1 for all else.
  var dayLength: Int64 {
    guard let layout else { return 1 }
    let day = 86_400 * layout.unitsPerSecond
    guard layout.hasTime else { return day }
    guard layout.hasDate, let first = presentCodes.first else { return 1 }
    let time = units[first].remainder(of: day)
    return presentCodes.allSatisfy { units[$0].remainder(of: day) == time } ? day : 1
  }

  /// What brings the column's units to those of one that may be past it; nil if the two are no numbers
  /// or moments of one kind, or the other tells less of a moment.
  func scale(to end: TypedColumn) -> Int64? {
    guard let first = layout, let last = end.layout else {
      return layout == nil && end.layout == nil && decimals == end.decimals ? 1 : nil
    }
    guard first.hasDate == last.hasDate, first.hasDate || first.hasTime == last.hasTime,
      first.showsWholeDate == last.showsWholeDate,
      last.unitsPerSecond % first.unitsPerSecond == 0
    else { return nil }
    let scale = last.unitsPerSecond / first.unitsPerSecond
    return first.resolution * scale >= last.resolution ? scale : nil
  }

  /// How far a row is past a start, in units; nil if 64 bits do not hold it.
  ///
  /// - Parameter scale: what `start.scale(to:)` says.
  func difference(_ row: Int, to start: TypedColumn, scale: Int64) -> Int64? {
    let (scaled, isLarge) = start.units(row).multipliedReportingOverflow(by: scale)
    let (difference, overflows) = units(row).subtractingReportingOverflow(scaled)
    return isLarge || overflows ? nil : difference
  }

  /// The least difference between two values that are written differently.
  var resolution: UInt64 {
    guard let layout else { return 1 }
    return UInt64(layout.resolution)
  }
}
