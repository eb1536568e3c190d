extension RowRules {
  /// The numbers of rules in the file.
  private enum Kind {
    static let sequence = 1
    static let shapes = 2
    static let sum = 3
    static let digit = 4
    static let lookup = 5
    static let chosenShapes = 6
    static let limitedSum = 7
    static let total = 8
    static let product = 9
    static let pairLookup = 10
    static let calendar = 11
    static let greatest = 12
    static let code = 13
    static let composed = 14
    static let sumOrElse = 15
  }

  /// Reads the section of the rules.
  ///
  /// - Returns: the rules.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from sections: inout SectionReader, schema: RowSchema
  ) throws(ModelError) -> RowRules {
    try sections.begin(.rules, name: "rules")
    let last = schema.leaves.count - 1
    var rules = RowRules()
    var isColumn = [Bool](repeating: false, count: schema.leaves.count)
    for leaf in schema.columns { isColumn[leaf] = true }
    let hiddenCount = try sections.readShape(0...schema.leaves.count)
    for _ in 0..<hiddenCount {
      let leaf = try sections.readShape(0...last)
      guard !isColumn[leaf] else { throw sections.invalid("a hidden leaf is in a column") }
      guard schema.leaves[leaf].kind.isInteger else {
        throw sections.invalid("the hidden leaf \(leaf) is not an integer")
      }
      isColumn[leaf] = true
      rules.hidden.append(leaf)
    }
    let count = try sections.readShape(0...schema.leaves.count)
    for _ in 0..<count {
      let leaf = try sections.readShape(0...last)
      let rule = try readRule(from: &sections, leaf: leaf, schema: schema)
      rules.derived.append(DerivedLeaf(leaf: leaf, rule: rule))
    }
    try rules.checkOrder(sections, schema: schema)
    try sections.finish()
    return rules
  }

  private func checkOrder(_ sections: SectionReader, schema: RowSchema) throws(ModelError) {
    var isMissing = [Bool](repeating: false, count: schema.leaves.count)
    for leaf in derived {
      if isMissing[leaf.leaf] { throw sections.invalid("leaf \(leaf.leaf) has two rules") }
      isMissing[leaf.leaf] = true
    }
    for leaf in hidden where isMissing[leaf] {
      throw sections.invalid("the hidden leaf \(leaf) has a rule")
    }
    for leaf in derived {
      for source in leaf.sources where isMissing[source] {
        throw sections.invalid("leaf \(leaf.leaf) follows from leaf \(source), which comes later")
      }
      isMissing[leaf.leaf] = false
    }
  }

  private static func readRule(
    from sections: inout SectionReader, leaf: Int, schema: RowSchema
  ) throws(ModelError) -> DerivedLeaf.Rule {
    let kind = schema.leaves[leaf].kind
    if case .list = kind { throw sections.invalid("the list \(leaf) has a rule") }
    let number = try sections.readShape(Kind.sequence...Kind.sumOrElse)
    switch number {
    case Kind.sequence, Kind.shapes, Kind.chosenShapes:
      guard kind.isInteger || kind.isTextual else {
        throw sections.invalid("the key \(leaf) is neither a text nor an integer")
      }
      let rule =
        number == Kind.sequence
        ? try readSequence(from: &sections)
        : try readKeys(
          from: &sections,
          leaf: number == Kind.shapes ? nil : readChoice(from: &sections, schema: schema))
      if let problem = rule.keyProblem(areNumbers: !kind.isText) {
        throw sections.invalid("leaf \(leaf): \(problem)")
      }
      return rule
    case Kind.sum, Kind.limitedSum:
      guard kind.isNumber else { throw sections.invalid("the sum \(leaf) is not a number") }
      let (constant, terms) = try readTerms(from: &sections, schema: schema)
      guard number == Kind.limitedSum else {
        return .sum(terms: terms, constant: constant, limits: nil)
      }
      let least = try sections.readNumber(Int64.self)
      let greatest = try sections.readNumber(Int64.self)
      guard least <= greatest else { throw sections.invalid("the limits of \(leaf) are empty") }
      return .sum(terms: terms, constant: constant, limits: least...greatest)
    case Kind.sumOrElse:
      guard kind.isNumber else { throw sections.invalid("the sum \(leaf) is not a number") }
      let otherwise = try readSource(from: &sections, schema: schema)
      let (constant, terms) = try readTerms(from: &sections, schema: schema)
      return .sumOrElse(terms: terms, constant: constant, otherwise: otherwise)
    case Kind.digit:
      guard kind.isNumber else { throw sections.invalid("the digit \(leaf) is not a number") }
      let source = try readSource(from: &sections, schema: schema)
      let offset = try sections.readNumber(Int64.self)
      let unit = try sections.readNumber(Int64.self)
      let count = try sections.readNumber(Int64.self)
      guard unit >= 1, count >= 0 else {
        throw sections.invalid("the digit \(leaf) should have a unit of 1 or more")
      }
      return .digit(leaf: source, offset: offset, unit: unit, count: count)
    case Kind.total:
      guard kind.isNumber else { throw sections.invalid("the total \(leaf) is not a number") }
      let list = try sections.readShape(0...schema.leaves.count - 1)
      guard case .list(let elements) = schema.leaves[list].kind else {
        throw sections.invalid("the total \(leaf) is of leaf \(list), which is not a list")
      }
      let factors = try readFactors(from: &sections, schema: elements.schema)
      return .total(list: list, factors: factors, scale: try readScale(from: &sections))
    case Kind.product:
      guard kind.isNumber else { throw sections.invalid("the product \(leaf) is not a number") }
      let factors = try readFactors(from: &sections, schema: schema)
      return .product(factors: factors, scale: try readScale(from: &sections))
    case Kind.pairLookup: return try readPairs(from: &sections, leaf: leaf, schema: schema)
    case Kind.calendar: return try readCalendar(from: &sections, leaf: leaf, schema: schema)
    case Kind.greatest:
      guard kind.isNumber else { throw sections.invalid("the sum \(leaf) is not a number") }
      let source = try readSource(from: &sections, schema: schema)
      let factor = try sections.readNumber(Int64.self)
      let others = try readFactors(from: &sections, schema: schema)
      guard !others.isEmpty else { throw sections.invalid("nothing is the greatest for \(leaf)") }
      return .greatest(of: others, factor: factor, plus: source)
    case Kind.code:
      guard case .text = kind else { throw sections.invalid("the code \(leaf) is not a text") }
      let source = try readChoice(from: &sections, schema: schema)
      let shapes = CodeShapes(shapes: try readShapes(from: &sections))
      if let problem = shapes.problem { throw sections.invalid("leaf \(leaf): \(problem)") }
      return .code(leaf: source, shapes: shapes)
    case Kind.composed:
      guard case .text = kind else {
        throw sections.invalid("the composed leaf \(leaf) is not a text")
      }
      return .composed(try ComposedText.read(from: &sections, leaf: leaf, schema: schema))
    case Kind.lookup:
      let source = try readKey(from: &sections, leaf: leaf, schema: schema)
      let table = try LookupTable.read(
        from: &sections, keys: schema.leaves[source].kind, values: kind)
      return .lookup(leaf: source, table: table)
    default: throw sections.invalid("there is no rule \(number)")
    }
  }

  /// Reads the constant and the terms of a sum.
  private static func readTerms(
    from sections: inout SectionReader, schema: RowSchema
  ) throws(ModelError) -> (constant: Int64, terms: [DerivedLeaf.Term]) {
    let constant = try sections.readNumber(Int64.self)
    let count = try sections.readShape(0...ModelFormat.maximumLeaves)
    var terms: [DerivedLeaf.Term] = []
    for _ in 0..<count {
      let source = try readSource(from: &sections, schema: schema)
      terms.append(.init(leaf: source, factor: try sections.readNumber(Int64.self)))
    }
    return (constant, terms)
  }

  /// Reads a leaf that a value is looked up by.
  private static func readKey(
    from sections: inout SectionReader, leaf: Int, schema: RowSchema
  ) throws(ModelError) -> Int {
    let source = try sections.readShape(0...schema.leaves.count - 1)
    if case .list = schema.leaves[source].kind {
      throw sections.invalid("leaf \(leaf) follows from leaf \(source), a list")
    }
    return source
  }

  private static func readPairs(
    from sections: inout SectionReader, leaf: Int, schema: RowSchema
  ) throws(ModelError) -> DerivedLeaf.Rule {
    let first = try readKey(from: &sections, leaf: leaf, schema: schema)
    let second = try readKey(from: &sections, leaf: leaf, schema: schema)
    let otherwise = try sections.readShape(0...schema.leaves.count)
    if otherwise > 0, !schema.leaves[otherwise - 1].kind.isInteger {
      throw sections.invalid("leaf \(otherwise - 1), which chooses a value, is not an integer")
    }
    let kinds = (schema.leaves[first].kind, schema.leaves[second].kind)
    let table = try PairTable.read(
      from: &sections, firsts: kinds.0, seconds: kinds.1, values: schema.leaves[leaf].kind)
    return .pairLookup(
      first: first, second: second, table: table,
      otherwise: otherwise == 0
        ? nil
        : .init(leaf: otherwise - 1, isPosition: !schema.leaves[leaf].kind.isNumber))
  }

  private static func readCalendar(
    from sections: inout SectionReader, leaf: Int, schema: RowSchema
  ) throws(ModelError) -> DerivedLeaf.Rule {
    let source = try sections.readShape(0...schema.leaves.count - 1)
    guard case .moment(let layout) = schema.leaves[source].kind, layout.hasDate else {
      throw sections.invalid("leaf \(source) is no moment with a date")
    }
    let number = try sections.readShape(0...255)
    guard let part = CalendarPart(rawValue: UInt8(number)) else {
      throw sections.invalid("there is no part \(number) of a day")
    }
    let count = try sections.readInteger(0...366)
    let texts = try sections.readTexts(count, name: "text")
    let suits: Bool
    switch schema.leaves[leaf].kind {
    case .text: suits = count > 0
    case .integer: suits = count == 0
    default: suits = false
    }
    guard suits else {
      throw sections.invalid(
        "the part of a day \(leaf) is neither an integer nor a text of its texts")
    }
    return .calendar(
      leaf: source, part: part, unitsPerDay: layout.unitsPerSecond &* 86_400,
      texts: count == 0 ? nil : texts)
  }

  private static func readFactors(
    from sections: inout SectionReader, schema: RowSchema
  ) throws(ModelError) -> [Int] {
    let count = try sections.readShape(0...ModelFormat.maximumLeaves)
    var factors: [Int] = []
    for _ in 0..<count { factors.append(try readSource(from: &sections, schema: schema)) }
    return factors
  }

  private static func readScale(
    from sections: inout SectionReader
  ) throws(ModelError) -> DerivedLeaf.Scale {
    let factor = try sections.readNumber(Int64.self)
    let divisor = try sections.readNumber(Int64.self)
    guard factor >= 1, divisor >= 1 else {
      throw sections.invalid("a factor and a divisor should be 1 or more")
    }
    return DerivedLeaf.Scale(factor: factor, divisor: divisor)
  }

  /// Reads a leaf that has a number.
  private static func readSource(
    from sections: inout SectionReader, schema: RowSchema
  ) throws(ModelError) -> Int {
    let source = try sections.readShape(0...schema.leaves.count - 1)
    guard schema.leaves[source].kind.isNumber else {
      throw sections.invalid("leaf \(source) is not a number")
    }
    return source
  }

  private static func readSequence(
    from sections: inout SectionReader
  ) throws(ModelError) -> DerivedLeaf.Rule {
    let prefix = try sections.readText()
    let start = try sections.readNumber(Int64.self)
    let step = try sections.readNumber(Int64.self)
    let width = try sections.readInteger(0...KeySequence.maximumWidth)
    return .sequence(
      KeySequence(
        prefix: prefix, start: start, step: step, width: width, suffix: try sections.readText()))
  }

  /// Reads the leaf that has the number of a key's shape, or of a code.
  private static func readChoice(
    from sections: inout SectionReader, schema: RowSchema
  ) throws(ModelError) -> Int {
    let leaf = try sections.readShape(0...schema.leaves.count - 1)
    guard schema.leaves[leaf].kind.isInteger else {
      throw sections.invalid("leaf \(leaf), which chooses a text, is not an integer")
    }
    return leaf
  }

  private static func readKeys(
    from sections: inout SectionReader, leaf: Int?
  ) throws(ModelError) -> DerivedLeaf.Rule {
    let stream = try sections.readNumber(UInt32.self)
    return .shapes(
      KeyShapes(stream: stream, shapes: try readShapes(from: &sections), leaf: leaf))
  }

  private static func readShapes(
    from sections: inout SectionReader
  ) throws(ModelError) -> [KeyShape] {
    let count = try sections.readShape(1...KeyShapes.maximumShapes)
    var shapes: [KeyShape] = []
    for _ in 0..<count {
      let weight = try sections.readNumber(UInt32.self)
      let placeCount = try sections.readShape(1...KeyShape.maximumPlaces)
      var places: [String] = []
      for _ in 0..<placeCount { places.append(try sections.readText()) }
      let shape = KeyShape(weight: weight, places: places)
      // What is written is what was read.
      for (place, text) in places.enumerated() {
        guard shape.text(of: place).elementsEqual(text.utf8) else {
          throw sections.invalid("the characters of a key's place are out of order")
        }
      }
      shapes.append(shape)
    }
    return shapes
  }

  func write(to writer: inout SectionWriter) {
    if derived.isEmpty && hidden.isEmpty { return }
    writer.begin(.rules, name: "rules")
    writer.writeShape(hidden.count)
    for leaf in hidden { writer.writeShape(leaf) }
    writer.writeShape(derived.count)
    for leaf in derived {
      writer.writeShape(leaf.leaf)
      leaf.rule.write(to: &writer)
    }
    writer.end()
  }
}

