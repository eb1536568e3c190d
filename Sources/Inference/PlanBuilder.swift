import FakeGen
import Schema

/// Makes leaves, rules and modules of typed columns and their relations.
struct PlanBuilder {
  /// A leaf that a module models.
  struct Element {
    var part: ColumnPart
    var node: ModuleNode
    /// What of its value the order of the elements is found by, for each row of the sample.
    var codes: [Int32]
    /// Whether it tells nothing of the others, so that it is drawn after them.
    var isLast = false
  }

  /// Most distinct values of a number, or days, that are taken as they are; of more their step is
  /// kept.
  private let exactValues = 64

  let options: InferenceOptions
  private let columns: [TypedColumn]
  /// Rows that the order of the elements is found by.
  private let sample: [Int]
  /// Which row of the table each element of a list lies in; nil for rows.
  private let groups: [Int32]?
  private(set) var relations: [Int: Relation]
  private(set) var leaves: [Leaf] = []
  private(set) var knownValues: [[String]] = []
  private(set) var elements: [Element] = []
  private(set) var hidden: [RuledLeaf] = []
  private(set) var warnings: [InferenceWarning] = []
  /// Steps of numbers that were found, by column.
  private(set) var steps: [Int: FixedDecimal] = [:]
  /// What numbers are often rounded to, by column.
  private(set) var rounded: [Int: String] = [:]
  /// What is to say of tables of pairs, by column.
  private(set) var pairNotes: [Int: String] = [:]
  private var derived: [RuledLeaf] = []
  /// The shapes of each text of keys whose shape is modelled, by column.
  private var keyShapes: [Int: [Int64]] = [:]
  /// Leaves of the parts of columns.
  private var partLeaves: [Relation.Source: Int] = [:]
  private var paths: FieldNames
  /// Keys of which each row has one at most.
  private let alternatives: [AlternativeSearch.Group]
  /// Their columns, and those of them that each row has that has the key.
  private var (isChosen, completeColumns): (Set<Int>, Set<Int>) = ([], [])
  /// Columns that are there in the same rows, or within others.
  private let presence: [PresenceSearch.Group]
  /// The starts by which it is chosen how an end is modelled, by its difference or by itself.
  private let gates: [Int: Int]
  /// The leaves that say whether rows have columns.
  private var presenceLeaves: [Int: Int] = [:]
  /// What is to say of columns that are there in the same rows as others, by column.
  private(set) var presenceNotes: [Int: String] = [:]

  init(
    columns: [TypedColumn], relations: [Int: Relation],
    alternatives: [AlternativeSearch.Group] = [], presence: [PresenceSearch.Group] = [],
    sample: [Int], groups: [Int32]? = nil,
    options: InferenceOptions, declared: [DeclaredTable.Column]
  ) {
    self.columns = columns
    self.groups = groups
    self.alternatives = alternatives
    gates = Self.gates(columns, relations, alternatives: alternatives, presence: presence)
    let grouped = Set(presence.flatMap(\.columns))
    let starts = Set(gates.values).subtracting(grouped).sorted()
    let presence =
      presence
      + starts.map { start in
        .init(
          columns: [start],
          isThere: columns[start].raw.codes.indices.map { !columns[start].isNull($0) },
          isModelled: true)
      }
    self.presence = presence
    for group in presence where group.isModelled { completeColumns.formUnion(group.columns) }
    for group in alternatives {
      for member in group.members {
        for index in member.columns {
          isChosen.insert(index)
          let isComplete = member.isPresent.indices.allSatisfy {
            !member.isPresent[$0] || !columns[index].isNull($0)
          }
          if isComplete { completeColumns.insert(index) }
        }
      }
    }
    self.relations = relations
    self.sample = sample
    self.options = options
    paths = FieldNames()
    let paths = Dictionary(declared.map { ($0.name, $0.path) }) { first, _ in first }
    for column in columns {
      let leafKind = Self.leafKind(column)
      leaves.append(
        Leaf(
          path: self.paths.unique(paths[column.name] ?? column.keys),
          column: column.name,
          kind: leafKind,
          isOptional: column.nullRows > 0 && !column.isKey, jsonNames: column.keys,
          spelling: leafKind.isScalar ? column.spelling : nil))
      knownValues.append([])
    }
  }

  private static func leafKind(_ column: TypedColumn) -> LeafKind {
    switch column.form {
    case .number(let decimals): return decimals == 0 ? .integer : .real(decimals: decimals)
    case .moment(let layout): return .moment(layout: layout.text)
    case .category, .code, .composed, .text, .empty: return .text
    case .constant:
      return column.constantDecimals.map { $0 == 0 ? .integer : .real(decimals: $0) } ?? .text
    case .key(let pattern):
      return column.nullRows > 0 ? .text : pattern.leafKind
    case .list(let type): return .list(type)
    }
  }

  // MARK: - Building

  /// Makes everything of the columns.
  ///
  /// - Throws: `InferenceError.circle`.
  mutating func build() throws(InferenceError) {
    for (index, column) in columns.enumerated() where relations[index] == nil {
      addOwn(index, column)
    }
    findPartLookups()
    for index in columns.indices {
      switch relations[index] {
      case .after(let starts): addInterval(index, starts)
      case .sum(let terms, let constant):
        derived.append(
          RuledLeaf(
            leaf: index,
            rule: .sum(
              terms: terms.map { .init(leaf: $0.column, factor: $0.factor) }, constant: constant)))
      case .digit(let source, let offset, let unit, let count):
        derived.append(
          RuledLeaf(
            leaf: index,
            rule: .digit(leaf: leaf(source), offset: offset, unit: unit, count: count)))
      case .lookup(let source): addLookup(index, source)
      case .pairLookup(let first, let second): addPairLookup(index, first, second)
      case .calendar(let source, let part, let texts):
        derived.append(
          RuledLeaf(leaf: index, rule: .calendar(leaf: source, part: part, texts: texts)))
      case .total(let list, let factors, let scale):
        derived.append(
          RuledLeaf(
            leaf: index,
            rule: .total(
              list: list, factors: factors, factor: scale.factor, divisor: scale.divisor)))
      case .product(let factors, let scale):
        derived.append(
          RuledLeaf(
            leaf: index,
            rule: .product(
              factors: factors.map {
                leaf(.init(column: $0.column, part: $0.share.map { _ in .factor }))
              }, factor: scale.factor, divisor: scale.divisor)))
      case nil: break
      }
    }
    takeLimitsOfParts()
    for group in alternatives { addChoice(group) }
    addPresence()
    addGates()
    addEmptyColumns()
    if elements.allSatisfy(\.node.isConstant) { _ = nothing() }
    makeBooleans()
  }

