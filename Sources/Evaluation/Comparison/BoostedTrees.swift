import Foundation

/// Gradient-boosted trees that tell two classes apart: histograms of the gradients of the logistic
/// loss, trees that grow at the leaf of the greatest gain, missing numbers on the side that suits
/// them (Ke et al. 2017; scikit-learn's HistGradientBoostingClassifier with its defaults).
struct BoostedTrees: Sendable {
  /// Number of trees.
  static let count = 100
  /// Leaves of a tree, at most.
  static let leaves = 31
  /// Rows of a leaf, at least.
  static let leafRows = 20
  /// What a tree's values are multiplied with.
  static let learningRate = 0.1

  /// A leaf's hessian, at least.
  private static let leafHessian = 1e-3

  private struct Node: Sendable {
    /// -1 for a leaf.
    var feature = -1
    /// Codes up to this one go to the left.
    var bin = UInt8(0)
    var isMissingLeft = false
    var left = 0
    var right = 0
    var value = 0.0
  }

  private let trees: [[Node]]
  private let base: Double
  /// How much less the loss is for each feature's splits, in sum.
  let gains: [Double]

  /// Learns to tell rows apart.
  ///
  /// - Parameters:
  ///   - features: of all rows.
  ///   - labels: one for each of them.
  ///   - rows: the rows to learn from.
  init(_ features: BinnedFeatures, labels: [Bool], rows: [Int]) {
    var gains = [Double](repeating: 0, count: features.bins.count)
    var trees: [[Node]] = []
    let positive = Double(rows.count { labels[$0] })
    let negative = Double(rows.count) - positive
    base = positive > 0 && negative > 0 ? log(positive / negative) : 0
    if positive > 0, negative > 0 {
      var scores = [Double](repeating: base, count: features.rows)
      for _ in 0..<Self.count {
        var growth = Growth(features, labels: labels, rows: rows, scores: scores)
        growth.grow()
        for leaf in growth.leaves {
          for row in growth.rows[leaf.range] { scores[Int(row)] += growth.nodes[leaf.node].value }
        }
        for (feature, gain) in growth.gains { gains[feature] += gain }
        trees.append(growth.nodes)
      }
    }
    self.trees = trees
    self.gains = gains
  }

  /// The logarithm of a row's odds to be of the class that is true.
  func score(_ features: BinnedFeatures, row: Int) -> Double {
    trees.reduce(base) { sum, nodes in
      var node = 0
      while nodes[node].feature >= 0 {
        let code = features.codes[nodes[node].feature * features.rows + row]
        let isLeft =
          code == features.missing ? nodes[node].isMissingLeft : code <= nodes[node].bin
        node = isLeft ? nodes[node].left : nodes[node].right
      }
      return sum + nodes[node].value
    }
  }

  private struct Split {
    var gain: Double
    var feature: Int
    var bin: UInt8
    var isMissingLeft: Bool
  }

  /// Sums over rows.
  private struct Sums {
    var gradient = 0.0
    var hessian = 0.0
    var count = 0.0

    var gain: Double { gradient * gradient / hessian }
    var isLeaf: Bool {
      count >= Double(BoostedTrees.leafRows) && hessian >= BoostedTrees.leafHessian
    }

    static func - (left: Self, right: Self) -> Self {
      Self(
        gradient: left.gradient - right.gradient, hessian: left.hessian - right.hessian,
        count: left.count - right.count)
    }
  }

  private struct Leaf {
    var node: Int
    /// In `Growth.rows`.
    var range: Range<Int>
    var sums: Sums
    /// `[features, codes, 3]`: sums of gradients, hessians and rows.
    var histogram: [Double]
    var split: Split?
  }

  /// One tree while it grows.
  private struct Growth {
    let features: BinnedFeatures
    let codeCount: Int
    /// The rows, those of a leaf next to one another.
    var rows: [Int32]
    /// Of the loss at each row, gradient and hessian.
    var slopes: [(gradient: Double, hessian: Double)]
    var nodes = [Node()]
    var leaves: [Leaf] = []
    var gains: [(feature: Int, gain: Double)] = []

    init(_ features: BinnedFeatures, labels: [Bool], rows: [Int], scores: [Double]) {
      self.features = features
      codeCount = Int(features.missing) + 1
      self.rows = rows.map { Int32($0) }
      slopes = scores.indices.map { row in
        let p = 1 / (1 + exp(-scores[row]))
        return (p - (labels[row] ? 1 : 0), p * (1 - p))
      }
    }

