/// A leaf that no module makes: it follows from others, or from the row's number.
package struct DerivedLeaf: Sendable, Hashable {
  /// The leaf.
  package let leaf: Int
  /// How it follows.
  package let rule: Rule

  /// How a leaf follows from others, in units of their last digits.
  package enum Rule: Sendable, Hashable {
    /// A counted key.
    case sequence(KeySequence)
    /// A key of the row's number that looks drawn, perhaps of the shape that a leaf says.
    case shapes(KeyShapes)
    /// `constant + sum of factor * leaf`, wrapping at 64 bits; null if a term is. What is beyond the
    /// limits becomes the nearer of them.
    case sum(terms: [Term], constant: Int64, limits: ClosedRange<Int64>? = nil)
    /// `floor((leaf - offset) / unit)`, modulo `count` unless that is 0; null for null. The
    /// difference wraps at 64 bits.
    case digit(leaf: Int, offset: Int64, unit: Int64, count: Int64)
    /// What a table has for the leaf; null for what it lacks.
    case lookup(leaf: Int, table: LookupTable)
    /// The sum over a list's elements of the product of their leaves, 1 if there are none, scaled;
    /// null for null. Elements in which a factor is null do not count.
    case total(list: Int, factors: [Int], scale: Scale)
    /// The product of leaves, scaled; null if one is.
    case product(factors: [Int], scale: Scale)
    /// What a table has for two leaves; for pairs that it lacks what `otherwise` says, or null.
    case pairLookup(first: Int, second: Int, table: PairTable, otherwise: PairTable.Otherwise?)
    /// A part of the day of a moment, of which `unitsPerDay` are a day, as a number, or as the text of
    /// that number, counted from 1; null for null, and for numbers that have none.
    case calendar(leaf: Int, part: CalendarPart, unitsPerDay: Int64, texts: TextTable?)
    /// `leaf + factor * the greatest of others`, wrapping at 64 bits; null if one is.
    case greatest(of: [Int], factor: Int64, plus: Int)
    /// The text of a number; null for null.
    case code(leaf: Int, shapes: CodeShapes)
    /// A text that is made of others.
    case composed(ComposedText)
    /// A sum without limits; where a term is null, the number of another leaf.
    case sumOrElse(terms: [Term], constant: Int64, otherwise: Int)
  }

  /// What brings products to the last digit of a leaf: `number * factor / divisor`, rounded to the
  /// nearest, up if there are two. The product wraps at 64 bits.
  package struct Scale: Sendable, Hashable {
    /// What a number is multiplied with, at least 1.
    package let factor: Int64
    /// What it is divided by then, at least 1.
    package let divisor: Int64

    /// Creates a scale.
    ///
    /// - Parameters:
    ///   - factor: what a number is multiplied with, at least 1.
    ///   - divisor: what it is divided by then, at least 1.
    package init(factor: Int64, divisor: Int64) {
      self.factor = factor
      self.divisor = divisor
    }

    /// Scales a number.
    package func apply(_ number: Int64) -> Int64 {
      floorDivided(number &* factor &+ divisor / 2, by: divisor).quotient
    }
  }

  /// A summand.
  package struct Term: Sendable, Hashable {
    /// The leaf.
    package let leaf: Int
    /// What its units are multiplied with.
    package let factor: Int64

    /// Creates a summand.
    ///
    /// - Parameters:
    ///   - leaf: the leaf.
    ///   - factor: what its units are multiplied with.
    package init(leaf: Int, factor: Int64) {
      self.leaf = leaf
      self.factor = factor
    }
  }

  /// Creates a leaf that follows from others.
  ///
  /// - Parameters:
  ///   - leaf: the leaf.
  ///   - rule: how it follows.
  package init(leaf: Int, rule: Rule) {
    self.leaf = leaf
    self.rule = rule
  }
}

