/// The first half of a factored softmax over string codes: consecutive places of `order` make
/// clusters of equal size, the last perhaps smaller (docs/ModelOptions.md).
package struct SoftmaxClusters: Sendable {
  /// Codes by place, each once.
  package let order: Numbers<UInt32>
  /// `[n, clusters]`, to logits.
  package let dense: Dense
  /// Places of a cluster.
  package let size: Int

  /// - Precondition: `fits(codes:clusters:)`.
  package init(order: Numbers<UInt32>, dense: Dense) {
    self.order = order
    self.dense = dense
    size = Self.size(codes: order.count, clusters: dense.outputs)
  }

  package var count: Int { dense.outputs }

  private static func size(codes: Int, clusters: Int) -> Int { (codes + clusters - 1) / clusters }

  /// Whether every cluster has at least one code.
  package static func fits(codes: Int, clusters: Int) -> Bool {
    clusters >= 1 && (clusters - 1) * size(codes: codes, clusters: clusters) < codes
  }

  /// The places of a cluster.
  @inline(__always)
  package func places(_ cluster: Int) -> Range<Int> {
    let start = cluster &* size
    return start..<min(start &+ size, order.count)
  }
}
