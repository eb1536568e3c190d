/// What follows from a field's value by a table, as the state of a city does.
package struct LookupTable: Sendable, Hashable {
  /// Values of one kind.
  package enum Values: Sendable, Hashable {
    case texts(TextTable)
    /// Units, classes or integers.
    case numbers(Numbers<Int64>)

    /// Number of values.
    package var count: Int {
      switch self {
      case .texts(let texts): texts.count
      case .numbers(let numbers): numbers.count
      }
    }
  }

  /// The values that are looked up, ascending: texts by their bytes.
  package let keys: Values
  /// The values that they have.
  package let values: Values
  /// For each key 1 + the position of its value, 0 for null.
  package let choices: Numbers<UInt32>
  /// The same for null.
  package let nullChoice: UInt32

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - keys: the values that are looked up, ascending: texts by their bytes.
  ///   - values: the values that they have.
  ///   - choices: for each key 1 + the position of its value, 0 for null.
  ///   - nullChoice: the same for null.
  package init(keys: Values, values: Values, choices: Numbers<UInt32>, nullChoice: UInt32 = 0) {
    self.keys = keys
    self.values = values
    self.choices = choices
    self.nullChoice = nullChoice
  }

  /// The choice for a text, that of a null if the table lacks it.
  private func choice(_ found: ArraySlice<UInt8>) -> UInt32 {
    keys.place(of: found).map { choices[$0] } ?? 0
  }

  private func choice(_ found: Int64) -> UInt32 { keys.place(of: found).map { choices[$0] } ?? 0 }

  /// Tells whether a leaf that follows from one of a kind may be null: because the table says so, or
  /// because it may lack a value.
  ///
  /// - Parameters:
  ///   - kind: of the leaf that is looked up.
  ///   - isNull: whether that may be null.
  ///   - known: its values, if there are no others.
  func mayGiveNull(for kind: ColumnKind, orNull isNull: Bool, known: Values?) -> Bool {
    if isNull && nullChoice == 0 { return true }
    switch (kind, known) {
    case (.boolean, _): return !hasAll(2)
    case (.enumeration(let names), _): return !hasAll(names.count)
    case (_, .texts(let texts)?):
      for index in 0..<texts.count where choice(texts[index]) == 0 { return true }
      return false
    case (_, .numbers(let numbers)?):
      for number in numbers where choice(number) == 0 { return true }
      return false
    case (_, nil): return true
    }
  }

  private func hasAll(_ classes: Int) -> Bool {
    for number in 0..<classes where choice(Int64(number)) == 0 { return false }
    return true
  }

  /// Sets `target` to what follows from `source`.
  func decode(row: Int, source: Int, target: Int, into batch: inout DecodedBatch) {
    let choice =
      switch batch.value(row: row, leaf: source) {
      case .null, .list: nullChoice
      case .number(let number): self.choice(number)
      case .text(let start, let count): self.choice(batch.text[start..<start &+ count])
      }
    guard choice > 0 else { return }
    values.set(Int(truncatingIfNeeded: choice) &- 1, row: row, leaf: target, into: &batch)
  }
}

extension LookupTable.Values {
  /// The place of a text among ascending values; nil if it is not there.
  func place(of text: ArraySlice<UInt8>) -> Int? {
    guard case .texts(let texts) = self else { return nil }
    let place = firstPlace(below: texts.count) { texts[$0].lexicographicallyPrecedes(text) }
    return place < texts.count && texts[place].elementsEqual(text) ? place : nil
  }

  /// The place of a number among ascending values; nil if it is not there.
  func place(of number: Int64) -> Int? {
    guard case .numbers(let numbers) = self else { return nil }
    let place = firstPlace(below: numbers.count) { numbers[$0] < number }
    return place < numbers.count && numbers[place] == number ? place : nil
  }

  /// Sets `leaf` to the value at a position.
  func set(_ position: Int, row: Int, leaf: Int, into batch: inout DecodedBatch) {
    switch self {
    case .texts(let texts): batch.setText(texts[position], row: row, leaf: leaf)
    case .numbers(let numbers): batch.set(.number(numbers[position]), row: row, leaf: leaf)
    }
  }
}

/// The first of the places below a count for which `isBefore`, which holds for the first ones, does
/// not hold; the count if it holds for all.
func firstPlace(from start: Int = 0, below count: Int, _ isBefore: (Int) -> Bool) -> Int {
  var (low, high) = (start, count)
  while low < high {
    let middle = low &+ (high &- low) / 2
    if isBefore(middle) { low = middle &+ 1 } else { high = middle }
  }
  return low
}
