extension ModelContent {
  /// Reads and validates a model file: after this, nothing that the generator does with it can
  /// read out of bounds, overflow or go on without end.
  init(reading bytes: ModelBytes, kernels: Kernels) throws(ModelError) {
    let (checksum, architectureHash, sections) = try Self.checkedFrame(of: bytes)
    var reader = SectionReader(bytes: bytes, range: sections)
    provenance = try .read(from: &reader)
    schema = try .read(from: &reader)
    rules =
      reader.nextType() == .rules ? try .read(from: &reader, schema: schema) : RowRules()
    if reader.nextType() == .spellings { try schema.readSpellings(from: &reader) }
    tables =
      reader.nextType() == .linkedTables ? try .read(from: &reader, schema: &schema) : nil
    protobuf =
      reader.nextType() == .protobuf
      ? try ProtobufField.readAll(from: &reader, schema: schema, rules: rules) : []
    filters = []
    while reader.nextType() == .filter {
      filters.append(try .read(from: &reader, columns: schema.columns.count))
    }
    var networkReader = NetworkReader(
      sections: reader, schema: schema, rules: rules, kernels: kernels)
    network = try networkReader.readNetwork()
    try tables?.checkKeys(schema: schema, rules: rules, network: network)
    self.checksum = checksum
    self.architectureHash = architectureHash
    let found = networkReader.sections.architecture.value
    guard found == architectureHash else {
      throw .wrongArchitecture(expected: architectureHash, found: found)
    }
  }

  /// Checks signature, version, size and checksum; gives where the sections are.
  private static func checkedFrame(
    of bytes: ModelBytes
  ) throws(ModelError) -> (checksum: UInt32, architecture: UInt32, sections: Range<Int>) {
    let signature = ModelFormat.signature
    guard bytes.count >= signature.count,
      bytes.raw(0..<signature.count).elementsEqual(signature)
    else { throw .notAModel }
    guard bytes.count >= ModelFormat.headerSize + ModelFormat.checksumSize else {
      throw .truncated(section: "header")
    }
    let version = bytes.number(at: signature.count, as: UInt32.self)
    guard ModelFormat.readableVersions.contains(version) else {
      throw .unsupportedVersion(found: version)
    }
    let size = bytes.number(at: signature.count + 4, as: UInt64.self)
    guard size == UInt64(bytes.count), size % 4 == 0 else {
      throw .wrongSize(expected: size, found: bytes.count)
    }
    let architecture = bytes.number(at: signature.count + 12, as: UInt32.self)
    let end = bytes.count - ModelFormat.checksumSize
    let expected = bytes.number(at: end, as: UInt32.self)
    guard bytes.checksNumbers else { return (expected, architecture, ModelFormat.headerSize..<end) }
    var checksum = CRC32()
    checksum.update(bytes.raw(0..<end))
    guard checksum.value == expected else {
      throw .wrongChecksum(expected: expected, found: checksum.value)
    }
    return (expected, architecture, ModelFormat.headerSize..<end)
  }
}
