import Autodiff

/// A discriminator as one piece's losses see it.
package struct Adversary<S: Scalar> {
  /// The discriminator's layers.
  package let network: DiscriminatorNetwork
  /// Its parameters and their gradients.
  package let view: ParameterView<S>
  /// What the view's memory belongs to.
  private let parameters: ParameterVector<S>
  /// Takes the gradients of the discriminator's parameters, which nobody asks for.
  private let ignored: ParameterVector<S>

  /// Creates a piece's view of a discriminator.
  ///
  /// - Parameters:
  ///   - network: the discriminator's layers.
  ///   - parameters: its parameters.
  package init(_ network: DiscriminatorNetwork, parameters: ParameterVector<S>) {
    self.network = network
    self.parameters = parameters
    ignored = ParameterVector(count: parameters.count)
    view = ParameterView(parameters, gradient: ignored)
  }
}