extension DerivedLeaf.Rule {
  fileprivate func write(to writer: inout SectionWriter) {
    switch self {
    case .sequence(let sequence):
      writer.writeShape(1)
      writer.write(sequence.prefix)
      writer.write(sequence.start)
      writer.write(sequence.step)
      writer.write(UInt32(sequence.width))
      writer.write(sequence.suffix)
    case .shapes(let keys):
      if let leaf = keys.leaf {
        writer.writeShape(6)
        writer.writeShape(leaf)
      } else {
        writer.writeShape(2)
      }
      writer.write(keys.stream)
      Self.write(keys.shapes, to: &writer)
    case .sum(let terms, let constant, let limits):
      writer.writeShape(limits == nil ? 3 : 7)
      Self.write(terms, constant, to: &writer)
      if let limits {
        writer.write(limits.lowerBound)
        writer.write(limits.upperBound)
      }
    case .digit(let leaf, let offset, let unit, let count):
      writer.writeShape(4)
      writer.writeShape(leaf)
      writer.write(offset)
      writer.write(unit)
      writer.write(count)
    case .lookup(let leaf, let table):
      writer.writeShape(5)
      writer.writeShape(leaf)
      table.write(to: &writer)
    case .total(let list, let factors, let scale):
      writer.writeShape(8)
      writer.writeShape(list)
      Self.write(factors, scale, to: &writer)
    case .product(let factors, let scale):
      writer.writeShape(9)
      Self.write(factors, scale, to: &writer)
    case .pairLookup(let first, let second, let table, let otherwise):
      writer.writeShape(10)
      writer.writeShape(first)
      writer.writeShape(second)
      writer.writeShape(otherwise.map { $0.leaf + 1 } ?? 0)
      table.write(to: &writer)
    case .calendar(let leaf, let part, _, let texts):
      writer.writeShape(11)
      writer.writeShape(leaf)
      writer.writeShape(Int(part.rawValue))
      writer.write(UInt32(texts?.count ?? 0))
      if let texts { writer.write(texts) }
    case .greatest(let others, let factor, let leaf):
      writer.writeShape(12)
      writer.writeShape(leaf)
      writer.write(factor)
      writer.writeShape(others.count)
      for other in others { writer.writeShape(other) }
    case .code(let leaf, let shapes):
      writer.writeShape(13)
      writer.writeShape(leaf)
      Self.write(shapes.shapes, to: &writer)
    case .composed(let text):
      writer.writeShape(14)
      text.write(to: &writer)
    case .sumOrElse(let terms, let constant, let otherwise):
      writer.writeShape(15)
      writer.writeShape(otherwise)
      Self.write(terms, constant, to: &writer)
    }
  }