extension DerivedLeaf {
  /// The leaves that it follows from.
  package var sources: [Int] {
    switch rule {
    case .sequence: []
    case .shapes(let keys): keys.leaf.map { [$0] } ?? []
    case .sum(let terms, _, _): terms.map { $0.leaf }
    case .digit(let leaf, _, _, _), .lookup(let leaf, _): [leaf]
    case .total(let list, _, _): [list]
    case .product(let factors, _): factors
    case .pairLookup(let first, let second, _, let otherwise):
      otherwise.map { [first, second, $0.leaf] } ?? [first, second]
    case .calendar(let leaf, _, _, _), .code(let leaf, _): [leaf]
    case .greatest(let leaves, _, let leaf): leaves + [leaf]
    case .composed(let text): text.sources
    case .sumOrElse(let terms, _, let otherwise): terms.map { $0.leaf } + [otherwise]
    }
  }

  /// Whether it is a key, which is never null.
  var isKey: Bool {
    switch rule {
    case .sequence, .shapes: true
    case .sum, .digit, .lookup, .total, .product, .pairLookup, .calendar, .greatest, .code,
      .composed, .sumOrElse:
      false
    }
  }

  /// Computes the leaf in rows whose other leaves are there; it is null before.
  ///
  /// - Parameters:
  ///   - rows: positions in the batch.
  ///   - first: number of the batch's first row.
  ///   - seed: of the rows.
  ///   - isInteger: whether the leaf is an integer.
  ///   - batch: the rows.
  func decode(
    rows: RowList, first: UInt64, seed: UInt64, isInteger: Bool,
    into batch: inout DecodedBatch
  ) {
    for place in 0..<rows.count {
      let row = rows[place]
      let index = first &+ UInt64(truncatingIfNeeded: row)
      switch rule {
      case .sequence(let sequence):
        if isInteger {
          batch.set(.number(sequence.number(row: index)), row: row, leaf: leaf)
        } else {
          let start = batch.text.count
          sequence.append(row: index, to: &batch.text)
          batch.set(.text(start: start, count: batch.text.count &- start), row: row, leaf: leaf)
        }
      case .shapes(let shapes):
        let start = batch.text.count
        let choice = shapes.leaf.flatMap { batch.number(row: row, leaf: $0) }
        shapes.append(row: index, seed: seed, choice: choice, to: &batch.text)
        if isInteger {
          let number = Self.number(batch.text[start...])
          batch.text.removeLast(batch.text.count &- start)
          batch.set(.number(number), row: row, leaf: leaf)
        } else {
          batch.set(.text(start: start, count: batch.text.count &- start), row: row, leaf: leaf)
        }
      case .sum(let terms, let constant, let limits):
        if var sum = Self.sum(terms, constant: constant, { batch.number(row: row, leaf: $0) }) {
          if let limits { sum = min(max(sum, limits.lowerBound), limits.upperBound) }
          batch.set(.number(sum), row: row, leaf: leaf)
        }
      case .digit(let source, let offset, let unit, let count):
        if let number = batch.number(row: row, leaf: source) {
          let digit = Self.digit(number, offset: offset, unit: unit, count: count)
          batch.set(.number(digit), row: row, leaf: leaf)
        }
      case .lookup(let source, let table):
        table.decode(row: row, source: source, target: leaf, into: &batch)
      case .total(let list, let factors, let scale):
        if let total = Self.total(of: factors, list: list, row: row, in: batch) {
          batch.set(.number(scale.apply(total)), row: row, leaf: leaf)
        }
      case .product(let factors, let scale):
        if let product = Self.product(factors, { batch.number(row: row, leaf: $0) }) {
          batch.set(.number(scale.apply(product)), row: row, leaf: leaf)
        }
      case .pairLookup(let first, let second, let table, let otherwise):
        table.decode(
          row: row, first: first, second: second, otherwise: otherwise, target: leaf, into: &batch)
      case .calendar(let source, let part, let unitsPerDay, let texts):
        guard let units = batch.number(row: row, leaf: source) else { continue }
        let number = part.value(ofDay: floorDivided(units, by: unitsPerDay).quotient)
        if let texts {
          guard number >= 1, number <= Int64(texts.count) else { continue }
          batch.setText(texts[Int(truncatingIfNeeded: number) &- 1], row: row, leaf: leaf)
        } else {
          batch.set(.number(number), row: row, leaf: leaf)
        }
      case .greatest(let leaves, let factor, let source):
        if let number = batch.number(row: row, leaf: source),
          let greatest = Self.greatest(leaves, { batch.number(row: row, leaf: $0) })
        {
          batch.set(.number(number &+ factor &* greatest), row: row, leaf: leaf)
        }
      case .sumOrElse(let terms, let constant, let otherwise):
        let sum = Self.sum(terms, constant: constant, { batch.number(row: row, leaf: $0) })
        if let number = sum ?? batch.number(row: row, leaf: otherwise) {
          batch.set(.number(number), row: row, leaf: leaf)
        }
      case .code(let source, let shapes):
        if let number = batch.number(row: row, leaf: source) {
          let start = batch.text.count
          shapes.append(number, to: &batch.text)
          batch.set(.text(start: start, count: batch.text.count &- start), row: row, leaf: leaf)
        }
      case .composed(let text): text.decode(row: row, leaf: leaf, into: &batch)
      }
    }
  }

