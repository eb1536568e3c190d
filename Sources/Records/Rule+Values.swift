import Schema

/// Computes what follows from a record's other values by a rule.
///
/// - Parameters:
///   - rule: how it follows.
///   - kind: of the leaf that follows.
///   - record: the record, in which the leaves that the rule needs are there.
///   - schema: of the record.
/// - Returns: the value; null for a key, which follows from the row's number.
public func value(
  of rule: Rule, kind: LeafKind, in record: Record, schema: RecordSchema
) -> FieldValue {
  func units(_ leaf: Int) -> Int64? { record.values[leaf].units(schema.leaves[leaf].kind) }
  switch rule {
  case .key: return .null
  case .sum(let terms, let constant, let limits):
    var sum = constant
    for term in terms {
      guard let units = units(term.leaf) else { return .null }
      sum &+= term.factor &* units
    }
    if let limits { sum = min(max(sum, limits.least), limits.greatest) }
    return FieldValue(units: sum, kind: kind)
  case .digit(let leaf, let offset, let unit, let count):
    guard let units = units(leaf) else { return .null }
    let quotient = floorOfQuotient(units &- offset, unit)
    let digit = count.map { quotient &- floorOfQuotient(quotient, $0) &* $0 }
    return FieldValue(units: digit ?? quotient, kind: kind)
  case .lookup(let leaf, let entries):
    let found = Rule.Value(record.values[leaf], schema.leaves[leaf].kind)
    let entry = entries.first { ExactText.areSame($0.key, found) }
    return FieldValue(entry?.value ?? .null, kind: kind)
  case .total(let list, let factors, let factor, let divisor):
    guard case .list(let elements) = record.values[list],
      case .list(let type) = schema.leaves[list].kind
    else { return .null }
    let total = elements.reduce(0 as Int64) { total, element in
      let product = product(of: factors) {
        element.values[$0].units(type.elements.leaves[$0].kind)
      }
      return total &+ (product ?? 0)
    }
    return FieldValue(units: scaled(total, factor, divisor), kind: kind)
  case .product(let factors, let factor, let divisor):
    guard let product = product(of: factors, units) else { return .null }
    return FieldValue(units: scaled(product, factor, divisor), kind: kind)
  case .pairLookup(let pairs):
    func key(_ leaf: Int) -> Rule.Value {
      Rule.Value(record.values[leaf], schema.leaves[leaf].kind)
    }
    if let entry = pairs.entry(key(pairs.first), key(pairs.second)) {
      return FieldValue(entry.value.map { pairs.values[$0] } ?? .null, kind: kind)
    }
    guard let number = pairs.otherwise.flatMap(units) else { return .null }
    if kind.isNumber { return FieldValue(units: number, kind: kind) }
    let position = Int(exactly: number).flatMap { pairs.values.indices.contains($0) ? $0 : nil }
    return position.map { FieldValue(pairs.values[$0], kind: kind) } ?? .null
  case .calendar(let leaf, let part, let texts):
    guard let units = units(leaf) else { return .null }
    let number = part.value(
      ofDay: floorOfQuotient(units, schema.leaves[leaf].kind.unitsPerDay))
    if texts.isEmpty { return FieldValue(units: number, kind: kind) }
    guard number >= 1, number <= Int64(texts.count) else { return .null }
    return .text(texts[Int(number) - 1])
  case .greatest(let leaves, let factor, let leaf):
    guard let number = units(leaf), let greatest = greatest(of: leaves, units) else { return .null }
    return FieldValue(units: number &+ factor &* greatest, kind: kind)
  case .sumOrElse(let terms, let constant, let otherwise):
    let sum = value(
      of: .sum(terms: terms, constant: constant), kind: kind, in: record, schema: schema)
    if sum != .null { return sum }
    return units(otherwise).map { FieldValue(units: $0, kind: kind) } ?? .null
  case .without(let leaf, let other):
    guard record.values[other] == .null, let number = units(leaf) else { return .null }
    return .integer(number)
  case .code(let leaf, let pattern):
    guard let number = units(leaf) else { return .null }
    return CodeNumbers(pattern).text(of: number).map { .text($0) } ?? .null
  case .codeNumber(let leaf, let pattern):
    guard case .text(let text) = record.values[leaf] else { return .null }
    return CodeNumbers(pattern).number(of: text).map { .integer($0) } ?? .null
  case .composed(let composition, let choice, let numbers):
    return composed(composition, choice: choice, numbers: numbers, of: record, schema)
  case .template(let composition, let leaf):
    return composition.reading(leaf, of: record, schema).map { .integer(Int64($0.template)) }
      ?? .null
  case .templateNumber(let composition, let leaf, let place):
    return composition.reading(leaf, of: record, schema)?.numbers[place].map { .integer($0) }
      ?? .null
  case .choice(let alternatives):
    let choice = alternatives.firstIndex { $0.contains { record.values[$0] != .null } }
    return .integer(Int64(choice ?? alternatives.count))
  case .shape(let leaf, let pattern):
    return .integer(Int64(pattern.shape(of: record.values[leaf])))
  }
}

