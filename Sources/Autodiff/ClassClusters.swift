/// Classes in clusters of `size` consecutive columns; the last may be smaller.
public struct ClassClusters: BitwiseCopyable, Sendable {
  /// Number of classes.
  public let classes: Int
  /// Number of clusters.
  public let count: Int
  /// Number of columns of a cluster.
  public var size: Int { (classes + count - 1) / count }

  /// Creates clusters of as equal size as whole columns allow.
  public init(classes: Int, count: Int) {
    precondition(count > 0 && (count - 1) * ((classes + count - 1) / count) < classes)
    self.classes = classes
    self.count = count
  }

  /// Most columns of a `balanced` cluster: as many as are chosen among fastest.
  private static let largestBalanced = 64

  /// Returns clusters of about as many columns as there are clusters, if these are few enough; from
  /// 16 on somewhat more, since kernels compute 16 at once.
  public static func balanced(classes: Int) -> ClassClusters {
    let root = Int(Double(classes).squareRoot().rounded(.up))
    let size = root < 16 ? root : min((root + 15) / 16 * 16, largestBalanced)
    return ClassClusters(classes: classes, count: (classes + size - 1) / size)
  }

  /// Returns the columns of a cluster.
  public func columns(_ cluster: Int) -> Range<Int> {
    cluster * size..<min((cluster + 1) * size, classes)
  }
}

private struct ClusteredSoftmaxCrossEntropy<S: Scalar>: Operation {
  let input: Tensor<S>
  let parameters: DenseParameters<S>
  let clusters: ClassClusters
  /// `[rows]` rows of the input sorted by the cluster of their target, and where each cluster's
  /// start, `[clusters + 1]`.
  let order: UnsafePointer<Int>
  let starts: UnsafePointer<Int>
  /// `[rows, inputs]` the input in that order.
  let sorted: UnsafePointer<S>
  /// `[rows, size]` each cluster's block packed at `starts * size`; the backward pass makes them
  /// the gradients of the logits.
  let probabilities: UnsafeMutablePointer<S>
  let targets: UnsafePointer<Int32>
  let weights: UnsafePointer<S>
  /// `[rows, inputs]`
  let sortedGradient: UnsafeMutablePointer<S>

  func backward() {
    let (inputs, classes) = (input.columns, clusters.classes)
    for cluster in 0..<clusters.count {
      let (start, rows) = (starts[cluster], starts[cluster + 1] - starts[cluster])
      guard rows > 0 else { continue }
      let columns = clusters.columns(cluster)
      let gradient = probabilities + start * clusters.size
      for i in 0..<rows {
        let row = order[start + i]
        for j in 0..<columns.count { gradient[i * columns.count + j] *= weights[row] }
        gradient[i * columns.count + Int(targets[row]) - columns.lowerBound] -= weights[row]
      }
      // dW (inputs, n) += x^T (inputs, rows) @ dy (rows, n)
      S.multiply(
        transposeA: true, transposeB: false, m: inputs, n: columns.count, k: rows, alpha: 1,
        a: sorted + start * inputs, lda: inputs, b: gradient, ldb: columns.count, beta: 1,
        c: parameters.weight.gradient + columns.lowerBound, ldc: classes)
      S.addColumnSums(
        gradient, to: parameters.bias.gradient + columns.lowerBound, rows: rows,
        columns: columns.count)
      // dx (rows, inputs) = dy (rows, n) @ W^T (n, inputs)
      S.multiply(
        transposeA: false, transposeB: true, m: rows, n: inputs, k: columns.count, alpha: 1,
        a: gradient, lda: columns.count, b: parameters.weight.values + columns.lowerBound,
        ldb: classes, beta: 0, c: sortedGradient + start * inputs, ldc: inputs)
    }
    for i in 0..<input.rows {
      S.add(
        sortedGradient + i * inputs, to: input.gradient + order[i] * inputs, count: inputs)
    }
  }
}

extension Tape {
  /// Computes the within-cluster half of a factored softmax, over the columns of the target's
  /// cluster alone.
  ///
  /// - Parameters:
  ///   - input: `[rows, inputs]`.
  ///   - parameters: `[inputs, classes]`, columns in cluster order.
  ///   - clusters: which columns make a cluster.
  ///   - targets: `[rows]` column of each row.
  ///   - weights: `[rows]`.
  ///   - rowLosses: `[rows]`; the unweighted losses are added to it.
  /// - Returns: `sum of weights[row] * -log softmax(logits[row])[targets[row]]` with
  ///   `logits[row] = input[row] @ W[cluster] + b[cluster]`, in nats.
  public func clusteredSoftmaxCrossEntropy(
    _ input: Tensor<S>, _ parameters: DenseParameters<S>, clusters: ClassClusters,
    targets: UnsafePointer<Int32>, weights: UnsafePointer<S>,
    rowLosses: UnsafeMutablePointer<S>
  ) -> Double {
    let (rows, inputs) = (input.rows, input.columns)
    precondition(parameters.weight.columns == clusters.classes)
    // Counting sort by cluster, stable.
    let starts = scratch(Int.self, count: clusters.count + 1)
    starts.update(repeating: 0, count: clusters.count + 1)
    for row in 0..<rows { starts[Int(targets[row]) / clusters.size + 1] += 1 }
    for cluster in 0..<clusters.count { starts[cluster + 1] += starts[cluster] }
    let next = scratch(Int.self, count: clusters.count)
    next.update(from: starts, count: clusters.count)
    let order = scratch(Int.self, count: rows)
    let sorted = scratch(S.self, count: rows * inputs)
    for row in 0..<rows {
      let cluster = Int(targets[row]) / clusters.size
      order[next[cluster]] = row
      (sorted + next[cluster] * inputs).update(from: input.values + row * inputs, count: inputs)
      next[cluster] += 1
    }
    let probabilities = scratch(S.self, count: rows * clusters.size)
    let normalizers = scratch(S.self, count: rows)
    var total = 0.0
    for cluster in 0..<clusters.count {
      let (start, count) = (starts[cluster], starts[cluster + 1] - starts[cluster])
      guard count > 0 else { continue }
      let columns = clusters.columns(cluster)
      let logits = probabilities + start * clusters.size
      fillRows(
        logits, with: parameters.bias.values + columns.lowerBound, rows: count,
        columns: columns.count)
      S.multiply(
        transposeA: false, transposeB: false, m: count, n: columns.count, k: inputs, alpha: 1,
        a: sorted + start * inputs, lda: inputs, b: parameters.weight.values + columns.lowerBound,
        ldb: clusters.classes, beta: 1, c: logits, ldc: columns.count)
      countProducts(m: count, n: columns.count, k: inputs)
      for i in 0..<count {
        let row = order[start + i]
        let target = logits[i * columns.count + Int(targets[row]) - columns.lowerBound]
        rowLosses[row] -= target
        total -= Double(weights[row]) * Double(target)
      }
      S.softmax(
        logits, logNormalizer: normalizers + start, rows: count, columns: columns.count)
      for i in 0..<count {
        let row = order[start + i]
        rowLosses[row] += normalizers[start + i]
        total += Double(weights[row]) * Double(normalizers[start + i])
      }
    }
    record(
      ClusteredSoftmaxCrossEntropy(
        input: input, parameters: parameters, clusters: clusters, order: order, starts: starts,
        sorted: sorted, probabilities: probabilities, targets: targets, weights: weights,
        sortedGradient: scratch(S.self, count: rows * inputs)))
    return total
  }
}
