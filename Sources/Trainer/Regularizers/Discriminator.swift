import Autodiff
import FloatModel
import Schema

/// A discriminator in training.
final class Discriminator {
  let network: DiscriminatorNetwork
  let parameters: ParameterVector<Float>
  let adam: Adam<Float>
  private let width: Int
  private let pieces: [(tape: Tape<Float>, gradient: ParameterVector<Float>)]

  /// What a step of training saw.
  struct Report: Sendable {
    /// Mean cross-entropy in nats.
    var loss = 0.0
    /// Share of the vectors told right.
    var accuracy = 0.0
  }

  init(widths: Widths, configuration: AdamConfiguration, pieces: Int, random: RandomGenerator) {
    network = DiscriminatorNetwork(widths: widths)
    width = widths.embedding
    let count = network.layout.count
    parameters = ParameterVector(count: count)
    parameters.initialize(network.layout, random: random)
    adam = Adam(count: count, configuration: configuration)
    self.pieces = (0..<pieces).map { _ in (Tape(), ParameterVector(count: count)) }
  }

  private func range(_ piece: Int, of count: Int) -> Range<Int> {
    count * piece / pieces.count..<count * (piece + 1) / pieces.count
  }

  private func tensor(
    _ vectors: [Float], _ rows: Range<Int>, _ tape: Tape<Float>
  ) -> Tensor<Float> {
    let tensor = tape.tensor(rows: rows.count, columns: width)
    for i in 0..<tensor.count { tensor.values[i] = vectors[rows.lowerBound * width + i] }
    return tensor
  }

  /// Takes one step on as many real as fake vectors, `[rows, latent]` each.
  func train(real: [Float], fake: [Float], rate: Double, pool: ThreadPool) -> Report {
    let vectors = real + fake
    let count = vectors.count / width
    let realCount = real.count / width
    let reports = ResultSlots<Report>(count: pieces.count, Report())
    let work = Unchecked((self, vectors, reports))
    pool.run(pieces: pieces.count) { index in
      let (discriminator, vectors, reports) = work.value
      reports.values[index] = discriminator.measure(
        index, vectors, rows: discriminator.range(index, of: count), realCount: realCount,
        count: count)
    }
    adam.update(parameters, gradients: pieces.map(\.gradient), rate: rate, pool: pool)
    return reports.values.reduce(into: Report()) {
      $0.loss += $1.loss
      $0.accuracy += $1.accuracy / Double(count)
    }
  }

  private func measure(
    _ index: Int, _ vectors: [Float], rows: Range<Int>, realCount: Int, count: Int
  ) -> Report {
    let (tape, gradient) = pieces[index]
    tape.reset()
    gradient.clear()
    let view = ParameterView(parameters, gradient: gradient)
    let logits = network.logits(tensor(vectors, rows, tape), tape, view)
    let targets = tape.scratch(Int32.self, count: rows.count)
    let weights = tape.scratch(Float.self, count: rows.count)
    var right = 0
    for (position, row) in rows.enumerated() {
      targets[position] =
        row < realCount ? DiscriminatorNetwork.real : DiscriminatorNetwork.fake
      weights[position] = 1 / Float(count)
      let toldFake = logits.values[2 * position + 1] > logits.values[2 * position]
      if toldFake == (targets[position] == DiscriminatorNetwork.fake) { right += 1 }
    }
    let loss = tape.softmaxCrossEntropy(logits: logits, targets: targets, weights: weights)
    tape.backward()
    return Report(loss: loss, accuracy: Double(right))
  }

  /// Returns the probability that each of `vectors [rows, latent]` is a fake.
  func fakeProbabilities(_ vectors: [Float]) -> [Double] {
    let (tape, gradient) = pieces[0]
    tape.reset()
    let logits = network.logits(
      tensor(vectors, 0..<vectors.count / width, tape), tape,
      ParameterView(parameters, gradient: gradient))
    let normalizers = tape.scratch(Float.self, count: logits.rows)
    Float.softmax(logits.values, logNormalizer: normalizers, rows: logits.rows, columns: 2)
    return (0..<logits.rows).map { Double(logits.values[2 * $0 + 1]) }
  }
}
