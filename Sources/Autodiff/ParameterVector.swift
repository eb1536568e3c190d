import CVectorMath

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

  /// Takes another vector's numbers.
  ///
  /// - Parameter other: of as many numbers.
  public func copy(_ other: ParameterVector) {
    precondition(other.count == count)
    values.update(from: other.values, count: count)
  }

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

extension ParameterVector<Float> {
  /// Moves towards another vector: `self += share * (other - self)`, a moving average.
  ///
  /// - Parameters:
  ///   - other: of as many numbers.
  ///   - share: 0...1.
  public func move(towards other: ParameterVector, share: Float) {
    precondition(other.count == count)
    vm_average(other.values, values, share, count)
  }
}
