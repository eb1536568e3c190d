/// Keys of one length: what each of their places may hold.
package struct KeyShape: Sendable, Hashable {
  /// How often it is taken, relative to the others.
  package let weight: UInt32
  /// The characters of all places, each place's ascending.
  private let characters: TextTable
  /// The place of each place's first character among them, and their number.
  private let starts: [Int]
  /// The place that has most characters, the first of these.
  private let widest: Int

  /// Most places.
  package static let maximumPlaces = 256
  /// Most characters of a place.
  package static let maximumCharacters = 256

  /// Creates a shape of places with their characters, in any order.
  ///
  /// - Parameters:
  ///   - weight: how often it is taken, relative to the others.
  ///   - places: 1 to `maximumPlaces`, each of the characters that it may hold.
  package init(weight: UInt32, places: [String]) {
    self.weight = weight
    var characters = TextTable()
    var starts = [0]
    var widest = 0
    for (place, text) in places.enumerated() {
      var scalars: [Unicode.Scalar] = []
      for scalar in text.unicodeScalars { scalars.append(scalar) }
      scalars.sort { $0.value < $1.value }
      for scalar in scalars { characters.add(utf8: UTF8.encode(scalar) ?? .init()) }
      starts.append(characters.count)
      if scalars.count > starts[widest + 1] - starts[widest] { widest = place }
    }
    self.characters = characters
    self.starts = starts
    self.widest = widest
  }

  /// Number of places.
  package var count: Int { starts.count &- 1 }

  /// The characters of a place, ascending, one after the other.
  package func text(of place: Int) -> [UInt8] {
    var text: [UInt8] = []
    for index in starts[place]..<starts[place + 1] { text.append(contentsOf: characters[index]) }
    return text
  }

  /// Number of characters that a place may hold.
  private func radix(_ place: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: starts[place &+ 1] &- starts[place])
  }

  /// What keeps it from making keys; nil if nothing does.
  ///
  /// - Parameter areNumbers: whether the keys are integers.
  package func problem(areNumbers: Bool) -> UTF8Text? {
    if weight == 0 { return "a shape's weight is 0" }
    guard (1...Self.maximumPlaces).contains(count) else {
      return "a shape should have 1 to \(Self.maximumPlaces) places"
    }
    for place in 0..<count {
      guard (1...Self.maximumCharacters).contains(starts[place + 1] - starts[place]) else {
        return "a shape's place should hold 1 to \(Self.maximumCharacters) characters"
      }
      for index in starts[place]..<starts[place + 1] {
        let character = characters[index]
        // UTF-8 has the order of the characters' numbers.
        if index > starts[place], !characters[index - 1].lexicographicallyPrecedes(character) {
          return "a shape's place has a character twice"
        }
        guard !areNumbers || isDigit(character) else {
          return "a key that is an integer has digits alone"
        }
        if areNumbers, place == 0, count > 1, character.first == UInt8(ascii: "0") {
          return "a key that is an integer has no zero before it"
        }
      }
    }
    if radix(widest) < 2 { return "a shape has one text only" }
    return nil
  }

  /// What keeps shapes from making keys together; nil if nothing does.
  ///
  /// - Parameters:
  ///   - shapes: the shapes.
  ///   - areNumbers: whether the keys are integers.
  static func problem(of shapes: [KeyShape], areNumbers: Bool) -> UTF8Text? {
    for (index, shape) in shapes.enumerated() {
      if let problem = shape.problem(areNumbers: areNumbers) { return problem }
      for other in shapes[..<index] where !shape.isApart(from: other) {
        return "two shapes have a text in common; make one of them"
      }
    }
    return nil
  }

  private func isDigit(_ character: ArraySlice<UInt8>) -> Bool {
    guard let byte = character.first else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Whether no text is of both shapes: for their lengths, or for a place that has no character in
  /// both.
  package func isApart(from other: KeyShape) -> Bool {
    if count != other.count { return true }
    for place in 0..<count {
      var (left, right) = (starts[place], other.starts[place])
      var isShared = false
      while left < starts[place + 1], right < other.starts[place + 1], !isShared {
        let (first, second) = (characters[left], other.characters[right])
        if first.lexicographicallyPrecedes(second) {
          left += 1
        } else if second.lexicographicallyPrecedes(first) {
          right += 1
        } else {
          isShared = true
        }
      }
      if !isShared { return true }
    }
    return false
  }

  /// The place that stands at a position of a text that is `extra` longer: its widest place is there
  /// so many times more.
  private func place(at position: Int, extra: Int) -> Int {
    position <= widest ? position : max(widest, position &- extra)
  }

  /// Number of texts that are `extra` longer; nil if 64 bits do not hold it.
  func capacity(extra: Int) -> UInt64? {
    var capacity = 1 as UInt64
    for position in 0..<count &+ extra {
      let (product, overflow) = capacity.multipliedReportingOverflow(
        by: radix(place(at: position, extra: extra)))
      if overflow { return nil }
      capacity = product
    }
    return capacity
  }

  /// Appends a text by its number in order, the first place's characters counting most.
  ///
  /// - Parameters:
  ///   - number: below `capacity(extra: 0)`, which there is.
  ///   - bytes: what the text is appended to.
  func append(inOrder number: UInt64, to bytes: inout [UInt8]) {
    var (rest, capacity) = (number, capacity(extra: 0) ?? 1)
    for place in 0..<count {
      capacity /= radix(place)
      let (digit, lower) = rest.quotientAndRemainder(dividingBy: capacity)
      bytes.append(
        contentsOf: characters[starts[place] &+ Int(truncatingIfNeeded: digit)])
      rest = lower
    }
  }

  /// Appends one of the texts that are `extra` longer, for each number another one.
  ///
  /// - Parameters:
  ///   - number: below `capacity(extra:)`.
  ///   - extra: places more than the shape has.
  ///   - permutation: of the numbers.
  ///   - row: draws what no number is needed for.
  ///   - bytes: what the text is appended to.
  func append(
    _ number: UInt64, extra: Int, permutation: KeyedPermutation, row: UInt64,
    to bytes: inout [UInt8]
  ) {
    let positions = count &+ extra
    // As many places as 64 bits tell apart take the permuted number.
    var (head, capacity) = (0, 1 as UInt64)
    while head < positions {
      let (product, overflow) = capacity.multipliedReportingOverflow(
        by: radix(place(at: head, extra: extra)))
      if overflow { break }
      capacity = product
      head &+= 1
    }
    let (block, rest) = number.quotientAndRemainder(dividingBy: capacity)
    var digits = permutation.permuted(rest, below: capacity)
    var draws = permutation.draws(row: row, stream: .max)
    for position in 0..<positions {
      let place = place(at: position, extra: extra)
      let radix = radix(place)
      let digit: UInt64
      if position < head {
        (digits, digit) = digits.quotientAndRemainder(dividingBy: radix)
      } else if position == head {
        // The next place takes what is left of the number, another one for each text before it.
        var shift = permutation.draws(row: rest, stream: .max &- 1)
        digit = (UInt64(shift.next()) &+ block) % radix
      } else {
        digit = (UInt64(draws.next()) &* radix) &>> 32
      }
      bytes.append(
        contentsOf: characters[starts[place] &+ Int(truncatingIfNeeded: digit)])
    }
  }
}

extension KeyedPermutation {
  /// Uniform draws of a row under the permutation's key, others than its rounds'.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - stream: greater than the upper word of any tweak.
  fileprivate func draws(row: UInt64, stream: UInt32) -> RandomStream {
    RandomStream(seed: UInt64(key.1) &<< 32 | UInt64(key.0), row: row, stream: stream)
  }
}
