import Autodiff
import FloatModel

/// The pieces of a step that one rank computes, and what it computes them with.
struct RankPieces {
  /// The first of them among all of the step's.
  let first: Int
  let pieces: [Piece<Float>]
  let gradients: [ParameterVector<Float>]
  /// One for each piece, in augmented training.
  let variantGenerators: [VariantGenerator]

  /// Creates the pieces of a rank.
  ///
  /// - Parameter range: places of the pieces among all of the step's.
  init(
    _ range: Range<Int>, parameters: ParameterVector<Float>, table: EncodedTable,
    model: RecordModel, isAugmented: Bool
  ) {
    first = range.lowerBound
    pieces = range.map { _ in
      Piece(
        parameters: parameters, table: table, components: model.components.components.count,
        encodings: model.encodingCount)
    }
    gradients = pieces.map(\.gradient)
    variantGenerators =
      isAugmented ? pieces.map { _ in VariantGenerator(parameters: parameters) } : []
  }

  /// The piece with a place among all of the step's; nil if it is another rank's.
  subscript(step index: Int) -> Piece<Float>? {
    pieces.indices.contains(index - first) ? pieces[index - first] : nil
  }

  /// Bytes that the pieces' tapes hold.
  var tapeCapacity: Int { pieces.reduce(0) { $0 + $1.tape.capacity } }

  /// Floating-point operations of the last step's matrix products.
  var floatingPointOperations: Double {
    pieces.reduce(0) { $0 + $1.tape.floatingPointOperations }
  }
}
