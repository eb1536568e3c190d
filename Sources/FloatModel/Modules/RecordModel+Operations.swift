import Schema

extension RecordModel {
  /// Counts the floating-point operations of a training step's matrix products per example,
  /// averaged over the table.
  ///
  /// Forward and backward are counted (three products for each of the forward pass), as if every
  /// string were encoded and decoded on its own: input products included, nothing shared and
  /// nothing padded.
  package func nominalOperations(_ table: EncodedTable) -> Double {
    let widths = description.widths
    let gates = 3 * widths.stringState
    let perCharacter = 2 * (widths.character + widths.stringState) * gates
    let perSoftmax = widths.stringState * description.codeCount
    let perString = 2 * widths.stringState * widths.embedding
    var multiplications = 0
    for leaf in stringLeaves {
      let column = table.columns[leaf]
      for row in 0..<table.count
      where column.present[row] && (column.classes.isEmpty || column.classes[row] == 0) {
        let string = Int(column.strings[row])
        let length = table.starts[string + 1] - table.starts[string]
        multiplications += length * perCharacter + (length + 1) * perSoftmax + perString
      }
    }
    let perExample = Double(multiplications) / Double(table.count)
    // Every other weight takes part once an example.
    let others = layout.entries.filter {
      !$0.name.split(separator: "/").contains("string") && $0.slot.rows > 1
        && !$0.name.hasSuffix("/embedding")
    }
    return 6 * (perExample + Double(others.reduce(0) { $0 + $1.slot.count }))
  }
}
