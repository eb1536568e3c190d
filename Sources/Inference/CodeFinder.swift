import FakeGen
import Schema

/// Finds the pattern of a column's codes: texts such as `2015-000123` that recur, so that they are no
/// keys, and of which there are too many to be a category. A spelled one might have any form.
struct CodeFinder {
  /// Most shapes of codes; more are free text.
  static let maximumShapes = 8
  /// Texts that a shape should have at least.
  private static let textsPerShape = 10
  /// Most places of a shape whose letters vary: more are words.
  private static let maximumLetters = 3

  /// Letters are no words if so many times those that stand together are all that might.
  private static let combinations = 4

  private let column: TypedColumn

  init(_ column: TypedColumn) {
    self.column = column
  }

  private var texts: [[Unicode.Scalar]] {
    column.presentCodes.map { Array(column.raw.texts[$0].unicodeScalars) }
  }

  private func shapes(_ texts: [[Unicode.Scalar]]) -> Shapes {
    Shapes(texts, merging: false, isOfUsual: false)
  }

  /// The pattern of texts that are codes; nil if they are none.
  func pattern() -> KeyPattern? {
    guard column.distinct >= ColumnTyping.minimumKeyRows else { return nil }
    let texts = texts
    if !NameWords.isKey(column.name), NumberRuns.areMeasures(texts) { return nil }
    let shapes = shapes(texts)
    guard shapes.count <= min(Self.maximumShapes, column.distinct / Self.textsPerShape) else {
      return nil
    }
    let split = shapes.splitting(texts, limit: KeyFinder.maximumShapes)
    let pattern = (split ?? shapes).pattern
    guard case .shapes(let all) = pattern, CodeShapes(pattern).problem == nil,
      all.allSatisfy({ Self.isOfDigits($0.places) }), !hasWords(pattern, all)
    else { return nil }
    return pattern
  }

  /// The pattern of texts that a person says are codes.
  func anyPattern() -> KeyPattern { shapes(texts).pattern }

  /// Whether letters of a shape go together as those of words do, so that most others would be none:
  /// streets, carriers.
  private func hasWords(_ pattern: KeyPattern, _ shapes: [KeyPattern.Shape]) -> Bool {
    let letters = shapes.map { shape in
      shape.places.indices.filter {
        let place = shape.places[$0].unicodeScalars
        return place.count > 1 && !place.allSatisfy { ("0"..."9").contains($0) }
      }
    }
    var found = shapes.map { _ in Set<[Unicode.Scalar]>() }
    var texts = shapes.map { _ in 0 }
    for code in column.presentCodes {
      let text = column.raw.texts[code]
      let shape = pattern.shape(of: text)
      let scalars = Array(text.unicodeScalars)
      found[shape].insert(letters[shape].map { scalars[$0] })
      texts[shape] += 1
    }
    return shapes.indices.contains { index in
      let all = letters[index].reduce(1) { $0 * shapes[index].places[$1].unicodeScalars.count }
      return Self.combinations * found[index].count < min(all, texts[index])
    }
  }

  /// Whether two places or more are digits that vary, and few are letters that do.
  private static func isOfDigits(_ places: [String]) -> Bool {
    let varied = places.map(\.unicodeScalars).filter { $0.count > 1 }
    let digits = varied.count { place in place.allSatisfy { ("0"..."9").contains($0) } }
    return digits >= 2 && varied.count - digits <= maximumLetters
  }
}
