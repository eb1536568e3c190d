/// Names of the losses that a model reports, and their weights.
package struct LossComponents: Sendable {
  package struct Component: Sendable {
    package var name: String
    package var weight: Double
  }

  package private(set) var components: [Component] = []

  package mutating func add(_ name: String, weight: Double) -> Int {
    components.append(Component(name: name, weight: weight))
    return components.count - 1
  }
}