  private static func write(
    _ terms: [DerivedLeaf.Term], _ constant: Int64, to writer: inout SectionWriter
  ) {
    writer.write(constant)
    writer.writeShape(terms.count)
    for term in terms {
      writer.writeShape(term.leaf)
      writer.write(term.factor)
    }
  }

  private static func write(_ shapes: [KeyShape], to writer: inout SectionWriter) {
    writer.writeShape(shapes.count)
    for shape in shapes {
      writer.write(shape.weight)
      writer.writeShape(shape.count)
      for place in 0..<shape.count { writer.write(utf8: shape.text(of: place)) }
    }
  }

  private static func write(
    _ factors: [Int], _ scale: DerivedLeaf.Scale, to writer: inout SectionWriter
  ) {
    writer.writeShape(factors.count)
    for factor in factors { writer.writeShape(factor) }
    writer.write(scale.factor)
    writer.write(scale.divisor)
  }
}

extension LookupTable {
  /// Reads a table from values of one kind to values of another.
  ///
  /// - Returns: the table.
  /// - Throws: `ModelError` if it is not what it must be.
  fileprivate static func read(
    from sections: inout SectionReader, keys keyKind: ColumnKind, values valueKind: ColumnKind
  ) throws(ModelError) -> LookupTable {
    let keyCount = try sections.readInteger(0...Int(Int32.max))
    let valueCount = try sections.readInteger(0...Int(Int32.max))
    let keys = try readValues(keyCount, isText: keyKind.isTextual, from: &sections)
    guard keys.areAscending else { throw sections.invalid("a table's keys do not ascend") }
    let values = try readValues(valueCount, isText: valueKind.isTextual, from: &sections)
    guard values.suit(valueKind) else {
      throw sections.invalid("a table's values are not those of its field's kind")
    }
    let nullChoice = try sections.readInteger(0...valueCount)
    let choices = try sections.readNumbers(UInt32.self, count: keyCount)
    for choice in choices where choice > UInt32(valueCount) {
      throw sections.invalid("a table has \(valueCount) values, found number \(choice)")
    }
    return LookupTable(
      keys: keys, values: values, choices: choices, nullChoice: UInt32(nullChoice))
  }

