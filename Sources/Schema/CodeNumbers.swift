import FakeGen

/// The numbers of texts of some shapes: those of the first shape in order, place by place, then those
/// of the second, and so on. It reads what `CodeShapes` writes.
public struct CodeNumbers: Sendable {
  private struct Shape {
    /// For each place, what each of its characters adds to the number.
    var places: [[Unicode.Scalar: Int64]]
    /// The number of the shape's first text.
    var start: Int64
  }

  private let shapes: [Shape]
  private let codes: CodeShapes

  /// Creates the numbers of a pattern's texts.
  ///
  /// - Parameter pattern: shapes; a sequence has no numbers.
  /// - Precondition: all shapes have 2^62 texts at most.
  public init(_ pattern: KeyPattern) {
    codes = CodeShapes(pattern)
    guard case .shapes(let all) = pattern, codes.problem == nil else {
      shapes = []
      return
    }
    var (start, shapes): (Int64, [Shape]) = (0, [])
    for shape in all {
      var (capacity, places): (Int64, [[Unicode.Scalar: Int64]]) = (1, [])
      for place in shape.places.reversed() {
        let scalars = place.unicodeScalars.sorted()
        places.append(
          Dictionary(
            uniqueKeysWithValues: scalars.enumerated().map { ($1, Int64($0) * capacity) }))
        capacity *= Int64(scalars.count)
      }
      shapes.append(Shape(places: places.reversed(), start: start))
      start += capacity
    }
    self.shapes = shapes
  }

  /// Returns a text's number; nil if it is of no shape.
  public func number(of text: String) -> Int64? {
    let scalars = Array(text.unicodeScalars)
    for shape in shapes where shape.places.count == scalars.count {
      var number = shape.start
      let fits = zip(shape.places, scalars).allSatisfy { place, scalar in
        guard let part = place[scalar] else { return false }
        number += part
        return true
      }
      if fits { return number }
    }
    return nil
  }

  /// Returns the text of a number, the first or the last one's for numbers that are none's; nil if the
  /// pattern has no texts by number.
  public func text(of number: Int64) -> String? {
    shapes.isEmpty ? nil : codes.text(of: number)
  }
}
