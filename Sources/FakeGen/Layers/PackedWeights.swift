/// Weights in the order in which fast kernels take them: for each segment, blocks of 16 rows, each
/// `[pairs of columns, 16, 2]`. What is beyond rows and columns is 0.
struct PackedWeights: Sendable, Hashable {
  let kernels: Kernels
  /// Rows of a segment, the last of which may have fewer.
  let segmentSize: Int
  private let columns: Int
  /// Blocks of a segment.
  let blocksPerSegment: Int
  private let weights: Numbers<Int8>

  private static let blockRows = 16

  /// Packs the weights in the order that the kernels read.
  ///
  /// - Parameter weights: `[rows, columns]`, row major.
  init(_ weights: Numbers<Int8>, rows: Int, columns: Int, segmentSize: Int, kernels: Kernels) {
    self.kernels = kernels
    self.segmentSize = segmentSize
    self.columns = columns
    blocksPerSegment = (segmentSize + Self.blockRows - 1) / Self.blockRows
    let pairs = (columns + 1) / 2
    let blockSize = pairs * Self.blockRows * 2
    let segments = (rows + segmentSize - 1) / segmentSize
    let count = segments * blocksPerSegment * blockSize
    let perSegment = blocksPerSegment
    self.weights = Numbers(count: count) { packed in
      for block in 0..<segments &* perSegment {
        let start =
          block / perSegment &* segmentSize &+ block % perSegment &* Self.blockRows
        let end = min(rows, (block / perSegment &+ 1) &* segmentSize)
        let present = min(max(end &- start, 0), Self.blockRows)
        let target = packed + block &* blockSize
        if present < Self.blockRows || columns % 2 != 0 {
          target.initialize(repeating: 0, count: blockSize)
        }
        for row in 0..<present {
          let source = weights.start + (start &+ row) &* columns
          let column = target + 2 &* row
          for pair in 0..<columns / 2 {
            column[pair &* 32] = source[2 &* pair]
            column[pair &* 32 &+ 1] = source[2 &* pair &+ 1]
          }
          if columns % 2 != 0 { column[(pairs &- 1) &* 32] = source[columns &- 1] }
        }
      }
    }
  }

  /// Where the weights of a segment lie.
  func start(ofSegment segment: Int) -> UnsafePointer<Int8> {
    weights.start + segment &* blocksPerSegment &* ((columns &+ 1) / 2) &* 2 &* Self.blockRows
  }

  /// Computes the sums of the segments for `count` rows of x, each segment's at a multiple of 16.
  @inline(__always)
  func multiply(_ x: Vectors, count: Int, segments: Range<Int>, into sums: Sums) {
    let isMultiplied = kernels.multiply(
      start(ofSegment: segments.lowerBound),
      blocks: segments.count &* blocksPerSegment, columns: columns, x, count: count, into: sums)
    precondition(isMultiplied, "the reference has no packed weights")
  }
}
