/// Feedback vectors of classes, of known values, or of absence.
package struct EmbeddingTable: Sendable, Hashable {
  /// Elements of a vector.
  package let width: Int
  /// `[rows, width]` in the network's feedback format.
  package let vectors: Numbers<Int16>

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - width: elements of a vector.
  ///   - vectors: `[rows, width]` in the network's feedback format.
  package init(width: Int, vectors: Numbers<Int16>) {
    precondition(width > 0 && vectors.count % width == 0)
    self.width = width
    self.vectors = vectors
  }

  /// Adds a row's vector, saturated.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - feedback: `[width]`.
  package func add(row: Int, to feedback: UnsafeMutablePointer<Int16>) {
    for column in 0..<width {
      feedback[column] = Int16(
        clamping: Int32(feedback[column]) &+ Int32(vectors[row &* width &+ column]))
    }
  }

  /// Copies a row's vector.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - feedback: `[width]`, overwritten.
  package func copy(row: Int, into feedback: UnsafeMutablePointer<Int16>) {
    for column in 0..<width { feedback[column] = vectors[row &* width &+ column] }
  }
}
