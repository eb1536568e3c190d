import FakeGen

/// What a format writes the fields of: a row, or an element of a list.
protocol FieldSource: CellSource {
  /// Returns the number behind the field in a column; nil for null, texts and lists.
  func units(_ column: Int) -> Int64?

  /// Returns the elements of the list in a column; nil if it is null or no list.
  func elements(_ column: Int) -> ListElements?
}

extension Generator: FieldSource {}

/// The fields of an element of a list, by its columns.
struct ElementFields: FieldSource {
  private let elements: ListElements
  private let index: Int
  private let list: ListKind

  /// - Parameter index: number of the element in the list.
  init(_ elements: ListElements, _ index: Int, of list: ListKind) {
    self.elements = elements
    self.index = index
    self.list = list
  }

  private func leaf(_ column: Int) -> Int { list.schema.columns[column] }

  func isNull(_ column: Int) -> Bool { elements.isNull(index, leaf: leaf(column)) }

  func append(_ column: Int, to bytes: inout [UInt8]) {
    elements.append(
      index, leaf: leaf(column), kind: list.schema.leaves[leaf(column)].kind, to: &bytes)
  }

  func appendSpelled(_ column: Int, to bytes: inout [UInt8]) {
    let field = list.schema.leaves[leaf(column)]
    guard let spelling = field.spelling, let units = units(column) else {
      return append(column, to: &bytes)
    }
    let decimals = if case .real(let count) = field.kind { count } else { 0 }
    spelling.append(units, decimals: decimals, to: &bytes)
  }

  func units(_ column: Int) -> Int64? { elements.units(index, leaf: leaf(column)) }

  func elements(_ column: Int) -> ListElements? {
    elements.elements(index, leaf: leaf(column))
  }
}
