import Checkpoint
import Testing

@testable import Trainer

/// Interrupted after the first variants and discriminator steps, a run goes on as if nothing had
/// happened, on another number of threads.
@Suite struct MethodResumeTests {
  @Test(arguments: [
    Method.augmentedByDiscriminator, Method.multiscaleAugmentedLinear, Method.adversarial,
    Method.wasserstein, Method.alwaysSampling, Method.randomRowsWithBetas,
    Method.passThroughAugmented, Method.textMultiscale, Method.freeBits,
  ]) func resumes(method: [String]) throws {
    let whole = try MethodRun.new(method, threads: 1)
    for _ in 0..<14 { _ = whole.advance() }
    let first = try MethodRun.new(method, threads: 2)
    for _ in 0..<11 { _ = first.advance() }
    let saved = try Checkpoint(
      decoding: first.checkpoint(compact: false).encoded(), path: "x")
    let second = try MethodRun.new(method, threads: 2)
    let state = try #require(RunMetadata(of: saved, path: "x").resume)
    try second.restore(saved, resume: state, path: "x")
    for _ in 11..<14 { _ = second.advance() }
    #expect(
      try second.checkpoint(compact: false).encoded()
        == whole.checkpoint(compact: false).encoded())
  }
}
