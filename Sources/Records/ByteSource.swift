import Files
import Foundation

/// An open file, read in pieces from its beginning: text as UTF-8. `-` is standard input; what `gzip` has
/// packed is unpacked by the system's `gzip`, and UTF-16 becomes UTF-8.
final class ByteSource {
  let path: String
  private let descriptor: Int32
  private let onBytes: (UnsafeRawBufferPointer) -> Void
  /// What unpacks the file, if anything does.
  private let unpacking: Unpacking?
  private var isAtStart: Bool
  /// What has been looked at, and whether nothing comes behind it.
  private var looked: (bytes: [UInt8], isAll: Bool)?
  /// What makes UTF-8 of the file, if it is something else.
  private var transcoder: UTF16Transcoder?

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - isText: whether it must be text, which becomes UTF-8.
  ///   - onBytes: called with the bytes of every piece, unpacked, as they are in the file.
  /// - Throws: `FileError.cannotOpen`.
  init(
    path: String, isText: Bool = true,
    onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(FileError) {
    self.path = path == "-" ? "standard input" : path
    self.onBytes = onBytes
    isAtStart = isText
    if path == "-" {
      descriptor = dup(STDIN_FILENO)
      unpacking = nil
    } else {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      if file >= 0, path.hasSuffix(".gz") || Self.isPacked(file) {
        let unpacking = try Unpacking(path: path, file: file)
        self.unpacking = unpacking
        descriptor = unpacking.output
      } else {
        descriptor = file
        unpacking = nil
      }
    }
    guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: lastSystemError()) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw .cannotOpen(path: path, reason: "expected a file, found a folder")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Whether a file begins as gzip's do; false for a pipe, which has no bytes but those that come.
  private static func isPacked(_ file: Int32) -> Bool {
    let signature = TextEncoding.gzipSignature
    var start = [UInt8](repeating: 0, count: signature.count)
    let count = start.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    return count == signature.count && start == signature
  }

  /// Appends about `count` bytes of UTF-8, or fewer; false at the end of the file.
  ///
  /// - Throws: `FileError.cannotRead`, for files that are no text too.
  func read(_ count: Int, into buffer: inout [UInt8]) throws(FileError) -> Bool {
    if let looked {
      self.looked = nil
      buffer += looked.bytes
      return !looked.isAll
    }
    if isAtStart {
      isAtStart = false
      return try readStart(count, into: &buffer)
    }
    let bytes = try piece(count)
    guard !bytes.isEmpty else {
      transcoder?.finish(to: &buffer)
      try unpacking?.finish()
      return false
    }
    append(bytes[...], to: &buffer)
    return true
  }

  /// Bytes that `start` looks at.
  private static let lookedSize = 1 << 16

  /// Looks at the file's first bytes, which `read` gives again, both without a byte order mark.
  ///
  /// - Throws: `FileError.cannotRead`.
  func start() throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var isAll = false
    while !isAll, bytes.count < Self.lookedSize { isAll = try !read(Self.lookedSize, into: &bytes) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    looked = (bytes, isAll)
    return bytes
  }

  /// Reads on until the bytes tell what the file is.
  private func readStart(_ count: Int, into buffer: inout [UInt8]) throws(FileError) -> Bool {
    var start: [UInt8] = []
    var isAtEnd = false
    while start.count < TextEncoding.sizeOfStart, !isAtEnd {
      let bytes = try piece(count)
      isAtEnd = bytes.isEmpty
      start += bytes
    }
    do {
      let (encoding, markSize) = try TextEncoding.found(in: start[...])
      if case .utf16(let isBigEndian) = encoding {
        transcoder = UTF16Transcoder(isBigEndian: isBigEndian)
      }
      append(start[markSize...], to: &buffer)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    guard isAtEnd else { return true }
    transcoder?.finish(to: &buffer)
    try unpacking?.finish()
    return false
  }

  private func append(_ bytes: ArraySlice<UInt8>, to buffer: inout [UInt8]) {
    if transcoder == nil { buffer += bytes } else { transcoder?.append(bytes, to: &buffer) }
  }

  /// The file's next bytes, at most `count`; none at its end.
  private func piece(_ count: Int) throws(FileError) -> [UInt8] {
    var received = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { space, filled in
      repeat {
        received = Foundation.read(descriptor, space.baseAddress, count)
      } while received < 0 && errno == EINTR
      filled = max(received, 0)
    }
    guard received >= 0 else { throw .cannotRead(path: path, reason: lastSystemError()) }
    bytes.withUnsafeBytes(onBytes)
    return bytes
  }
}
