/// What holds in every list of a column, as a person reads and says it: `distinct:sku ascending:line`,
/// or `free` where nothing does. Of lists of values the names are left out.
public struct ListClaim: Hashable, Sendable {
  /// Columns of elements that have no value twice in a list.
  public var distinct: [String]
  /// The column by whose values elements are in order; nil for any order.
  public var order: String?
  /// Whether the greatest value comes first.
  public var isDescending: Bool

  /// Creates a claim; without arguments nothing holds.
  public init(distinct: [String] = [], order: String? = nil, isDescending: Bool = false) {
    self.distinct = distinct
    self.order = order
    self.isDescending = isDescending
  }

  /// The claim as it stands in a kind.
  var text: String {
    func name(_ column: String) -> String {
      column == RawElements.valueName ? "" : ":\(ColumnPart.quoted(column))"
    }
    var words = distinct.map { "distinct" + name($0) }
    if let order { words.append((isDescending ? "descending" : "ascending") + name(order)) }
    return words.isEmpty ? "free" : words.joined(separator: " ")
  }

  /// Reads a claim, and the kind of values that may stand behind it.
  ///
  /// - Parameter text: what stands behind the word `list`.
  /// - Returns: the claim, nil if there is none, and what follows a colon; nil if it is malformed.
  static func read(_ text: Substring) -> (claim: ListClaim?, kind: String?)? {
    var scanner = KindScanner(text)
    var claim: ListClaim?
    var isFree = false
    while !scanner.isAtEnd {
      if scanner.take(":") { return (claim, scanner.restText) }
      guard !isFree, let word = scanner.word() else { return nil }
      var found = claim ?? ListClaim()
      let name: String
      if scanner.isAtNamedColumn {
        guard scanner.take(":"), let column = scanner.column() else { return nil }
        name = column
      } else {
        name = RawElements.valueName
      }
      switch word {
      case "distinct" where !found.distinct.contains(name): found.distinct.append(name)
      case "ascending" where found.order == nil: found.order = name
      case "descending" where found.order == nil: (found.order, found.isDescending) = (name, true)
      case "free" where claim == nil && name == RawElements.valueName: isFree = true
      default: return nil
      }
      claim = found
    }
    return (claim, nil)
  }
}
