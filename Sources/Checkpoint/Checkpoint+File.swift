import FakeGen
import Files

// Layout, little endian: magic (8 bytes), version (u32), metadata size (u64), metadata, tensor
// count (u32), tensors in the order of their names, CRC-32 of everything before (u32), end of file.
// A tensor: name size (u16), name, element type (u8), rank (u8), dimensions (u64 each), elements.

extension Checkpoint {
  static let magic: [UInt8] = Array("fgcheck\n".utf8)
  static let version: UInt32 = 1
  /// Bytes that a checkpoint file may have, 1 GiB.
  public static let maximumFileSize = 1 << 30

  /// Encodes the checkpoint.
  ///
  /// - Returns: the file's bytes.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      64 + metadata.count + tensors.values.reduce(0) { $0 + 64 + 8 * $1.elements.count })
    bytes += Self.magic
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: UInt64(metadata.count))
    bytes += metadata
    bytes.append(littleEndian: UInt32(tensors.count))
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      bytes.append(littleEndian: UInt16(name.utf8.count))
      bytes += Array(name.utf8)
      bytes.append(tensor.elements.type.rawValue)
      bytes.append(UInt8(tensor.shape.count))
      for dimension in tensor.shape { bytes.append(littleEndian: UInt64(dimension)) }
      switch tensor.elements {
      case .float32(let values):
        for value in values { bytes.append(littleEndian: value.bitPattern) }
      case .float64(let values):
        for value in values { bytes.append(littleEndian: value.bitPattern) }
      case .bytes(let values): bytes += values
      }
    }
    bytes.append(littleEndian: CRC32.checksum(of: bytes))
    return bytes
  }

  /// Reads a checkpoint from a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: named in errors.
  /// - Throws: `CheckpointError`, whatever the bytes.
  public init(decoding bytes: [UInt8], path: String) throws(CheckpointError) {
    guard bytes.count >= Self.magic.count + 4, Array(bytes.prefix(8)) == Self.magic else {
      throw .badMagic(path: path)
    }
    var reader = CheckpointReader(bytes: bytes, end: bytes.count - 4, path: path)
    reader.position = Self.magic.count
    let version: UInt32 = try reader.integer("the version")
    guard version == Self.version else {
      throw .unsupportedVersion(path: path, found: version)
    }
    var checksum: UInt32 = 0
    for i in 0..<4 { checksum |= UInt32(bytes[bytes.count - 4 + i]) << (8 * i) }
    var found = CRC32()
    bytes.withUnsafeBytes { found.update(UnsafeRawBufferPointer(rebasing: $0.dropLast(4))) }
    guard found.value == checksum else {
      throw .badChecksum(path: path)
    }
    let metadataSize: UInt64 = try reader.integer("the metadata's size")
    metadata = try reader.bytes(metadataSize, "the metadata")
    let count: UInt32 = try reader.integer("the number of tensors")
    tensors = [:]
    for _ in 0..<count {
      let nameSize: UInt16 = try reader.integer("a tensor's name")
      let nameBytes = try reader.bytes(UInt64(nameSize), "a tensor's name")
      guard let name = String(validating: nameBytes, as: UTF8.self), tensors[name] == nil else {
        throw .malformed(path: path, field: "tensor name")
      }
      tensors[name] = try reader.tensor(name)
    }
    guard reader.position == reader.end else { throw .badSize(path: path, field: "its tensors") }
  }

  /// Reads a checkpoint file.
  ///
  /// - Parameter path: of the file.
  /// - Returns: the checkpoint.
  /// - Throws: `CheckpointError`; `.tooLarge` before memory is taken.
  public static func load(_ path: String) throws(CheckpointError) -> Checkpoint {
    let bytes: [UInt8]
    do {
      bytes = try fileBytes(path, limit: maximumFileSize)
    } catch {
      switch error {
      case .tooLarge(_, let size, let limit):
        throw .tooLarge(path: path, size: size, limit: limit)
      case .cannotOpen(_, let reason), .cannotRead(_, let reason), .cannotWrite(_, let reason):
        throw .unreadable(path: path, reason: reason)
      }
    }
    return try Checkpoint(decoding: bytes, path: path)
  }

  /// Writes the checkpoint to a temporary name, then renames it; a device is written to directly.
  ///
  /// - Parameter path: of the file.
  /// - Throws: `CheckpointError.unwritable`; `.tooLarge` rather than a file that `load` refuses.
  public func save(_ path: String) throws(CheckpointError) {
    try save(path, limit: Self.maximumFileSize)
  }

  func save(_ path: String, limit: Int) throws(CheckpointError) {
    let bytes = encoded()
    guard bytes.count <= limit else {
      throw .tooLarge(path: path, size: bytes.count, limit: limit)
    }
    do {
      try AtomicFile.write(bytes, to: path)
    } catch {
      switch error {
      case .cannotOpen(_, let reason), .cannotRead(_, let reason), .cannotWrite(_, let reason):
        throw .unwritable(path: path, reason: reason)
      case .tooLarge: throw .unwritable(path: path, reason: error.description)
      }
    }
  }
}

