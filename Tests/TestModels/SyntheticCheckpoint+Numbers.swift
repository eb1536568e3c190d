import FloatModel
import Schema

extension SyntheticCheckpoint {
  /// The bins of the leaves that are numbers, by leaf: `owner.age`, `lon`, `height`.
  package static let bins: [Int: [[ClosedRange<Int64>]]] = [
    5: [[18...18], [19...30, 31...40], [41...99]],
    6: (0..<12).map { bin in
      (0..<4).map { cell in
        let lower = -73_400_000 + 150_000 * Int64(bin) + 30_000 * Int64(cell)
        return lower...lower + 20_000 + 500 * Int64(bin)
      }
    },
    7: [[0...0], [5...7, 9...9, 12...40], [55...55, 80...120]],
  ]

  /// The model with every option, its ScalarTuples' leaves numbers in bins instead.
  package static func withNumbers(seed: UInt64, feedback: ModelOptions.Feedback) -> Self {
    var synthetic = Self(seed: seed, options: .every(feedback))
    synthetic.description.schema.root = binned(synthetic.description.schema.root)
    synthetic.renewTensors()
    return synthetic
  }

  /// A model as tables have it: no latent vector, numbers in bins, a closed vocabulary.
  package static func table(seed: UInt64) -> Self {
    var synthetic = withNumbers(seed: seed, feedback: .state)
    synthetic.description.options.latent = .none
    synthetic.description.method.deviation = .none
    synthetic.description.schema.root = closed(synthetic.description.schema.root)
    synthetic.renewTensors()
    return synthetic
  }

  private static func binned(_ node: ModuleNode) -> ModuleNode {
    let node = node.mappingChildren(binned)
    guard case .tuple(let name, let elements) = node else { return node }
    return .tuple(
      name: name,
      elements: elements.flatMap { element -> [ModuleNode] in
        guard case .scalarTuple(let leaves) = element else { return [element] }
        return leaves.compactMap { leaf in
          NumberBins(bins[leaf] ?? []).map { .number(leaf: leaf, bins: $0) }
        }
      })
  }

  private static func closed(_ node: ModuleNode) -> ModuleNode {
    if case .vocabulary(let leaf) = node { return .closedVocabulary(leaf: leaf) }
    return node.mappingChildren(closed)
  }
}
