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