  /// Makes leaves of the words true and false booleans, which other formats than CSV have.
  private mutating func makeBooleans() {
    for (index, column) in columns.enumerated() where column.isBoolean {
      leaves[index].kind = .boolean
      knownValues[index] = []
      for place in elements.indices {
        elements[place].node = elements[place].node.makingBoolean(index)
      }
      for place in hidden.indices {
        guard case .lookup(index, var entries) = hidden[place].rule else { continue }
        for line in entries.indices { entries[line].key = entries[line].key.asBoolean }
        hidden[place].rule = .lookup(leaf: index, entries: entries)
      }
      for place in derived.indices {
        if case .pairLookup(var pairs) = derived[place].rule {
          if pairs.first == index { pairs.firsts = pairs.firsts.map(\.asBoolean) }
          if pairs.second == index { pairs.seconds = pairs.seconds.map(\.asBoolean) }
          if derived[place].leaf == index { pairs.values = pairs.values.map(\.asBoolean) }
          derived[place].rule = .pairLookup(pairs)
        }
        guard case .lookup(let source, var entries) = derived[place].rule else { continue }
        for line in entries.indices {
          if source == index { entries[line].key = entries[line].key.asBoolean }
          if derived[place].leaf == index { entries[line].value = entries[line].value.asBoolean }
        }
        derived[place].rule = .lookup(leaf: source, entries: entries)
      }
    }
  }

  /// The derived leaves, each after those that it follows from.
  ///
  /// - Throws: `InferenceError.circle`.
  func sortedDerived() throws(InferenceError) -> [RuledLeaf] {
    var rest = derived.sorted { $0.leaf < $1.leaf }
    var sorted: [RuledLeaf] = []
    var open = Set(rest.map(\.leaf))
    while !rest.isEmpty {
      let ready = rest.filter { $0.rule.sources.allSatisfy { !open.contains($0) } }
      guard !ready.isEmpty else { throw .circle(columns: rest.map { leaves[$0.leaf].column }) }
      sorted += ready
      open.subtract(ready.map(\.leaf))
      rest.removeAll { !open.contains($0.leaf) }
    }
    return sorted
  }

  private func leaf(_ source: Relation.Source) -> Int {
    source.part == nil ? source.column : partLeaves[source] ?? source.column
  }

  // MARK: - Alternatives

  /// Whether a column holds nothing in some of the rows that might have it.
  private func mayBeNull(_ index: Int) -> Bool {
    columns[index].nullRows > 0 && !completeColumns.contains(index)
  }

  /// Models which of several keys a row has, and what the keys hold in the rows that have them.
  private mutating func addChoice(_ group: AlternativeSearch.Group) {
    guard let first = group.members.first else { return }
    let object = leaves[first.columns[0]].path.split(separator: ".").prefix(
      group.object.isEmpty ? 0 : group.object.split(separator: ".").count)
    let path = paths.unique((object + ["choice"]).joined(separator: "_"))
    let leaf = leaves.count
    leaves.append(Leaf(path: path, column: path, kind: .integer, isOptional: false))
    knownValues.append([])
    hidden.append(
      RuledLeaf(leaf: leaf, rule: .choice(alternatives: group.members.map(\.columns))))
    for place in elements.indices {
      guard let index = columns.firstIndex(where: { $0.name == elements[place].part.column }),
        let choice = group.members.firstIndex(where: { $0.columns.contains(index) })
      else { continue }
      elements[place].node = .chosen(
        leaf: leaf, choice: Int64(choice), elements[place].node)
    }
    var counts = [Int](repeating: 0, count: group.members.count + 1)
    let choices = first.isPresent.indices.map { group.choice($0) }
    for choice in choices { counts[choice] += 1 }
    let cells = counts.indices.filter { counts[$0] > 0 }.map { Int64($0)...Int64($0) }
    guard let bins = NumberBins(cells.map { [$0] }) else { return }
    elements.append(
      Element(
        part: ColumnPart(first.name, .choice), node: .number(leaf: leaf, bins: bins),
        codes: sample.map { Int32(min(choices[$0], 62)) }))
  }

  // MARK: - Presence

  /// Models which rows have columns that are there in the same rows, and what these hold in the rows
  /// that have them; a group within another one where that is there.
  private mutating func addPresence() {
    // The leaf that says whether a row has a group's columns.
    var modelled: [Int?] = []
    for group in presence {
      let outer = group.outer.flatMap { modelled[$0] }
      let name = group.outer.map { columns[presence[$0].columns[0]].name }
      var leaf = outer
      if group.isModelled {
        let path = paths.unique("\(leaves[group.columns[0]].path)_presence")
        leaf = leaves.count
        leaves.append(Leaf(path: path, column: path, kind: .integer, isOptional: false))
        knownValues.append([])
      }
      for index in group.columns {
        note(index, in: group, within: name)
        for place in elements.indices where elements[place].part.column == columns[index].name {
          guard let leaf else { continue }
          elements[place].node = .chosen(leaf: leaf, choice: 0, elements[place].node)
        }
      }
      modelled.append(group.isModelled ? leaf : nil)
      if group.isModelled { for index in group.columns { presenceLeaves[index] = leaf } }
      guard group.isModelled, let leaf, let bins = NumberBins([[0...0], [1...1]]) else { continue }
      hidden.append(RuledLeaf(leaf: leaf, rule: .choice(alternatives: [group.columns])))
      let own = ModuleNode.number(leaf: leaf, bins: bins)
      elements.append(
        Element(
          part: ColumnPart(columns[group.columns[0]].name, .presence),
          node: outer.map { .chosen(leaf: $0, choice: 0, own) } ?? own,
          codes: sample.map { group.isThere[$0] ? 0 : 1 }))
    }
  }

