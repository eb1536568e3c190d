import Testing

@testable import Trainer

/// Records as one text (paper, App. F) and tuples that pass their embedding on (App. G).
@Suite struct TreeMethodTests {
  /// Neither has the Tuple's RNN.
  private func expectTensors(_ method: MethodRun, stringModels: Int) {
    #expect(method.tensors(suffix: "string/embedding") == stringModels)
    #expect(method.tensors(suffix: "encoder/initial_state") == 0)
    #expect(method.tensors(suffix: "deviation/0/3/weight") == 1)
  }

  @Test func text() throws {
    let method = try MethodRun(Method.text)
    expectTensors(method, stringModels: 1)
    #expect(method.run.model.scalarTuples.isEmpty)
    #expect(abs(method.last.beta - 0.384 * 29 / 30) < 1e-12)
    try expectDivergence(method)
  }

  @Test func textMultiscale() throws {
    let method = try MethodRun(Method.textMultiscale)
    expectTensors(method, stringModels: 1)
    method.expectLevels(deviationNetworks: 4)
  }

  @Test func passThrough() throws {
    let method = try MethodRun(Method.passThrough)
    expectTensors(method, stringModels: 4)
    #expect(abs(method.last.beta - 0.384 * 29 / 30) < 1e-12)
    try expectDivergence(method)
  }

  @Test func passThroughMultiscale() throws {
    let method = try MethodRun(Method.passThroughMultiscale)
    expectTensors(method, stringModels: 4)
    method.expectLevels(deviationNetworks: 4)
  }

  private func expectDivergence(_ method: MethodRun) throws {
    let divergences = try method.lastBatch().divergences
    expectNear(method.last.divergence, divergences.joined().reduce(0, +) / 32)
  }
}
