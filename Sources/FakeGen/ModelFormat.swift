/// Constants of the model file; docs/ModelFormat.md describes it.
package enum ModelFormat {
  /// Not text in any encoding, and damaged by transfers that change line ends.
  package static let signature: [UInt8] = [0x89, 0x46, 0x4B, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  package static let version: UInt32 = 2
  /// Versions that are read. Version 2 only adds records, none of which a file of version 1 has.
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

/// The type of a record, four ASCII characters on disk.
package enum RecordType: UInt32, Sendable {
  case information = 0x4F46_4E49
  case schema = 0x4D48_4353
  case table = 0x4C42_4154
  case latent = 0x4E54_414C
  case stringLiteral = 0x4C52_5453
  case characters = 0x5241_4843
  case codeEmbedding = 0x4342_4D45
  case codeWeights = 0x5744_4F43
  case dense = 0x534E_4544
  case wideDense = 0x4544_4957
  case gru = 0x5F55_5247
  case cell = 0x4C4C_4543
  case tuple = 0x4C50_5554
  case element = 0x4D45_4C45
  case string = 0x5458_4554
  case scalars = 0x4C41_4353
  case unwhitening = 0x5449_4857
  case categorical = 0x4754_4143
  case optional = 0x4E54_504F
  case filter = 0x544C_4946
  case feedback = 0x4445_4546
  case pieces = 0x4345_4950
  case clusters = 0x5355_4C43
  case stringEncoder = 0x434E_4553
  case embedding = 0x4442_4D45
  case vocabulary = 0x4243_4F56
  case constant = 0x5453_4E43
  case mixture = 0x5458_494D
  case scalarEncoder = 0x434E_4559
  case tupleEncoder = 0x434E_4554
}

/// What both reader and writer feed to the architecture hash: the tree of records and the shapes.
struct ArchitectureHash {
  private var checksum = CRC32()

  mutating func add(_ number: UInt32) {
    checksum.update((0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) })
  }

  mutating func begin(_ type: RecordType, name: Message) {
    add(type.rawValue)
    checksum.update(name.bytes)
  }

  mutating func end() {
    add(0)
  }

  var value: UInt32 { checksum.value }
}
