/// Embedding vectors of the codes of strings from 2 on, in Int8 with a scale for each code, shared by
/// the decoder and the encoder of strings.
///
/// Element k of code c stands for the Int16 `vectors[c, k] * scales[c]`, exactly; what one step of it
/// means is part of the cells' input multipliers.
package struct CodeEmbedding: Sendable, Hashable {
  /// The greatest scale with which every product fits in Int16: 127 * 258 is 32,766.
  package static let greatestScale = 258

  /// m, the width of a vector.
  package let width: Int
  /// `[codes]`, each in 1...258.
  package let scales: Numbers<Int16>
  /// `[codes, m]`, each in -127...127.
  package let vectors: Numbers<Int8>

  package init(
    width: Int, scales: Numbers<Int16>, vectors: Numbers<Int8>
  ) {
    precondition(vectors.count == scales.count * width)
    self.width = width
    self.scales = scales
    self.vectors = vectors
  }

  /// Writes the vector (m) of `code`, which is 2 or more.
  package func copy(code: Int, into x: UnsafeMutablePointer<Int16>) {
    let start = (code &- 2) &* width
    let scale = scales[code &- 2]
    vectors.withUnsafeBufferPointer { vectors in
      for column in 0..<width { x[column] = Int16(vectors[start &+ column]) &* scale }
    }
  }

  package var parameterCount: Int { vectors.count }
}
