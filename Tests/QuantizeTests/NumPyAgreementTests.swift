import Testing

@testable import Quantize

/// Double precision against figures that NumPy computed from the equations of docs/Architecture.md
/// and the same checkpoint.
@Suite struct NumPyAgreementTests {
  private func expectNear(_ found: [Double], _ expected: [Double]) {
    #expect(found.count >= expected.count)
    for (value, reference) in zip(found, expected) {
      #expect(abs(value - reference) < 1e-11)
    }
  }

  @Test func forwardPass() throws {
    let synthetic = SyntheticCheckpoint(seed: 1)
    let network = try FloatNetwork(synthetic.checkpoint, synthetic.description)
    let width = network.latentMean.count
    let noise = (0..<width).map { -2 + 4 * Double($0) / Double(width - 1) }
    let latent = network.latent(noise)
    expectNear(latent, [-2.0969827311322544, -2.0103944621733056, -2.1492303369664607])

    var state = network.root.input(latent).map(RealFunction.celu)
    var embeddings: [[Double]] = []
    for element in network.root.elements {
      embeddings.append(element.embedding(state).map(RealFunction.celu))
      if let gru = element.gru { state = gru(embeddings[embeddings.count - 1], state: state) }
    }
    expectNear(state, [0.30976795991312245, 0.3977876569048493, -0.18529714998774371])
    expectNear(
      embeddings[6], [0.577446018431136, -0.12526313437784606, -0.14102380883813986])

    let strings = try #require(network.strings)
    var character = strings.input(embeddings[0]).map(RealFunction.celu)
    let logits = [
      [-1.0905117365855788, 0.4939196300261171, 0.04106380320986902],
      [-0.35702064842981807, 0.6910966316319169, 0.4444510739951009],
      [-0.29413609580972294, 0.914202027286406, 0.41585311304330796],
      [-0.5021094910597532, 0.7573525720969972, 0.8914156696958946],
    ]
    for (code, expected) in zip([5, 2, 13, 20], logits) {
      expectNear(strings.softmax(character), expected)
      character = strings.gru(strings.embedding(of: code), state: character)
    }

    guard case .scalars(let scalars) = network.root.elements[6].child else {
      Issue.record("the last element should be the scalars")
      return
    }
    let whitened = scalars.values(embeddings[6])
    expectNear(whitened, [-0.4204774098604759, 0.42251858663811803])
    expectNear(
      multiplied(whitened, scalars.unwhitening, outputs: 2, plus: scalars.mean),
      [-72.14448654868761, 2.912488803351333])
  }
}
