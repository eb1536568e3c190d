/// Weights in the order in which fast kernels take them: for each segment, blocks of 16 rows, each
/// `[pairs of columns, 16, 2]`. What is beyond rows and columns is 0. Segments are packed when they
/// are first used, of many one by one: few rows use few clusters of a softmax.
final class PackedWeights: Sendable {
  let kernels: Kernels
  /// Rows of a segment, the last of which may have fewer.
  let segmentSize: Int
  /// Blocks of a segment.
  let blocksPerSegment: Int
  /// `[rows, columns]`, row major.
  private let weights: Numbers<Int8>
  private let rows: Int
  private let columns: Int
  private let segments: Int
  /// Bytes of a packed segment.
  private let packedSize: Int
  private let packed: LazyNumbers<Int8>

  private static let blockRows = 16
  /// Most segments that are packed together, one after the other: the gates of a cell.
  private static let mostTogether = 3

  /// Creates weights that are to be packed in the order that the kernels read.
  ///
  /// - Parameter weights: `[rows, columns]`, row major.
  init(_ weights: Numbers<Int8>, rows: Int, columns: Int, segmentSize: Int, kernels: Kernels) {
    self.kernels = kernels
    self.segmentSize = segmentSize
    self.weights = weights
    self.rows = rows
    self.columns = columns
    blocksPerSegment = (segmentSize + Self.blockRows - 1) / Self.blockRows
    segments = (rows + segmentSize - 1) / segmentSize
    packedSize = blocksPerSegment * ((columns + 1) / 2) * 2 * Self.blockRows
    packed = LazyNumbers(pieces: segments <= Self.mostTogether ? 1 : segments)
  }

  /// Where the weights of a segment lie.
  @inline(__always)
  func start(ofSegment segment: Int) -> UnsafePointer<Int8> {
    if segments > Self.mostTogether {
      if let packed = packed.pieceIfComputed(segment) { return packed }
    } else if let packed = packed.pieceIfComputed(0) {
      return packed + segment &* packedSize
    }
    return packedStart(ofSegment: segment)
  }

  @inline(never)
  private func packedStart(ofSegment segment: Int) -> UnsafePointer<Int8> {
    if segments > Self.mostTogether {
      return packed.piece(segment, size: packedSize) { pack(segment, into: $0) }
    }
    let first = packed.piece(0, size: segments &* packedSize) { packed in
      for segment in 0..<segments { pack(segment, into: packed + segment &* packedSize) }
    }
    return first + segment &* packedSize
  }

  private func pack(_ segment: Int, into packed: UnsafeMutablePointer<Int8>) {
    let end = min(rows, (segment &+ 1) &* segmentSize)
    let pairs = (columns &+ 1) / 2
    for block in 0..<blocksPerSegment {
      let start = segment &* segmentSize &+ block &* Self.blockRows
      let present = min(max(end &- start, 0), Self.blockRows)
      let target = packed + block &* pairs &* 2 &* Self.blockRows
      if present < Self.blockRows || columns % 2 != 0 {
        target.initialize(repeating: 0, count: pairs &* 2 &* Self.blockRows)
      }
      for row in 0..<present {
        let source = UnsafeRawPointer(weights.start + (start &+ row) &* columns)
        let column = UnsafeMutableRawPointer(target + 2 &* row)
        for pair in 0..<columns / 2 {
          column.storeBytes(
            of: source.loadUnaligned(fromByteOffset: 2 &* pair, as: UInt16.self),
            toByteOffset: pair &* 32, as: UInt16.self)
        }
        if columns % 2 != 0 {
          target[2 &* row &+ (pairs &- 1) &* 32] =
            weights[(start &+ row) &* columns &+ columns &- 1]
        }
      }
    }
  }

  /// Computes the sums of the segments for `count` rows of x, each segment's at a multiple of 16.
  @inline(__always)
  func multiply(_ x: Vectors, count: Int, segments: Range<Int>, into sums: Sums) {
    precondition(
      segments.count == 1 || self.segments <= Self.mostTogether, "segments are not packed together")
    let isMultiplied = kernels.multiply(
      start(ofSegment: segments.lowerBound),
      blocks: segments.count &* blocksPerSegment, columns: columns, x, count: count, into: sums)
    precondition(isMultiplied, "the reference has no packed weights")
  }
}
