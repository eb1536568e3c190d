/// A mixture of Gaussians with full covariances as the head of a ScalarTuple
/// (docs/ModelOptions.md). Component k, drawn from softmax(logits), gives the whitened values
///
///     y_i = mean_i + exp(logDeviation_i) * (noise_i + sum over j < i of lower_ij * noise_j)
package final class MixtureDecoder: Sendable {
  /// `[inputs, components]`, to logits.
  package let logits: Dense
  /// `[inputs, components * parameterCount(n)]` with 16 fraction bits. Each component's rows lie
  /// together: mean (n), logDeviation (n), lower (n (n - 1) / 2, row major over i > j).
  package let components: WideDense
  /// n, the number of values.
  package let count: Int

  /// Creates a mixture of `count` values.
  ///
  /// - Parameters:
  ///   - count: n, 1...`maximumCount`.
  ///   - logits: `[inputs, components]`, to logits.
  ///   - components: `[inputs, components * parameterCount(n)]` with 16 fraction bits.
  package init(count: Int, logits: Dense, components: WideDense) {
    precondition(components.outputs == logits.outputs * Self.parameterCount(count))
    self.count = count
    self.logits = logits
    self.components = components
  }

  /// Most values that a mixture may have.
  package static let maximumCount = 16

  /// Returns how many numbers describe one component of `count` values.
  package static func parameterCount(_ count: Int) -> Int {
    2 * count + count * (count - 1) / 2
  }

  /// Bounds of logDeviation and of the magnitude of lower, with 16 fraction bits.
  private static let logDeviations: ClosedRange<Int64> = -7 << 16...3 << 16
  private static let lowers: ClosedRange<Int64> = -8 << 16...8 << 16
  /// exp(3) = 20.0855369... with 24 fraction bits.
  private static let greatestDeviation: Int64 = 336_979_391

  /// Draws a component, then the whitened values of one row.
  ///
  /// - Parameters:
  ///   - e: `[inputs]`, the embedding vector.
  ///   - logits: `[components]`, computed from `e`.
  ///   - decoding: the tables.
  ///   - draws: of the row.
  ///   - scratch: working memory.
  ///   - whitened: `[n]`, y with 16 fraction bits, saturated at ±64.
  package func sample(
    _ e: UnsafePointer<Int16>, logits: UnsafeMutablePointer<Int16>,
    decoding: borrowing Decoding, draws: inout RandomStream, scratch: borrowing Scratch,
    into whitened: UnsafeMutablePointer<Int32>
  ) {
    var scratch = copy scratch
    let noise = scratch.takeWide(count).base
    let weights = scratch.takeWide(self.logits.outputs).base
    let component = decoding.tables.sampledClass(
      logits: logits, count: self.logits.outputs, weights: weights, draw: draws.next())
    for index in 0..<count { noise[index] = decoding.gaussian.fineNormal(draws.next()) }
    transform(
      e, component: component, noise: noise, tables: decoding.tables, into: whitened)
  }

  /// Computes the whitened values that a component gives for some noise.
  ///
  /// - Parameters:
  ///   - e: `[inputs]`, the embedding vector.
  ///   - component: the component.
  ///   - noise: `[n]`, standard normal, 16 fraction bits.
  ///   - tables: the non-linear functions.
  ///   - whitened: `[n]`, y with 16 fraction bits, saturated at ±64.
  package func transform(
    _ e: UnsafePointer<Int16>, component: Int, noise: UnsafePointer<Int32>,
    tables: ActivationTables, into whitened: UnsafeMutablePointer<Int32>
  ) {
    let mean = component &* Self.parameterCount(count)
    var lower = mean &+ 2 &* count
    for index in 0..<count {
      // Noise is below 8 and lower at most 8, so that 16 of their products stay below 2^43.
      var sum = Int64(noise[index]) &<< 16
      for earlier in 0..<index {
        sum &+= clamped(components.output(e, row: lower), Self.lowers) &* Int64(noise[earlier])
        lower &+= 1
      }
      let logDeviation = clamped(
        components.output(e, row: mean &+ count &+ index), Self.logDeviations)
      let scaled =
        deviation(logDeviation, tables: tables) &* shiftedRoundingTiesUp(sum, by: 16)
      // A layer's output is at most 2^62, and the deviation's part below 2^31.
      let value =
        components.output(e, row: mean &+ index) &+ shiftedRoundingTiesUp(scaled, by: 24)
      whitened[index] = Int32(
        truncatingIfNeeded: clamped(value, -Format.whitenedLimit...Format.whitenedLimit))
    }
  }

  /// Returns exp(x), with 24 fraction bits, of x in -7...3 with 16.
  private func deviation(_ x: Int64, tables: ActivationTables) -> Int64 {
    let ratio = tables.fineExponential(Self.logDeviations.upperBound &- x)
    return shiftedRoundingTiesUp(ratio &* Self.greatestDeviation, by: 24)
  }

  @inline(__always)
  private func clamped(_ value: Int64, _ range: ClosedRange<Int64>) -> Int64 {
    min(max(value, range.lowerBound), range.upperBound)
  }

  /// The scratch that `sample` needs.
  package var scratchSize: ScratchSize {
    ScratchSize(narrow: logits.outputs, wide: count) + ScratchSize(wide: logits.outputs)
  }

  var parameterCount: Int { logits.parameterCount + components.parameterCount }

  /// Those of one component, the one drawn.
  var multiplyAdds: Int { logits.multiplyAdds + components.multiplyAdds / logits.outputs }
}

extension MixtureDecoder {
  /// Reads the section of a mixture of `count` values.
  ///
  /// - Parameter input: width and format of the vectors that it decodes.
  /// - Returns: the mixture.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from reader: inout NetworkReader, count: Int, input: VectorFormat
  ) throws(ModelError) -> MixtureDecoder {
    try reader.sections.begin(.mixture, name: "mixture")
    guard count <= maximumCount else {
      throw reader.sections.invalid(
        "a mixture has at most \(maximumCount) values, found \(count)")
    }
    let logits = try reader.readLogits(
      name: "logits", input: input, classes: 1...ModelFormat.maximumWidth)
    let components = try reader.readWideDense(
      name: "components", input: input, outputFractionBits: Format.whitened...Format.whitened)
    let expected = logits.outputs * parameterCount(count)
    guard components.outputs == expected else {
      throw reader.sections.invalid(
        "its components should have \(expected) outputs, found \(components.outputs)")
    }
    try reader.sections.finish()
    return MixtureDecoder(count: count, logits: logits, components: components)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.mixture, name: "mixture")
    writer.write(logits, name: "logits")
    writer.write(components, name: "components")
    writer.end()
  }
}
