import Autodiff

/// Draws one after the other from a seeded generator, whatever module and row ask for them.
package final class SequentialDraws: DrawSource {
  private let random: RandomGenerator

  package init(_ random: RandomGenerator) { self.random = random }

  package func uniform(stream: UInt32, row: Int) -> Double { random.uniform() }

  package func normal(stream: UInt32, row: Int) -> Double { random.normal() }
}
