/// Keys that look drawn, each text once. What shape a key has another leaf says, or the weights of
/// the shapes: row i is one of a group of as many rows as all weights are; a permutation of the group
/// says which shape it takes and how many rows before it took the same one, another permutation which
/// of the shape's texts that is. With a leaf the row's own number says that, whatever shapes other
/// rows have; a row beyond the texts of its shape has the first shape that has texts enough.
/// Where these are used up, the row's own number chooses among texts that are longer than those of
/// all shapes.
package struct KeyShapes: Sendable, Hashable {
  /// Number of its stream of draws.
  package let stream: UInt32
  /// The shapes, no two with a text in common.
  package let shapes: [KeyShape]
  /// The leaf that has the number of the shape, 0 for what is none; nil for shapes by their weights.
  package let leaf: Int?
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
  ///   - leaf: the leaf that has the number of the shape; nil for shapes by their weights.
  package init(stream: UInt32, shapes: [KeyShape], leaf: Int? = nil) {
    self.stream = stream
    self.shapes = shapes
    self.leaf = leaf
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
    if let problem = KeyShape.problem(of: shapes, areNumbers: areNumbers) { return problem }
    if areNumbers, shapes[longest].count == 1 {
      return "a key that is an integer has a shape of two places or more"
    }
    return nil
  }

  /// Appends a row's key.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - seed: of the rows.
  ///   - choice: what `leaf` has in the row, nil for null; without a leaf it does not count.
  ///   - bytes: what the key is appended to.
  func append(row: UInt64, seed: UInt64, choice: Int64?, to bytes: inout [UInt8]) {
    // No module's draws: those have an attempt below 255.
    let words = Philox.block(
      counter: (0, 0, stream, .max),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32)))
    let textKey = (words.0, words.1)
    let number: UInt64
    let shape: Int?
    if leaf == nil {
      let drawn = drawnShape(row: row, key: (words.2, words.3))
      number = drawn.number
      shape = shapes[drawn.shape].has(number) ? drawn.shape : nil
    } else {
      number = row
      shape = shapeWithText(number, choice: choice)
    }
    if let shape {
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

  /// The shape of a row by the weights, and how many rows before it have the same one.
  private func drawnShape(
    row: UInt64, key: (UInt32, UInt32)
  ) -> (shape: Int, number: UInt64) {
    let total = sums[sums.count - 1]
    let (group, place) = row.quotientAndRemainder(dividingBy: total)
    let chosen = KeyedPermutation(key: key, tweak: group).permuted(place, below: total)
    var shape = 0
    while chosen >= sums[shape + 1] { shape += 1 }
    return (shape, group &* UInt64(shapes[shape].weight) &+ (chosen &- sums[shape]))
  }

  /// The chosen shape, or the first one that has so many texts; nil if none has.
  private func shapeWithText(_ number: UInt64, choice: Int64?) -> Int? {
    if let choice, choice > 0, choice < Int64(shapes.count) {
      let shape = Int(truncatingIfNeeded: choice)
      if shapes[shape].has(number) { return shape }
    }
    for shape in 0..<shapes.count where shapes[shape].has(number) { return shape }
    return nil
  }
}

extension KeyShape {
  /// Whether there is a text for a number.
  fileprivate func has(_ number: UInt64) -> Bool {
    capacity(extra: 0).map { number < $0 } ?? true
  }
}
