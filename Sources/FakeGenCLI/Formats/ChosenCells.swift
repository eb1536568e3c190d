import FakeGen

/// CSV's cells as options ask for them: a text stands for null, and a cell that holds just that in
/// quotes; no cell is a formula.
struct ChosenCells: CSVCells {
  /// What stands for null: a text without the delimiter, quotes and line breaks.
  var null: [UInt8] = []
  /// For each column of the model, whether an apostrophe is put before cells that spreadsheets would
  /// take for formulas; empty if that is done nowhere, names included.
  var isGuarded: [Bool] = []

  func appendNull(to bytes: inout [UInt8]) { bytes.append(contentsOf: null) }

  func changeName(_ bytes: inout [UInt8], from start: Int) {
    if !isGuarded.isEmpty { guardText(&bytes, from: start) }
  }

  func changeCell(_ bytes: inout [UInt8], from start: Int, column: Int) -> Bool {
    if !isGuarded.isEmpty, isGuarded[column] { guardText(&bytes, from: start) }
    guard bytes.count - start == null.count, bytes[start...].elementsEqual(null) else {
      return false
    }
    bytes.insert(.quote, at: start)
    bytes.append(.quote)
    return true
  }

  /// Puts an apostrophe before a text that a spreadsheet would compute.
  private func guardText(_ bytes: inout [UInt8], from start: Int) {
    guard start < bytes.count else { return }
    switch bytes[start] {
    // Spreadsheets pass over the last two.
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), .tab,
      .carriageReturn:
      bytes.insert(.apostrophe, at: start)
    default: break
    }
  }
}
