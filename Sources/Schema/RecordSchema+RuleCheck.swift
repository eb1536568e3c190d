import FakeGen

extension RecordSchema {
  /// Characters that a text in a table may have.
  private static let maximumLength = ModelFormat.maximumStringLength
  /// Texts of the numbers of a part of a date: as many as a year has days.
  private static let maximumTexts = 366

  /// Returns what keeps the rules from holding, in words; nil if nothing does: that each derived leaf
  /// has one rule and comes after those that it follows from, that hidden leaves are integers that
  /// follow from columns, that the kinds of leaves suit, that keys and tables are well formed, and
  /// that layouts of moments are.
  public var ruleProblem: String? {
    for leaf in leaves {
      guard case .moment(let layout) = leaf.kind else { continue }
      do {
        _ = try MomentLayout(layout)
      } catch {
        return "the layout '\(layout)' of \(leaf.path) \(error.reason.text)"
      }
    }
    for (ruled, name) in [(derived, "derived"), (hidden, "hidden")] {
      let indices = ruled.map(\.leaf)
      guard (indices + ruled.flatMap(\.rule.sources)).allSatisfy(leaves.indices.contains),
        Set(indices).count == indices.count
      else { return "its \(name) leaves should be distinct leaves, and follow from leaves" }
    }
    return derivedProblem ?? hiddenProblem
  }

  private var derivedProblem: String? {
    var later = derivedLeaves
    let absent = Set(optionalMessages.joined())
    for ruled in derived {
      let leaf = leaves[ruled.leaf]
      if let source = ruled.rule.sources.first(where: later.contains) {
        return "\(leaf.path) should come after \(leaves[source].path), which it follows from"
      }
      later.remove(ruled.leaf)
      if let problem = problem(ruled) { return "\(leaf.path) \(problem)" }
      switch ruled.rule {
      case .shape:
        return "\(leaf.path) is the shape of a key, which a hidden leaf alone can be"
      case .codeNumber:
        return "\(leaf.path) is the number of a code, which a hidden leaf alone can be"
      case .template, .templateNumber:
        return "\(leaf.path) is a part of a text, which a hidden leaf alone can be"
      case .without:
        return "\(leaf.path) is what another leaf is missing for, which a hidden leaf alone can be"
      case .choice: return "\(leaf.path) chooses an alternative, which a hidden leaf alone can"
      default: break
      }
      if case .key = ruled.rule, leaf.isOptional || absent.contains(ruled.leaf) {
        return "\(leaf.path) is a key, which is never null"
      }
    }
    return nil
  }

  private var hiddenProblem: String? {
    var later = hiddenLeaves
    let derived = derivedLeaves
    for ruled in hidden {
      let leaf = leaves[ruled.leaf]
      guard leaf.kind == .integer, !columns.contains(ruled.leaf), !derived.contains(ruled.leaf)
      else {
        return "\(leaf.path) is hidden, which only an integer in no column that a module models "
          + "can be"
      }
      if case .key = ruled.rule { return "\(leaf.path) is hidden, which a key cannot be" }
      if let source = ruled.rule.sources.first(where: later.contains) {
        return "\(leaf.path) should come after \(leaves[source].path), which it is computed from"
      }
      later.remove(ruled.leaf)
      if let problem = problem(ruled) { return "\(leaf.path) \(problem)" }
    }
    return nil
  }

