/// Width and format of vectors of activations.
struct VectorFormat: Equatable {
  var width: Int
  var fractionBits: Int
}
