/// Reads nested records strictly: each must have the expected type and name, hold what it must hold
/// and nothing else. Nothing is allocated before its size is known to be in the file.
struct RecordReader {
  private let bytes: ModelBytes
  private(set) var position: Int
  private var frames: [(end: Int, name: String)]
  private(set) var architecture = ArchitectureHash()

  /// Reads the records in `bytes[range]`.
  init(bytes: ModelBytes, range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    frames = [(range.upperBound, "")]
  }

  private var end: Int { frames[frames.count - 1].end }

  /// Words of four bytes that are left in the record: no more things can follow.
  var wordsLeft: Int { (end - position) / 4 }

  /// Names of the records around the current position, joined by slashes.
  var path: String {
    var path = ""
    for frame in frames where !frame.name.isEmpty {
      path += (path.isEmpty ? "" : "/") + frame.name
    }
    return path.isEmpty ? "file" : path
  }

  func invalid(_ reason: String) -> ModelError {
    .invalid(record: path, reason: reason)
  }

  /// The type of the record that comes next, nil if there is none of a known type.
  func nextType() -> RecordType? {
    guard end - position >= 4 else { return nil }
    return RecordType(rawValue: bytes.number(at: position, as: UInt32.self))
  }

  mutating func begin(_ type: RecordType, name: String) throws(ModelError) {
    let offset = position
    let expected = path + "/" + name
    guard end - position >= 12 else { throw .truncated(record: path) }
    guard try readNumber(UInt32.self) == type.rawValue else {
      throw .unexpectedRecord(expected: expected, offset: offset)
    }
    let size = Int(clamping: try readNumber(UInt32.self))
    guard size % 4 == 0, size >= 4, size <= end - position else {
      throw .invalid(record: expected, reason: "its size does not fit the file")
    }
    frames.append((position + size, name))
    guard try readUTF8().elementsEqual(Array(name.utf8)) else {
      throw .unexpectedRecord(expected: expected, offset: offset)
    }
    architecture.begin(type, name: name)
  }

  mutating func finish() throws(ModelError) {
    try skipPadding()
    guard position == end else { throw .trailingBytes(record: path) }
    if frames.count > 1 {
      frames.removeLast()
      architecture.end()
    }
  }

  /// A number in `range` that is part of the architecture.
  mutating func readShape(_ range: ClosedRange<Int>) throws(ModelError) -> Int {
    let number = try readInteger(range)
    architecture.add(UInt32(number))
    return number
  }

  /// A 32-bit number in `range`, which lies in 0...UInt32.max.
  mutating func readInteger(_ range: ClosedRange<Int>) throws(ModelError) -> Int {
    let number = UInt64(try readNumber(UInt32.self))
    guard number >= UInt64(range.lowerBound), number <= UInt64(range.upperBound) else {
      throw invalid(
        "expected a number in \(range.lowerBound)...\(range.upperBound), found \(number)")
    }
    return Int(number)
  }

  mutating func readNumber<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(ModelError) -> Number {
    let size = MemoryLayout<Number>.size
    guard end - position >= size else { throw .truncated(record: path) }
    defer { position += size }
    return bytes.number(at: position, as: type)
  }

  mutating func readNumbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, count: Int
  ) throws(ModelError) -> Numbers<Number> {
    let size = MemoryLayout<Number>.size
    let (total, overflow) = count.multipliedReportingOverflow(by: size)
    guard count >= 0, !overflow, end - position >= total else { throw .truncated(record: path) }
    defer { position += total }
    return bytes.numbers(at: position, count: count, as: type)
  }

  /// `rows` times `columns` numbers.
  mutating func readNumbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, rows: Int, columns: Int
  ) throws(ModelError) -> Numbers<Number> {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    if overflow { throw .truncated(record: path) }
    return try readNumbers(type, count: count)
  }

  /// Whether numbers must be used where they lie in the file.
  var isLasting: Bool { bytes.isLasting }

  mutating func readText() throws(ModelError) -> String {
    let utf8 = try readUTF8()
    let text = String(decoding: utf8, as: UTF8.self)
    guard utf8.elementsEqual(Array(text.utf8)) else { throw invalid("a text is not UTF-8") }
    return text
  }

  private mutating func readUTF8() throws(ModelError) -> Numbers<UInt8> {
    let count = Int(clamping: try readNumber(UInt32.self))
    let utf8 = try readNumbers(UInt8.self, count: count)
    try skipPadding()
    return utf8
  }

  /// Zeros up to the next multiple of four.
  mutating func skipPadding() throws(ModelError) {
    while position % 4 != 0 {
      guard try readNumber(UInt8.self) == 0 else { throw invalid("its padding is not zero") }
    }
  }
}
