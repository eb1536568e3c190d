/// Why a model file was refused. `description` says in one line what was expected and found where.
public indirect enum ModelError: Error, Hashable, Sendable {
  /// The file does not begin as a model file does.
  case notAModel
  /// The file has a version of the format that this program does not read.
  case unsupportedVersion(found: UInt32)
  /// The file's size is not what its header says: cut short, or something follows its end.
  case wrongSize(expected: UInt64, found: Int)
  /// The checksum at the file's end is not that of its bytes: the file is damaged.
  case wrongChecksum(expected: UInt32, found: UInt32)
  /// The modules and shapes are not those that the header's hash was made of.
  case wrongArchitecture(expected: UInt32, found: UInt32)
  /// `section` ends before what it must hold.
  case truncated(section: String)
  /// Another section stands where `expected` must be.
  case unexpectedSection(expected: String, offset: Int)
  /// Bytes are left at the end of `section`.
  case trailingBytes(section: String)
  /// What `section` holds cannot be.
  case invalid(section: String, reason: String)
}

extension ModelError: CustomStringConvertible {
  /// The error in one line.
  public var description: String { message.text }

  private var message: UTF8Text {
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
      the model file's checksum should be \(expected.hexadecimal), found \
      \(found.hexadecimal); fetch it again
      """
    case .wrongArchitecture(let expected, let found):
      """
      the model file's architecture hash should be \(expected.hexadecimal), found \
      \(found.hexadecimal); quantize the checkpoint again
      """
    case .truncated(let section):
      """
      the model file's section \(section) is shorter than what it must hold; quantize the checkpoint \
      again
      """
    case .unexpectedSection(let expected, let offset):
      """
      the model file should have the section \(expected) at byte \(offset), found another; quantize \
      the checkpoint again
      """
    case .trailingBytes(let section):
      "the model file's section \(section) holds more than it should; quantize the checkpoint again"
    case .invalid(let section, let reason):
      "the model file's section \(section): \(reason); quantize the checkpoint again"
    }
  }
}
