/// Bytes of one of several files, in a stream of their own: the file's number, how many bytes follow,
/// and these.
enum TableFrame {
  private static let headerSize = 5

  /// Appends what `content` appends as a frame of a file; nothing if it appends nothing.
  static func append(
    _ file: Int, to bytes: inout [UInt8], content: (inout [UInt8]) -> Void
  ) {
    let start = bytes.count
    bytes.append(UInt8(truncatingIfNeeded: file))
    for _ in 1..<headerSize { bytes.append(0) }
    content(&bytes)
    let count = UInt32(truncatingIfNeeded: bytes.count - start - headerSize)
    if count == 0 {
      bytes.removeLast(headerSize)
      return
    }
    for place in 0..<4 {
      bytes[start + 1 + place] = UInt8(truncatingIfNeeded: count >> UInt32(8 * place))
    }
  }

  /// Calls `body` for each frame of a stream.
  ///
  /// - Parameter body: gets the file's number, and where its bytes lie.
  static func forEach<Problem: Error>(
    in bytes: [UInt8], _ body: (Int, Range<Int>) throws(Problem) -> Void
  ) throws(Problem) {
    var position = 0
    while position + headerSize <= bytes.count {
      var count = 0
      for place in 0..<4 { count |= Int(bytes[position + 1 + place]) << (8 * place) }
      let start = position + headerSize
      try body(Int(bytes[position]), start..<start + count)
      position = start + count
    }
  }
}
