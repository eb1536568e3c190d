/// A reader of a CSV file's rows one after another, which holds one row at a time.
///
/// The format is RFC 4180: cells are separated by commas, or by another character; a cell in quotes
/// may hold commas, line ends and, doubled, quotes. Lines end with LF or CRLF, the last one with or
/// without. A byte order mark at the start is skipped, and so are empty lines. Whatever is accepted
/// has the cells that Python's `csv` module finds. `CSVDialect` has the other formats that are read.
public struct CSVReader {
  /// Most bytes that a cell may have, quotes counted: Python's limit in characters.
  public static let maximumCellSize = 131_072
  /// Most bytes that a row may have.
  public static let maximumRowSize = 4 << 20
  /// Bytes that are read at a time.
  private let chunkSize: Int
  /// How rows become cells.
  package let dialect: CSVDialect

  /// Line on which the current row begins, from 1.
  public private(set) var line = 1
  /// What is wrong with the current row's format, and the cell that has it.
  public private(set) var problem: (cell: Int, problem: RowProblem)?

  private let source: ByteSource
  private var buffer: [UInt8] = []
  private var isAtEnd = false
  /// Where in `buffer` the current row begins and the next one does.
  private var rowStart = 0
  private var rowEnd = 0
  private var linesInRow = 0
  private var cells: [Cell] = []

  /// Where a cell is in `buffer`, without the quotes around it.
  private struct Cell {
    var range: Range<Int>
    var isQuoted = false
    var hasDoubledQuotes = false
    var hasEscapes = false
  }

  /// Opens a CSV file.
  ///
  /// - Parameter path: of the file.
  /// - Throws: `TableError.file`.
  public init(path: String) throws(TableError) {
    try self.init(path: path, onBytes: { _ in })
  }

