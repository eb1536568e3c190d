/// Samples the latent vector z ~ N(mean, covariance) as mean + L noise with a Cholesky factor L.
package struct LatentSampler: Sendable {
  /// Stream number of the noise; no module may have it.
  package static let stream: UInt32 = 0

  /// `[latent, latent]`: L as weights, zero above the diagonal, and the mean as bias; inputs Q3.12.
  package let factor: WideDense

  /// Creates a sampler.
  ///
  /// - Parameter factor: `[latent, latent]`: L as weights, zero above the diagonal, and the mean as
  ///   bias; inputs Q3.12.
  package init(factor: WideDense) {
    self.factor = factor
  }

  /// Samples the latent vectors of `rows`, saturated to Int16.
  ///
  /// - Parameters:
  ///   - rows: the rows of the batch.
  ///   - decoding: seed, first row and attempt of the batch.
  ///   - scratch: working memory.
  ///   - latents: `[rows, latent]`, overwritten.
  package func sample(
    _ rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    into latents: Vectors
  ) {
    var scratch = copy scratch
    let noise = scratch.takeNarrow(width, rows: rows.count)
    for place in 0..<rows.count {
      var draws = decoding.draws(stream: Self.stream, position: rows[place])
      let vector = noise[place]
      for index in 0..<width { vector[index] = decoding.gaussian.normal(draws.next()) }
    }
    factor.apply(noise, count: rows.count, into: latents, scratch: scratch)
  }

  var scratchSize: ScratchSize { ScratchSize(narrow: width) + factor.scratchSize }

  /// Width and format of the latent vector.
  var format: VectorFormat {
    VectorFormat(width: width, fractionBits: factor.outputFractionBits)
  }

  /// Number of elements of the latent vector.
  package var width: Int { factor.outputs }

  /// Reads the section of the latent vector.
  ///
  /// - Returns: the sampler.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(from reader: inout NetworkReader) throws(ModelError) -> LatentSampler {
    try reader.sections.begin(.latent, name: "latent")
    let factor = try reader.readWideDense(
      name: "factor", input: nil, outputFractionBits: Format.latents, kernels: reader.kernels)
    guard factor.inputs == factor.outputs, factor.inputFractionBits == Format.activation else {
      throw reader.sections.invalid("the factor is not square, or its inputs are not Q3.12")
    }
    try reader.sections.finish()
    return LatentSampler(factor: factor)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.latent, name: "latent")
    writer.write(factor, name: "factor")
    writer.end()
  }
}
