/// The first half of a factored softmax over string codes: consecutive places of `order` make
/// clusters (docs/ModelOptions.md).
package struct SoftmaxClusters: Sendable {
  /// Codes by place, each once.
  package let order: Numbers<UInt32>
  /// `[n, clusters]`, to logits.
  package let dense: Dense
  /// The places of each cluster.
  private let segments: SoftmaxSegments

  /// Creates clusters of the codes.
  ///
  /// - Parameters:
  ///   - order: codes by place, each once.
  ///   - dense: `[n, clusters]`, to logits.
  /// - Precondition: `SoftmaxSegments.fit` holds.
  package init(order: Numbers<UInt32>, dense: Dense) {
    self.order = order
    self.dense = dense
    segments = SoftmaxSegments(classes: order.count, count: dense.outputs)
  }

  /// Number of clusters.
  package var count: Int { dense.outputs }

  /// Places of a cluster.
  package var size: Int { segments.size }

  /// Returns the places of a cluster.
  @inline(__always)
  package func places(_ cluster: Int) -> Range<Int> { segments[cluster] }
}

extension SoftmaxClusters {
  /// Reads the section of the clusters of so many `codes`.
  ///
  /// - Parameter state: width and format of the layer's inputs.
  /// - Returns: the clusters.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from reader: inout NetworkReader, codes: Int, state: VectorFormat
  ) throws(ModelError) -> SoftmaxClusters {
    try reader.sections.begin(.clusters, name: "clusters")
    let count = try reader.sections.readShape(1...codes)
    guard SoftmaxSegments.fit(classes: codes, count: count) else {
      throw reader.sections.invalid("\(count) clusters of \(codes) codes leave one empty")
    }
    let order = try reader.sections.readNumbers(UInt32.self, count: codes)
    var isPlaced = [Bool](repeating: false, count: codes)
    for code in order {
      guard code < UInt32(codes), !isPlaced[Int(code)] else {
        throw reader.sections.invalid("its order should have each code once")
      }
      isPlaced[Int(code)] = true
    }
    let dense = try reader.readLogits(name: "softmax", input: state, classes: count...count)
    try reader.sections.finish()
    return SoftmaxClusters(order: order, dense: dense)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.clusters, name: "clusters")
    writer.writeShape(count)
    writer.write(order)
    writer.write(dense, name: "softmax")
    writer.end()
  }
}
