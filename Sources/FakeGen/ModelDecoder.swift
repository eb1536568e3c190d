extension ModelContent {
  package init(decoding bytes: [UInt8]) throws(ModelError) {
    try self.init(decoding: ModelBytes(bytes), kernels: .reference)
  }

  /// Decodes and validates a model file: after this, nothing that the generator does with it can
  /// read out of bounds, overflow or go on without end.
  init(decoding bytes: ModelBytes, kernels: Kernels) throws(ModelError) {
    let (checksum, architectureHash, records) = try Self.checkedFrame(of: bytes)
    var reader = RecordReader(bytes: bytes, range: records)
    provenance = try reader.readProvenance()
    schema = try reader.readSchema()
    filter = reader.nextType() == .filter ? try reader.readFilter(schema) : nil
    var decoder = NetworkDecoder(reader: reader, schema: schema, kernels: kernels)
    network = try decoder.decode()
    self.checksum = checksum
    self.architectureHash = architectureHash
    let found = decoder.reader.architecture.value
    guard found == architectureHash else {
      throw .wrongArchitecture(expected: architectureHash, found: found)
    }
  }

  /// Checks signature, version, size and checksum; gives where the records are.
  private static func checkedFrame(
    of bytes: ModelBytes
  ) throws(ModelError) -> (checksum: UInt32, architecture: UInt32, records: Range<Int>) {
    let signature = ModelFormat.signature
    guard bytes.count >= signature.count,
      bytes.raw(0..<signature.count).elementsEqual(signature)
    else { throw .notAModel }
    guard bytes.count >= ModelFormat.headerSize + ModelFormat.checksumSize else {
      throw .truncated(record: "header")
    }
    var header = RecordReader(bytes: bytes, range: signature.count..<ModelFormat.headerSize)
    let version = try header.readNumber(UInt32.self)
    guard ModelFormat.readableVersions.contains(version) else {
      throw .unsupportedVersion(found: version)
    }
    let size = try header.readNumber(UInt64.self)
    guard size == UInt64(bytes.count), size % 4 == 0 else {
      throw .wrongSize(expected: size, found: bytes.count)
    }
    let architecture = try header.readNumber(UInt32.self)
    let end = bytes.count - ModelFormat.checksumSize
    var trailer = RecordReader(bytes: bytes, range: end..<bytes.count)
    let expected = try trailer.readNumber(UInt32.self)
    var checksum = CRC32()
    checksum.update(bytes.raw(0..<end))
    guard checksum.value == expected else {
      throw .wrongChecksum(expected: expected, found: checksum.value)
    }
    return (expected, architecture, ModelFormat.headerSize..<end)
  }
}

extension RecordReader {
  fileprivate mutating func readProvenance() throws(ModelError) -> ModelProvenance {
    try begin(.information, name: "information")
    var provenance = ModelProvenance()
    provenance.attribution = try readText()
    provenance.trainingData = try readText()
    provenance.trainingDataHash = try readText()
    provenance.trainingRows = try readNumber(UInt64.self)
    provenance.preset = try readText()
    provenance.steps = try readNumber(UInt64.self)
    provenance.examples = try readNumber(UInt64.self)
    provenance.metrics = try readText()
    try finish()
    return provenance
  }

  fileprivate mutating func readSchema() throws(ModelError) -> RowSchema {
    try begin(.schema, name: "schema")
    let messageName = try readText()
    let leafCount = try readShape(1...ModelFormat.maximumLeaves)
    var leaves: [Column] = []
    for _ in 0..<leafCount {
      let path = try readText()
      let name = try readText()
      let isOptional = try readShape(0...1) == 1
      leaves.append(Column(name: name, kind: try readKind(), path: path, isOptional: isOptional))
    }
    let columnCount = try readShape(1...leafCount)
    var columns: [Int] = []
    var isTaken = [Bool](repeating: false, count: leafCount)
    for _ in 0..<columnCount {
      let leaf = try readShape(0...leafCount - 1)
      if isTaken[leaf] { throw invalid("two columns show leaf \(leaf)") }
      isTaken[leaf] = true
      columns.append(leaf)
    }
    try finish()
    return RowSchema(messageName: messageName, leaves: leaves, columns: columns)
  }

  fileprivate mutating func readFilter(_ schema: RowSchema) throws(ModelError) -> ExclusionFilter {
    try begin(.filter, name: "filter")
    let count = try readShape(1...schema.columns.count)
    var columns: [Int] = []
    for _ in 0..<count { columns.append(try readShape(0...schema.columns.count - 1)) }
    let entries = try readInteger(0...Int(Int32.max))
    let seed = try readNumber(UInt64.self)
    let segmentLength = try readInteger(1...ExclusionFilter.maximumSegmentLength)
    let size = try readInteger(1...Int(Int32.max))
    guard ExclusionFilter.fits(size, segmentLength: segmentLength) else {
      throw invalid("its size should be three or more segments of a power of two")
    }
    let fingerprints = try readNumbers(UInt8.self, count: size)
    try finish()
    return ExclusionFilter(
      columns: columns, entries: entries, seed: seed, segmentLength: segmentLength,
      fingerprints: fingerprints)
  }

  private mutating func readKind() throws(ModelError) -> ColumnKind {
    switch try readShape(0...5) {
    case 0: return .text
    case 1: return .digits
    case 2: return .real(decimals: try readInteger(0...ModelFormat.maximumDecimals))
    case 3: return .integer
    case 4: return .boolean
    default:
      let count = try readShape(1...ModelFormat.maximumWidth)
      var names: [String] = []
      for _ in 0..<count { names.append(try readText()) }
      return .enumeration(names: names)
    }
  }
}
