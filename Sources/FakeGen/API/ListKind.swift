/// What the lists of a column hold: elements of one type, in an order that matters.
public struct ListKind: Sendable, Hashable {
  /// The columns of an element; one if elements are values rather than messages.
  public var columns: [Column] { schema.columns.map { schema.leaves[$0] } }
  /// Fewest elements that a list has.
  public let minimumCount: Int
  /// Most elements that a list has.
  public let maximumCount: Int
  /// Whether elements are messages, with fields; if not, they are the values of the one column.
  public let isMessage: Bool
  /// Whether elements are the entries of a map: a key that no two of a list share, and its value.
  public let isMap: Bool
  /// The leaves of an element, and its columns.
  package var schema: RowSchema
  /// What holds in every list.
  package let rules: ListRules

  /// Creates the kind of a column of lists.
  ///
  /// - Parameters:
  ///   - schema: the leaves of an element, and its columns.
  ///   - minimumCount: fewest elements of a list, not negative.
  ///   - maximumCount: most elements of a list, at least 1 and `minimumCount`.
  ///   - isMessage: whether elements are messages, with fields.
  ///   - isMap: whether elements are the entries of a map.
  ///   - rules: what holds in every list.
  package init(
    schema: RowSchema, minimumCount: Int, maximumCount: Int, isMessage: Bool, isMap: Bool = false,
    rules: ListRules = ListRules()
  ) {
    self.schema = schema
    self.isMap = isMap
    self.rules = rules
    self.minimumCount = minimumCount
    self.maximumCount = maximumCount
    self.isMessage = isMessage
  }
}

extension RowSchema {
  /// Values of a row: one for each leaf, and for each element that a list may have those of its
  /// leaves.
  var valueCount: Int {
    leaves.reduce(leaves.count) { count, leaf in
      guard case .list(let list) = leaf.kind else { return count }
      return count + list.maximumCount * list.schema.valueCount
    }
  }

  /// Checks that the rows' values are not too many.
  ///
  /// - Returns: false if they are more than `ModelFormat.maximumValues`.
  var isWithinLimits: Bool { checkedValueCount() != nil }

  /// The values of a row; nil if they are too many.
  private func checkedValueCount() -> Int? {
    var count = leaves.count
    for leaf in leaves {
      guard case .list(let list) = leaf.kind else { continue }
      guard let values = list.schema.checkedValueCount(),
        values <= ModelFormat.maximumValues / list.maximumCount
      else { return nil }
      count += list.maximumCount * values
      if count > ModelFormat.maximumValues { return nil }
    }
    return count
  }
}
