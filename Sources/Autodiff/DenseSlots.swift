/// Places of a fully connected layer's parameters.
public struct DenseSlots: Sendable {
  /// What its tensors' names begin with.
  public let name: String
  /// The weight `[inputs, outputs]`.
  public let weight: ParameterSlot
  /// The bias `[1, outputs]`.
  public let bias: ParameterSlot

  /// Adds the parameters `name/weight [inputs, outputs]` and `name/bias [1, outputs]`.
  ///
  /// - Parameters:
  ///   - name: what the tensors' names begin with.
  ///   - inputs: width of the input.
  ///   - outputs: width of the output.
  ///   - weight: how the weight starts; `inDegree` if nil.
  ///   - bias: what the bias starts at.
  ///   - layout: takes the parameters.
  public init(
    _ name: String, inputs: Int, outputs: Int, weight: Initialization? = nil, bias: Double = 0,
    in layout: inout ParameterLayout
  ) {
    self.name = name
    self.weight = layout.add(
      "\(name)/weight", rows: inputs, columns: outputs, weight ?? .inDegree(inputs: inputs))
    self.bias = layout.add("\(name)/bias", rows: 1, columns: outputs, .constant(bias))
  }
}
