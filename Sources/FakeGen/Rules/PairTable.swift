/// What follows from the values of two fields by a table, as a price does from a product and a size.
package struct PairTable: Sendable, Hashable {
  /// The values of the first field, ascending: texts by their bytes.
  package let firsts: LookupTable.Values
  /// The values of the second field, likewise.
  package let seconds: LookupTable.Values
  /// The values that pairs have.
  package let values: LookupTable.Values
  /// For null and then each of the first field's values the place of its first pair; at last the
  /// number of pairs.
  package let starts: Numbers<UInt32>
  /// For each pair 1 + the position of the second field's value, 0 for null; they ascend among the
  /// pairs of one value of the first field.
  package let partners: Numbers<UInt32>
  /// For each pair 1 + the position of its value, 0 for null.
  package let choices: Numbers<UInt32>

  /// What says the value of a pair that the table lacks.
  package struct Otherwise: Sendable, Hashable {
    /// An integer leaf.
    package let leaf: Int
    /// Whether it has the position of a value, and null where there is none; else the number itself.
    package let isPosition: Bool

    /// Creates what says the value of a pair that the table lacks.
    ///
    /// - Parameters:
    ///   - leaf: an integer leaf.
    ///   - isPosition: whether it has the position of a value; else the number itself.
    package init(leaf: Int, isPosition: Bool) {
      self.leaf = leaf
      self.isPosition = isPosition
    }
  }

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - firsts: the values of the first field, ascending: texts by their bytes.
  ///   - seconds: the values of the second field, likewise.
  ///   - values: the values that pairs have.
  ///   - starts: for null and then each of `firsts` the place of its first pair; at last the number
  ///     of pairs.
  ///   - partners: for each pair 1 + the position of the second field's value, 0 for null; they ascend
  ///     among the pairs of one value of the first field.
  ///   - choices: for each pair 1 + the position of its value, 0 for null.
  package init(
    firsts: LookupTable.Values, seconds: LookupTable.Values, values: LookupTable.Values,
    starts: Numbers<UInt32>, partners: Numbers<UInt32>, choices: Numbers<UInt32>
  ) {
    self.firsts = firsts
    self.seconds = seconds
    self.values = values
    self.starts = starts
    self.partners = partners
    self.choices = choices
  }

  /// The place of a pair; nil if the table lacks it.
  ///
  /// - Parameters:
  ///   - first: 1 + the position of the first field's value, 0 for null.
  ///   - second: 1 + the position of the second field's, 0 for null.
  private func place(_ first: Int, _ second: Int) -> Int? {
    let end = Int(truncatingIfNeeded: starts[first &+ 1])
    let place = firstPlace(from: Int(truncatingIfNeeded: starts[first]), below: end) {
      Int(truncatingIfNeeded: partners[$0]) < second
    }
    return place < end && Int(truncatingIfNeeded: partners[place]) == second ? place : nil
  }

  /// Sets `target` to what follows from two leaves: the value of their pair if the table has it, else
  /// the one that `otherwise` says.
  func decode(
    row: Int, first: Int, second: Int, otherwise: Otherwise?, target: Int,
    into batch: inout DecodedBatch
  ) {
    if let one = firsts.code(row: row, leaf: first, in: batch),
      let other = seconds.code(row: row, leaf: second, in: batch), let place = place(one, other)
    {
      let choice = Int(truncatingIfNeeded: choices[place])
      if choice > 0 { values.set(choice &- 1, row: row, leaf: target, into: &batch) }
      return
    }
    guard let otherwise, case .number(let number) = batch.value(row: row, leaf: otherwise.leaf)
    else { return }
    if otherwise.isPosition {
      guard number >= 0, number < Int64(values.count) else { return }
      values.set(Int(truncatingIfNeeded: number), row: row, leaf: target, into: &batch)
    } else {
      batch.set(.number(number), row: row, leaf: target)
    }
  }

  /// Tells whether a leaf that follows from two may be null: because the table says so, or because it
  /// may lack a pair that nothing else gives a value.
  ///
  /// - Parameters:
  ///   - isNull: whether each of the two may be null.
  ///   - known: their values, if there are no others.
  ///   - otherwise: the values of the leaf that says what pairs have that the table lacks, if there
  ///     are no others and it is never null.
  func mayGiveNull(
    orNull isNull: (Bool, Bool), known: (LookupTable.Values?, LookupTable.Values?),
    otherwise: LookupTable.Values?
  ) -> Bool {
    if choices.contains(0) { return true }
    if case .numbers(let positions)? = otherwise {
      return !positions.allSatisfy { 0 <= $0 && $0 < Int64(values.count) }
    }
    guard let first = known.0, let second = known.1, first.areAll(in: firsts),
      second.areAll(in: seconds)
    else { return true }
    // All pairs that there can be.
    let columns = seconds.count &+ (isNull.1 ? 1 : 0)
    for place in (isNull.0 ? 0 : 1)..<starts.count &- 1 {
      if Int(truncatingIfNeeded: starts[place &+ 1] &- starts[place]) < columns { return true }
    }
    return false
  }
}

extension LookupTable.Values {
  /// 1 + the position of what a row has, 0 for null; nil for what is not among the values.
  fileprivate func code(row: Int, leaf: Int, in batch: borrowing DecodedBatch) -> Int? {
    switch batch.value(row: row, leaf: leaf) {
    case .null, .list: 0
    case .number(let number): place(of: number).map { $0 &+ 1 }
    case .text(let start, let count):
      place(of: batch.text[start..<start &+ count]).map { $0 &+ 1 }
    }
  }

  /// Whether all values are among others.
  fileprivate func areAll(in others: Self) -> Bool {
    switch self {
    case .texts(let texts):
      for index in 0..<texts.count where others.place(of: texts[index]) == nil { return false }
    case .numbers(let numbers):
      for number in numbers where others.place(of: number) == nil { return false }
    }
    return true
  }
}
