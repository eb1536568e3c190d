/// Constants of the model file; docs/ModelFormat.md describes it.
package enum ModelFormat {
  /// Not text in any encoding, and damaged by transfers that change line ends.
  package static let signature: [UInt8] = [0x89, 0x46, 0x4B, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  package static let version: UInt32 = 2
  /// Versions that are read. Version 2 only adds sections, none of which a file of version 1 has.
  package static let readableVersions: ClosedRange<UInt32> = 1...2
  /// Signature, version, file size (64 bits), architecture hash.
  package static let headerSize = 24
  package static let checksumSize = 4
  /// Bytes that a model file may have: programs read no larger one, 256 MiB.
  package static let maximumFileSize = 1 << 28

  /// Bounds on what a file may ask for, so that no file takes memory or time out of proportion.
  package static let maximumDepth = 16
  package static let maximumLeaves = 4096
  package static let maximumWidth = 65536
  package static let maximumStringLength = 4096
  package static let maximumDecimals = 18
}
