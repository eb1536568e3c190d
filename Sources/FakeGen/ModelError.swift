/// Why a model file was refused. `description` says in one line what was expected and found where.
public indirect enum ModelError: Error, Hashable, Sendable {
  /// The file does not begin as a model file does.
  case notAModel
  case unsupportedVersion(found: UInt32)
  /// The file's size is not what its header says: cut short, or something follows its end.
  case wrongSize(expected: UInt64, found: Int)
  case wrongChecksum(expected: UInt32, found: UInt32)
  /// The modules and shapes are not those that the header's hash was made of.
  case wrongArchitecture(expected: UInt32, found: UInt32)
  /// `record` ends before what it must hold.
  case truncated(record: String)
  /// Another record stands where `expected` must be.
  case unexpectedRecord(expected: String, offset: Int)
  /// Bytes are left at the end of `record`.
  case trailingBytes(record: String)
  /// What `record` holds cannot be.
  case invalid(record: String, reason: String)
}

extension ModelError: CustomStringConvertible {
  public var description: String { message.text }

  private var message: Message {
    switch self {
    case .notAModel:
      "not a model file: it does not begin with a model file's signature"
    case .unsupportedVersion(let found):
      """
      the model file has format version \(found), this program reads versions \
      \(ModelFormat.readableVersions.lowerBound) to \(ModelFormat.version); use a program of the \
      model's own release
      """
    case .wrongSize(let expected, let found):
      "the model file should have \(expected) bytes, found \(found); fetch it again"
    case .wrongChecksum(let expected, let found):
      """
      the model file's checksum should be \(hexadecimal(expected)), found \
      \(hexadecimal(found)); fetch it again
      """
    case .wrongArchitecture(let expected, let found):
      """
      the model file's architecture hash should be \(hexadecimal(expected)), found \
      \(hexadecimal(found)); quantize the checkpoint again
      """
    case .truncated(let record):
      """
      the model file's record \(record) is shorter than what it must hold; quantize the checkpoint \
      again
      """
    case .unexpectedRecord(let expected, let offset):
      """
      the model file should have the record \(expected) at byte \(offset), found another; quantize \
      the checkpoint again
      """
    case .trailingBytes(let record):
      "the model file's record \(record) holds more than it should; quantize the checkpoint again"
    case .invalid(let record, let reason):
      "the model file's record \(record): \(reason); quantize the checkpoint again"
    }
  }
}

/// Eight hexadecimal digits.
func hexadecimal(_ value: UInt32) -> String {
  let digits: [UInt8] = (0..<8).map { position in
    let digit = UInt8(truncatingIfNeeded: (value >> UInt32(28 - 4 * position)) & 15)
    return digit < 10 ? 0x30 + digit : 0x57 + digit
  }
  return String(decoding: digits, as: UTF8.self)
}
