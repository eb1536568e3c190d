import Schema

extension ListType.Order {
  /// Returns elements in the order; equal ones stay as they are.
  ///
  /// - Parameter elements: of one list.
  public func sorted(_ elements: [Record]) -> [Record] {
    let order = elements.indices.sorted { left, right in
      let (one, other) = (elements[left].values[leaf], elements[right].values[leaf])
      if Self.precedes(one, other) { return !isDescending }
      if Self.precedes(other, one) { return isDescending }
      return left < right
    }
    return order.map { elements[$0] }
  }

  private static func precedes(_ left: FieldValue, _ right: FieldValue) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right
    case (.real(let left), .real(let right)): left < right
    case (.choice(let left), .choice(let right)): left < right
    case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    case (.null, .null): false
    case (.null, _): true
    default: false
    }
  }
}
