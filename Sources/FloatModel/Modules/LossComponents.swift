/// Names of the losses that a model reports, and their weights.
package struct LossComponents: Sendable {
  /// One loss.
  package struct Component: Sendable {
    /// The name that reports show.
    package var name: String
    /// Its weight in the total.
    package var weight: Double
  }

  /// The losses in the order in which they were added.
  package private(set) var components: [Component] = []

  /// Adds a loss.
  ///
  /// - Parameters:
  ///   - name: the name that reports show.
  ///   - weight: its weight in the total.
  /// - Returns: its index.
  package mutating func add(_ name: String, weight: Double) -> Int {
    components.append(Component(name: name, weight: weight))
    return components.count - 1
  }
}
