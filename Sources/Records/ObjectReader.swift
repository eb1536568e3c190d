/// Reads JSON objects one after another: in an array, or with white space between them. Holds one of
/// them at a time.
package struct ObjectReader: DocumentReader {
  /// Most bytes that an object may have.
  static let maximumSize = CSVReader.maximumRowSize

  /// Number of the line on which the current object begins, from 1.
  package private(set) var line = 1

  private let source: ByteSource
  private let chunkSize: Int
  private var buffer: [UInt8] = []
  private var isAtEnd = false
  private var start = 0
  private var end = 0
  /// Whether the objects are in an array; nil before the first one.
  private var isArray: Bool?

  init(source: ByteSource, chunkSize: Int = 1 << 20) {
    self.source = source
    self.chunkSize = chunkSize
  }

  /// The file's name.
  package var path: String { source.path }

  /// The current object.
  package var rawLine: ArraySlice<UInt8> { buffer[start..<end] }

  /// Goes on to the next object; false at the end of the file, or of the array, behind which there is
  /// nothing else.
  ///
  /// - Throws: `TableError.file`, `.rowTooLong` or `.notObjects`.
  package mutating func next() throws(TableError) -> Bool {
    countLines(to: end)
    start = end
    var first = try nextCharacter()
    if isArray == nil {
      isArray = first == UInt8(ascii: "[")
      if isArray == true {
        start += 1
        first = try nextCharacter()
      }
    } else if isArray == true, first == UInt8(ascii: ",") {
      start += 1
      first = try nextCharacter()
    } else if isArray == true, first != UInt8(ascii: "]") {
      throw .notObjects(path: path, line: line, expected: "',' or ']'")
    }
    if isArray == true, first == UInt8(ascii: "]") {
      start += 1
      guard try nextCharacter() == nil else {
        throw .notObjects(path: path, line: line, expected: "nothing behind the array")
      }
      end = start
      return false
    }
    guard let first else {
      end = start
      guard isArray == false else {
        throw .notObjects(path: path, line: line, expected: "an object")
      }
      return false
    }
    guard first == UInt8(ascii: "{") else {
      throw .notObjects(path: path, line: line, expected: "an object")
    }
    try findEnd()
    return true
  }

  /// Finds where the object that begins at `start` ends.
  private mutating func findEnd() throws(TableError) {
    var (depth, isInText, isEscaped) = (0, false, false)
    var place = start
    while true {
      while place < buffer.count {
        let byte = buffer[place]
        place += 1
        if isInText {
          if isEscaped {
            isEscaped = false
          } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
          } else if byte == .quote {
            isInText = false
          }
        } else if byte == .quote {
          isInText = true
        } else if byte == UInt8(ascii: "{") {
          depth += 1
        } else if byte == UInt8(ascii: "}") {
          depth -= 1
          if depth == 0 {
            end = place
            return
          }
        }
      }
      guard !isAtEnd else {
        throw .notObjects(path: path, line: line, expected: "the end of the object")
      }
      place -= start
      try fill()
    }
  }

  /// Skips white space, and returns what comes then.
  private mutating func nextCharacter() throws(TableError) -> UInt8? {
    while true {
      while start < buffer.count {
        let byte = buffer[start]
        guard byte.isWhitespace else { return byte }
        if byte == .lineFeed { line += 1 }
        start += 1
      }
      if isAtEnd { return nil }
      try fill()
    }
  }

  private mutating func countLines(to place: Int) {
    for byte in buffer[start..<place] where byte == .lineFeed { line += 1 }
  }

  private mutating func fill() throws(TableError) {
    buffer.removeSubrange(..<start)
    (start, end) = (0, 0)
    guard buffer.count <= Self.maximumSize else {
      throw .rowTooLong(path: path, line: line, limit: Self.maximumSize)
    }
    do {
      isAtEnd = try !source.read(chunkSize, into: &buffer)
    } catch {
      throw .file(error)
    }
  }
}
