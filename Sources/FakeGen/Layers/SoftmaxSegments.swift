/// How the classes of a factored softmax make segments: consecutive ones, of equal size, the last
/// perhaps smaller (docs/ModelOptions.md).
package struct SoftmaxSegments: Sendable {
  /// Number of classes.
  package let classes: Int
  /// Number of segments.
  package let count: Int
  /// Classes of a segment.
  package let size: Int

  /// Creates segments of the classes.
  ///
  /// - Precondition: `fit(classes:count:)`.
  package init(classes: Int, count: Int) {
    self.classes = classes
    self.count = count
    size = Self.size(classes: classes, count: count)
  }

  private static func size(classes: Int, count: Int) -> Int { (classes + count - 1) / count }

  /// Tells whether every segment has at least one class.
  package static func fit(classes: Int, count: Int) -> Bool {
    count >= 1 && (count - 1) * size(classes: classes, count: count) < classes
  }

  /// Returns the classes of a segment.
  @inline(__always)
  package subscript(segment: Int) -> Range<Int> {
    let start = segment &* size
    return start..<min(start &+ size, classes)
  }
}

extension Dense {
  /// Computes for each row the outputs of a segment of its own. Rows of one segment share a product.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]` in the inputs' format.
  ///   - count: number of rows.
  ///   - segments: `[rows]`; those of rows that `body` has been called with may have changed. Rows
  ///     with a negative one are left out.
  ///   - size: outputs of a segment, for which the weights are packed.
  ///   - scratch: working memory, `segmentScratchSize(of:)` for each row.
  ///   - body: called with a row's number and its outputs, which it may overwrite.
  @inline(__always)
  func applySegments(
    _ x: Vectors, count: Int, segments: UnsafePointer<Int32>, of size: Int,
    scratch: borrowing Scratch, _ body: (Int, UnsafeMutablePointer<Int16>) -> Void
  ) {
    var scratch = copy scratch
    let order = scratch.takeWide(1, rows: count).base
    sort(count, by: segments, into: order)
    let gathered = scratch.takeNarrow(inputs, rows: min(count, Batch.tileRows))
    let y = scratch.takeNarrow(size, rows: min(count, Batch.tileRows))
    var first = 0
    while first < count, segments[Int(order[first])] < 0 { first &+= 1 }
    while first < count {
      let segment = segments[Int(order[first])]
      var end = first
      while end < count, end &- first < Batch.tileRows, segments[Int(order[end])] == segment {
        gathered[end &- first].update(from: x[Int(order[end])], count: inputs)
        end &+= 1
      }
      apply(
        gathered, count: end &- first, segment: Int(segment), of: size, into: y, scratch: scratch)
      for index in first..<end { body(Int(order[index]), y[index &- first]) }
      first = end
    }
  }

  /// The scratch that `applySegments` needs.
  func segmentScratchSize(of size: Int) -> ScratchSize {
    ScratchSize(narrow: inputs, wide: size) + ScratchSize(narrow: size, wide: 1)
  }

  /// Orders 0 ..< count by key: an insertion sort, for a batch.
  private func sort(
    _ count: Int, by keys: UnsafePointer<Int32>, into order: UnsafeMutablePointer<Int32>
  ) {
    for slot in 0..<count {
      let key = keys[slot]
      var position = slot
      while position > 0, keys[Int(order[position &- 1])] > key {
        order[position] = order[position &- 1]
        position &-= 1
      }
      order[position] = Int32(truncatingIfNeeded: slot)
    }
  }
}
