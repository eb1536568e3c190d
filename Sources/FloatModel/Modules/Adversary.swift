import Autodiff

/// A discriminator as one piece's losses see it.
package struct Adversary<S: Scalar> {
  package let network: DiscriminatorNetwork
  package let view: ParameterView<S>
  /// What the view's memory belongs to.
  private let parameters: ParameterVector<S>
  /// Takes the gradients of the discriminator's parameters, which nobody asks for.
  private let ignored: ParameterVector<S>

  package init(_ network: DiscriminatorNetwork, parameters: ParameterVector<S>) {
    self.network = network
    self.parameters = parameters
    ignored = ParameterVector(count: parameters.count)
    view = ParameterView(parameters, gradient: ignored)
  }
}
