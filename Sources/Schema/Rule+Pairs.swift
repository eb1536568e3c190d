import FakeGen

extension Rule {
  /// A table of pairs of two leaves' values. What texts are is their bytes, and so is their order.
  public struct Pairs: Codable, Hashable, Sendable {
    /// Index into `RecordSchema.leaves` of the leaf with the first value of a pair.
    public var first: Int
    /// The same of the second value.
    public var second: Int
    /// The values of the first leaf, ascending, null before all others.
    public var firsts: [Value]
    /// The values of the second leaf, likewise.
    public var seconds: [Value]
    /// The values that pairs have, none of them null.
    public var values: [Value]
    /// The pairs, ascending.
    public var entries: [Entry]
    /// An integer leaf that says what pairs are that the table lacks: the number itself for a leaf of
    /// numbers, in units, and else the position of one of `values`, from 0. Nil: null.
    public var otherwise: Int?

    /// A pair.
    public struct Entry: Codable, Hashable, Sendable {
      /// Position among `firsts`.
      public var first: Int
      /// Position among `seconds`.
      public var second: Int
      /// Position among `values`; nil for null.
      public var value: Int?

      /// Creates a pair.
      public init(first: Int, second: Int, value: Int?) {
        self.first = first
        self.second = second
        self.value = value
      }
    }

    /// Creates a table.
    public init(
      first: Int, second: Int, firsts: [Value], seconds: [Value], values: [Value],
      entries: [Entry], otherwise: Int? = nil
    ) {
      self.first = first
      self.second = second
      self.firsts = firsts
      self.seconds = seconds
      self.values = values
      self.entries = entries
      self.otherwise = otherwise
    }

    /// Returns the pair's line of the table; nil if it has none.
    public func entry(_ first: Value, _ second: Value) -> Entry? {
      guard let one = Self.place(of: first, in: firsts),
        let other = Self.place(of: second, in: seconds)
      else { return nil }
      let place = Self.partition(entries.count) {
        (entries[$0].first, entries[$0].second) < (one, other)
      }
      guard place < entries.count, entries[place].first == one, entries[place].second == other
      else { return nil }
      return entries[place]
    }

    private static func place(of value: Value, in values: [Value]) -> Int? {
      let place = partition(values.count) { values[$0].exactlyPrecedes(value) }
      return place < values.count && !value.exactlyPrecedes(values[place]) ? place : nil
    }

    /// The first place for which `isBefore` does not hold.
    private static func partition(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if isBefore(middle) { low = middle + 1 } else { high = middle }
      }
      return low
    }

    /// What is wrong with the table by itself, in words that go on from its leaf's name; nil if nothing
    /// is.
    var problem: String? {
      for values in [firsts, seconds] {
        guard zip(values, values.dropFirst()).allSatisfy({ $0.exactlyPrecedes($1) }) else {
          return "has a table whose values do not ascend"
        }
      }
      let areInOrder = zip(entries, entries.dropFirst()).allSatisfy {
        ($0.first, $0.second) < ($1.first, $1.second)
      }
      let areThere = entries.allSatisfy {
        firsts.indices.contains($0.first) && seconds.indices.contains($0.second)
          && $0.value.map(values.indices.contains) ?? true
      }
      guard areInOrder, areThere, !values.contains(.null) else {
        return "has a table whose pairs are out of order, or of values that there are not"
      }
      return nil
    }
  }
}

extension Rule.Value {
  /// Whether it comes before another one: null first, then numbers, then texts by their bytes.
  public func exactlyPrecedes(_ other: Self) -> Bool {
    switch (self, other) {
    case (.integer(let left), .integer(let right)): left < right
    case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    case (.null, .integer), (.null, .text), (.integer, .text): true
    default: false
    }
  }
}

extension PairTable {
  /// The table as the generator has it.
  init(_ pairs: Rule.Pairs, textFirsts: Bool, textSeconds: Bool, textValues: Bool) {
    // Null is code 0 of any leaf.
    let firstBase = pairs.firsts.first == .null ? 0 : 1
    let secondBase = pairs.seconds.first == .null ? 0 : 1
    let firsts = pairs.firsts.dropFirst(1 - firstBase).map(ExactValue.init)
    let seconds = pairs.seconds.dropFirst(1 - secondBase).map(ExactValue.init)
    var starts = [UInt32](repeating: 0, count: firsts.count + 2)
    for entry in pairs.entries { starts[entry.first + firstBase + 1] += 1 }
    for place in starts.indices.dropFirst() { starts[place] += starts[place - 1] }
    self.init(
      firsts: ExactValue.values(firsts, areTexts: textFirsts),
      seconds: ExactValue.values(seconds, areTexts: textSeconds),
      values: ExactValue.values(pairs.values.map(ExactValue.init), areTexts: textValues),
      starts: Numbers(starts),
      partners: Numbers(pairs.entries.map { UInt32($0.second + secondBase) }),
      choices: Numbers(pairs.entries.map { $0.value.map { UInt32($0 + 1) } ?? 0 }))
  }
}
