import FakeGen

extension RecordSchema {
  /// The leaves that no module models.
  public var derivedLeaves: Set<Int> { Set(derived.map(\.leaf)) }

  /// The leaves that a table does not have.
  public var hiddenLeaves: Set<Int> { Set(hidden.map(\.leaf)) }

  /// The numbers of a leaf's texts if these are codes; nil for other leaves.
  public func codeNumbers(_ leaf: Int) -> CodeNumbers? {
    for ruled in derived where ruled.leaf == leaf {
      if case .code(_, let pattern) = ruled.rule { return CodeNumbers(pattern) }
    }
    return nil
  }

  /// The rules as the generator has them.
  ///
  /// - Parameter list: name of the list whose elements the records are; nil for rows. Its elements'
  ///   keys are others than those of rows and of other lists.
  /// - Precondition: `ruleProblem` is nil.
  package func rowRules(ofElementsOf list: String? = nil) -> RowRules {
    let prefix = list.map { "\($0)." } ?? ""
    return RowRules(
      derived: derived.map { leaf in
        DerivedLeaf(
          leaf: leaf.leaf, rule: rule(leaf.rule, of: leaves[leaf.leaf], prefix: prefix))
      },
      hidden: hidden.map(\.leaf))
  }

  private func rule(_ rule: Rule, of leaf: Leaf, prefix: String) -> DerivedLeaf.Rule {
    switch rule {
    case .key(let pattern, let shape):
      pattern.rule(stream: CRC32.checksum(of: Array((prefix + leaf.path).utf8)), shape: shape)
    case .sum(let terms, let constant, let limits):
      .sum(
        terms: terms.map { .init(leaf: $0.leaf, factor: $0.factor) }, constant: constant,
        limits: limits.map { $0.least...$0.greatest })
    case .digit(let source, let offset, let unit, let count):
      .digit(leaf: source, offset: offset, unit: unit, count: count ?? 0)
    case .lookup(let source, let entries):
      .lookup(
        leaf: source,
        table: LookupTable(
          entries, textKeys: leaves[source].kind.isString, textValues: leaf.kind.isString))
    case .total(let list, let factors, let factor, let divisor):
      .total(list: list, factors: factors, scale: .init(factor: factor, divisor: divisor))
    case .product(let factors, let factor, let divisor):
      .product(factors: factors, scale: .init(factor: factor, divisor: divisor))
    case .pairLookup(let pairs):
      .pairLookup(
        first: pairs.first, second: pairs.second,
        table: PairTable(
          pairs, textFirsts: leaves[pairs.first].kind.isString,
          textSeconds: leaves[pairs.second].kind.isString, textValues: leaf.kind.isString),
        otherwise: pairs.otherwise.map { .init(leaf: $0, isPosition: !leaf.kind.isNumber) })
    case .calendar(let source, let part, let texts):
      .calendar(
        leaf: source, part: part, unitsPerDay: leaves[source].kind.unitsPerDay,
        texts: texts.isEmpty ? nil : Self.table(texts))
    case .greatest(let leaves, let factor, let source):
      .greatest(of: leaves, factor: factor, plus: source)
    case .code(let source, let pattern): .code(leaf: source, shapes: CodeShapes(pattern))
    case .composed(let composition, let choice, let numbers):
      .composed(composition.text(choice: choice, numbers: numbers, of: leaves))
    case .sumOrElse(let terms, let constant, let otherwise):
      .sumOrElse(
        terms: terms.map { .init(leaf: $0.leaf, factor: $0.factor) }, constant: constant,
        otherwise: otherwise)
    case .shape, .choice, .codeNumber, .template, .templateNumber, .without:
      preconditionFailure("\(leaf.path) is what hidden leaves alone are")
    }
  }
}

extension RecordSchema {
  private static func table(_ texts: [String]) -> TextTable {
    var table = TextTable(capacity: texts.count)
    for text in texts { table.add(text) }
    return table
  }
}

extension KeyPattern {
  /// The pattern as the generator has it.
  ///
  /// - Parameters:
  ///   - stream: tells the keys of one model apart.
  ///   - shape: the leaf that has the number of the shape; nil for shapes by their weights.
  package func rule(stream: UInt32, shape: Int? = nil) -> DerivedLeaf.Rule {
    switch self {
    case .sequence(let prefix, let start, let step, let width, let suffix):
      .sequence(
        KeySequence(prefix: prefix, start: start, step: step, width: width, suffix: suffix))
    case .shapes(let shapes):
      .shapes(
        KeyShapes(
          stream: stream, shapes: shapes.map { KeyShape($0) }, leaf: shape))
    }
  }

