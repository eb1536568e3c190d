import Autodiff
import Schema

/// The second half of a factored softmax over known values or bins: the class in a cluster that the
/// first half has chosen (docs/ModelOptions.md).
package struct FactoredSoftmax: Sendable {
  /// The classes of each cluster.
  package let clusters: ClassClusters
  /// `[embedding, classes]`, to logits.
  package let decoder: DenseSlots

  /// Creates the second half; nil if the classes are too few to be factored.
  ///
  /// - Parameters:
  ///   - classes: how many.
  ///   - name: what the tensors' names begin with.
  init?(classes: Int, name: String, builder: inout ModuleBuilder) {
    let least = builder.description.options.factoredClasses
    guard least > 0, classes >= least else { return nil }
    clusters = .balanced(classes: classes)
    decoder = builder.manifest.dense(
      name, inputs: builder.widths.embedding, outputs: classes, .generation)
  }

  /// Returns the weighted sum of `-log P(class | cluster)`.
  ///
  /// - Parameters:
  ///   - embedding: `[rows, embedding]`.
  ///   - weights: `[rows]`.
  ///   - rowLosses: `[rows]`; the unweighted losses are added to it, if given.
  ///   - target: the class of a row; nil if it has none.
  func crossEntropy<S: Scalar>(
    _ piece: Piece<S>, embedding: Tensor<S>, weights: UnsafePointer<S>,
    rowLosses: UnsafeMutablePointer<S>?, target: (Int) -> Int?
  ) -> Double {
    let tape = piece.tape
    let targets = (0..<embedding.rows).compactMap { row in
      target(row).map { (row: row, class: $0) }
    }
    if targets.isEmpty { return 0 }
    let classes = tape.scratch(Int32.self, count: targets.count)
    let ownWeights = tape.scratch(S.self, count: targets.count)
    let losses = tape.scratch(S.self, count: targets.count)
    for (position, target) in targets.enumerated() {
      classes[position] = Int32(target.class)
      ownWeights[position] = weights[target.row]
      losses[position] = 0
    }
    let value = tape.clusteredSoftmaxCrossEntropy(
      tape.gather(rows: targets.count, columns: embedding.columns) {
        embedding.row(targets[$0].row)
      },
      piece.view[decoder], clusters: clusters, targets: classes, weights: ownWeights,
      rowLosses: losses)
    if let rowLosses {
      for (position, target) in targets.enumerated() { rowLosses[target.row] += losses[position] }
    }
    return value
  }

  /// Samples a class for each row that has a cluster.
  ///
  /// - Parameters:
  ///   - embedding: `[rows, embedding]`.
  ///   - rows: which records of the batch these are.
  ///   - stream: the module's.
  ///   - cluster: that of a row; nil if it has none.
  func sample<S: Scalar>(
    _ batch: GeneratedBatch<S>, embedding: Tensor<S>, rows: [Int], stream: UInt32,
    cluster: (Int) -> Int?
  ) -> [Int?] {
    let parameters = batch.view[decoder]
    if batch.ranges != nil {
      batch.observe(decoder.name, batch.tape.dense(embedding, parameters, .linear))
    }
    var logits = [S](repeating: 0, count: clusters.size)
    return rows.enumerated().map { position, row in
      guard let cluster = cluster(position) else { return nil }
      let columns = clusters.columns(cluster)
      parameters.apply(
        embedding.values + position * embedding.columns, columns: columns, into: &logits)
      return columns.lowerBound
        + batch.sampleClass(logits, count: columns.count, stream: stream, row: row)
    }
  }
}