  /// The ends whose start is missing in some rows, and these starts: those of which it is modelled by
  /// itself which rows have them, or may be.
  private static func gates(
    _ columns: [TypedColumn], _ relations: [Int: Relation], alternatives: [AlternativeSearch.Group],
    presence: [PresenceSearch.Group]
  ) -> [Int: Int] {
    let chosen = Set(alternatives.flatMap(\.members).flatMap(\.columns))
    var gates: [Int: Int] = [:]
    for (end, relation) in relations {
      guard case .after(let starts) = relation, starts.count == 1, let start = starts.first,
        relations[start] == nil, !chosen.contains(start), !chosen.contains(end),
        isAlone(end, without: start, columns),
        presence.allSatisfy({
          !$0.columns.contains(start)
            || $0.isModelled && $0.outer == nil && !$0.columns.contains(end)
        })
      else { continue }
      gates[end] = start
    }
    return gates
  }

  /// Whether some rows have an end and lack its start.
  private static func isAlone(_ end: Int, without start: Int, _ columns: [TypedColumn]) -> Bool {
    columns[end].raw.codes.indices.contains {
      !columns[end].isNull($0) && columns[start].isNull($0)
    }
  }

  /// Models ends by their difference in rows that have their start, and by themselves in others.
  private mutating func addGates() {
    for (end, start) in gates.sorted(by: { $0.key < $1.key }) {
      guard let leaf = presenceLeaves[start] else { continue }
      for (part, choice) in [(ColumnPart.Part.difference, Int64(0)), (.otherwise, 1)] {
        for place in elements.indices
        where elements[place].part == ColumnPart(columns[end].name, part) {
          elements[place].node = .chosen(leaf: leaf, choice: choice, elements[place].node)
        }
      }
    }
  }

  private mutating func note(
    _ index: Int, in group: PresenceSearch.Group, within outer: String?
  ) {
    var note = ""
    if group.columns.count > 1 {
      let first = columns[group.columns[group.columns[0] == index ? 1 : 0]].name
      note += "; there in the same rows as '\(first)'"
    }
    if let outer { note += "; nothing wherever '\(outer)' is nothing" }
    presenceNotes[index] = note
  }

  // MARK: - Columns by themselves

  private mutating func addOwn(_ index: Int, _ column: TypedColumn) {
    switch column.form {
    case .number(let decimals): addNumber(index, column, decimals: decimals)
    case .moment(let layout): addMoment(index, column, layout)
    case .category: addCategory(index, column)
    case .text: addText(index, column)
    case .code(let pattern): addCode(index, column, pattern)
    case .composed(let composition): addComposed(index, column, composition)
    case .key(let pattern): addKey(index, column, pattern)
    case .constant:
      if column.constantDecimals != nil, let code = column.presentCodes.first {
        derived.append(
          RuledLeaf(leaf: index, rule: .sum(terms: [], constant: column.units[code])))
      } else {
        knownValues[index] = column.presentCodes.map { column.raw.texts[$0] }
        elements.append(
          Element(
            part: ColumnPart(column.name), node: .constant(leaf: index),
            codes: sample.map { _ in 0 }))
      }
    case .empty: break
    case .list: addList(index, column)
    }
  }

  private mutating func addNumber(_ index: Int, _ column: TypedColumn, decimals: Int) {
    let values = column.presentCodes.map { column.units[$0] }
    guard let least = values.min() else { return addEmpty(index) }
    if let share = share(of: index) { return addShare(index, column, share) }
    var step: Int64?
    if case .number(.some, let text, _) = column.wanted {
      step = text?.units(decimals: decimals)
    } else if values.count > exactValues {
      step = Self.step(values, from: least)
      // Where most are rounded further than the step of all says, that tells more.
      if let heap = column.heaps.first, step.map({ $0 % heap != 0 }) ?? false { step = nil }
    }
    guard let step, step > 1 else {
      if !column.heaps.isEmpty { return addRounded(index, column, decimals: decimals) }
      // Nothing is no bin of it, but that the number is not chosen.
      if completeColumns.contains(index) { leaves[index].isOptional = false }
      return addElement(
        ColumnPart(column.name), leaf: index, values: { column.units($0) },
        isNull: { column.isNull($0) })
    }
    steps[index] = FixedDecimal(units: step, decimals: decimals)
    addPart(.step, of: index, unit: step, offset: least, count: nil)
    derived.append(
      RuledLeaf(
        leaf: index,
        rule: .sum(
          terms: [.init(leaf: leaf(.init(column: index, part: .step)), factor: step)],
          constant: least)))
  }

  /// What share a column holds, if it is a factor as such.
  private func share(of index: Int) -> Share? {
    for case .product(let factors, _) in relations.values {
      if let share = factors.first(where: { $0.column == index })?.share { return share }
    }
    return nil
  }

  /// Adds a share as the factor that it makes of 1: what is modelled can be a factor of others.
  private mutating func addShare(_ index: Int, _ column: TypedColumn, _ share: Share) {
    let one = share.one(decimals: column.decimals) ?? 1
    let leaf = addHidden(
      .factor, of: index,
      rule: .sum(terms: [.init(leaf: index, factor: share.sign)], constant: one))
    addElement(
      ColumnPart(column.name, .factor), leaf: leaf,
      values: { one &+ share.sign &* column.units($0) }, isNull: { column.isNull($0) })
    derived.append(
      RuledLeaf(
        leaf: index,
        rule: .sum(
          terms: [.init(leaf: leaf, factor: share.sign)], constant: -share.sign * one)))
  }

