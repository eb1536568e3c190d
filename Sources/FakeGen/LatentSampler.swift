/// Samples the latent vector z ~ N(mean, covariance) as mean + L noise with a Cholesky factor L.
package struct LatentSampler: Sendable {
  /// Stream number of the noise; no module may have it.
  package static let stream: UInt32 = 0

  /// `[latent, latent]`: L as weights, zero above the diagonal, and the mean as bias; inputs Q3.12.
  package let factor: WideDense

  package init(factor: WideDense) {
    self.factor = factor
  }

  /// The latent vectors (latent) of `rows`, saturated to Int16.
  package func sample(
    _ rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    into latents: Vectors
  ) {
    var scratch = copy scratch
    let noise = scratch.takeNarrow(width, rows: rows.count)
    for place in 0..<rows.count {
      sampleNoise(
        seed: decoding.seed, row: decoding.row &+ UInt64(truncatingIfNeeded: rows[place]),
        attempt: decoding.attempt, gaussian: decoding.gaussian, into: noise[place])
    }
    factor.apply(noise, count: rows.count, into: latents, scratch: scratch)
  }

  package var scratchSize: ScratchSize { ScratchSize(narrow: width) + factor.scratchSize }

  package var width: Int { factor.outputs }

  /// The standard normal noise (latent) of a row, Q3.12.
  package func sampleNoise(
    seed: UInt64, row: UInt64, attempt: UInt32 = 0, gaussian: GaussianTable,
    into noise: UnsafeMutablePointer<Int16>
  ) {
    var draws = RandomStream(seed: seed, row: row, stream: Self.stream, attempt: attempt)
    for index in 0..<factor.inputs {
      noise[index] = gaussian.normal(draws.next())
    }
  }

  /// The latent vector (latent) that `noise` (latent) stands for, saturated to Int16.
  package func transform(
    _ noise: UnsafePointer<Int16>, into latent: UnsafeMutablePointer<Int16>
  ) {
    for index in 0..<factor.outputs {
      latent[index] = saturated(factor.output(noise, row: index))
    }
  }
}
