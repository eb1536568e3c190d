import Records
import Schema

/// What a table is: the record type that its rows become, with what was found of each column.
public struct TablePlan: Sendable {
  /// The record type: a leaf for each column, in the table's order, then the hidden ones. The root's
  /// elements stand in the order in which they are best drawn.
  public let schema: RecordSchema
  /// Known values of each leaf, the most frequent first; none for leaves without a vocabulary or a
  /// constant.
  public let knownValues: [[String]]
  /// What each column of the table was found to be, excluded ones too.
  public let choices: [ColumnChoice]
  /// What a person should look at.
  public internal(set) var warnings: [InferenceWarning]
  /// The elements in the order in which they are drawn.
  public let order: [ColumnPart]
  /// Words that are nothing in any column; nil for the standard words, in numbers and moments.
  public let nullWords: [String]?
  /// Rows in which a text must occur to be a known value.
  public let minimumCount: Int
  /// Rows of the table that was looked at, those that were not kept among them.
  public let totalRows: Int
  /// How cells are read, one for each of `schema.columns`.
  let readers: [CellReader]
  /// What the elements of lists are, by the lists' columns.
  public let elements: [String: TablePlan]
  /// Names of the objects that are maps.
  let maps: [String]
  /// Keys of which each row has one at most, group by group.
  let alternatives: [[String]]
  /// What holds in every list, if the rows are the elements of lists.
  let listClaim: ListClaim
  /// The message that a person has declared; nil for as found.
  var messages: DeclaredMessages?
  /// The numbers of elements, until the plan of the table around them is made.
  private var numbers: ListNumbers?

  /// Finds out what a table's columns are.
  ///
  /// - Parameters:
  ///   - table: with one row at least.
  ///   - options: what a person says.
  ///   - messageName: name of the record type.
  /// - Throws: `InferenceError`.
  public init(
    table: RawTable, options: InferenceOptions = InferenceOptions(), messageName: String = "Row"
  ) throws(InferenceError) {
    try self.init(
      table: table, options: options, messageName: messageName, order: nil, declared: [])
  }

