/// How a file's bytes are text, told from the first of them, and what files that are no text are.
enum TextEncoding {
  /// UTF-8, or anything else that is read as such.
  case utf8
  case utf16(isBigEndian: Bool)

  /// Bytes that tell.
  static let sizeOfStart = 16

  /// Why a file cannot be read.
  struct Problem: Error {
    let reason: String
  }

  /// Tells the encoding of a file.
  ///
  /// - Parameters:
  ///   - start: the file's first bytes, `sizeOfStart` if it has as many.
  /// - Returns: the encoding, and how many bytes the byte order mark of UTF-16 has.
  /// - Throws: for files that are no text, or text of another encoding.
  static func found(
    in start: ArraySlice<UInt8>
  ) throws(Problem) -> (encoding: TextEncoding, markSize: Int) {
    for (signature, name, remedy) in foreignFormats where start.starts(with: signature) {
      throw Problem(reason: "expected text, found \(name); \(remedy)")
    }
    if start.starts(with: [0xFF, 0xFE]) { return (.utf16(isBigEndian: false), 2) }
    if start.starts(with: [0xFE, 0xFF]) { return (.utf16(isBigEndian: true), 2) }
    // Two ASCII characters of UTF-16 without a mark.
    let bytes = Array(start.prefix(4))
    guard bytes.count == 4 else { return (.utf8, 0) }
    func isText(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) }
    if isText(bytes[0]), bytes[1] == 0, isText(bytes[2]), bytes[3] == 0 {
      return (.utf16(isBigEndian: false), 0)
    }
    if bytes[0] == 0, isText(bytes[1]), bytes[2] == 0, isText(bytes[3]) {
      return (.utf16(isBigEndian: true), 0)
    }
    return (.utf8, 0)
  }

  /// Signature, name and remedy of files that people take for tables.
  private static let foreignFormats: [([UInt8], String, String)] = [
    (
      [0xFF, 0xFE, 0, 0], "UTF-32",
      "convert the file, as with iconv -f UTF-32 -t UTF-8"
    ),
    (
      [0, 0, 0xFE, 0xFF], "UTF-32",
      "convert the file, as with iconv -f UTF-32 -t UTF-8"
    ),
    (gzipSignature, "gzip's bytes", "unpack them, as with gzip -dc FILE | trainer ... -"),
    (
      Array("PK\u{3}\u{4}".utf8), "a ZIP archive, perhaps an Excel workbook",
      "unpack it, or save the sheet as CSV UTF-8"
    ),
    ([0xD0, 0xCF, 0x11, 0xE0], "an Excel workbook", "save the sheet as CSV UTF-8"),
    (
      Array("SQLite format 3\0".utf8), "an SQLite database",
      "export the table, as with sqlite3 -header -csv FILE 'SELECT * FROM t'"
    ),
    (Array("PAR1".utf8), "a Parquet file", "write it as CSV, as with pandas or DuckDB"),
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd's bytes", "unpack them, as with zstd -dc"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz's bytes", "unpack them, as with xz -dc"),
    (Array("BZh9".utf8), "bzip2's bytes", "unpack them, as with bzip2 -dc"),
    (Array("%PDF-".utf8), "a PDF document", "export the table as CSV"),
  ]

  /// What a file packed by gzip begins with.
  static let gzipSignature: [UInt8] = [0x1F, 0x8B, 0x08]
}

/// Turns UTF-16 into UTF-8 piece by piece.
struct UTF16Transcoder {
  private let isBigEndian: Bool
  /// The first byte of a unit whose second one has not come.
  private var half: UInt8?
  /// The first unit of a pair whose second one has not come.
  private var lead: UInt16?

  init(isBigEndian: Bool) {
    self.isBigEndian = isBigEndian
  }

  /// Appends the UTF-8 of further bytes; a byte 0xFF, which UTF-8 does not have, for what is no
  /// character.
  mutating func append(_ bytes: ArraySlice<UInt8>, to buffer: inout [UInt8]) {
    for byte in bytes {
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      let unit = isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
      append(unit, to: &buffer)
    }
  }

  /// Appends what is left at the file's end: nothing, if the file is whole.
  mutating func finish(to buffer: inout [UInt8]) {
    if half != nil || lead != nil { buffer.append(0xFF) }
    half = nil
    lead = nil
  }

  private mutating func append(_ unit: UInt16, to buffer: inout [UInt8]) {
    var scalar = UInt32(unit)
    if let first = lead {
      lead = nil
      if UTF16.isTrailSurrogate(unit) {
        scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (scalar - 0xDC00)
      } else {
        buffer.append(0xFF)
      }
    }
    if UTF16.isLeadSurrogate(unit) {
      lead = unit
    } else if let scalar = Unicode.Scalar(scalar) {
      buffer.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    } else {
      buffer.append(0xFF)
    }
  }
}
