/// The elements of one list, to be looked at one by one.
package struct ListElements {
  private let batch: DecodedBatch
  private let first: Int
  /// Number of elements.
  package let count: Int

  init(batch: DecodedBatch, first: Int, count: Int) {
    self.batch = batch
    self.first = first
    self.count = count
  }

  /// Tells whether a leaf of an element is null.
  ///
  /// - Parameters:
  ///   - index: number of the element, below `count`.
  ///   - leaf: the leaf.
  package func isNull(_ index: Int, leaf: Int) -> Bool {
    batch.value(row: first &+ index, leaf: leaf) == .null
  }

  /// Returns the number behind a leaf of an element; nil for null, texts and lists.
  ///
  /// - Parameters:
  ///   - index: number of the element, below `count`.
  ///   - leaf: the leaf.
  package func units(_ index: Int, leaf: Int) -> Int64? {
    if case .number(let number) = batch.value(row: first &+ index, leaf: leaf) { return number }
    return nil
  }

  /// Returns the elements of a list in an element; nil if it is null or no list.
  ///
  /// - Parameters:
  ///   - index: number of the element, below `count`.
  ///   - leaf: the leaf.
  package func elements(_ index: Int, leaf: Int) -> ListElements? {
    batch.elements(row: first &+ index, leaf: leaf)
  }

  /// Appends the plain text of a leaf of an element.
  ///
  /// - Parameters:
  ///   - index: number of the element, below `count`.
  ///   - leaf: the leaf.
  ///   - kind: of the leaf.
  ///   - bytes: what the text is appended to.
  package func append(_ index: Int, leaf: Int, kind: ColumnKind, to bytes: inout [UInt8]) {
    batch.append(row: first &+ index, leaf: leaf, kind: kind, to: &bytes)
  }

  func field(_ index: Int, leaf: Int, of list: ListKind) -> Field {
    batch.field(row: first &+ index, leaf: leaf, kind: list.schema.leaves[leaf].kind)
  }
}