  /// Opens a CSV file.
  ///
  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - dialect: how rows become cells.
  ///   - chunkSize: bytes to read at a time.
  ///   - onBytes: called with all of the file's bytes in order, as they are read.
  /// - Throws: `TableError.file`.
  package init(
    path: String, dialect: CSVDialect.Choice = .given(.standard), chunkSize: Int = 1 << 20,
    onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(TableError) {
    let source: ByteSource
    do {
      source = try ByteSource(path: path, onBytes: onBytes)
    } catch {
      throw .file(error)
    }
    try self.init(source: source, dialect: dialect, chunkSize: chunkSize)
  }

  /// Reads what is open.
  init(
    source: ByteSource, dialect: CSVDialect.Choice, chunkSize: Int = 1 << 20
  ) throws(TableError) {
    self.source = source
    self.chunkSize = chunkSize
    do {
      var start: [UInt8] = []
      var size = 3
      if case .found = dialect { size = CSVDialect.sampleSize }
      while !isAtEnd, start.count < size { isAtEnd = try !source.read(chunkSize, into: &start) }
      if start.starts(with: [0xEF, 0xBB, 0xBF]) { rowEnd = 3 }
      switch dialect {
      case .given(let dialect): self.dialect = dialect
      case .found(let delimiter):
        self.dialect = .found(
          in: start.prefix(CSVDialect.sampleSize)[rowEnd...],
          isWhole: isAtEnd && start.count <= CSVDialect.sampleSize, delimiter: delimiter)
      }
      buffer = start
    } catch {
      throw .file(error)
    }
  }

  /// The file's name.
  public var path: String { source.path }

  /// Number of cells of the current row.
  public var cellCount: Int { cells.count }

  /// The current row as it stands in the file, its line end included.
  public var rawRow: ArraySlice<UInt8> { buffer[rowStart..<rowEnd] }

  /// Returns a cell of the current row, freed from its quotes; nil if it is not UTF-8.
  public func cell(_ index: Int) -> String? {
    let cell = cells[index]
    if cell.hasEscapes { return Self.unescaped(buffer[cell.range]) }
    guard cell.hasDoubledQuotes else {
      return String(validating: buffer[cell.range], as: UTF8.self)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(cell.range.count)
    var position = cell.range.lowerBound
    while position < cell.range.upperBound {
      bytes.append(buffer[position])
      position += buffer[position] == .quote ? 2 : 1
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Returns the first cell of the current row that is not UTF-8, nil if all are.
  public func firstCellNotUTF8() -> Int? {
    guard (try? UTF8Span(validating: buffer.span.extracting(rowStart..<rowEnd))) == nil else {
      return nil
    }
    return cells.indices.first { cell($0) == nil }
  }

  /// Tells whether a cell of the current row is empty, perhaps a pair of quotes.
  public func isEmpty(_ index: Int) -> Bool { cells[index].range.isEmpty }

  /// Tells whether a cell of the current row holds nothing, not even an empty text: no character, no
  /// quotes; `\N` where a backslash escapes.
  public func isNull(_ index: Int) -> Bool {
    let cell = cells[index]
    return dialect.isEscaped
      ? cell.hasEscapes && buffer[cell.range].elementsEqual("\\N".utf8)
      : cell.range.isEmpty && !cell.isQuoted
  }

  /// Undoes what a backslash escapes; nil if the bytes are not UTF-8.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == .backslash, let escaped = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch escaped {
      case UInt8(ascii: "t"): bytes.append(.tab)
      case UInt8(ascii: "n"): bytes.append(.lineFeed)
      case UInt8(ascii: "r"): bytes.append(.carriageReturn)
      case UInt8(ascii: "b"): bytes.append(8)
      case UInt8(ascii: "f"): bytes.append(12)
      case UInt8(ascii: "v"): bytes.append(11)
      case UInt8(ascii: "0"): bytes.append(0)
      case UInt8(ascii: "Z"): bytes.append(26)
      default: bytes.append(escaped)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Moves on to the next row that is not an empty line.
  ///
  /// - Returns: false at the end of the file.
  /// - Throws: `TableError.file`, `.unclosedQuote`, `.cellTooLong` or `.rowTooLong`.
  public mutating func next() throws(TableError) -> Bool {
    repeat {
      line += linesInRow
      rowStart = rowEnd
      while !parseRow() {
        if isAtEnd {
          throw .unclosedQuote(path: path, line: line)
        }
        try fill()
      }
      if rowEnd == rowStart { return false }
      if cells.contains(where: { $0.range.count > Self.maximumCellSize }) {
        throw .cellTooLong(path: path, line: line, limit: Self.maximumCellSize)
      }
    } while cells.isEmpty
    return true
  }

  /// Drops what lies before the current row and reads on.
  private mutating func fill() throws(TableError) {
    if rowStart > 0 {
      buffer.removeSubrange(..<rowStart)
      rowStart = 0
    }
    guard buffer.count <= Self.maximumRowSize else {
      throw .rowTooLong(path: path, line: line, limit: Self.maximumRowSize)
    }
    do {
      // Twice as much each time, so that a long row is not parsed again too often.
      isAtEnd = try !source.read(max(chunkSize, buffer.count), into: &buffer)
    } catch {
      throw .file(error)
    }
  }

  private enum State {
    case cellStart
    case plain
    case quoted
    /// After a quote inside quotes: the first of two, or the closing one.
    case afterQuote
    /// After a closing quote and text that should not be there.
    case plainAfterQuote
  }

  /// Finds the cells and the end of the row at `rowStart`; false if the buffer ends before it.
  private mutating func parseRow() -> Bool {
    cells.removeAll(keepingCapacity: true)
    problem = nil
    linesInRow = 0
    var state = State.cellStart
    var cell = Cell(range: rowStart..<rowStart)
    var position = rowStart
    let count = buffer.count
    let (delimiter, isEscaped) = (dialect.delimiter, dialect.isEscaped)

    while position < count {
      let byte = buffer[position]
      switch byte {
      case .backslash where isEscaped:
        // It takes the next character with it, a line end too.
        guard position + 1 < count else {
          if !isAtEnd { return false }
          state = .plain
          break
        }
        if buffer[position + 1] == .lineFeed { linesInRow += 1 }
        cell.hasEscapes = true
        state = .plain
        position += 1
      case .quote where !isEscaped:
        switch state {
        case .cellStart:
          state = .quoted
          cell = Cell(range: position + 1..<position + 1, isQuoted: true)
        case .quoted: state = .afterQuote
        case .afterQuote:
          cell.hasDoubledQuotes = true
          state = .quoted
        case .plain, .plainAfterQuote: note(.strayQuote)
        }
      case delimiter where state != .quoted:
        close(cell, at: position, state)
        state = .cellStart
        cell = Cell(range: position + 1..<position + 1)
      case .lineFeed where state != .quoted:
        endRow(cell, at: position, state)
        rowEnd = position + 1
        return true
      case .carriageReturn where state != .quoted:
        if position + 1 == count, !isAtEnd { return false }
        let isPair = position + 1 < count && buffer[position + 1] == .lineFeed
        if !isPair { note(.loneCarriageReturn) }
        endRow(cell, at: position, state)
        rowEnd = position + (isPair ? 2 : 1)
        return true
      case .lineFeed: linesInRow += 1
      default:
        if byte == 0 { note(.zeroByte) }
        switch state {
        case .cellStart: state = .plain
        case .afterQuote:
          note(.textAfterQuote)
          state = .plainAfterQuote
        case .plain, .quoted, .plainAfterQuote: break
        }
      }
      position += 1
    }
    guard isAtEnd, state != .quoted else { return false }
    if position > rowStart { endRow(cell, at: position, state) }
    rowEnd = position
    return true
  }

  private mutating func note(_ found: RowProblem) {
    if problem == nil { problem = (cells.count, found) }
  }

  private mutating func close(_ cell: Cell, at position: Int, _ state: State) {
    var cell = cell
    cell.range = cell.range.lowerBound..<(state == .afterQuote ? position - 1 : position)
    cells.append(cell)
  }

  private mutating func endRow(_ cell: Cell, at position: Int, _ state: State) {
    linesInRow += 1
    // An empty line is a row without cells, as in Python.
    if position > rowStart || problem != nil { close(cell, at: position, state) }
  }
}

extension UInt8 {
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}