  /// - Parameters:
  ///   - wantedOrder: elements that come first; nil for all as found.
  ///   - declared: the columns as a message declares them; none for as found.
  init(
    table: RawTable, options: InferenceOptions, messageName: String,
    order wantedOrder: [ColumnPart]?, declared: [DeclaredTable.Column]
  ) throws(InferenceError) {
    maps = try table.mapNames(options) + zip(table.header, table.columns).filter(\.1.isMap).map(\.0)
    let table = table.foldingMaps(maps.filter { !table.header.contains($0) })
    var options = options
    let objects = try Self.takeObjects(of: table, from: &options)
    try Self.check(options, table)
    var typing = ColumnTyping(table: table, options: options)
    var columns: [TypedColumn] = []
    var lists: [String: TablePlan] = [:]
    var numbers: [Int: ListNumbers] = [:]
    for (index, name) in table.header.enumerated() where !Self.isExcluded(name, options) {
      let kind = options.kinds[name] ?? (options.keys.contains(name) ? .key(nil) : nil)
      if table.columns[index].isList {
        let list = ListTyping(
          column: index, table: table, options: options, messageName: messageName)
        columns.append(try list.type(wanted: kind, elements: &lists[name]))
        numbers[columns.count - 1] = lists[name]?.numbers
        lists[name]?.numbers = nil
      } else {
        columns.append(try typing.type(index, wanted: kind))
      }
    }
    let composing = try Self.compose(&columns, options: options)
    elements = lists
    listClaim = ListRuleSearch(columns: columns, starts: table.listStarts).run()
    self.numbers = table.listStarts.isEmpty ? nil : ListNumbers(columns, starts: table.listStarts)
    guard !columns.isEmpty else { throw .noColumns }

    let wanted = try Self.wantedRelations(columns, numbers, options)
    var search = RelationSearch(
      columns: columns, lists: numbers, groups: table.groups, relations: wanted, options: options)
    search.run()
    var claims = composing.warnings
    for (column, relation) in wanted.sorted(by: { $0.key < $1.key }) {
      guard let (row, count) = search.violations(of: relation, by: column) else { continue }
      columns[column].violations = count
      claims.append(
        InferenceWarning(
          column: columns[column].name,
          text: "\(count) of \(table.rowCount) rows are not as its kind says, the first at "
            + "\(table.place(row)); generated rows are"))
    }
    for (column, count) in search.exceptions { columns[column].violations = count }
    claims += Self.hints(search)
    var random = SeededDraws(seed: options.seed &+ 1)
    let sample = Self.sample(table.rowCount, ElementOrder.sampleRows, random: &random)
    let groups = try Self.alternatives(columns, objects: objects, table, options)
    alternatives = groups.map { $0.members.map(\.name) }
    let relations = search.relations(within: groups, wanted: Set(wanted.keys))
    var builder = PlanBuilder(
      columns: columns, relations: relations, alternatives: groups,
      presence: Self.presence(columns, relations, groups), sample: sample, groups: table.groups,
      options: options, declared: declared)
    try builder.build()
    claims += Self.hints(composing.loose, columns, builder.relations)

    let modules = Self.choosersFirst(Self.sorted(builder.elements, wanted: wantedOrder))
    var leaves = builder.leaves
    let spelled = Set(
      modules.flatMap(\.node.nodes).filter(\.kind.spells).flatMap(\.ownLeaves))
    claims += try Self.declare(
      &leaves, columns: columns, spelled: spelled, declared: declared, lists: lists)
    schema = RecordSchema(
      messageName: messageName, leaves: leaves, columns: Array(columns.indices),
      root: .tuple(name: "", elements: modules.map(\.node)),
      derived: try builder.sortedDerived(), hidden: builder.hidden)
    order = modules.map(\.part)
    knownValues = builder.knownValues
    if let warning = Self.headerWarning(columns) { claims.insert(warning, at: 0) }
    let composed = Set(columns.filter(\.isComposed).map(\.name))
    warnings =
      typing.warnings.filter { !composed.contains($0.column ?? "") } + claims + builder.warnings
      + columns.flatMap { column in
        (lists[column.name]?.warnings ?? []).map {
          InferenceWarning(
            column: column.name + ($0.column.map { "." + $0 } ?? ""), text: $0.text)
        }
      }
    nullWords = options.nullWords
    minimumCount = options.minimumCount
    totalRows = table.totalRows
    readers = columns.map { CellReader($0, nullWords: options.nullWords) }

    var found: [String: ColumnChoice] = [:]
    for (index, column) in columns.enumerated() {
      found[column.name] = Self.choice(
        column, relation: builder.relations[index], step: builder.steps[index],
        pairs: builder.pairNotes[index] ?? "", columns: columns, elements: lists[column.name])
      if let unit = builder.rounded[index] {
        found[column.name]?.why += "; often a multiple of \(unit)"
      }
      found[column.name]?.why += builder.presenceNotes[index] ?? ""
    }
    choices = table.header.map {
      found[$0] ?? ColumnChoice(column: $0, kind: .exclude, why: "left out as asked for")
    }
  }

  /// Tells of a first line that is a row like the others, and no names.
  private static func headerWarning(_ columns: [TypedColumn]) -> InferenceWarning? {
    var typed = 0
    for column in columns {
      let name = Array(column.name.utf8)[...]
      switch column.form {
      case .number, .moment:
        guard column.layout.map({ $0.fits(name) }) ?? (DecimalText(name) != nil) else { return nil }
        typed += 1
      case .category:
        guard column.raw.texts.find(column.name) != nil else { return nil }
      case .text, .code, .composed, .key, .constant, .empty: break
      case .list: return nil
      }
    }
    guard typed > 0 else { return nil }
    let names = columns.prefix(4).map { shortened($0.name) }.joined(separator: ", ")
    return InferenceWarning(
      column: nil,
      text:
        "the first line looks like a row, not like names: \(names); if it is one, put a line of "
        + "names before it")
  }

  private static func isExcluded(_ name: String, _ options: InferenceOptions) -> Bool {
    options.exclude.contains(name) || options.kinds[name] == .exclude
  }

