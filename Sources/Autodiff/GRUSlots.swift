/// Places of a GRU's parameters.
public struct GRUSlots: Sendable {
  /// What its tensors' names begin with.
  public let name: String
  /// The weight of the input `[inputs, 3 width]`.
  public let inputWeight: ParameterSlot
  /// The weight of the state `[width, 3 width]`.
  public let stateWeight: ParameterSlot
  /// The bias `[1, 3 width]`.
  public let bias: ParameterSlot

  /// Adds the parameters `name/input_weight [inputs, 3 width]`,
  /// `name/state_weight [width, 3 width]` and `name/bias [1, 3 width]`. A gate's in-degree counts
  /// its input and its state.
  ///
  /// - Parameters:
  ///   - name: what the tensors' names begin with.
  ///   - inputs: width of the input.
  ///   - width: width of the state.
  ///   - layout: takes the parameters.
  public init(_ name: String, inputs: Int, width: Int, in layout: inout ParameterLayout) {
    self.name = name
    let degree = Initialization.gatedInDegree(inputs: inputs + width)
    inputWeight = layout.add("\(name)/input_weight", rows: inputs, columns: 3 * width, degree)
    stateWeight = layout.add("\(name)/state_weight", rows: width, columns: 3 * width, degree)
    bias = layout.add("\(name)/bias", rows: 1, columns: 3 * width, .gateBias)
  }
}