  /// What a pattern looks like does not depend on its stream.
  private static let anyStream: UInt32 = 0

  /// Returns what keeps a pattern from giving each row a key of its own, in words that go on from
  /// the pattern; nil if nothing does.
  ///
  /// - Parameter kind: of the leaf.
  public func problem(for kind: LeafKind) -> String? {
    guard kind.isString || kind == .integer else {
      return "is a key, which only a text or an integer can be"
    }
    return rule(stream: Self.anyStream).keyProblem(areNumbers: kind != .text)?.text
  }

  /// The pattern for a person: `N[0-9]{3}[A-Z]{2}`, or the first keys of a sequence.
  public var summary: String {
    switch rule(stream: Self.anyStream) {
    case .shapes(let keys): keys.shapes.map(\.pattern.text).joined(separator: " | ")
    case let sequence:
      (0..<2 as Range<UInt64>).map { sequence.key(row: $0, seed: 0) ?? "" }
        .joined(separator: ", ") + ", ..."
    }
  }
}

extension KeyShape {
  fileprivate init(_ shape: KeyPattern.Shape) {
    self.init(weight: UInt32(clamping: shape.weight), places: shape.places)
  }
}

extension CodeShapes {
  /// The texts of a pattern's shapes; of a sequence, which has none, without shapes.
  package init(_ pattern: KeyPattern) {
    if case .shapes(let shapes) = pattern {
      self.init(shapes: shapes.map { KeyShape($0) })
    } else {
      self.init(shapes: [])
    }
  }
}

extension Composition {
  /// The texts as the generator makes them.
  fileprivate func text(choice: Int?, numbers: [Int], of leaves: [Leaf]) -> ComposedText {
    ComposedText(
      choice: choice,
      templates: templates.map { template in
        template.map { piece in
          switch piece {
          case .literal(let text): .literal(Array(text.utf8))
          case .value(let leaf, let form):
            .value(.init(leaf: leaf, kind: leaves[leaf].columnKind, form: form))
          case .number(let place, let width):
            .value(
              .init(leaf: numbers[place], kind: .integer, form: TextForm(width: UInt8(width))))
          }
        }
      })
  }
}

extension LookupTable {
  fileprivate init(_ entries: [Rule.Entry], textKeys: Bool, textValues: Bool) {
    let distinct = Set(entries.map { ExactValue($0.value) }).sorted()
    let values = distinct.filter { $0 != .null }
    let numbers = Dictionary(uniqueKeysWithValues: zip(values, UInt32(1)...))
    let choices = Dictionary(
      entries.map { (ExactValue($0.key), numbers[ExactValue($0.value)] ?? 0) }
    ) { first, _ in first }
    let keys = choices.keys.filter { $0 != .null }.sorted()
    self.init(
      keys: ExactValue.values(keys, areTexts: textKeys),
      values: ExactValue.values(values, areTexts: textValues),
      choices: Numbers(keys.map { choices[$0] ?? 0 }), nullChoice: choices[.null] ?? 0)
  }
}

/// A value whose texts are compared byte by byte, as the generator does.
package enum ExactValue: Hashable, Comparable {
  case null
  case integer(Int64)
  case text([UInt8])

  /// Creates the value of a table.
  package init(_ value: Rule.Value) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = .integer(number)
    case .text(let text): self = .text(Array(text.utf8))
    }
  }

  /// Whether the left one comes first: null, then numbers, then texts by their bytes.
  package static func < (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right
    case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
    case (.null, .integer), (.null, .text), (.integer, .text): true
    default: false
    }
  }

  static func values(_ values: [Self], areTexts: Bool) -> LookupTable.Values {
    var texts = TextTable()
    var numbers: [Int64] = []
    for value in values {
      switch value {
      case .text(let text): texts.add(utf8: text)
      case .integer(let number): numbers.append(number)
      case .null: break
      }
    }
    return areTexts ? .texts(texts) : .numbers(Numbers(numbers))
  }
}
