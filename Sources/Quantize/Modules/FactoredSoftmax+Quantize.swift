import FakeGen
import FloatModel

extension NetworkQuantizer {
  /// Brings the second half of a factored softmax into fixed point.
  ///
  /// - Parameter input: fraction bits of its inputs.
  mutating func classes(
    _ factored: FactoredSoftmax?, input: Int
  ) throws(QuantizationError) -> FactoredClasses? {
    guard let factored else { return nil }
    return FactoredClasses(
      clusters: factored.clusters.count, softmax: try logits(factored.decoder, input: input))
  }
}
