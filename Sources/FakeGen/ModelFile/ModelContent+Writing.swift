extension ModelContent {
  /// Encodes the model file (docs/ModelFormat.md).
  ///
  /// - Returns: its bytes, checksum included.
  package func encoded() -> [UInt8] {
    var writer = SectionWriter()
    writer.write(ModelFormat.signature)
    writer.write(ModelFormat.version)
    let sizeOffset = writer.bytes.count
    writer.write(0 as UInt64)
    let hashOffset = writer.bytes.count
    writer.write(0 as UInt32)
    provenance.write(to: &writer)
    schema.write(to: &writer)
    rules.write(to: &writer)
    schema.writeSpellings(to: &writer)
    tables?.write(to: &writer, schema: schema)
    ProtobufField.writeAll(protobuf, to: &writer)
    for filter in filters { filter.write(to: &writer) }
    network.write(to: &writer)

    let size = UInt64(writer.bytes.count + ModelFormat.checksumSize)
    writer.patch(UInt32(truncatingIfNeeded: size), at: sizeOffset)
    writer.patch(UInt32(truncatingIfNeeded: size >> 32), at: sizeOffset + 4)
    writer.patch(writer.architecture.value, at: hashOffset)
    writer.write(CRC32.checksum(of: writer.bytes))
    return writer.bytes
  }
}

extension Network {
  fileprivate func write(to writer: inout SectionWriter) {
    write(tables.sigmoid, name: "sigmoid", to: &writer)
    write(tables.celu, name: "celu", to: &writer)
    write(tables.exponential, name: "exponential", to: &writer)
    write(gaussian.entries, name: "gaussian", to: &writer)
    latent?.write(to: &writer)
    feedback?.write(to: &writer)
    strings?.write(to: &writer)
    root.write(to: &writer, name: "record")
  }

  private func write(
    _ table: Numbers<Int32>, name: UTF8Text, to writer: inout SectionWriter
  ) {
    writer.begin(.table, name: name)
    writer.writeShape(table.count)
    writer.write(table)
    writer.end()
  }
}