  fileprivate static func readValues(
    _ count: Int, isText: Bool, from sections: inout SectionReader
  ) throws(ModelError) -> Values {
    guard isText else { return .numbers(try sections.readNumbers(Int64.self, count: count)) }
    return .texts(try sections.readTexts(count, name: "text"))
  }

  fileprivate func write(to writer: inout SectionWriter) {
    writer.write(UInt32(keys.count))
    writer.write(UInt32(values.count))
    keys.write(to: &writer)
    values.write(to: &writer)
    writer.write(nullChoice)
    writer.write(choices)
  }
}

extension PairTable {
  /// Reads a table from pairs of values to values.
  ///
  /// - Returns: the table.
  /// - Throws: `ModelError` if it is not what it must be.
  fileprivate static func read(
    from sections: inout SectionReader, firsts firstKind: ColumnKind,
    seconds secondKind: ColumnKind, values valueKind: ColumnKind
  ) throws(ModelError) -> PairTable {
    var counts: [Int] = []
    for _ in 0..<4 { counts.append(try sections.readInteger(0...Int(Int32.max) - 1)) }
    let firsts = try LookupTable.readValues(
      counts[0], isText: firstKind.isTextual, from: &sections)
    let seconds = try LookupTable.readValues(
      counts[1], isText: secondKind.isTextual, from: &sections)
    guard firsts.areAscending, seconds.areAscending else {
      throw sections.invalid("a table's keys do not ascend")
    }
    let values = try LookupTable.readValues(
      counts[2], isText: valueKind.isTextual, from: &sections)
    guard values.suit(valueKind) else {
      throw sections.invalid("a table's values are not those of its field's kind")
    }
    let starts = try sections.readNumbers(UInt32.self, count: counts[0] + 2)
    let partners = try sections.readNumbers(UInt32.self, count: counts[3])
    let choices = try sections.readNumbers(UInt32.self, count: counts[3])
    let table = PairTable(
      firsts: firsts, seconds: seconds, values: values, starts: starts, partners: partners,
      choices: choices)
    if let problem = table.problem { throw sections.invalid(problem) }
    return table
  }