  /// Adds a number that is often rounded as its multiple of a power of ten and what is left, so that
  /// nothing being left is a value like others.
  private mutating func addRounded(_ index: Int, _ column: TypedColumn, decimals: Int) {
    let values = column.presentCodes.map { column.units[$0] }
    guard let least = values.min(), let greatest = values.max() else { return addEmpty(index) }
    var terms: [Rule.Term] = []
    var (parts, count): ([ColumnPart.Part], Int64?) = ([.multiple, .remainder, .rest], nil)
    for unit in column.heaps.reversed() + [1] {
      let part = parts.removeFirst()
      addPart(part, of: index, unit: unit, offset: 0, count: count.map { $0 / unit })
      terms.append(.init(leaf: leaf(.init(column: index, part: part)), factor: unit))
      count = unit
    }
    rounded[index] = FixedDecimal.text(column.heaps[column.heaps.count - 1], decimals: decimals)
    derived.append(
      RuledLeaf(
        leaf: index,
        rule: .sum(
          terms: terms, constant: 0, limits: .init(least: least, greatest: greatest))))
  }

  /// The greatest number that all values are multiples of after the least one.
  private static func step(_ values: [Int64], from least: Int64) -> Int64? {
    var step: UInt64 = 0
    for value in values {
      let (difference, overflows) = value.subtractingReportingOverflow(least)
      if overflows { return nil }
      step = Int64.commonDivisor(step, difference.magnitude)
    }
    return Int64(exactly: step)
  }

  private mutating func addMoment(_ index: Int, _ column: TypedColumn, _ layout: MomentLayout) {
    let values = column.presentCodes.map { column.units[$0] }
    guard let least = values.min() else { return addEmpty(index) }
    let day = 86_400 * layout.unitsPerSecond
    var terms: [(part: ColumnPart.Part, unit: Int64)] = []
    var constant: Int64 = 0
    func add(_ part: ColumnPart.Part, unit: Int64, offset: Int64, count: Int64?) {
      addPart(part, of: index, unit: unit, offset: offset, count: count)
      terms.append((part, unit))
    }
    if layout.hasDate {
      // Days, or weeks and weekdays where there are many.
      let days = Set(values.map { $0.dividedDown(by: day) }).sorted()
      let step = max(Self.step(days, from: days[0]) ?? 1, 1)
      let monday = -3 * day
      // The first of each month, say: a value each, as no step leads from one to the next.
      let dayOfMonth = MomentLayout(checked: "%d")
      let daysOfMonth = Set(days.map { dayOfMonth?.text($0 * 86_400) })
      let areMonthly =
        daysOfMonth.count <= 4 && 2 * days.count <= options.maximumBins * options.maximumCells
      if days.count > 1,
        days.count <= exactValues || step % 7 == 0 || !layout.showsWholeDate || areMonthly
      {
        add(.day, unit: step * day, offset: days[0] * day, count: nil)
        constant = days[0] * day
      } else if days.count > 1 {
        add(.week, unit: 7 * day, offset: monday, count: nil)
        add(.weekday, unit: day, offset: monday, count: 7)
        constant = monday
      } else {
        constant = days[0] * day
      }
    }
    if layout.hasTime {
      let zoneUnits = layout.zoneUnits
      let times = Set(values.map { $0.remainder(of: day).dividedDown(by: zoneUnits) * zoneUnits })
        .sorted()
      let first = times[0]
      if times.count > 1 {
        var step = UInt64(day)
        for time in times { step = Int64.commonDivisor(step, UInt64(time - first)) }
        let unit = Int64(step)
        add(.time, unit: unit, offset: first, count: layout.hasDate ? day / unit : nil)
      }
      constant += first
      let zones = Set(values.map { $0.remainder(of: zoneUnits) })
      if zones.count > 1 {
        add(.zone, unit: 1, offset: 0, count: zoneUnits)
      } else {
        constant += zones.first ?? 0
      }
    }
    if terms.isEmpty {
      add(.day, unit: 1, offset: least, count: nil)
      constant = least
    }
    derived.append(
      RuledLeaf(
        leaf: index,
        rule: .sum(
          terms: terms.map {
            .init(leaf: leaf(.init(column: index, part: $0.part)), factor: $0.unit)
          }, constant: constant,
          // A last week may end before its last day.
          limits: .init(least: least, greatest: values.max() ?? least))))
  }

  private mutating func addCategory(_ index: Int, _ column: TypedColumn) {
    let known = column.knownCodes(minimumCount: options.minimumCount)
    guard !known.isEmpty else { return addText(index, column) }
    knownValues[index] = known.map { column.raw.texts[$0] }
    var places = [Int32](repeating: 62, count: column.counts.count)
    for (place, code) in known.prefix(62).enumerated() { places[code] = Int32(place) }
    let module: ModuleNode =
      known.count == column.distinct
      ? .closedVocabulary(leaf: index) : .vocabulary(leaf: index)
    elements.append(
      Element(
        part: ColumnPart(column.name), node: mayBeNull(index) ? .optional(module) : module,
        codes: sample.map { column.isNull($0) ? 63 : places[Int(column.raw.codes[$0])] }))
  }

  private mutating func addText(_ index: Int, _ column: TypedColumn) {
    let module = ModuleNode.stringLiteral(leaf: index)
    elements.append(
      Element(
        part: ColumnPart(column.name), node: mayBeNull(index) ? .optional(module) : module,
        codes: sample.map { row in
          column.isNull(row)
            ? 63 : Int32(min(column.raw.texts.utf8(Int(column.raw.codes[row])).count, 62))
        }))
  }

  /// Adds a text of a pattern, and models its place among the pattern's texts.
  private mutating func addCode(_ index: Int, _ column: TypedColumn, _ pattern: KeyPattern) {
    let leaf = addHidden(
      .number, of: index, rule: .codeNumber(leaf: index, pattern: pattern))
    addElement(
      ColumnPart(column.name, .number), leaf: leaf, values: { column.units($0) },
      isNull: { column.isNull($0) })
    derived.append(RuledLeaf(leaf: index, rule: .code(leaf: leaf, pattern: pattern)))
  }

