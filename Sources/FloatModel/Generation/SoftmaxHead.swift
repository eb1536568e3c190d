import Autodiff
import Schema

/// A layer of logits whose classes a table has values for.
package struct SoftmaxHead: Sendable {
  /// To the logits, which `GeneratedBatch.observe` sees under its name.
  package let layer: DenseSlots
  /// The leaf that the classes are of.
  package let leaf: Int
  /// The class that stands for null; nil where null is no class.
  package let null: Int?
  /// Whether it is a single logit, that of the leaf's presence: class 0; absence is class 1.
  package var isPresence = false
  /// Classes of a factored softmax; nil where classes are those of the table.
  package var clusters: Clusters?
  /// What a row must have for the head to be asked; nil for any.
  package var condition: Condition?

  /// Which of a table's classes make one of the first half of a factored softmax.
  package struct Clusters: Sendable {
    /// How many.
    package let size: Int
    /// The table's classes before them, which are classes here.
    package let first: Int
  }

  /// A leaf in bins, and the bin that a row has.
  package struct Condition: Sendable {
    /// The leaf.
    package let leaf: Int
    /// The bin.
    package let bin: Int32
  }

  /// The class of a table's row; nil if it has none, or the head is not asked.
  func target(_ table: EncodedTable, row: Int) -> Int? {
    if let condition, table.columns[condition.leaf].classes[row] != condition.bin { return nil }
    let column = table.columns[leaf]
    if isPresence { return column.present[row] ? 0 : 1 }
    guard column.present[row] else { return null }
    let value = Int(column.classes[row])
    guard let clusters, value >= clusters.first else { return value }
    return clusters.first + (value - clusters.first) / clusters.size
  }

  /// Number of classes, absence among them.
  package var classes: Int { isPresence ? 2 : layer.weight.columns }

  /// How often a table's rows have each class, `[classes]`.
  package func counts(_ table: EncodedTable) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for row in 0..<table.count {
      if let target = target(table, row: row) { counts[target] += 1 }
    }
    return counts
  }
}

/// The sums of each head's probabilities over the rows that were generated.
package final class HeadProbabilities {
  /// `[heads][classes]`
  package private(set) var sums: [[Double]]
  private let heads: [SoftmaxHead]
  private let places: [String: Int]

  /// Creates sums of no rows.
  package init(_ heads: [SoftmaxHead]) {
    self.heads = heads
    sums = heads.map { Array(repeating: 0, count: $0.classes) }
    places = Dictionary(
      heads.enumerated().map { ($1.layer.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Adds the probabilities of rows, if the layer is one of the heads.
  func observe<S: Scalar>(_ layer: String, _ logits: Tensor<S>) {
    guard let place = places[layer] else { return }
    var exponentials = [Double](repeating: 0, count: logits.columns)
    for row in 0..<logits.rows {
      let values = logits.values + row * logits.columns
      if heads[place].isPresence {
        let present = 1 / (1 + Double.exponential(-values[0].widened))
        sums[place][0] += present
        sums[place][1] += 1 - present
        continue
      }
      var greatest = -Double.infinity
      for column in 0..<logits.columns { greatest = max(greatest, values[column].widened) }
      var total = 0.0
      for column in 0..<logits.columns {
        exponentials[column] = Double.exponential(values[column].widened - greatest)
        total += exponentials[column]
      }
      for column in 0..<logits.columns { sums[place][column] += exponentials[column] / total }
    }
  }

  /// Adds another's sums.
  func add(_ other: HeadProbabilities) {
    for place in sums.indices {
      for index in sums[place].indices { sums[place][index] += other.sums[place][index] }
    }
  }
}