  /// What is wrong with its pairs; nil if nothing is.
  private var problem: UTF8Text? {
    guard starts[0] == 0, Int(starts[starts.count - 1]) == partners.count else {
      return "a table's pairs do not begin at 0 and end with the last"
    }
    for place in 1..<starts.count {
      let (start, end) = (Int(starts[place - 1]), Int(starts[place]))
      guard start <= end, end <= partners.count else { return "a table's pairs are out of order" }
      for pair in start..<end {
        if pair > start, partners[pair] <= partners[pair - 1] {
          return "a table's pairs are out of order"
        }
        guard Int(partners[pair]) <= seconds.count, Int(choices[pair]) <= values.count else {
          return "a table's pair \(pair) has a value that there is not"
        }
      }
    }
    return nil
  }

  fileprivate func write(to writer: inout SectionWriter) {
    writer.write(UInt32(firsts.count))
    writer.write(UInt32(seconds.count))
    writer.write(UInt32(values.count))
    writer.write(UInt32(partners.count))
    firsts.write(to: &writer)
    seconds.write(to: &writer)
    values.write(to: &writer)
    writer.write(starts)
    writer.write(partners)
    writer.write(choices)
  }
}

extension LookupTable.Values {
  fileprivate var areAscending: Bool {
    switch self {
    case .texts(let texts):
      for index in 0..<texts.count where index > 0 {
        if !texts[index - 1].lexicographicallyPrecedes(texts[index]) { return false }
      }
    case .numbers(let numbers):
      for index in 0..<numbers.count where index > 0 {
        if numbers[index - 1] >= numbers[index] { return false }
      }
    }
    return true
  }

  /// Tells whether they are values of a kind.
  fileprivate func suit(_ kind: ColumnKind) -> Bool {
    switch (self, kind) {
    case (.texts(let texts), .digits):
      for index in 0..<texts.count where !DigitString.isCanonical(texts[index]) { return false }
    case (.numbers(let numbers), .boolean): return numbers.allSatisfy { 0 <= $0 && $0 < 2 }
    case (.numbers(let numbers), .enumeration(let names)):
      return numbers.allSatisfy { 0 <= $0 && $0 < Int64(names.count) }
    default: break
    }
    return true
  }

  fileprivate func write(to writer: inout SectionWriter) {
    switch self {
    case .texts(let texts): writer.write(texts)
    case .numbers(let numbers): writer.write(numbers)
    }
  }
}

extension ColumnKind {
  fileprivate var isText: Bool {
    if case .text = self { true } else { false }
  }

  /// Whether its values lie in a batch as texts.
  fileprivate var isTextual: Bool {
    switch self {
    case .text, .digits: true
    default: false
    }
  }

  /// Whether its values are units.
  fileprivate var isNumber: Bool {
    switch self {
    case .real, .integer, .moment: true
    default: false
    }
  }
}