extension KeyPattern {
  /// Returns the number of the first shape that a value has; 0 if it has none.
  ///
  /// - Parameter value: a text or an integer.
  public func shape(of value: FieldValue) -> Int {
    switch value {
    case .text(let text): shape(of: text)
    case .integer(let number): shape(of: String(number))
    case .null, .real, .choice, .list: 0
    }
  }
}

/// Multiplies units; nil if some are.
private func product(of factors: [Int], _ units: (Int) -> Int64?) -> Int64? {
  var product: Int64 = 1
  for factor in factors {
    guard let units = units(factor) else { return nil }
    product &*= units
  }
  return product
}

/// The greatest of units; nil if some are, or if there are none.
///
/// - Parameters:
///   - leaves: the leaves.
///   - units: of a leaf, nil for nothing.
public func greatest(of leaves: [Int], _ units: (Int) -> Int64?) -> Int64? {
  var greatest: Int64?
  for leaf in leaves {
    guard let number = units(leaf) else { return nil }
    greatest = max(number, greatest ?? number)
  }
  return greatest
}

/// Multiplies and divides, and rounds to the nearest, up if there are two.
///
/// - Parameters:
///   - number: what is scaled.
///   - factor: what it is multiplied with.
///   - divisor: what it is divided by, at least 1.
public func scaled(_ number: Int64, _ factor: Int64, _ divisor: Int64) -> Int64 {
  floorOfQuotient(number &* factor &+ divisor / 2, divisor)
}

/// Divides by a positive number and rounds down.
private func floorOfQuotient(_ number: Int64, _ divisor: Int64) -> Int64 {
  number / divisor - (number % divisor < 0 ? 1 : 0)
}

extension Record {
  /// Computes values that follow from others.
  ///
  /// - Parameters:
  ///   - leaves: in an order in which none needs a later one. Keys are left as they are.
  ///   - schema: of the record.
  public mutating func compute(_ leaves: [RuledLeaf], schema: RecordSchema) {
    for ruled in leaves {
      if case .key = ruled.rule { continue }
      values[ruled.leaf] = value(
        of: ruled.rule, kind: schema.leaves[ruled.leaf].kind, in: self, schema: schema)
    }
  }
}

extension FieldValue {
  /// Creates the value of a leaf from its units.
  ///
  /// - Parameters:
  ///   - units: of a real's last digit; an integer, a moment or the position of a class.
  ///   - kind: of the leaf.
  public init(units: Int64, kind: LeafKind) {
    switch kind {
    case .real(let decimals):
      self = .real(Double(units) / NumberBins.unitsPerOne(decimals: decimals))
    case .boolean, .enumeration: self = .choice(Int(units))
    case .text, .digits: self = .text(String(units))
    case .integer, .moment: self = .integer(units)
    case .list: self = .null
    }
  }

  /// Returns the value in units, rounded to a real's last digit; nil for null, texts
  /// and lists.
  ///
  /// - Parameter kind: of the leaf.
  public func units(_ kind: LeafKind) -> Int64? {
    switch (self, kind) {
    case (.integer(let value), _): value
    case (.choice(let choice), _): Int64(choice)
    case (.real(let value), .real(let decimals)): NumberBins.units(value, decimals: decimals)
    case (.real, _), (.null, _), (.text, _), (.list, _): nil
    }
  }

  fileprivate init(_ value: Rule.Value, kind: LeafKind) {
    switch value {
    case .null: self = .null
    case .text(let text): self = .text(text)
    case .integer(let units): self = FieldValue(units: units, kind: kind)
    }
  }
}

extension Rule.Value {
  /// The value of a table for what a record holds.
  ///
  /// - Parameters:
  ///   - value: of the record.
  ///   - kind: of its leaf.
  public init(_ value: FieldValue, _ kind: LeafKind) {
    switch value {
    case .text(let text): self = .text(text)
    default: self = value.units(kind).map { .integer($0) } ?? .null
    }
  }
}

extension ExactText {
  fileprivate static func areSame(_ left: Rule.Value, _ right: Rule.Value) -> Bool {
    switch (left, right) {
    case (.text(let left), .text(let right)): ExactText(left) == ExactText(right)
    case (.integer(let left), .integer(let right)): left == right
    case (.null, .null): true
    default: false
    }
  }
}
