/// The weights of a GRU cell (docs/Architecture.md) in double precision.
struct GRUWeights {
  let name: String
  let inputs: Int
  let width: Int
  /// `[inputs, 3 width]`
  let inputWeight: [Double]
  /// `[width, 3 width]`
  let stateWeight: [Double]
  /// `[3 width]`
  let bias: [Double]
}
