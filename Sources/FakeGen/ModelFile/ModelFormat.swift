/// Constants of the model file; docs/ModelFormat.md describes it.
package enum ModelFormat {
  /// Not text in any encoding, and damaged by transfers that change line ends.
  package static let signature: [UInt8] = [0x89, 0x46, 0x4B, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The version that is written.
  package static let version: UInt32 = 2
  /// Versions that are read. Version 2 only adds sections, none of which a file of version 1 has.
  package static let readableVersions: ClosedRange<UInt32> = 1...2
  /// Bytes of signature, version, file size (64 bits) and architecture hash.
  package static let headerSize = 24
  /// Bytes of the CRC-32 at the end.
  package static let checksumSize = 4
  /// Bytes that a model file may have, 256 MiB: programs read no larger one.
  package static let maximumFileSize = 1 << 28

  /// Most modules inside one another. This and the following bounds keep a file from taking memory
  /// or time out of proportion.
  package static let maximumDepth = 16
  /// Most leaves of a record.
  package static let maximumLeaves = 4096
  /// Most values of a row: of its leaves, and of all elements that its lists may have.
  package static let maximumValues = 65536
  /// Greatest width of a vector.
  package static let maximumWidth = 65536
  /// Most characters of a string.
  package static let maximumStringLength = 4096
  /// Most decimals of a real.
  package static let maximumDecimals = 18
}
