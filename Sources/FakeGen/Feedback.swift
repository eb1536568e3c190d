/// What the GRU of a Tuple's decoder gets after an element, other than the embedding that the element
/// was decoded from (docs/ModelOptions.md).
package struct Feedback: Sendable, Hashable {
  package enum Kind: Int, Sendable, Hashable {
    /// The child encoder's embedding of the value that was made.
    case reencoded = 1
    /// The child decoder's last state through a layer.
    case state = 2
  }

  package let kind: Kind
  /// Width of every module's feedback vector.
  package let width: Int
  /// Format of every module's feedback vector.
  package let fractionBits: Int

  package init(kind: Kind, width: Int, fractionBits: Int) {
    self.kind = kind
    self.width = width
    self.fractionBits = fractionBits
  }
}

/// Feedback vectors of classes, known values, or absence.
package struct EmbeddingTable: Sendable, Hashable {
  package let width: Int
  /// `[rows, width]` in the network's feedback format.
  package let vectors: Numbers<Int16>

  package init(width: Int, vectors: Numbers<Int16>) {
    precondition(width > 0 && vectors.count % width == 0)
    self.width = width
    self.vectors = vectors
  }

  package var rows: Int { vectors.count / width }

  package func copy(row: Int, into feedback: UnsafeMutablePointer<Int16>) {
    for column in 0..<width { feedback[column] = vectors[row &* width &+ column] }
  }
}
