import Autodiff

/// The tensors that a model's checkpoint holds: their names, their shapes, and what needs them.
/// Each module adds its own when the model is built.
package struct TensorManifest: Sendable {
  /// What needs a tensor.
  package enum Use: Hashable, Sendable {
    /// Rows cannot be generated without it.
    case generation
    /// Only training and encoding need it.
    case training

    /// Names the use of tensors that generation needs only if `condition` holds.
    ///
    /// - Returns: `.generation` if `condition` holds, else `.training`.
    package static func generation(if condition: Bool) -> Use {
      condition ? .generation : .training
    }
  }

  /// One tensor.
  package struct Tensor: Sendable {
    /// Its name in a checkpoint.
    package let name: String
    /// Dimensions, outermost first.
    package let shape: [Int]
    /// What needs it.
    package let use: Use
  }

  /// Every tensor, trained parameters and statistics of the training data.
  package private(set) var tensors: [Tensor] = []
  /// Where the trained parameters lie in a flat vector.
  package private(set) var layout = ParameterLayout()

  /// What parameters must be needed for to get a place in the layout; nil for all. The others lie
  /// nowhere and must not be looked at.
  private let laidOut: Use?

  /// - Parameter laidOut: what parameters must be needed for to get a place; nil for all.
  init(layingOut laidOut: Use? = nil) {
    self.laidOut = laidOut
  }

  /// First parts of the names of a run's own state, which is no part of its model.
  private static let runPrefixes: Set<Substring> = ["optimizer", "random", "training"]

  /// Tells whether a tensor of this name is a run's own state.
  package static func isRunState(_ name: String) -> Bool {
    name.firstIndex(of: "/").map { runPrefixes.contains(name[..<$0]) } ?? false
  }

  private mutating func adding<Slots>(
    _ use: Use, _ add: (inout ParameterLayout) -> Slots
  ) -> Slots {
    let first = layout.entries.count
    var nowhere = ParameterLayout()
    let isLaidOut = laidOut == nil || use == laidOut
    let slots = isLaidOut ? add(&layout) : add(&nowhere)
    let added = isLaidOut ? layout.entries[first...] : nowhere.entries[...]
    tensors += added.map { Tensor(name: $0.name, shape: $0.shape, use: use) }
    return slots
  }

  /// Adds a fully connected layer: `name/weight [inputs, outputs]` and `name/bias [outputs]`.
  ///
  /// - Parameters:
  ///   - name: of the layer.
  ///   - inputs: width of its input.
  ///   - outputs: width of its output.
  ///   - use: what needs it.
  ///   - weight: how the weight starts; `inDegree` if nil.
  ///   - bias: what the bias starts at.
  /// - Returns: where the parameters lie.
  package mutating func dense(
    _ name: String, inputs: Int, outputs: Int, _ use: Use, weight: Initialization? = nil,
    bias: Double = 0
  ) -> DenseSlots {
    adding(use) {
      DenseSlots(name, inputs: inputs, outputs: outputs, weight: weight, bias: bias, in: &$0)
    }
  }

  /// Adds a GRU: `name/input_weight [inputs, 3 width]`, `name/state_weight [width, 3 width]` and
  /// `name/bias [3 width]`.
  ///
  /// - Parameters:
  ///   - name: of the GRU.
  ///   - inputs: width of its input.
  ///   - width: of its state.
  ///   - use: what needs it.
  /// - Returns: where the parameters lie.
  package mutating func gru(_ name: String, inputs: Int, width: Int, _ use: Use) -> GRUSlots {
    adding(use) { GRUSlots(name, inputs: inputs, width: width, in: &$0) }
  }

  /// Adds `name [rows, columns]`.
  ///
  /// - Returns: where the parameters lie.
  package mutating func matrix(
    _ name: String, rows: Int, columns: Int, _ initialization: Initialization, _ use: Use
  ) -> ParameterSlot {
    adding(use) { $0.add(name, rows: rows, columns: columns, initialization) }
  }

  /// Adds a statistic of the training data, which is no trained parameter.
  package mutating func statistic(_ name: String, shape: [Int], _ use: Use) {
    tensors.append(Tensor(name: name, shape: shape, use: use))
  }
}
