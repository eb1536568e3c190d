/// A string field that always has the same value. Nothing is decoded for it: it is no module, but
/// lies beside the elements of a Tuple.
package struct ConstantDecoder: Sendable, Hashable {
  /// The leaf that it makes.
  package let leaf: Int
  /// The value in UTF-8.
  package let text: [UInt8]

  /// Creates a field that always has the value `text`.
  ///
  /// - Parameters:
  ///   - leaf: the leaf that it makes.
  ///   - text: UTF-8.
  package init(leaf: Int, text: [UInt8]) {
    self.leaf = leaf
    self.text = text
  }

  /// Reads a constant's section.
  ///
  /// - Returns: the constant.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from reader: inout NetworkReader, name: UTF8Text
  ) throws(ModelError) -> ConstantDecoder {
    try reader.sections.begin(.constant, name: name)
    let leaf = try reader.readTextLeaf()
    var value = TextTable()
    value.add(try reader.sections.readText())
    guard value.scalarCount(0) <= ModelFormat.maximumStringLength else {
      throw reader.sections.invalid(
        "its value is longer than \(ModelFormat.maximumStringLength) characters")
    }
    try reader.sections.finish()
    return ConstantDecoder(leaf: leaf, text: Array(value[0]))
  }

  func write(to writer: inout SectionWriter, name: UTF8Text) {
    writer.begin(.constant, name: name)
    writer.writeShape(leaf)
    writer.write(utf8: text)
    writer.end()
  }

  /// Sets the leaf in all of `rows`.
  func decode(rows: RowList, into batch: inout DecodedBatch) {
    for place in 0..<rows.count { batch.setText(text[...], row: rows[place], leaf: leaf) }
  }

  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool) { mayBeNull[leaf] = isOptional }
}
