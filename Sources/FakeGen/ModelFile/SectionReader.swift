/// Reads nested sections strictly: each must have the expected type and name, hold what it must
/// hold and nothing else. Nothing is allocated before its size is known to be in the file.
struct SectionReader {
  private let bytes: ModelBytes
  private(set) var position: Int
  private var frames: [(end: Int, name: UTF8Text)]
  private(set) var architecture = ArchitectureHash()

  /// Reads the sections in `bytes[range]`.
  init(bytes: ModelBytes, range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    frames = [(range.upperBound, "")]
  }

  private var end: Int { frames[frames.count - 1].end }

  /// Words of four bytes that are left in the section: no more things can follow.
  var wordsLeft: Int { (end - position) / 4 }

  /// Returns the names of the sections around the current position, and of one in them, joined by
  /// slashes.
  private func path(of name: UTF8Text = "") -> String {
    var path = UTF8Text()
    func append(_ part: UTF8Text) {
      if part.bytes.isEmpty { return }
      if !path.bytes.isEmpty { path.append("/") }
      path.append(part)
    }
    for frame in frames { append(frame.name) }
    append(name)
    return path.bytes.isEmpty ? "file" : path.text
  }

  /// Returns the error for a section, the current one, whose content cannot be.
  @inline(never)
  func invalid(_ reason: UTF8Text) -> ModelError {
    .invalid(section: path(), reason: reason.text)
  }

  /// Returns the error for a section, the current one, that ends too early.
  @inline(never)
  private func truncated() -> ModelError { .truncated(section: path()) }

  /// Returns the error for another section than `name` at `offset`.
  @inline(never)
  func unexpected(_ name: UTF8Text, at offset: Int) -> ModelError {
    .unexpectedSection(expected: path(of: name), offset: offset)
  }

  /// Returns the type of the section that comes next, nil if there is none of a known type.
  func nextType() -> SectionType? {
    guard end - position >= 4 else { return nil }
    return SectionType(rawValue: bytes.number(at: position, as: UInt32.self))
  }

  mutating func begin(_ type: SectionType, name: UTF8Text) throws(ModelError) {
    let offset = position
    guard end - position >= 12 else { throw truncated() }
    guard try readNumber(UInt32.self) == type.rawValue else {
      throw unexpected(name, at: offset)
    }
    let size = Int(clamping: try readNumber(UInt32.self))
    guard size % 4 == 0, size >= 4, size <= end - position else {
      throw .invalid(section: path(of: name), reason: "its size does not fit the file")
    }
    frames.append((position + size, name))
    guard try readUTF8().elementsEqual(name.bytes) else {
      frames.removeLast()
      throw unexpected(name, at: offset)
    }
    architecture.begin(type, name: name)
  }

  mutating func finish() throws(ModelError) {
    try skipPadding()
    guard position == end else { throw .trailingBytes(section: path()) }
    if frames.count > 1 {
      frames.removeLast()
      architecture.end()
    }
  }

  /// Reads a number in `range` that is part of the architecture.
  mutating func readShape(_ range: ClosedRange<Int>) throws(ModelError) -> Int {
    let number = try readInteger(range)
    architecture.add(UInt32(number))
    return number
  }

  /// Reads a 32-bit number in `range`, which lies in 0...UInt32.max.
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
    guard end - position >= size else { throw truncated() }
    defer { position += size }
    return bytes.number(at: position, as: type)
  }

  mutating func readNumbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, count: Int
  ) throws(ModelError) -> Numbers<Number> {
    let size = MemoryLayout<Number>.size
    let (total, overflow) = count.multipliedReportingOverflow(by: size)
    guard count >= 0, !overflow, end - position >= total else { throw truncated() }
    defer { position += total }
    return bytes.numbers(at: position, count: count, as: type)
  }

  /// Reads `rows` times `columns` numbers.
  mutating func readNumbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, rows: Int, columns: Int
  ) throws(ModelError) -> Numbers<Number> {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    if overflow { throw truncated() }
    return try readNumbers(type, count: count)
  }

  /// Whether each number is to be checked.
  var checksNumbers: Bool { bytes.checksNumbers }

  /// Whether numbers must be used where they lie in the file.
  var isLasting: Bool { bytes.isLasting }

  mutating func readText() throws(ModelError) -> String {
    let utf8 = try readUTF8()
    let text = String(decoding: utf8, as: UTF8.self)
    var bytes: [UInt8] = []
    bytes.append(text)
    guard utf8.elementsEqual(bytes) else { throw invalid("a text is not UTF-8") }
    return text
  }

  /// Reads texts that are no longer than strings may be.
  ///
  /// - Parameters:
  ///   - count: number of texts.
  ///   - name: what an error calls one of them.
  mutating func readTexts(_ count: Int, name: UTF8Text) throws(ModelError) -> TextTable {
    let texts = try readTexts(count)
    for index in 0..<count where texts.byteCount(index) > ModelFormat.maximumStringLength {
      guard texts.scalarCount(index) <= ModelFormat.maximumStringLength else {
        throw invalid(
          "\(name) \(index) is longer than \(ModelFormat.maximumStringLength) characters")
      }
    }
    return texts
  }

  /// Reads texts of any length.
  mutating func readTexts(_ count: Int) throws(ModelError) -> TextTable {
    if let size = sizeOfASCII(count) {
      defer { position += size.read }
      return TextTable(
        padded: bytes.raw(position..<position + size.read), count: count, byteCount: size.texts)
    }
    var texts = TextTable(capacity: min(count, wordsLeft))
    for _ in 0..<count { texts.add(try readText()) }
    return texts
  }

  /// Returns the size of `count` texts of ASCII, as nearly all are, and of what is read of them;
  /// nil if they are not what follows.
  private func sizeOfASCII(_ count: Int) -> (texts: Int, read: Int)? {
    guard position % 4 == 0 else { return nil }
    let rest = bytes.raw(position..<end)
    var (texts, offset) = (0, 0)
    var all: UInt32 = 0
    for _ in 0..<count {
      guard rest.count - offset >= 4 else { return nil }
      let size = Int(clamping: rest.word(at: offset))
      offset += 4
      guard size <= rest.count - offset else { return nil }
      let next = offset + (size + 3) & ~3
      guard next <= rest.count else { return nil }
      texts += size
      while offset < next {
        all |= rest.word(at: offset)
        offset += 4
      }
      // Zeros follow the text in its last word.
      if size % 4 != 0, rest.word(at: next - 4) >> UInt32(8 * (size % 4)) != 0 { return nil }
    }
    return all & 0x8080_8080 == 0 ? (texts, offset) : nil
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
