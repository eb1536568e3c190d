import Autodiff

/// The all-reduce of a step: sums all pieces' gradients in the order of the pieces, on every rank
/// alike, whatever their number.
///
/// Floating-point sums depend on their order, and MPI's own reductions choose it by the number of
/// ranks. So each rank owns a range of the parameters, gets every piece's gradient for it, adds
/// them in order, and gives the sums to all.
final class GradientReduction {
  private let communicator: any Communicator
  private let pieces: Int
  /// The parameters that each rank owns.
  private let owned: [Range<Int>]
  /// `[owner, piece of this rank, parameter of the owner]`
  private let sent: ParameterVector<Float>
  /// `[piece, parameter of this rank]`
  private let received: ParameterVector<Float>
  private let total: ParameterVector<Float>

  /// Creates the reduction of a step's gradients.
  ///
  /// - Parameters:
  ///   - count: number of parameters.
  ///   - pieces: of all ranks.
  init(communicator: any Communicator, count: Int, pieces: Int) {
    self.communicator = communicator
    self.pieces = pieces
    owned = (0..<communicator.ranks).map { communicator.share($0, of: count) }
    let isAlone = communicator.ranks == 1
    sent = ParameterVector(
      count: isAlone ? 0 : communicator.share(communicator.rank, of: pieces).count * count)
    received = ParameterVector(count: isAlone ? 0 : pieces * owned[communicator.rank].count)
    total = ParameterVector(count: isAlone ? 0 : count)
  }

  /// Refuses what MPI could not exchange, before memory is taken for it.
  ///
  /// - Parameters:
  ///   - count: number of parameters.
  ///   - pieces: of all ranks.
  /// - Throws: `TrainerError.largeExchange`.
  static func check(count: Int, pieces: Int, ranks: Int) throws(TrainerError) {
    let bytes = exchangedBytes(count: count, pieces: pieces, ranks: ranks)
    guard bytes <= Int32.max else {
      throw .largeExchange(bytes: bytes, ranks: ranks, pieces: pieces)
    }
  }

  /// Returns the bytes that the largest exchange of a rank takes.
  private static func exchangedBytes(count: Int, pieces: Int, ranks: Int) -> Int {
    func largestShare(of count: Int) -> Int { (count + ranks - 1) / ranks }
    guard ranks > 1 else { return 0 }
    return max(largestShare(of: pieces) * count, pieces * largestShare(of: count))
      * MemoryLayout<Float>.size
  }

  /// Vectors whose sum in order is that of all pieces' gradients.
  ///
  /// - Parameter gradients: those of this rank's pieces.
  func reduced(_ gradients: [ParameterVector<Float>]) -> [ParameterVector<Float>] {
    guard communicator.ranks > 1 else { return gradients }
    var place = sent.values
    for range in owned {
      for gradient in gradients {
        place.update(from: gradient.values + range.lowerBound, count: range.count)
        place += range.count
      }
    }
    let size = MemoryLayout<Float>.size
    let own = owned[communicator.rank]
    communicator.allToAll(
      sent.values, counts: owned.map { gradients.count * $0.count * size },
      into: received.values,
      receiveCounts: owned.indices.map {
        communicator.share($0, of: pieces).count * own.count * size
      })
    let sum = total.values + own.lowerBound
    sum.update(from: received.values, count: own.count)
    for piece in 1..<pieces {
      Float.add(received.values + piece * own.count, to: sum, count: own.count)
    }
    communicator.allGather(total.values, counts: owned.map { $0.count * size })
    return [total]
  }
}