  /// Adds a text that is made of other columns, and models which of its templates it has, where it is
  /// not always one, and its own numbers.
  private mutating func addComposed(
    _ index: Int, _ column: TypedColumn, _ composition: Composition
  ) {
    let readings = column.raw.codes.indices.map { row in
      column.printed(row).map { text in
        composition.usualReading(of: text) { columns[$0].printed(row) }
      }
    }
    var choice: Int?
    let sources = composition.leaves
    let followsNulls = column.raw.codes.indices.allSatisfy { row in
      !column.isNull(row) || sources.contains { columns[$0].isNull(row) }
    }
    if composition.templates.count > 1 || !followsNulls || sources.isEmpty && mayBeNull(index) {
      let leaf = addHidden(.template, of: index, rule: .template(composition, leaf: index))
      addElement(
        ColumnPart(column.name, .template), leaf: leaf,
        values: { Int64(readings[$0]?.template ?? 0) }, isNull: { column.isNull($0) })
      choice = leaf
    }
    let numbers = ColumnPart.Part.numbers.prefix(composition.numberCount).enumerated().map {
      (place, part) in
      let isMissing = readings.contains { $0 == nil || $0?.numbers[place] == nil }
      let leaf = addHidden(
        part, of: index, rule: .templateNumber(composition, leaf: index, place: place),
        isOptional: isMissing)
      addElement(
        ColumnPart(column.name, part), leaf: leaf,
        values: { readings[$0]?.numbers[place] ?? 0 },
        isNull: { readings[$0]?.numbers[place] == nil })
      return leaf
    }
    derived.append(
      RuledLeaf(leaf: index, rule: .composed(composition, choice: choice, numbers: numbers)))
  }

  private mutating func addList(_ index: Int, _ column: TypedColumn) {
    let module = ModuleNode.repeated(leaf: index)
    elements.append(
      Element(
        part: ColumnPart(column.name), node: mayBeNull(index) ? .optional(module) : module,
        codes: sample.map { column.isNull($0) ? 63 : Int32(min(column.units($0), 62)) }))
  }

  /// Adds a key, and models which of its shapes a row has where there are several.
  private mutating func addKey(_ index: Int, _ column: TypedColumn, _ pattern: KeyPattern) {
    warnOfFewTexts(index, column, pattern)
    let shapes = column.counts.indices.map { Int64(pattern.shape(of: column.raw.texts[$0])) }
    var rows: [Int64: Int] = [:]
    for (code, count) in column.counts.enumerated() { rows[shapes[code], default: 0] += count }
    guard pattern.shapesAreModelled(rows: rows, of: column.raw.codes.count) else {
      derived.append(RuledLeaf(leaf: index, rule: .key(pattern)))
      return
    }
    keyShapes[index] = shapes
    let leaf = addHidden(
      .shape, of: index, rule: .shape(leaf: index, pattern: pattern), isOptional: false)
    addElement(
      ColumnPart(column.name, .shape), leaf: leaf,
      values: { row in
        let code = column.raw.codes[row]
        return code < 0 ? 0 : shapes[Int(code)]
      }, isNull: { _ in false })
    derived.append(RuledLeaf(leaf: index, rule: .key(pattern, shape: leaf)))
  }

  /// Rows, as many times those of the table, that a key's pattern has texts for without a warning.
  private static let manyTimes = 2.0

  /// Tells of keys that become longer after few rows.
  private mutating func warnOfFewTexts(
    _ index: Int, _ column: TypedColumn, _ pattern: KeyPattern
  ) {
    guard case .shapes(let shapes) = pattern else { return }
    let texts = shapes.reduce(0.0) { sum, shape in
      sum + shape.places.reduce(1.0) { $0 * Double($1.unicodeScalars.count) }
    }
    guard texts < Self.manyTimes * Double(column.raw.codes.count) else { return }
    warnings.append(
      InferenceWarning(
        column: column.name,
        text: "its pattern has \(Int(texts)) texts; keys of more rows are longer. Say another one, "
          + "as --kind \"\(column.name)=key \(pattern.text)\""))
  }

  // MARK: - Parts

  /// Adds a hidden leaf that is a digit of a column, and models it.
  private mutating func addPart(
    _ part: ColumnPart.Part, of index: Int, unit: Int64, offset: Int64, count: Int64?
  ) {
    let column = columns[index]
    let leaf = addHidden(
      part, of: index, rule: .digit(leaf: index, offset: offset, unit: unit, count: count))
    let digits = column.units.map { RelationSearch.digit($0, offset, unit, count) }
    addElement(
      ColumnPart(column.name, part), leaf: leaf,
      values: { digits[Int(column.raw.codes[$0])] }, isNull: { column.isNull($0) })
  }

  private mutating func addHidden(
    _ part: ColumnPart.Part, of index: Int, rule: Rule, isOptional: Bool? = nil
  ) -> Int {
    let path = paths.unique("\(leaves[index].path)_\(part.rawValue)")
    leaves.append(
      Leaf(
        path: path, column: path, kind: .integer,
        isOptional: isOptional ?? mayBeNull(index)))
    knownValues.append([])
    let leaf = leaves.count - 1
    hidden.append(RuledLeaf(leaf: leaf, rule: rule))
    partLeaves[.init(column: index, part: part)] = leaf
    return leaf
  }

  /// Models a leaf in bins.
  ///
  /// - Parameters:
  ///   - values: the units of a row that holds something.
  ///   - isNull: whether a row holds nothing.
  ///   - isBinned: whether the bins are found by a row; nil for those that hold something.
  private mutating func addElement(
    _ part: ColumnPart, leaf: Int, values: (Int) -> Int64, isNull: (Int) -> Bool,
    isBinned: ((Int) -> Bool)? = nil
  ) {
    var present: [Int64] = []
    let rowCount = columns.first?.raw.codes.count ?? 0
    present.reserveCapacity(rowCount)
    for row in 0..<rowCount where isBinned?(row) ?? !isNull(row) { present.append(values(row)) }
    guard
      let bins = NumberBins(
        values: present, maximumBins: options.maximumBins, maximumCells: options.maximumCells)
    else { return }
    // A code for each bin, or for several beside each other, and one for null.
    let bound = ElementOrder.size - 1
    let codes = sample.map { row in
      if isNull(row) { return Int32(bound) }
      let bin = bins.place(of: values(row)).bin
      return Int32(bins.count <= bound ? bin : bin * bound / bins.count)
    }
    elements.append(Element(part: part, node: .number(leaf: leaf, bins: bins), codes: codes))
  }