extension CheckpointTensor {
  enum ElementType: UInt8 {
    case float32 = 1
    case float64 = 2
    case bytes = 3

    var size: Int {
      switch self {
      case .float32: 4
      case .float64: 8
      case .bytes: 1
      }
    }
  }
}

extension CheckpointTensor.Elements {
  var type: CheckpointTensor.ElementType {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .bytes: .bytes
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

/// Reads fields in order; never past the end, and never takes memory before knowing that the file
/// holds that much.
private struct CheckpointReader {
  let bytes: [UInt8]
  let end: Int
  let path: String
  var position = 0

  init(bytes: [UInt8], end: Int, path: String) {
    self.bytes = bytes
    self.end = end
    self.path = path
  }

  mutating func integer<T: FixedWidthInteger>(_ field: String) throws(CheckpointError) -> T {
    guard end - position >= MemoryLayout<T>.size else {
      throw .badSize(path: path, field: field)
    }
    let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: T.self) }
    position += MemoryLayout<T>.size
    return T(littleEndian: value)
  }

  mutating func bytes(_ count: UInt64, _ field: String) throws(CheckpointError) -> [UInt8] {
    guard count <= UInt64(end - position) else { throw .badSize(path: path, field: field) }
    defer { position += Int(count) }
    return Array(bytes[position..<position + Int(count)])
  }

  mutating func tensor(_ name: String) throws(CheckpointError) -> CheckpointTensor {
    let typeByte: UInt8 = try integer("tensor '\(name)'")
    guard let type = CheckpointTensor.ElementType(rawValue: typeByte) else {
      throw .malformed(path: path, field: "element type of tensor '\(name)'")
    }
    let rank: UInt8 = try integer("tensor '\(name)'")
    var shape: [Int] = []
    var size = UInt64(type.size)
    for _ in 0..<rank {
      let dimension: UInt64 = try integer("tensor '\(name)'")
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow, dimension <= UInt64(end), product <= UInt64(end - position) else {
        throw .badSize(path: path, field: "tensor '\(name)'")
      }
      size = product
      shape.append(Int(dimension))
    }
    let raw = try bytes(size, "tensor '\(name)'")
    let count = raw.count / type.size
    let elements: CheckpointTensor.Elements = raw.withUnsafeBytes { raw in
      switch type {
      case .float32:
        .float32(
          (0..<count).map {
            Float(
              bitPattern: UInt32(
                littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
          })
      case .float64:
        .float64(
          (0..<count).map {
            Double(
              bitPattern: UInt64(
                littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
          })
      case .bytes: .bytes(Array(raw))
      }
    }
    return CheckpointTensor(shape: shape, elements: elements)
  }
}
