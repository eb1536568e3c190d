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

  /// Number of vectors.
  var rows: Int { vectors.count / width }

  /// Makes columns' least and greatest elements (`[width]` each) those of this table too.
  func widen(least: UnsafeMutablePointer<Int16>, greatest: UnsafeMutablePointer<Int16>) {
    // As the compiler makes vector instructions of it.
    for row in 0..<rows {
      let vector = vectors.start + row &* width
      for column in 0..<width {
        least[column] = min(least[column], vector[column])
        greatest[column] = max(greatest[column], vector[column])
      }
    }
  }

  /// Adds a row's vector, saturated.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - feedback: `[width]`.
  package func add(row: Int, to feedback: UnsafeMutablePointer<Int16>) {
    add(row: row, to: feedback, into: feedback)
  }

  /// Adds a row's vector to another, saturated.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - vector: `[width]`.
  ///   - sum: `[width]`, overwritten; may be `vector`.
  package func add(
    row: Int, to vector: UnsafePointer<Int16>, into sum: UnsafeMutablePointer<Int16>
  ) {
    let own = start(of: row)
    // As the compiler makes vector instructions of it.
    for column in 0..<width {
      let exact = Int32(vector[column]) &+ Int32(own[column])
      sum[column] = Int16(truncatingIfNeeded: min(max(exact, -32_768), 32_767))
    }
  }

  /// Copies a row's vector.
  ///
  /// - Parameters:
  ///   - row: number of the row.
  ///   - feedback: `[width]`, overwritten.
  package func copy(row: Int, into feedback: UnsafeMutablePointer<Int16>) {
    feedback.update(from: start(of: row), count: width)
  }

  private func start(of row: Int) -> UnsafePointer<Int16> {
    precondition(row >= 0 && row < vectors.count && (row &+ 1) &* width <= vectors.count)
    return vectors.start + row &* width
  }
}
