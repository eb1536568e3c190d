/// Parameters together with one piece's gradients.
public struct ParameterView<S: Scalar>: BitwiseCopyable {
  private let values: UnsafeMutablePointer<S>
  private let gradient: UnsafeMutablePointer<S>

  /// Joins parameters and gradients of the same layout.
  public init(_ parameters: ParameterVector<S>, gradient: ParameterVector<S>) {
    precondition(parameters.count == gradient.count)
    values = parameters.values
    self.gradient = gradient.values
  }

  /// The parameter in a slot.
  public subscript(slot: ParameterSlot) -> Tensor<S> {
    Tensor(
      rows: slot.rows, columns: slot.columns, values: values + slot.offset,
      gradient: gradient + slot.offset)
  }
}

extension ParameterView {
  /// The parameters of a fully connected layer.
  public subscript(slots: DenseSlots) -> DenseParameters<S> {
    DenseParameters(weight: self[slots.weight], bias: self[slots.bias])
  }

  /// The parameters of a GRU.
  public subscript(slots: GRUSlots) -> GRUParameters<S> {
    GRUParameters(
      inputWeight: self[slots.inputWeight], stateWeight: self[slots.stateWeight],
      bias: self[slots.bias])
  }
}
