import Autodiff
import FloatModel

/// What a step's pieces leave for everything that looks at the whole batch: a span of bytes for
/// each piece in the order of the pieces, those of the other ranks included once `exchange` is
/// done.
final class BatchOutput {
  /// Sums over a piece's rows; one for each component and each latent dimension follow.
  private enum Sum: Int, CaseIterable {
    case reconstruction, latentLoss, divergence
    case characterNats, characters, fedBackCharacters, sampledCharacters
  }

  /// Where a piece lies in the buffer.
  private struct PieceSpan {
    /// Place of the sums in the buffer, in bytes.
    var start = 0
    var examples = 0
    var rows = 0
  }

  private let communicator: any Communicator
  private let components: Int
  private let width: Int
  /// The latent width, or 0 if the encoder is deterministic.
  private let divergences: Int
  private let keepsMeans: Bool
  private var spans: [PieceSpan]
  private var buffer: UnsafeMutableRawBufferPointer

  /// Allocates the output of a batch.
  ///
  /// - Parameters:
  ///   - keepsMeans: whether mean vectors are wanted beside the latent vectors.
  init(
    communicator: any Communicator, pieces: Int, components: Int, width: Int,
    isDeterministic: Bool, keepsMeans: Bool
  ) {
    self.communicator = communicator
    self.components = components
    self.width = width
    divergences = isDeterministic ? 0 : width
    self.keepsMeans = keepsMeans
    spans = Array(repeating: PieceSpan(), count: pieces)
    buffer = .allocate(byteCount: 0, alignment: 8)
  }

  deinit { buffer.deallocate() }

  private var sumCount: Int { Sum.allCases.count + components + divergences }

  private func vectorBytes(_ rows: Int) -> Int { rows * width * MemoryLayout<Float>.size }

  /// Returns the bytes of a piece's span, a multiple of 8.
  private func size(rows: Int) -> Int {
    (sumCount * MemoryLayout<Double>.size + vectorBytes(rows) * (keepsMeans ? 2 : 1) + 7) & ~7
  }

  /// Makes room for pieces of so many examples and rows.
  func begin(_ counts: [(examples: Int, rows: Int)]) {
    var start = 0
    for (piece, count) in counts.enumerated() {
      spans[piece] = PieceSpan(start: start, examples: count.examples, rows: count.rows)
      start += size(rows: count.rows)
    }
    guard start > buffer.count else { return }
    buffer.deallocate()
    buffer = .allocate(byteCount: start, alignment: 8)
  }

  private func sums(_ piece: Int) -> UnsafeMutablePointer<Double> {
    (buffer.baseAddress! + spans[piece].start).assumingMemoryBound(to: Double.self)
  }

  /// Returns the latent vectors `[rows, width]` of a piece.
  private func latents(_ piece: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(sums(piece) + sumCount).assumingMemoryBound(to: Float.self)
  }

  /// Returns the mean vectors `[rows, width]` of a piece.
  private func means(_ piece: Int) -> UnsafeMutablePointer<Float> {
    latents(piece) + spans[piece].rows * width
  }

  /// Takes what one of this rank's pieces has computed.
  func take(_ piece: Piece<Float>, at index: Int) {
    precondition(piece.rows.count == spans[index].rows)
    let sums = sums(index)
    for sum in Sum.allCases {
      sums[sum.rawValue] =
        switch sum {
        case .reconstruction: piece.reconstruction
        case .latentLoss: piece.latentLoss
        case .divergence: piece.divergence
        case .characterNats: piece.characterNats
        case .characters: Double(piece.characters)
        case .fedBackCharacters: Double(piece.fedBackCharacters)
        case .sampledCharacters: Double(piece.sampledCharacters)
        }
    }
    let vectors = sums + Sum.allCases.count
    for i in 0..<components { vectors[i] = piece.losses[i] }
    for i in 0..<divergences { vectors[components + i] = piece.dimensionDivergences[i] }
    let count = spans[index].rows * width
    latents(index).update(from: piece.latents!.values, count: count)
    if keepsMeans { means(index).update(from: piece.mean!.values, count: count) }
  }

  /// Gets the other ranks' pieces.
  func exchange() {
    guard communicator.ranks > 1 else { return }
    communicator.allGather(
      buffer.baseAddress!,
      counts: (0..<communicator.ranks).map { rank in
        communicator.share(rank, of: spans.count).reduce(0) {
          $0 + size(rows: spans[$1].rows)
        }
      })
  }

  private func total(_ index: Int) -> Double {
    spans.indices.reduce(0) { $0 + sums($1)[index] }
  }

  var reconstruction: Double { total(Sum.reconstruction.rawValue) }
  var latentLoss: Double { total(Sum.latentLoss.rawValue) }
  /// KL divergence in nats.
  var divergence: Double { total(Sum.divergence.rawValue) }
  var characterNats: Double { total(Sum.characterNats.rawValue) }
  var characters: Double { total(Sum.characters.rawValue) }
  var fedBackCharacters: Double { total(Sum.fedBackCharacters.rawValue) }
  var sampledCharacters: Double { total(Sum.sampledCharacters.rawValue) }

  /// Unweighted loss of each component.
  var losses: [Double] { (0..<components).map { total(Sum.allCases.count + $0) } }

  /// KL divergence of each latent dimension in nats; empty if the encoder is deterministic.
  var dimensionDivergences: [Double] {
    (0..<divergences).map { total(Sum.allCases.count + components + $0) }
  }

  /// Which rows of a batch are wanted.
  enum Rows { case examples, variants }

  /// Which vectors of a row are wanted.
  enum Vectors { case latents, means }

  /// Appends `[rows, width]` vectors of some pieces, in their order.
  func append(_ vectors: Vectors, of rows: Rows, pieces: Range<Int>, to values: inout [Float]) {
    precondition(vectors == .latents || keepsMeans)
    for piece in pieces {
      let span = spans[piece]
      let start = vectors == .latents ? latents(piece) : means(piece)
      let range = rows == .examples ? 0..<span.examples : span.examples..<span.rows
      values.append(
        contentsOf: UnsafeBufferPointer(
          start: start + range.lowerBound * width, count: range.count * width))
    }
  }

  /// Returns the `[rows, width]` vectors of some pieces, in their order.
  func vectors(_ vectors: Vectors, of rows: Rows, pieces: Range<Int>) -> [Float] {
    var values: [Float] = []
    append(vectors, of: rows, pieces: pieces, to: &values)
    return values
  }
}
