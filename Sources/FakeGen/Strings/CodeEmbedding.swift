/// Embedding vectors of the spelled codes of strings, in Int8 with a scale for each code, shared by
/// the decoder and the encoder of strings.
///
/// Element k of code c stands for the Int16 `vectors[c, k] * scales[c]`, exactly; what one step of
/// it means is part of the cells' input multipliers.
package struct CodeEmbedding: Sendable, Hashable {
  /// The greatest scale with which every product fits in Int16: 127 * 258 is 32,766.
  package static let greatestScale = 258

  /// m, the width of a vector.
  package let width: Int
  /// `[codes]`, each in 1...258.
  package let scales: Numbers<Int16>
  /// `[codes, m]`, each in -127...127.
  package let vectors: Numbers<Int8>

  /// Creates an embedding of the spelled codes.
  ///
  /// - Parameters:
  ///   - width: m.
  ///   - scales: `[codes]`, each in 1...258.
  ///   - vectors: `[codes, m]`, each in -127...127.
  package init(
    width: Int, scales: Numbers<Int16>, vectors: Numbers<Int8>
  ) {
    precondition(vectors.count == scales.count * width)
    self.width = width
    self.scales = scales
    self.vectors = vectors
  }

  /// Copies the vector of a code, multiplied by its scale.
  ///
  /// - Parameters:
  ///   - code: a spelled one.
  ///   - x: `[m]`, overwritten.
  package func copy(code: Int, into x: UnsafeMutablePointer<Int16>) {
    let index = code &- StringCode.first
    let start = index &* width
    let scale = scales[index]
    vectors.withUnsafeBufferPointer { vectors in
      for column in 0..<width { x[column] = Int16(vectors[start &+ column]) &* scale }
    }
  }

  var parameterCount: Int { vectors.count }
}

extension CodeEmbedding {
  /// Reads the section of the vectors of `count` spelled codes.
  ///
  /// - Returns: the vectors.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from sections: inout SectionReader, count: Int
  ) throws(ModelError) -> CodeEmbedding {
    try sections.begin(.codeEmbedding, name: "embedding")
    let width = try sections.readShape(1...ModelFormat.maximumWidth)
    let scales = try sections.readNumbers(Int16.self, count: count)
    for (code, scale) in scales.enumerated() where !(1...greatestScale).contains(Int(scale)) {
      throw sections.invalid("scale \(code) should be in 1...\(greatestScale), found \(scale)")
    }
    let vectors = try sections.readNumbers(Int8.self, rows: count, columns: width)
    if sections.checksNumbers, vectors.contains(.min) { throw sections.invalid("a number is -128") }
    try sections.finish()
    return CodeEmbedding(width: width, scales: scales, vectors: vectors)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.codeEmbedding, name: "embedding")
    writer.writeShape(width)
    writer.write(scales)
    writer.write(vectors)
    writer.end()
  }
}
