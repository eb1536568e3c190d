/// How the rows of a file become cells.
package struct CSVDialect: Hashable, Sendable {
  /// The character between cells: ASCII, no quote and no line end.
  package var delimiter: UInt8
  /// Whether a backslash stands before what would end a cell, and quotes mean nothing, as in the text
  /// formats of PostgreSQL's COPY and MySQL's client; `\N` is nothing there. Otherwise quotes
  /// stand around such cells.
  package var isEscaped: Bool

  /// Commas and quotes: RFC 4180.
  package static let standard = CSVDialect(delimiter: .comma, isEscaped: false)

  /// What is known of a file's dialect.
  package enum Choice: Hashable, Sendable {
    case given(CSVDialect)
    /// To be found in the file; perhaps the delimiter is known.
    case found(delimiter: UInt8?)
  }
}

extension CSVDialect {
  /// Bytes that a dialect is found in.
  static let sampleSize = 1 << 16
  /// Delimiters that are looked for, of equally good ones the first.
  private static let delimiters: [UInt8] = [.comma, UInt8(ascii: ";"), .tab, UInt8(ascii: "|")]

  /// Finds the dialect of a file: the delimiter by which all rows have as many cells as the header,
  /// two or more; of several the one with the most.
  ///
  /// - Parameters:
  ///   - sample: the file's first bytes, without a byte order mark.
  ///   - isWhole: whether the file has no more.
  ///   - delimiter: the one that is given.
  static func found(
    in sample: ArraySlice<UInt8>, isWhole: Bool, delimiter: UInt8?
  ) -> CSVDialect {
    // Without its last line, which may be cut off, if there are others.
    let end = isWhole ? nil : sample.lastIndex(of: .lineFeed).map { $0 + 1 }
    let sample = sample[..<(end ?? sample.endIndex)]
    var best = CSVDialect(delimiter: delimiter ?? .comma, isEscaped: false)
    var bestScore = (isRegular: false, cells: 1)
    for delimiter in delimiter.map({ [$0] }) ?? delimiters {
      for isEscaped in [false, true] where !isEscaped || delimiter == .tab {
        let dialect = CSVDialect(delimiter: delimiter, isEscaped: isEscaped)
        if isEscaped, !dialect.suits(sample) { continue }
        let score = dialect.score(sample)
        let isBetter =
          score.isRegular != bestScore.isRegular
          ? score.isRegular : score.cells > bestScore.cells
        // Of both ways to write tabs, backslashes tell of theirs.
        let isAsGood = score == bestScore && isEscaped && dialect.hasEscapes(sample)
        if score.cells > 1, isBetter || isAsGood { (best, bestScore) = (dialect, score) }
      }
    }
    return best
  }

  /// Cells of the first row, and whether all rows have as many.
  private func score(_ sample: ArraySlice<UInt8>) -> (isRegular: Bool, cells: Int) {
    var header: Int?
    var (cells, isQuoted, isAtStart, rows) = (1, false, true, 0)
    var rowIsEmpty = true
    var isRegular = true
    func endRow() {
      if !rowIsEmpty {
        if header == nil { header = cells }
        isRegular = isRegular && header == cells
        rows += 1
      }
      (cells, isAtStart, rowIsEmpty) = (1, true, true)
    }
    var index = sample.startIndex
    while index < sample.endIndex, rows < 200 {
      let byte = sample[index]
      index += 1
      if isQuoted {
        if byte == .quote { isQuoted = false }
        continue
      }
      switch byte {
      case .lineFeed: endRow()
      case .carriageReturn: break
      case delimiter:
        cells += 1
        (isAtStart, rowIsEmpty) = (true, false)
      case .backslash where isEscaped:
        index += 1
        (isAtStart, rowIsEmpty) = (false, false)
      case .quote where !isEscaped:
        // A doubled quote closes and opens again.
        isQuoted = isAtStart || sample[index - 2] == .quote
        (isAtStart, rowIsEmpty) = (false, false)
      default: (isAtStart, rowIsEmpty) = (false, false)
      }
    }
    if !rowIsEmpty { endRow() }
    // A quote that does not end is at the sample's end, or none.
    return (isRegular && !(isQuoted && sample.count < Self.sampleSize), header ?? 0)
  }

  /// Whether each backslash is one that the text formats write.
  private func suits(_ sample: ArraySlice<UInt8>) -> Bool {
    var rest = sample
    while let index = rest.firstIndex(of: .backslash) {
      guard index + 1 < rest.endIndex else { return true }
      guard "\\Ntnrbfv0Z".utf8.contains(rest[index + 1]) else { return false }
      rest = rest[(index + 2)...]
    }
    return true
  }

  /// Whether there is a backslash that can be nothing but an escape.
  private func hasEscapes(_ sample: ArraySlice<UInt8>) -> Bool {
    var rest = sample
    while let index = rest.firstIndex(of: .backslash) {
      guard index + 1 < rest.endIndex else { return false }
      if rest[index + 1] == .backslash || rest[index + 1] == UInt8(ascii: "N") { return true }
      rest = rest[(index + 2)...]
    }
    return false
  }
}

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let backslash = UInt8(ascii: "\\")
}
