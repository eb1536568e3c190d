/// Reads JSON objects one after another.
package protocol DocumentReader {
  /// The file's name.
  var path: String { get }
  /// Where the current object stands in it, from 1.
  var line: Int { get }
  /// The current object, with white space around it or not.
  var rawLine: ArraySlice<UInt8> { get }

  /// Goes on to the next object; false at the end of the file.
  ///
  /// - Throws: `TableError`.
  mutating func next() throws(TableError) -> Bool
}

/// Reads the lines of a file one after another, holding one line at a time. Lines end with LF or
/// CRLF; a byte order mark at the start and lines of white space alone are skipped.
package struct LineReader: DocumentReader {
  /// Most bytes that a line may have.
  static let maximumLineSize = CSVReader.maximumRowSize
  /// Bytes that are read at a time.
  private let chunkSize: Int

  /// Number of the current line, from 1.
  package private(set) var line = 0

  private let source: ByteSource
  private var buffer: [UInt8] = []
  private var isAtEnd = false
  private var lineStart = 0
  private var lineEnd = 0

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - chunkSize: bytes to read at a time.
  ///   - onBytes: called with all of the file's bytes in order, as they are read.
  /// - Throws: `TableError.file`.
  package init(
    path: String, chunkSize: Int = 1 << 20,
    onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(TableError) {
    self.chunkSize = chunkSize
    do {
      source = try ByteSource(path: path, onBytes: onBytes)
    } catch {
      throw .file(error)
    }
    repeat { try fill() } while !isAtEnd && buffer.count < 3
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { lineEnd = 3 }
  }

  /// The file's name.
  package var path: String { source.path }

  /// The current line as it stands in the file, its line end included.
  package var rawLine: ArraySlice<UInt8> { buffer[lineStart..<lineEnd] }

  /// Goes on to the next line that is not blank; false at the end of the file.
  ///
  /// - Throws: `TableError.file` or `.rowTooLong`.
  package mutating func next() throws(TableError) -> Bool {
    repeat {
      lineStart = lineEnd
      line += 1
      var searched = lineStart
      while true {
        if let end = buffer[searched...].firstIndex(of: .lineFeed) {
          lineEnd = end + 1
          break
        }
        if isAtEnd {
          lineEnd = buffer.count
          break
        }
        searched = buffer.count - lineStart
        try fill()
      }
      if lineEnd == lineStart { return false }
    } while rawLine.allSatisfy(\.isWhitespace)
    return true
  }

  private mutating func fill() throws(TableError) {
    buffer.removeSubrange(..<lineStart)
    lineStart = 0
    guard buffer.count <= Self.maximumLineSize else {
      throw .rowTooLong(path: path, line: line, limit: Self.maximumLineSize)
    }
    do {
      isAtEnd = try !source.read(chunkSize, into: &buffer)
    } catch {
      throw .file(error)
    }
  }
}

extension UInt8 {
  /// Whether it is white space of JSON.
  var isWhitespace: Bool {
    self == .lineFeed || self == .carriageReturn || self == UInt8(ascii: " ")
      || self == UInt8(ascii: "\t")
  }
}
