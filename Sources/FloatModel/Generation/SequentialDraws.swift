import Autodiff

/// Draws one after the other from a seeded generator, whatever module and row ask for them.
package final class SequentialDraws: DrawSource {
  private let random: RandomGenerator

  /// Creates draws from `random`.
  package init(_ random: RandomGenerator) { self.random = random }

  /// Draws the generator's next number, uniform on [0, 1).
  package func uniform(stream: UInt32, row: Int) -> Double { random.uniform() }

  /// Draws the generator's next standard normal number.
  package func normal(stream: UInt32, row: Int) -> Double { random.normal() }

  /// Returns itself.
  package func ofElements(capacity: Int) -> any DrawSource { self }

  /// Returns itself.
  package func again(_ retry: UInt32) -> any DrawSource { self }
}
