/// What holds in every list of a column.
package struct ListRules: Sendable, Hashable {
  /// An order of elements.
  package struct Order: Sendable, Hashable {
    /// The leaf by whose values elements are in order: numbers by size, texts by their bytes.
    package let leaf: Int
    /// Whether the greatest value comes first.
    package let isDescending: Bool

    /// Creates an order.
    ///
    /// - Parameters:
    ///   - leaf: the leaf by whose values elements are in order.
    ///   - isDescending: whether the greatest value comes first.
    package init(leaf: Int, isDescending: Bool) {
      self.leaf = leaf
      self.isDescending = isDescending
    }
  }

  /// Times that an element is drawn anew which has a value that its list has already. If that is not
  /// enough, the list ends.
  ///
  /// They are fewer in elements that are drawn anew themselves: lists in lists would multiply them.
  ///
  /// - Parameter redraws: number of elements around the list that are being drawn anew.
  package static func maximumRetries(within redraws: Int) -> UInt32 {
    redraws == 0 ? 64 : redraws == 1 ? 8 : 0
  }

  /// Leaves of an element that have no value twice in a list.
  package var distinct: [Int]
  /// Nil for any order.
  package var order: Order?
  /// Numbers of elements that no list has, ascending, between the least and the greatest.
  package var absentCounts: [Int]

  /// Creates rules; without arguments none.
  ///
  /// - Parameters:
  ///   - distinct: leaves of an element that have no value twice in a list.
  ///   - order: nil for any order.
  ///   - absentCounts: numbers of elements that no list has, ascending.
  package init(distinct: [Int] = [], order: Order? = nil, absentCounts: [Int] = []) {
    self.distinct = distinct
    self.order = order
    self.absentCounts = absentCounts
  }

  /// Whether there are none.
  package var isEmpty: Bool { distinct.isEmpty && order == nil && absentCounts.isEmpty }

  /// Tells whether an element has a value that one before it in its list has.
  ///
  /// - Parameters:
  ///   - slot: of the element.
  ///   - index: the element's place in its list.
  ///   - batch: of elements.
  func isRepeated(_ slot: Int, index: Int, in batch: borrowing DecodedBatch) -> Bool {
    for leaf in distinct {
      for other in (slot &- index)..<slot
      where batch.compare(slot, other, leaf: leaf) == 0 { return true }
    }
    return false
  }

  /// Puts the elements of a list in order; equal ones stay as they are.
  ///
  /// - Parameters:
  ///   - first: slot of the first element.
  ///   - count: number of elements.
  ///   - batch: of elements.
  func sort(from first: Int, count: Int, in batch: inout DecodedBatch) {
    guard let order, count > 1 else { return }
    for next in 1..<count {
      var place = first &+ next
      while place > first {
        let comparison = batch.compare(place &- 1, place, leaf: order.leaf)
        guard order.isDescending ? comparison < 0 : comparison > 0 else { break }
        batch.swapRows(place &- 1, place)
        place &-= 1
      }
    }
  }
}

extension DecodedBatch {
  /// Compares the values of a leaf in two rows: negative if the first is less. Null is less than all
  /// else.
  fileprivate func compare(_ left: Int, _ right: Int, leaf: Int) -> Int {
    switch (value(row: left, leaf: leaf), value(row: right, leaf: leaf)) {
    case (.number(let left), .number(let right)): return left < right ? -1 : left > right ? 1 : 0
    case (.text(let left, let leftCount), .text(let right, let rightCount)):
      for index in 0..<min(leftCount, rightCount) {
        let (one, other) = (text[left &+ index], text[right &+ index])
        if one != other { return one < other ? -1 : 1 }
      }
      return leftCount &- rightCount
    case (.null, .null): return 0
    case (.null, _): return -1
    case (_, .null): return 1
    default: return 0
    }
  }

  /// Exchanges two rows, with the elements of their lists.
  fileprivate mutating func swapRows(_ left: Int, _ right: Int) {
    for leaf in 0..<leafCount {
      values.swapAt(left &* leafCount &+ leaf, right &* leafCount &+ leaf)
    }
    for index in lists.indices {
      let capacity = lists[index].capacity
      for element in 0..<capacity {
        lists[index].elements.swapRows(
          left &* capacity &+ element, right &* capacity &+ element)
      }
    }
  }
}
