import Autodiff
import Records
import Schema

/// Decodes augmented latent vectors into records by sampling, one piece of a batch.
struct VariantGenerator {
  private let tape = Tape<Float>()
  private let view: ParameterView<Float>
  /// Decoding differentiates nothing: the gradients stay zero.
  private let gradient: ParameterVector<Float>

  init(parameters: ParameterVector<Float>) {
    gradient = ParameterVector(count: parameters.count)
    view = ParameterView(parameters, gradient: gradient)
  }

  /// One record for each of `latents [any, latent]`.
  func generate(
    _ latents: ArraySlice<Float>, model: RecordModel, whitenings: [Whitening],
    random: RandomGenerator
  ) -> [Record] {
    let width = model.description.widths.embedding
    guard !latents.isEmpty else { return [] }
    tape.reset()
    let count = latents.count / width
    let batch = GeneratedBatch<Float>(
      tape: tape, view: view, model: model.description, whitenings: whitenings, random: random,
      count: count)
    let latent = tape.tensor(rows: count, columns: width)
    for (i, value) in latents.enumerated() { latent.values[i] = value }
    _ = model.root.generate(batch, embedding: latent, rows: Array(0..<count))
    return batch.records
  }
}