  // MARK: - Relations

  /// Adds the difference between a column and the last of those that it is never below.
  private mutating func addInterval(_ index: Int, _ starts: [Int]) {
    let (column, others) = (columns[index], starts.map { columns[$0] })
    let scale = others[0].scale(to: column) ?? 1
    func terms(_ leaf: Int, factor: Int64) -> [Rule.Term] {
      [.init(leaf: leaf, factor: 1), .init(leaf: starts[0], factor: factor)]
    }
    func past(_ leaf: Int, factor: Int64) -> Rule {
      starts.count == 1
        ? .sum(terms: terms(leaf, factor: factor), constant: 0)
        : .greatest(of: starts, factor: factor, plus: leaf)
    }
    let isSometimesAlone =
      starts.count == 1 && Self.isAlone(index, without: starts[0], columns)
    /// Whether the end may be null where it is modelled by its difference, or by itself.
    func mayBeNull(withStart: Bool) -> Bool {
      guard gates[index] != nil else { return true }
      return self.mayBeNull(index)
        && column.raw.codes.indices.contains {
          column.isNull($0) && others[0].isNull($0) != withStart
        }
    }
    let leaf = addHidden(
      .difference, of: index, rule: past(index, factor: -scale),
      isOptional: isSometimesAlone ? mayBeNull(withStart: true) : nil)
    addElement(
      ColumnPart(column.name, .difference), leaf: leaf,
      values: { row in
        others.compactMap { column.difference(row, to: $0, scale: scale) }.min() ?? 0
      },
      isNull: { row in column.isNull(row) || others.contains { $0.isNull(row) } })
    guard isSometimesAlone else {
      var rule = past(leaf, factor: scale)
      if case .sum(let terms, let constant, _) = rule, let limits = limits(index, starts[0], scale)
      {
        rule = .sum(terms: terms, constant: constant, limits: limits)
      }
      derived.append(RuledLeaf(leaf: index, rule: rule))
      return
    }
    // The bins are those of all rows, so that they tell nothing of the few that lack the start.
    let own = addHidden(
      .otherwise, of: index, rule: .without(leaf: index, other: starts[0]),
      isOptional: mayBeNull(withStart: false))
    addElement(
      ColumnPart(column.name, .otherwise), leaf: own, values: { column.units($0) },
      isNull: { column.isNull($0) || !others[0].isNull($0) }, isBinned: { !column.isNull($0) })
    derived.append(
      RuledLeaf(
        leaf: index,
        rule: .sumOrElse(terms: terms(leaf, factor: scale), constant: 0, otherwise: own)))
  }

  /// What a moment that is past another one stays within, which is modelled: the last one of the two
  /// in the table. A long time after a late start would end when the table knows nothing of.
  private func limits(_ index: Int, _ start: Int, _ scale: Int64) -> Rule.Limits? {
    let isLimited = !relations.values.contains { relation in
      if case .lookup(let source) = relation { source.column == start } else { false }
    }
    guard columns[index].layout != nil, relations[start] == nil, isLimited else { return nil }
    let ends = columns[index].presentCodes.map { columns[index].units[$0] }
    let starts = columns[start].presentCodes.map {
      columns[start].units[$0].multipliedReportingOverflow(by: scale)
    }
    guard !starts.contains(where: \.overflow), let least = starts.map(\.partialValue).min(),
      let greatest = (ends + starts.map(\.partialValue)).max()
    else { return nil }
    return Rule.Limits(least: least, greatest: greatest)
  }

  /// Looks for columns that a part of a moment determines, as the name of the weekday.
  private mutating func findPartLookups() {
    for target in columns.indices {
      let column = columns[target]
      guard column.wanted == nil, relations[target] == nil, !isChosen.contains(target),
        RelationSearch.isFinite(column, minimumCount: options.minimumCount),
        column.form == .category || column.distinct <= exactValues,
        !relations.values.contains(where: { $0.columns.contains(target) })
      else { continue }
      for source in partLeaves.keys.sorted(by: {
        ($0.column, $0.part?.rawValue ?? "") < ($1.column, $1.part?.rawValue ?? "")
      })
      where source.column != target {
        guard let keys = partValues(source), Set(keys.compactMap(\.self)).count <= 64,
          determines(keys, target)
        else { continue }
        relations[target] = .lookup(source)
        leaves[target].isOptional = column.nullRows > 0
        elements.removeAll { $0.part == ColumnPart(column.name) }
        knownValues[target] = []
        break
      }
    }
  }

  /// The values of a part in each row.
  private func partValues(_ source: Relation.Source) -> [Int64?]? {
    if source.part == .shape, let shapes = keyShapes[source.column] {
      return columns[source.column].raw.codes.map { $0 < 0 ? 0 : shapes[Int($0)] }
    }
    guard let leaf = partLeaves[source],
      let rule = hidden.first(where: { $0.leaf == leaf })?.rule,
      case .digit(_, let offset, let unit, let count) = rule
    else { return nil }
    let column = columns[source.column]
    return column.raw.codes.indices.map {
      column.isNull($0) ? nil : RelationSearch.digit(column.units($0), offset, unit, count)
    }
  }