  private static func check(_ options: InferenceOptions, _ table: RawTable) throws(InferenceError) {
    for (option, names) in [
      ("--exclude", options.exclude), ("--key", options.keys),
      ("--kind", options.kinds.keys.sorted()),
    ] {
      if let name = names.first(where: {
        !table.header.contains($0) && !table.isOfElements($0)
      }) {
        throw .unknownColumn(option: option, column: name, known: table.header)
      }
    }
  }

  /// Rows evenly drawn, in ascending order.
  private static func sample(_ count: Int, _ limit: Int, random: inout SeededDraws) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var order = Array(0..<count)
    for index in 0..<limit { order.swapAt(index, index + random.below(count - index)) }
    return order.prefix(limit).sorted()
  }

  private static func sorted(
    _ elements: [PlanBuilder.Element], wanted: [ColumnPart]?
  ) -> [PlanBuilder.Element] {
    let ordered = ElementOrder.byInformation(elements.map(\.codes)).map { elements[$0] }
    let found = ordered.filter { !$0.isLast } + ordered.filter(\.isLast)
    guard let wanted else { return found }
    let first = wanted.compactMap { part in found.first { $0.part == part } }
    return first + found.filter { !wanted.contains($0.part) }
  }

  /// Elements that choose alternatives before these.
  private static func choosersFirst(_ elements: [PlanBuilder.Element]) -> [PlanBuilder.Element] {
    var sorted: [PlanBuilder.Element] = []
    var isTaken = elements.map { _ in false }
    func add(_ index: Int) {
      if isTaken[index] { return }
      isTaken[index] = true
      var node = elements[index].node
      while case .chosen(let leaf, _, let inner) = node {
        if let chooser = elements.firstIndex(where: { $0.node.leaves == [leaf] }) { add(chooser) }
        node = inner
      }
      sorted.append(elements[index])
    }
    for index in elements.indices { add(index) }
    return sorted
  }

  /// Takes the kinds of objects, which are no columns, out of options.
  ///
  /// - Throws: `InferenceError.unknownColumn` for an object that the table lacks.
  private static func takeObjects(
    of table: RawTable, from options: inout InferenceOptions
  ) throws(InferenceError) -> [String: Kind] {
    var objects: [String: Kind] = [:]
    for name in options.kinds.keys.sorted() {
      guard let kind = options.kinds[name], kind == .object || kind == .oneof,
        !table.isOfElements(name)
      else { continue }
      guard !table.members(of: name).isEmpty else {
        throw .unknownColumn(
          option: "--kind \(name)=\(kind.text)", column: name, known: table.objects)
      }
      objects[name] = kind
      options.kinds[name] = nil
    }
    return objects
  }

  /// The columns that are there in the same rows, of those that nothing else says it of.
  private static func presence(
    _ columns: [TypedColumn], _ relations: [Int: Relation], _ groups: [AlternativeSearch.Group]
  ) -> [PresenceSearch.Group] {
    var excluded = Set(groups.flatMap(\.members).flatMap(\.columns))
    for (column, relation) in relations {
      if case .after = relation { continue }
      excluded.insert(column)
    }
    return PresenceSearch(
      columns: columns, excluded: excluded, rowCount: columns.first?.raw.codes.count ?? 0
    ).run()
  }

  private static func alternatives(
    _ columns: [TypedColumn], objects: [String: Kind], _ table: RawTable,
    _ options: InferenceOptions
  ) throws(InferenceError) -> [AlternativeSearch.Group] {
    guard table.isOfDocuments || !objects.isEmpty || options.alternatives != nil else { return [] }
    let search = AlternativeSearch(
      columns: columns, rowCount: table.rowCount, minimumCount: options.minimumCount)
    guard let wanted = options.alternatives else {
      return try search.run(kinds: objects, finds: table.isOfDocuments)
    }
    var groups = try search.run(kinds: objects, finds: false)
    for names in wanted {
      // What a person says of an object counts for more than what a message does.
      let object = names.first?.split(separator: ".").dropLast().joined(separator: ".") ?? ""
      if objects[object] != nil { continue }
      groups.append(try search.group(names, beside: groups))
    }
    return groups
  }

  // MARK: - Relations by name

  private static func wantedRelations(
    _ columns: [TypedColumn], _ lists: [Int: ListNumbers], _ options: InferenceOptions
  ) throws(InferenceError) -> [Int: Relation] {
    var relations: [Int: Relation] = [:]
    lazy var search = RelationSearch(columns: columns, relations: [:], options: options)
    for (index, column) in columns.enumerated() {
      guard let kind = column.wanted else { continue }
      func unsuitable(_ reason: String) -> InferenceError {
        .unsuitableKind(column: column.name, kind: kind.text, reason: reason)
      }
      func find(_ name: String) throws(InferenceError) -> Int {
        guard let found = columns.firstIndex(where: { $0.name == name }), found != index else {
          throw unsuitable("there is no other column '\(name)'")
        }
        return found
      }
      func number(_ name: String) throws(InferenceError) -> Int {
        let found = try find(name)
        guard columns[found].isNumber || columns[found].layout != nil else {
          throw unsuitable("column '\(name)' is neither a number nor a moment")
        }
        guard columns[found].layout?.showsZone != true else {
          throw unsuitable("column '\(name)' has a zone in each row")
        }
        return found
      }
      let isNumber = column.isNumber || column.layout.map { !$0.showsZone } ?? false
      switch kind {
      case .sum(let terms, let constant):
        guard isNumber, let start = constant.units(decimals: column.decimals) else {
          throw unsuitable("it is no number with so many digits after the point")
        }
        var found: [Relation.Term] = []
        for term in terms {
          let source = try number(term.column)
          // In units of both columns.
          let power = column.decimals - columns[source].decimals - term.factor.decimals
          let scaled =
            power >= 0
            ? term.factor.units.scaled(by: power)
            : Int64(1).scaled(by: -power).flatMap {
              term.factor.units % $0 == 0 ? term.factor.units / $0 : nil
            }
          guard let scaled else {
            throw unsuitable(
              "column '\(term.column)' has more digits after the point than it has")
          }
          found.append(.init(column: source, factor: scaled))
        }
        relations[index] = .sum(terms: found, constant: start)
      case .digit(let part, let offset, let unit, let count):
        let source = try number(part.column)
        let decimals = columns[source].decimals
        guard isNumber, part.part == nil, let start = offset.units(decimals: decimals),
          let size = unit.units(decimals: decimals), size > 0
        else {
          throw unsuitable("it needs a number column, and a unit of no more digits than that has")
        }
        relations[index] = .digit(
          source: .init(column: source), offset: start, unit: size, count: count)
      case .lookup(let part):
        relations[index] = .lookup(.init(column: try find(part.column), part: part.part))
      case .pairLookup(let one, let other):
        let (first, second) = (try find(one), try find(other))
        for source in [first, second] {
          if case .list = columns[source].form {
            throw unsuitable("column '\(columns[source].name)' holds lists")
          }
        }
        guard search.mayFollowFromPairs(column) else {
          throw unsuitable(
            "it needs two values or more, and if it is no number, each in \(options.minimumCount) "
              + "rows or more, \(RelationSearch.maximumKeys) at most")
        }
        relations[index] = .pairLookup(first, second)
      case .calendar(let name, let part):
        let source = try find(name)
        guard let layout = columns[source].layout, layout.hasDate else {
          throw unsuitable("column '\(name)' is no moment with a date")
        }
        guard
          let relation = search.calendar(part, of: source, for: index)
            ?? (column.isNumber && column.decimals == 0
              ? .calendar(source: source, part: part, texts: []) : nil)
        else {
          throw unsuitable(
            "it is neither a whole number nor one text for each \(part.name) of '\(name)'")
        }
        relations[index] = relation
      case .product(let wanted, let rate):
        var factors: [Relation.Factor] = []
        for factor in wanted {
          factors.append(.init(column: try number(factor.column), share: factor.share))
        }
        guard column.isNumber, factors.allSatisfy({ columns[$0.column].isNumber }),
          let scale = DigitScale(of: factors, columns, to: column.decimals, rate: rate)
        else { throw unsuitable("a product is a number, of numbers") }
        relations[index] = .product(factors: factors, scale: scale)
      case .total(let name, let names):
        let list = try find(name)
        guard column.isNumber else {
          throw unsuitable(
            column.form == .constant ? "each row has the same value" : "it is no number")
        }
        guard let numbers = lists[list] else {
          throw unsuitable("column '\(name)' should hold lists")
        }
        let factors = names.map { name in numbers.columns.first { $0.name == name } }
        let decimals = factors.reduce(0) { $0 + ($1?.decimals ?? 0) }
        guard !factors.contains(where: { $0 == nil }),
          let scale = DigitScale(from: decimals, to: column.decimals)
        else {
          throw unsuitable("the elements of '\(name)' lack a column of numbers that it names")
        }
        relations[index] = .total(list: list, leaves: factors.compactMap { $0?.leaf }, scale: scale)
      case .after(let names):
        var starts: [Int] = []
        for name in names {
          let start = try number(name)
          guard isNumber, let scale = columns[start].scale(to: column),
            starts.isEmpty || scale == columns[starts[0]].scale(to: column)
          else {
            throw unsuitable(
              "column '\(name)' is no number or moment of the same kind, or tells more of a time")
          }
          starts.append(start)
        }
        relations[index] = .after(starts)
      default: break
      }
    }
    try checkShares(columns, relations)
    return relations
  }

  /// Checks that each share is one thing alone, since it is modelled as that.
  private static func checkShares(
    _ columns: [TypedColumn], _ relations: [Int: Relation]
  ) throws(InferenceError) {
    var shares: [Int: Share] = [:]
    for (index, relation) in relations.sorted(by: { $0.key < $1.key }) {
      guard case .product(let factors, _) = relation else { continue }
      for factor in factors {
        guard let share = factor.share else { continue }
        let known = shares[factor.column] ?? share
        guard relations[factor.column] == nil, known == share else {
          let name = columns[factor.column].name
          throw .unsuitableKind(
            column: columns[index].name, kind: columns[index].wanted?.text ?? "product",
            reason: "a share should follow from no column, and be taken off or added alike "
              + "wherever it is a factor, unlike '\(name)'")
        }
        shares[factor.column] = share
      }
    }
  }

  /// A product in the words of a kind.
  private static func product(
    _ factors: [Relation.Factor], _ scale: DigitScale, _ columns: [TypedColumn]
  ) -> Kind {
    .product(
      factors.map { .init(columns[$0.column].name, share: $0.share) }, rate: scale.rate)
  }

  /// A sum in the words of a kind.
  private static func sum(
    _ terms: [Relation.Term], _ constant: Int64, of column: TypedColumn, _ columns: [TypedColumn]
  ) -> Kind {
    let terms = terms.map { term in
      let power = columns[term.column].decimals - column.decimals
      let units = term.factor.scaled(by: max(power, 0)) ?? term.factor
      return Kind.SumTerm(
        column: columns[term.column].name,
        factor: FixedDecimal(units: units, decimals: max(-power, 0)))
    }
    return .sum(
      terms: terms, constant: FixedDecimal(units: constant, decimals: column.decimals))
  }

  /// Tells of sums and products that hold in most rows, and of bounds beside those that are kept.
  private static func hints(_ search: RelationSearch) -> [InferenceWarning] {
    let bounds = search.looseBounds.sorted { $0.key < $1.key }.compactMap {
      (end, starts) -> InferenceWarning? in
      guard !starts.isEmpty, case .after(let kept)? = search.relations[end] else { return nil }
      func names(_ starts: [Int]) -> String {
        starts.map { "'\(search.columns[$0].name)'" }.joined(separator: ", ")
      }
      return InferenceWarning(
        column: search.columns[end].name,
        text: "never below \(names(starts)) in the table; generated rows may be, but not below "
          + "\(names(kept)): \(RelationSearch.maximumStarts) bounds are kept at most")
    }
    let unsearched = search.unsearched.map {
      InferenceWarning(
        column: nil,
        text:
          "\($0.what) were not looked for among \($0.columns) number columns, \($0.most) at most; "
          + "say them with --kind, or leave columns out with --exclude")
    }
    return unsearched + bounds
      + search.hints.compactMap { hint in
        let column = search.columns[hint.column]
        let kind: String
        let equal: Substring
        switch hint.relation {
        case .sum(let terms, let constant):
          kind = sum(terms, constant, of: column, search.columns).text
          equal = kind.dropFirst(5)
        case .product(let factors, let scale):
          kind = product(factors, scale, search.columns).text
          equal = kind.dropFirst(9)
        default: return nil
        }
        let rows = search.rowCount
        let share = 100 * (rows - hint.violations) / rows
        return InferenceWarning(
          column: column.name,
          text:
            "equals \(equal) in \(share) % of the rows, but not in generated ones; "
            + "if it should in all, say --kind \"\(column.name)=\(kind)\"")
      }
  }

  /// What a column was found to be, in its final words.
  private static func choice(
    _ column: TypedColumn, relation: Relation?, step: FixedDecimal?, pairs: String,
    columns: [TypedColumn], elements: TablePlan?
  ) -> ColumnChoice {
    func part(_ source: Relation.Source) -> ColumnPart {
      ColumnPart(columns[source.column].name, source.part)
    }
    let kind: Kind
    var why = column.why
    let rows = column.violations == 0 ? "in every row" : "but in \(column.violations) rows"
    switch relation {
    case .sum(let terms, let constant):
      kind = sum(terms, constant, of: column, columns)
      why += "; equals \(kind.text.dropFirst(5)) \(rows)"
    case .digit(let source, let offset, let unit, let count):
      let decimals = columns[source.column].decimals
      kind = .digit(
        column: part(source), offset: FixedDecimal(units: offset, decimals: decimals),
        unit: FixedDecimal(units: unit, decimals: decimals), count: count)
      why += "; equals \(kind.text.dropFirst(7)), rounded down, \(rows)"
    case .lookup(let source):
      kind = .lookup(part(source))
      why += "; each value of \(part(source).text) has one"
    case .pairLookup(let first, let second):
      kind = .pairLookup(columns[first].name, columns[second].name)
      why += "; follows from '\(columns[first].name)' and '\(columns[second].name)'" + pairs
    case .calendar(let source, let part, _):
      kind = .calendar(column: columns[source].name, part: part)
      why += "; is the \(part.name) of '\(columns[source].name)' \(rows)"
    case .product(let factors, let scale):
      kind = product(factors, scale, columns)
      why += "; equals \(kind.text.dropFirst(9)) \(rows)"
    case .total(let list, let leaves, _):
      kind = .total(
        list: columns[list].name,
        factors: leaves.map { leaf in columns[list].elementName(leaf) })
      why +=
        (leaves.isEmpty
          ? "; is the number of elements of '\(columns[list].name)' "
          : "; equals the total of \(kind.text.dropFirst(7)) ") + rows
    case .after(let starts):
      kind = .after(starts.map { columns[$0].name })
      let names = starts.map { "'\(columns[$0].name)'" }
      why +=
        "; never below \(names.joined(separator: ", "))"
        + (column.violations == 0 ? "" : ", \(rows)")
    case nil:
      switch column.form {
      case .number(let decimals):
        kind = .number(decimals: decimals, step: step, spelling: column.spelling)
      case .moment(let layout): kind = .moment(layout: layout.text)
      case .category: kind = .category
      case .code(let pattern): kind = .code(pattern)
      case .composed(let composition):
        kind = .composed(composition.templates.map { $0.map { ComposedPiece($0, columns) } })
      case .text: kind = .text
      case .key(let pattern): kind = .key(pattern)
      case .constant: kind = .constant
      case .empty: kind = .empty
      case .list(let type):
        let claim = type.claim
        kind =
          type.isMap
          ? .map
          : .list(
            of: type.isMessage ? nil : elements?.choices.first?.kind,
            claim: claim == ListClaim() && !column.isFreeList ? nil : claim)
      }
      if let step { why += "; all are multiples of \(step.text) after the least" }
    }
    if case .text = column.form, why.isEmpty { why = "free text" }
    return ColumnChoice(column: column.name, kind: kind, why: why)
  }
}
