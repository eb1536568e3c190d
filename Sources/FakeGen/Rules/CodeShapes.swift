/// Texts of some shapes by number: those of the first shape in order, place by place, then those of
/// the second, and so on.
package struct CodeShapes: Sendable, Hashable {
  /// The shapes, no two with a text in common.
  package let shapes: [KeyShape]
  /// Number of texts of each shape.
  private let capacities: [Int64]

  /// Most texts of all shapes.
  package static let maximumTexts: Int64 = 1 << 62

  /// Creates texts of shapes.
  ///
  /// - Parameter shapes: without a `problem`.
  package init(shapes: [KeyShape]) {
    self.shapes = shapes
    var capacities: [Int64] = []
    for shape in shapes { capacities.append(Int64(clamping: shape.capacity(extra: 0) ?? .max)) }
    self.capacities = capacities
  }

  /// What keeps them from giving each number a text of its own; nil if nothing does.
  package var problem: UTF8Text? {
    guard (1...KeyShapes.maximumShapes).contains(shapes.count) else {
      return "codes should have 1 to \(KeyShapes.maximumShapes) shapes"
    }
    if let problem = KeyShape.problem(of: shapes, areNumbers: false) { return problem }
    var rest = Self.maximumTexts
    for capacity in capacities {
      if capacity > rest { return "codes have more than 2^62 texts" }
      rest -= capacity
    }
    return nil
  }

  /// Appends the text of a number; below 0 that of 0, beyond the last one the last.
  ///
  /// - Parameters:
  ///   - number: of the text.
  ///   - bytes: what the text is appended to.
  func append(_ number: Int64, to bytes: inout [UInt8]) {
    var rest = max(number, 0)
    for (index, shape) in shapes.enumerated() {
      if rest < capacities[index] || index == shapes.count - 1 {
        return shape.append(
          inOrder: UInt64(min(rest, capacities[index] - 1)), to: &bytes)
      }
      rest -= capacities[index]
    }
  }

  /// The text of a number, as `append` gives it.
  package func text(of number: Int64) -> String {
    var bytes: [UInt8] = []
    append(number, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
