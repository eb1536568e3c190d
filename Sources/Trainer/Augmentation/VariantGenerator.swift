import Autodiff
import FloatModel
import Schema

/// Decodes augmented latent vectors into rows by sampling, one piece of a batch.
struct VariantGenerator {
  private let tape = Tape<Float>()
  private let view: ParameterView<Float>
  /// Decoding differentiates nothing: the gradients stay zero.
  private let gradient: ParameterVector<Float>

  init(parameters: ParameterVector<Float>) {
    gradient = ParameterVector(count: parameters.count)
    view = ParameterView(parameters, gradient: gradient)
  }

  /// Generates one row for each of `latents [any, latent]`.
  func generate(
    _ latents: ArraySlice<Float>, model: RecordModel, whitenings: [Whitening],
    random: RandomGenerator
  ) -> GeneratedRows {
    let width = model.description.widths.embedding
    guard !latents.isEmpty else { return GeneratedRows([]) }
    tape.reset()
    let count = latents.count / width
    let batch = GeneratedBatch<Float>(
      tape: tape, view: view, model: model.description, whitenings: whitenings,
      draws: SequentialDraws(random), count: count)
    let latent = tape.tensor(rows: count, columns: width)
    for (i, value) in latents.enumerated() { latent.values[i] = value }
    _ = model.root.generate(batch, embedding: latent, rows: Array(0..<count))
    return GeneratedRows(records: batch.records, texts: batch.texts)
  }
}