  /// Whether each key, each in rows enough, goes with one value of a column, nothing with nothing.
  private func determines(_ keys: [Int64?], _ target: Int) -> Bool {
    let column = columns[target]
    var found: [Int64: (code: Int32, rows: Int)] = [:]
    for (row, key) in keys.enumerated() {
      guard let key else {
        if !column.isNull(row) { return false }
        continue
      }
      guard !column.isNull(row) else { return false }
      let code = column.raw.codes[row]
      if let known = found[key] {
        guard known.code == code else { return false }
        found[key] = (code, known.rows + 1)
      } else {
        found[key] = (code, 1)
      }
    }
    return found.count > 1 && found.values.allSatisfy { $0.rows >= options.minimumCount }
  }

  /// Takes the limits from columns by whose parts others are looked up: a moment that is moved within
  /// them would have other parts.
  private mutating func takeLimitsOfParts() {
    for case .lookup(let source) in relations.values where source.part != nil {
      for place in derived.indices where derived[place].leaf == source.column {
        guard case .sum(let terms, let constant, _) = derived[place].rule else { continue }
        derived[place].rule = .sum(terms: terms, constant: constant)
      }
    }
  }

  /// Adds a table of the values that go with the source's, the most frequent ones if several do.
  private mutating func addLookup(_ index: Int, _ source: Relation.Source) {
    let (column, other) = (columns[index], columns[source.column])
    let parts = source.part == nil ? nil : partValues(source)
    func key(_ row: Int) -> Rule.Value {
      if let parts { return parts[row].map(Rule.Value.integer) ?? .null }
      return Self.value(other, row)
    }
    var counts: [Rule.Value: [Rule.Value: Int]] = [:]
    var order: [Rule.Value] = []
    for row in column.raw.codes.indices {
      let key = key(row)
      guard key != .null else { continue }
      if counts[key] == nil { order.append(key) }
      counts[key, default: [:]][Self.value(column, row), default: 0] += 1
    }
    var several = 0
    let entries = order.compactMap { key -> Rule.Entry? in
      guard let values = counts[key] else { return nil }
      if values.count > 1 { several += 1 }
      // Rare pairs would tell of single rows.
      guard values.values.reduce(0, +) >= options.minimumCount else { return nil }
      let best = values.max { ($0.value, Self.order($1.key)) < ($1.value, Self.order($0.key)) }
      return best.map { Rule.Entry(key: key, value: $0.key) }
    }
    if several > 0 {
      warnings.append(
        InferenceWarning(
          column: column.name,
          text: "\(several) values of '\(other.name)' go with more than one of its own; the most "
            + "frequent one is taken"))
    }
    derived.append(RuledLeaf(leaf: index, rule: .lookup(leaf: leaf(source), entries: entries)))
  }

  /// Adds a table of what goes with pairs of two columns' values, and models what goes with others.
  private mutating func addPairLookup(_ index: Int, _ first: Int, _ second: Int) {
    let column = columns[index]
    let (firsts, seconds) = (NumberedValues(columns[first]), NumberedValues(columns[second]))
    let target = NumberedValues(column)
    let paired = PairedRows(firsts, seconds, target, groups: groups)
    // Rare pairs would tell of single rows.
    let told = paired.pairs.filter { !$0.isMixed && $0.tableRows >= options.minimumCount }
      .prefix(RelationSearch.maximumPairs)
    let nulls = target.values.first == .null ? 1 : 0
    var used = Set(told.map(\.value))
    // A category's values are all known, and may come with any pair.
    if !column.isNumber { used = Set(target.values.indices.map { Int32($0) }) }
    let kept = target.values.indices.filter { $0 >= nulls && used.contains(Int32($0)) }
    var positions = [Int?](repeating: nil, count: target.values.count)
    for (position, place) in kept.enumerated() { positions[place] = position }
    let (one, other) = (Self.places(told.map(\.first)), Self.places(told.map(\.second)))
    var pairs = Rule.Pairs(
      first: first, second: second, firsts: one.order.map { firsts.values[Int($0)] },
      seconds: other.order.map { seconds.values[Int($0)] },
      values: kept.map { target.values[$0] },
      entries: told.map {
        .init(
          first: one.places[$0.first] ?? 0, second: other.places[$0.second] ?? 0,
          value: positions[Int($0.value)])
      })
    let mixed = paired.pairs.count(where: \.isMixed)
    let rare = paired.pairs.count - told.count - mixed
    pairNotes[index] =
      ": \(told.count) pairs have one value each"
      + (mixed + rare == 0
        ? "" : "; \(mixed) with several and \(rare) in few rows get any, as learned")
    if told.count < firsts.values.count * seconds.values.count || told.isEmpty {
      pairs.otherwise = addOtherwise(index, target, positions)
    }
    derived.append(RuledLeaf(leaf: index, rule: .pairLookup(pairs)))
  }

  /// Models a column for the rows of which a table tells nothing: numbers as they are, the position
  /// among the known values of others.
  private mutating func addOtherwise(
    _ index: Int, _ target: NumberedValues, _ positions: [Int?]
  ) -> Int {
    let column = columns[index]
    let rule: Rule =
      column.isNumber
      ? .sum(terms: [.init(leaf: index, factor: 1)], constant: 0)
      : .lookup(
        leaf: index,
        entries: positions.enumerated().compactMap { place, position in
          position.map { .init(key: target.values[place], value: .integer(Int64($0))) }
        })
    let leaf = addHidden(.otherwise, of: index, rule: rule)
    addElement(
      ColumnPart(column.name, .otherwise), leaf: leaf,
      values: { row in
        column.isNumber ? column.units(row) : Int64(positions[Int(target.places[row])] ?? 0)
      }, isNull: { column.isNull($0) })
    if !elements.isEmpty { elements[elements.count - 1].isLast = true }
    return leaf
  }