  /// What is wrong with a rule by itself, in words that go on from its leaf's name.
  private func problem(_ ruled: RuledLeaf) -> String? {
    let kind = leaves[ruled.leaf].kind
    let numbers = ruled.rule.sources.allSatisfy { leaves[$0].kind.isNumber }
    switch ruled.rule {
    case .key(let pattern, let shape):
      if let problem = pattern.problem(for: kind) { return problem }
      guard let shape else { return nil }
      guard case .shapes = pattern else { return "is a sequence, which has no shapes" }
      return leaves[shape].kind == .integer
        ? nil : "is a key whose shape \(leaves[shape].path) says, which an integer alone can"
    case .sum(_, _, let limits):
      if let limits, limits.least > limits.greatest { return "has limits that are empty" }
      return kind.isNumber && numbers ? nil : "is a sum, which numbers alone have"
    case .sumOrElse: return kind.isNumber && numbers ? nil : "is a sum, which numbers alone have"
    case .without:
      return kind == .integer && numbers
        ? nil : "is the number of another, which integers alone are"
    case .digit(_, _, let unit, let count):
      guard kind.isNumber && numbers else { return "is a digit, which numbers alone have" }
      return unit >= 1 && count ?? 1 >= 1 ? nil : "should have a unit and a count of 1 or more"
    case .lookup(let source, let entries):
      guard Set(entries.map { ExactValue($0.key) }).count == entries.count else {
        return "has a table with a value twice"
      }
      for entry in entries {
        guard suits(entry.key, leaves[source].kind), suits(entry.value, kind) else {
          return "has a table whose values are not those of \(leaves[source].path) and its own"
        }
      }
      return nil
    case .total(let list, let factors, let factor, let divisor):
      guard kind.isNumber, case .list(let type) = leaves[list].kind,
        factors.allSatisfy({
          type.elements.leaves.indices.contains($0) && type.elements.leaves[$0].kind.isNumber
        })
      else { return "is a total, which is a number, of numbers of a list's elements" }
      return factor >= 1 && divisor >= 1 ? nil : "should have a factor and a divisor of 1 or more"
    case .product(_, let factor, let divisor):
      guard kind.isNumber && numbers else { return "is a product, which numbers alone have" }
      return factor >= 1 && divisor >= 1 ? nil : "should have a factor and a divisor of 1 or more"
    case .greatest(let others, _, _):
      return kind.isNumber && numbers && !others.isEmpty
        ? nil : "is past the greatest of others, which numbers alone are"
    case .code(let source, let pattern):
      guard kind == .text, leaves[source].kind == .integer else {
        return "is a code, which is a text, of an integer"
      }
      return CodeShapes(pattern).problem?.text
    case .codeNumber(let source, let pattern):
      guard kind == .integer, leaves[source].kind == .text else {
        return "is the number of a code, which is an integer, of a text"
      }
      return CodeShapes(pattern).problem?.text
    case .composed(let composition, let choice, let numbers):
      guard kind == .text,
        (numbers + (choice.map { [$0] } ?? [])).allSatisfy({
          leaves[$0].kind == .integer
        })
      else { return "is made of others, which is a text, and its numbers are integers" }
      if numbers.count < composition.numberCount { return "is made of more numbers than it has" }
      return problem(composition)
    case .template(let composition, let source), .templateNumber(let composition, let source, _):
      guard kind == .integer, leaves[source].kind == .text else {
        return "is a part of a text, which is an integer, of a text"
      }
      return problem(composition)
    case .pairLookup(let pairs):
      if let problem = pairs.problem { return problem }
      guard pairs.firsts.allSatisfy({ suits($0, leaves[pairs.first].kind) }),
        pairs.seconds.allSatisfy({ suits($0, leaves[pairs.second].kind) }),
        pairs.values.allSatisfy({ suits($0, kind) })
      else { return "has a table whose values are not those of the leaves it is of" }
      return pairs.otherwise.map { leaves[$0].kind == .integer } ?? true
        ? nil : "should be chosen by an integer where its table lacks a pair"
    case .calendar(let source, _, let texts):
      guard case .moment(let layout) = leaves[source].kind,
        (try? MomentLayout(layout))?.hasDate == true
      else { return "is a part of a date, which a moment with a date alone has" }
      guard kind == (texts.isEmpty ? .integer : .text) else {
        return "is a part of a date, which is an integer, or a text of its texts"
      }
      return texts.count <= Self.maximumTexts && texts.allSatisfy({ suits(.text($0), kind) })
        ? nil : "should have \(Self.maximumTexts) texts or fewer"
    case .choice(let alternatives):
      return kind == .integer && !alternatives.contains(where: \.isEmpty)
        ? nil : "chooses an alternative, which an integer does, of leaves"
    case .shape(let source, let pattern):
      guard kind == .integer, case .shapes = pattern else {
        return "is the shape of a key, which is an integer, of a key that has shapes"
      }
      return pattern.problem(for: leaves[source].kind).map { "is the shape of a key that \($0)" }
    }
  }

  private func problem(_ composition: Composition) -> String? {
    if composition.leaves.contains(where: { leaves[$0].kind.isList }) {
      return "is made of others, of which none is a list"
    }
    return composition.problem
  }

  private func suits(_ value: Rule.Value, _ kind: LeafKind) -> Bool {
    switch (value, kind) {
    case (.null, _): true
    case (.text(let text), .text): text.unicodeScalars.count <= Self.maximumLength
    case (.text(let text), .digits): DigitString.isCanonical(text.utf8)
    case (.text, _), (.integer, .text), (.integer, .digits): false
    case (.integer(let number), _):
      kind.classes.map { (0..<Int64($0)).contains(number) } ?? true
    }
  }
}

extension LeafKind {
  /// Whether the values are units.
  public var isNumber: Bool {
    if case .moment = self { true } else { isScalar }
  }

  /// Units of a day of a moment; those of seconds for all else.
  public var unitsPerDay: Int64 {
    guard case .moment(let text) = self, let layout = try? MomentLayout(text) else { return 86_400 }
    return 86_400 * layout.unitsPerSecond
  }
}
