/// FeedbackFormat vectors of classes, known values, or absence.
package struct EmbeddingTable: Sendable, Hashable {
  package let width: Int
  /// `[rows, width]` in the network's feedback format.
  package let vectors: Numbers<Int16>

  package init(width: Int, vectors: Numbers<Int16>) {
    precondition(width > 0 && vectors.count % width == 0)
    self.width = width
    self.vectors = vectors
  }

  /// Writes a row (width).
  package func copy(row: Int, into feedback: UnsafeMutablePointer<Int16>) {
    for column in 0..<width { feedback[column] = vectors[row &* width &+ column] }
  }
}