  /// Adds up the products of elements' leaves; nil for null.
  private static func total(
    of factors: [Int], list leaf: Int, row: Int, in batch: borrowing DecodedBatch
  ) -> Int64? {
    guard case .list(let count) = batch.value(row: row, leaf: leaf) else { return nil }
    var total: Int64 = 0
    for list in batch.lists.indices where batch.lists[list].leaf == leaf {
      let first = row &* batch.lists[list].capacity
      for slot in first..<(first &+ count) {
        let product = product(factors) {
          batch.lists[list].elements.number(row: slot, leaf: $0)
        }
        if let product { total &+= product }
      }
    }
    return total
  }

  private static func product(_ factors: [Int], _ value: (Int) -> Int64?) -> Int64? {
    var product: Int64 = 1
    for factor in factors {
      guard let number = value(factor) else { return nil }
      product = product &* number
    }
    return product
  }

  /// The greatest number of some leaves; nil if one is null, or if there are none.
  private static func greatest(_ leaves: [Int], _ value: (Int) -> Int64?) -> Int64? {
    var greatest: Int64?
    for leaf in leaves {
      guard let number = value(leaf) else { return nil }
      greatest = max(number, greatest ?? number)
    }
    return greatest
  }

  private static func sum(
    _ terms: [Term], constant: Int64, _ value: (Int) -> Int64?
  ) -> Int64? {
    var sum = constant
    for term in terms {
      guard let number = value(term.leaf) else { return nil }
      sum &+= term.factor &* number
    }
    return sum
  }

  private static func digit(
    _ number: Int64, offset: Int64, unit: Int64, count: Int64
  ) -> Int64 {
    let quotient = floorDivided(number &- offset, by: unit).quotient
    return count == 0 ? quotient : floorDivided(quotient, by: count).remainder
  }

  /// The number of decimal digits; what 64 bits do not hold wraps.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int64 {
    var number: Int64 = 0
    for byte in digits { number = number &* 10 &+ Int64(byte &- UInt8(ascii: "0")) }
    return number
  }
}

extension DerivedLeaf.Rule {
  /// A row's key as text; nil for other rules.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - seed: of the rows.
  ///   - choice: what the leaf that says the shape has; nil for null, or if there is none.
  package func key(row: UInt64, seed: UInt64, choice: Int64? = nil) -> String? {
    var bytes: [UInt8] = []
    switch self {
    case .sequence(let sequence): sequence.append(row: row, to: &bytes)
    case .shapes(let shapes): shapes.append(row: row, seed: seed, choice: choice, to: &bytes)
    case .sum, .digit, .lookup, .total, .product, .pairLookup, .calendar, .greatest, .code,
      .composed, .sumOrElse:
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What keeps it from making keys; nil if nothing does, and for other rules.
  ///
  /// - Parameter areNumbers: whether the keys are integers.
  package func keyProblem(areNumbers: Bool) -> UTF8Text? {
    switch self {
    case .sequence(let sequence): sequence.problem(areNumbers: areNumbers)
    case .shapes(let shapes): shapes.problem(areNumbers: areNumbers)
    case .sum, .digit, .lookup, .total, .product, .pairLookup, .calendar, .greatest, .code,
      .composed, .sumOrElse:
      nil
    }
  }
}

extension DecodedBatch {
  /// A leaf's number; nil for null and texts.
  fileprivate func number(row: Int, leaf: Int) -> Int64? {
    if case .number(let number) = value(row: row, leaf: leaf) { return number }
    return nil
  }
}
