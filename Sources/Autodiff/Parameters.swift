/// How a parameter starts (paper, App. B).
public enum Initialization: Sendable, Hashable {
  /// Every element the same number.
  case constant(Double)
  /// Uniform on [0, 1): the character embedding.
  case uniform
  /// Uniform on [-bound, bound).
  case symmetric(bound: Double)
  /// Truncated normal with standard deviation `1 / sqrt(inputs)`.
  case inDegree(inputs: Int)
  /// A GRU's weights: the update gate's columns (the first third) zero, the others `inDegree`.
  case gatedInDegree(inputs: Int)
  /// A GRU's bias: one for the update gate, zero for the others.
  case gateBias
}

/// A parameter's place in the flat parameter vector.
public struct ParameterSlot: Hashable, Sendable {
  /// Index of its first element.
  public let offset: Int
  /// Number of the matrix's rows.
  public let rows: Int
  /// Number of the matrix's columns.
  public let columns: Int
  /// Number of elements.
  public var count: Int { rows * columns }
}

/// All parameters of a model: names, shapes, places, and how they start.
public struct ParameterLayout: Sendable {
  /// One parameter.
  public struct Entry: Sendable {
    /// The tensor's name in a checkpoint.
    public let name: String
    /// Its place in the flat vector.
    public let slot: ParameterSlot
    /// How it starts.
    public let initialization: Initialization

    /// Shape in a checkpoint: biases are vectors.
    public var shape: [Int] {
      name.hasSuffix("/bias") ? [slot.columns] : [slot.rows, slot.columns]
    }
  }

  /// The parameters in the order in which they were added, which is their order in the vector.
  public private(set) var entries: [Entry] = []
  /// Length of the flat vector; every parameter starts at a multiple of 16 elements.
  public private(set) var count = 0

  /// Creates a layout without parameters.
  public init() {}

  /// Adds the parameter `name [rows, columns]`.
  ///
  /// - Parameters:
  ///   - name: the tensor's name in a checkpoint.
  ///   - rows: rows of the matrix.
  ///   - columns: columns of the matrix.
  ///   - initialization: how it starts.
  /// - Returns: its place.
  public mutating func add(
    _ name: String, rows: Int, columns: Int, _ initialization: Initialization
  ) -> ParameterSlot {
    let slot = ParameterSlot(offset: count, rows: rows, columns: columns)
    entries.append(Entry(name: name, slot: slot, initialization: initialization))
    count += (slot.count + 15) & ~15
    return slot
  }

  /// Number of trained numbers, without padding.
  public var parameterCount: Int { entries.reduce(0) { $0 + $1.slot.count } }
}

/// A flat vector of `layout.count` numbers, zero at first.
public final class ParameterVector<S: Scalar> {
  /// How many numbers it has.
  public let count: Int
  /// The numbers.
  public let values: UnsafeMutablePointer<S>

  /// Creates a vector of `count` zeros.
  public init(count: Int) {
    self.count = count
    values = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<S>.stride, alignment: 64
    ).bindMemory(to: S.self, capacity: count)
    values.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(values).deallocate() }

  /// Sets all numbers to zero.
  public func clear() { S.clear(values, count: count) }

  /// Draws every parameter of `layout` as its `Initialization` says.
  ///
  /// - Parameters:
  ///   - layout: of the vector's parameters.
  ///   - random: what draws them.
  public func initialize(_ layout: ParameterLayout, random: RandomGenerator) {
    for entry in layout.entries {
      let slot = entry.slot
      for i in 0..<slot.count {
        let firstThird = i % slot.columns < slot.columns / 3
        values[slot.offset + i] =
          switch entry.initialization {
          case .constant(let value): S(value)
          case .uniform: S(random.uniform())
          case .symmetric(let bound): S(bound * (2 * random.uniform() - 1))
          case .inDegree(let inputs):
            S(random.truncatedNormal() / Double(inputs).squareRoot())
          case .gatedInDegree(let inputs):
            firstThird ? 0 : S(random.truncatedNormal() / Double(inputs).squareRoot())
          case .gateBias: firstThird ? 1 : 0
          }
      }
    }
  }
}

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