    mutating func grow() {
      var sums = Sums(count: Double(rows.count))
      for row in rows {
        sums.gradient += slopes[Int(row)].gradient
        sums.hessian += slopes[Int(row)].hessian
      }
      var root = Leaf(node: 0, range: rows.indices, sums: sums, histogram: [])
      root.histogram = histogram(root.range)
      root.split = bestSplit(root)
      leaves = [root]
      while leaves.count < BoostedTrees.leaves {
        // The first of the best, so that the order is the same everywhere.
        var best: Int?
        for (place, leaf) in leaves.enumerated() {
          guard let split = leaf.split else { continue }
          if split.gain > best.flatMap({ leaves[$0].split?.gain }) ?? 0 { best = place }
        }
        guard let best, let split = leaves[best].split else { break }
        divide(best, split)
      }
      for leaf in leaves {
        nodes[leaf.node].value =
          -BoostedTrees.learningRate * leaf.sums.gradient / max(leaf.sums.hessian, 1e-12)
      }
    }

    private mutating func divide(_ place: Int, _ split: Split) {
      let parent = leaves[place]
      gains.append((split.feature, split.gain))
      let column = split.feature * features.rows
      var middle = parent.range.lowerBound
      for index in parent.range {
        let code = features.codes[column + Int(rows[index])]
        let isLeft = code == features.missing ? split.isMissingLeft : code <= split.bin
        if isLeft {
          rows.swapAt(index, middle)
          middle += 1
        }
      }
      let left = nodes.count
      nodes[parent.node].feature = split.feature
      nodes[parent.node].bin = split.bin
      nodes[parent.node].isMissingLeft = split.isMissingLeft
      nodes[parent.node].left = left
      nodes[parent.node].right = left + 1
      nodes += [Node(), Node()]
      let ranges = [parent.range.lowerBound..<middle, middle..<parent.range.upperBound]
      // The smaller child's histogram is summed up; the other's is what is left of the parent's.
      let smaller = ranges[0].count <= ranges[1].count ? 0 : 1
      let own = histogram(ranges[smaller])
      var rest = parent.histogram
      for index in rest.indices { rest[index] -= own[index] }
      var children = (0..<2).map { child in
        var sums = Sums(count: Double(ranges[child].count))
        for row in rows[ranges[child]] {
          sums.gradient += slopes[Int(row)].gradient
          sums.hessian += slopes[Int(row)].hessian
        }
        return Leaf(
          node: left + child, range: ranges[child], sums: sums,
          histogram: child == smaller ? own : rest)
      }
      // A leaf that can no longer be divided needs no histogram.
      for child in children.indices {
        children[child].split = bestSplit(children[child])
        if children[child].split == nil { children[child].histogram = [] }
      }
      leaves[place] = children[0]
      leaves.append(children[1])
    }

    private func histogram(_ range: Range<Int>) -> [Double] {
      var sums = [Double](repeating: 0, count: features.bins.count * codeCount * 3)
      sums.withUnsafeMutableBufferPointer { sums in
        features.codes.withUnsafeBufferPointer { codes in
          for feature in features.bins.indices {
            let (column, start) = (feature * features.rows, feature * codeCount)
            for row in rows[range] {
              let slope = slopes[Int(row)]
              let place = (start + Int(codes[column + Int(row)])) * 3
              sums[place] += slope.gradient
              sums[place + 1] += slope.hessian
              sums[place + 2] += 1
            }
          }
        }
      }
      return sums
    }

    private func bestSplit(_ leaf: Leaf) -> Split? {
      guard leaf.range.count >= 2 * BoostedTrees.leafRows else { return nil }
      var best: Split?
      let whole = leaf.sums.gain
      leaf.histogram.withUnsafeBufferPointer { sums in
        for (feature, bins) in features.bins.enumerated() {
          let start = feature * codeCount * 3
          let last = start + Int(features.missing) * 3
          let missing = Sums(
            gradient: sums[last], hessian: sums[last + 1], count: sums[last + 2])
          for isMissingLeft in missing.count > 0 ? [false, true] : [false] {
            var left = isMissingLeft ? missing : Sums()
            // With missing numbers on the right alone all others may go to the left.
            let ends = missing.count > 0 && !isMissingLeft ? bins : bins - 1
            for bin in 0..<ends {
              let place = start + bin * 3
              guard sums[place + 2] > 0 else { continue }
              left.gradient += sums[place]
              left.hessian += sums[place + 1]
              left.count += sums[place + 2]
              guard left.isLeaf else { continue }
              let right = leaf.sums - left
              guard right.isLeaf else { break }
              let gain = left.gain + right.gain - whole
              if gain > best?.gain ?? 1e-9 {
                best = Split(
                  gain: gain, feature: feature, bin: UInt8(bin), isMissingLeft: isMissingLeft)
              }
            }
          }
        }
      }
      return best
    }
  }
}
