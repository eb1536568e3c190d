import Files
import Schema

/// Reads the rows of a file in protobuf's binary format one after another as JSON, holding one at a
/// time: a message whose repeated field 1 holds them, or rows with their sizes before them, as
/// `fakegen --format proto` and `--format delimited` write them.
package struct ProtobufReader: DocumentReader {
  /// Number of the current row, from 1.
  package private(set) var line = 0
  /// The current row as a JSON object.
  package private(set) var rawLine: ArraySlice<UInt8> = []

  private let source: ByteSource
  private let json: ProtobufJSON
  private var buffer: [UInt8] = []
  /// Where what was not looked at yet begins.
  private var start = 0
  private var isAtEnd = false
  /// Whether rows lie in field 1 of a message; nil before the first row.
  private var isInMessage: Bool?

  /// What a field 1 of messages begins with.
  private static let firstTag: UInt8 = 0x0A
  /// Bytes that are read at a time.
  private static let chunkSize = 1 << 20

  /// Whether a file is in protobuf's binary format by its name: `.binpb` or `.pb`, `.gz` behind it or
  /// not.
  package static func reads(_ path: String) -> Bool {
    let path = path.lowercased()
    let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    return name.hasSuffix(".binpb") || name.hasSuffix(".pb")
  }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - messages: the message of a row, and those in it.
  ///   - onBytes: called with all of the file's bytes in order, as they are read.
  /// - Throws: `TableError.file`.
  package init(
    path: String, messages: DeclaredMessages,
    onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(TableError) {
    do {
      source = try ByteSource(path: path, isText: false, onBytes: onBytes)
    } catch {
      throw .file(error)
    }
    json = ProtobufJSON(messages)
  }

  /// The file's name.
  package var path: String { source.path }

  /// Goes on to the next row; false at the end of the file.
  ///
  /// - Throws: `TableError.file`, `.rowTooLong` or `.notProtobuf`.
  package mutating func next() throws(TableError) -> Bool {
    try need(1)
    if start == buffer.count { return false }
    line += 1
    if isInMessage == nil { isInMessage = try beginsMessage() }
    let row: Range<Int>?
    if isInMessage == true {
      guard buffer[start] == Self.firstTag else {
        throw notProtobuf("expected one more field 1, the next row")
      }
      row = try frame(after: 1)
    } else {
      row = try frame(after: 0)
    }
    guard let row else { throw notProtobuf("it ends inside a row") }
    do {
      rawLine = try json.object(buffer[row])[...]
    } catch {
      throw notProtobuf(error.reason)
    }
    start = row.upperBound
    return true
  }

  private func notProtobuf(_ reason: String) -> TableError {
    .notProtobuf(path: path, row: line, message: json.messages.root.name, reason: reason)
  }

  /// Whether the first row lies in field 1 of a message: a size of 10 looks the same.
  private mutating func beginsMessage() throws(TableError) -> Bool {
    guard buffer[start] == Self.firstTag, let row = try frame(after: 1) else { return false }
    try need(row.upperBound - start + 1)
    let isEnd = row.upperBound == buffer.count
    guard isEnd || buffer[row.upperBound] == Self.firstTag else { return false }
    return (try? json.object(buffer[row])) != nil
  }

  /// Where the bytes lie that a size some bytes on stands before; nil if they are not all there.
  private mutating func frame(after offset: Int) throws(TableError) -> Range<Int>? {
    try need(offset + 10)
    var rest = buffer[(start + offset)...]
    guard let size = rest.popVarint() else { return nil }
    guard size <= UInt64(CSVReader.maximumRowSize) else {
      throw .rowTooLong(path: path, line: line, limit: CSVReader.maximumRowSize)
    }
    let before = rest.startIndex - start
    try need(before + Int(size))
    let first = start + before
    return first + Int(size) <= buffer.count ? first..<first + Int(size) : nil
  }

  /// Reads on until there are so many bytes, or no more.
  private mutating func need(_ count: Int) throws(TableError) {
    while !isAtEnd, buffer.count - start < count {
      buffer.removeSubrange(..<start)
      start = 0
      do {
        isAtEnd = try !source.read(Self.chunkSize, into: &buffer)
      } catch {
        throw .file(error)
      }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Removes protobuf's varint from the beginning; nil if there is none.
  mutating func popVarint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
