/// Keys that look drawn: of several shapes by their weights, each text once. Row i is one of a group
/// of as many rows as all weights are; a permutation of the group says which shape it takes and how
/// many rows before it took the same one, another permutation which of the shape's texts that is.
/// Where a shape's texts are used up, the row's own number chooses among texts that are longer than
/// those of all shapes.
package struct KeyShapes: Sendable, Hashable {
  /// Number of its stream of draws.
  package let stream: UInt32
  /// The shapes, no two with a text in common.
  package let shapes: [KeyShape]
  /// The sum of the weights of the shapes before each, and that of all.
  private let sums: [UInt64]
  /// The longest shape, which goes on where one is used up.
  private let longest: Int

  /// Most shapes.
  package static let maximumShapes = 64

  /// Creates keys of shapes.
  ///
  /// - Parameters:
  ///   - stream: number of its stream of draws.
  ///   - shapes: without a `problem`.
  package init(stream: UInt32, shapes: [KeyShape]) {
    self.stream = stream
    self.shapes = shapes
    var sums = [0 as UInt64]
    var longest = 0
    for (index, shape) in shapes.enumerated() {
      sums.append(sums[index] &+ UInt64(shape.weight))
      if shape.count > shapes[longest].count { longest = index }
    }
    self.sums = sums
    self.longest = longest
  }

  /// What keeps them from making keys; nil if nothing does.
  ///
  /// - Parameter areNumbers: whether the keys are integers.
  package func problem(areNumbers: Bool) -> UTF8Text? {
    guard (1...Self.maximumShapes).contains(shapes.count) else {
      return "keys should have 1 to \(Self.maximumShapes) shapes"
    }
    for (index, shape) in shapes.enumerated() {
      if let problem = shape.problem(areNumbers: areNumbers) { return problem }
      for other in shapes[..<index] where !shape.isApart(from: other) {
        return "two shapes have a text in common; make one of them"
      }
    }
    if areNumbers, shapes[longest].count == 1 {
      return "a key that is an integer has a shape of two places or more"
    }
    return nil
  }

  /// Appends a row's key.
  func append(row: UInt64, seed: UInt64, to bytes: inout [UInt8]) {
    // No module's draws: those have an attempt below 255.
    let words = Philox.block(
      counter: (0, 0, stream, .max),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32)))
    let textKey = (words.0, words.1)
    let total = sums[sums.count - 1]
    let (group, place) = row.quotientAndRemainder(dividingBy: total)
    let chosen = KeyedPermutation(key: (words.2, words.3), tweak: group)
      .permuted(place, below: total)
    var shape = 0
    while chosen >= sums[shape + 1] { shape += 1 }
    let number = group &* UInt64(shapes[shape].weight) &+ (chosen &- sums[shape])
    if shapes[shape].capacity(extra: 0).map({ number < $0 }) ?? true {
      shapes[shape].append(
        number, extra: 0,
        permutation: KeyedPermutation(key: textKey, tweak: UInt64(shape)), row: row, to: &bytes)
      return
    }
    var rest = row
    var extra = 1
    while let capacity = shapes[longest].capacity(extra: extra), rest >= capacity {
      rest &-= capacity
      extra &+= 1
    }
    let tweak = UInt64(extra) &<< 8
    shapes[longest].append(
      rest, extra: extra, permutation: KeyedPermutation(key: textKey, tweak: tweak), row: row,
      to: &bytes)
  }
}
