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