  /// The distinct ones of some places, ascending, and where each of them stands.
  private static func places(_ found: [Int32]) -> (order: [Int32], places: [Int32: Int]) {
    let order = Set(found).sorted()
    return (order, Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) }))
  }

  private static func order(_ value: Rule.Value) -> String {
    switch value {
    case .null: ""
    case .text(let text): text
    case .integer(let number): String(number)
    }
  }

  /// What a row of a column holds, as rules have it.
  private static func value(_ column: TypedColumn, _ row: Int) -> Rule.Value {
    if column.isNull(row) { return .null }
    if column.isNumber || column.layout != nil { return .integer(column.units(row)) }
    return column.raw.text(row).map(Rule.Value.text) ?? .null
  }

  // MARK: - Columns that say nothing

  private mutating func addEmpty(_ index: Int) { emptyColumns.append(index) }

  private var emptyColumns: [Int] = []

  /// Gives columns without any value a table that has none either.
  private mutating func addEmptyColumns() {
    let empty = columns.indices.filter { columns[$0].form == .empty } + emptyColumns
    let modelled = elements.lazy.flatMap(\.node.leaves).first { !leaves[$0].kind.isList }
    let source =
      modelled ?? columns.indices.first { !empty.contains($0) && !leaves[$0].kind.isList }
    for index in empty.sorted() {
      if let source {
        derived.append(RuledLeaf(leaf: index, rule: .lookup(leaf: source, entries: [])))
      } else {
        derived.append(RuledLeaf(leaf: index, rule: .lookup(leaf: nothing(), entries: [])))
      }
    }
  }

  private var nothingLeaf: Int?

  /// Returns a leaf that is always 0, for a table of which nothing is left to model.
  private mutating func nothing() -> Int {
    if let nothingLeaf { return nothingLeaf }
    guard let bins = NumberBins([[0...0]]) else { return 0 }
    let path = paths.unique("nothing")
    leaves.append(Leaf(path: path, column: path, kind: .integer, isOptional: false))
    knownValues.append([])
    hidden.append(RuledLeaf(leaf: leaves.count - 1, rule: .sum(terms: [], constant: 0)))
    elements.append(
      Element(
        part: ColumnPart(path), node: .number(leaf: leaves.count - 1, bins: bins),
        codes: sample.map { _ in 0 }))
    nothingLeaf = leaves.count - 1
    if elements.dropLast().allSatisfy(\.node.isConstant) {
      warnings.append(
        InferenceWarning(
          column: nil, text: "all columns are keys, constants or empty: there is nothing to learn"))
    }
    return leaves.count - 1
  }
}

extension TypedColumn {
  /// The protobuf type that suits values that are no lists.
  var protobufType: ProtobufType {
    if isBoolean { return .bool }
    let kind: LeafKind =
      switch form {
      case .number(let decimals): decimals == 0 ? .integer : .real(decimals: decimals)
      case .constant:
        constantDecimals.map { $0 == 0 ? .integer : .real(decimals: $0) } ?? .text
      case .key(let pattern): nullRows > 0 ? .text : pattern.leafKind
      case .moment, .category, .code, .composed, .text, .empty, .list: .text
      }
    switch kind {
    case .real: return .double
    case .integer, .digits:
      // Sums of columns may go beyond what the table has.
      let isSmall =
        !isKey && !units.isEmpty && presentCodes.allSatisfy { units[$0].magnitude < 1 << 30 }
      return isSmall ? .int32 : .int64
    default: return .string
    }
  }

  var isKey: Bool { if case .key = form { true } else { false } }

  var isComposed: Bool { if case .composed = form { true } else { false } }

  /// Whether the column has the words true and false, and no others; or one of them, which JSON wrote
  /// as no text.
  var isBoolean: Bool {
    form == .category
      && (raw.forms == .boolean || Set(presentCodes.map { raw.texts[$0] }) == ["true", "false"])
  }
}

extension ModuleNode {
  /// The node with a leaf's vocabulary, here or below, as a boolean's classes.
  fileprivate func makingBoolean(_ leaf: Int) -> ModuleNode {
    switch self {
    case .vocabulary(leaf), .closedVocabulary(leaf), .stringLiteral(leaf):
      .categorical(leaf: leaf, classes: 2)
    default: mappingChildren { $0.makingBoolean(leaf) }
    }
  }
}

extension Rule.Value {
  /// The words true and false as the positions of a boolean's classes.
  fileprivate var asBoolean: Rule.Value {
    if case .text(let text) = self { .integer(text == "true" ? 1 : 0) } else { self }
  }
}

extension KeyPattern {
  /// The kind of a leaf that has such keys: a number where each of them is one.
  var leafKind: LeafKind {
    switch self {
    case .sequence(let prefix, _, _, let width, let suffix):
      return prefix.isEmpty && suffix.isEmpty && width <= 1 ? .integer : .text
    case .shapes(let shapes):
      let areDigits = shapes.allSatisfy { shape in
        (1...18).contains(shape.places.count)
          && shape.places.allSatisfy { $0.unicodeScalars.allSatisfy { ("0"..."9").contains($0) } }
          && (shape.places.count == 1 || shape.places.first?.contains("0") == false)
      }
      return areDigits ? .digits : .text
    }
  }
}

extension KeyPattern {
  /// Least share of the rows of a shape that counts, and of the rows whose shapes have texts enough.
  private static let (leastShare, leastCovered) = (0.01, 0.95)
  /// Texts that a shape should have for each row of the table. Keys of a modelled shape are told
  /// apart by the row's number among all rows, so that they use up a shape of few texts early.
  private static let textsPerRow = 2.0

  /// Whether which shape a row has is worth a leaf: several are frequent, and hardly any has too few
  /// texts.
  ///
  /// - Parameters:
  ///   - rows: of each shape.
  ///   - count: of the table.
  fileprivate func shapesAreModelled(rows: [Int64: Int], of count: Int) -> Bool {
    guard case .shapes(let shapes) = self, shapes.count > 1 else { return false }
    var (frequent, covered) = (0, 0)
    for (shape, places) in shapes.map(\.places).enumerated() {
      let texts = places.reduce(1.0) { $0 * Double($1.unicodeScalars.count) }
      guard texts >= Self.textsPerRow * Double(count) else { continue }
      let rows = rows[Int64(shape)] ?? 0
      covered += rows
      if Double(rows) >= Self.leastShare * Double(count) { frequent += 1 }
    }
    return frequent > 1 && Double(covered) >= Self.leastCovered * Double(count)
  }
}
