extension ModelContent {
  /// The model file's bytes.
  package func encoded() -> [UInt8] {
    var writer = RecordWriter()
    writer.write(ModelFormat.signature)
    writer.write(ModelFormat.version)
    let sizeOffset = writer.bytes.count
    writer.write(0 as UInt64)
    let hashOffset = writer.bytes.count
    writer.write(0 as UInt32)
    writer.write(provenance)
    writer.write(schema)
    if let filter { writer.write(filter) }
    writer.writeTable(network.tables.sigmoid, name: "sigmoid")
    writer.writeTable(network.tables.celu, name: "celu")
    writer.writeTable(network.tables.exponential, name: "exponential")
    writer.writeTable(network.gaussian.entries, name: "gaussian")
    writer.begin(.latent, name: "latent")
    writer.write(network.latent.factor, name: "factor")
    writer.end()
    if let feedback = network.feedback { writer.write(feedback) }
    if let strings = network.strings { writer.write(strings) }
    writer.write(.tuple(network.root), name: "record")

    let size = UInt64(writer.bytes.count + ModelFormat.checksumSize)
    writer.patch(UInt32(truncatingIfNeeded: size), at: sizeOffset)
    writer.patch(UInt32(truncatingIfNeeded: size >> 32), at: sizeOffset + 4)
    writer.patch(writer.architecture.value, at: hashOffset)
    writer.write(CRC32.checksum(of: writer.bytes))
    return writer.bytes
  }
}

extension RecordWriter {
  mutating func write(_ provenance: ModelProvenance) {
    begin(.information, name: "information")
    write(provenance.attribution)
    write(provenance.trainingData)
    write(provenance.trainingDataHash)
    write(provenance.trainingRows)
    write(provenance.preset)
    write(provenance.steps)
    write(provenance.examples)
    write(provenance.metrics)
    end()
  }

  mutating func write(_ schema: RowSchema) {
    begin(.schema, name: "schema")
    write(schema.messageName)
    writeShape(schema.leaves.count)
    for leaf in schema.leaves {
      write(leaf.path)
      write(leaf.name)
      writeShape(leaf.isOptional ? 1 : 0)
      writeShape(leaf.kind.number)
      switch leaf.kind {
      case .text, .digits, .integer, .boolean: break
      case .real(let decimals): write(UInt32(decimals))
      case .enumeration(let names):
        writeShape(names.count)
        for name in names { write(name) }
      }
    }
    writeShape(schema.columns.count)
    for column in schema.columns { writeShape(column) }
    end()
  }

  mutating func write(_ filter: ExclusionFilter) {
    begin(.filter, name: "filter")
    writeShape(filter.columns.count)
    for column in filter.columns { writeShape(column) }
    write(UInt32(filter.entries))
    write(filter.seed)
    write(UInt32(filter.segmentLength))
    write(UInt32(filter.fingerprints.count))
    write(filter.fingerprints)
    end()
  }

  mutating func writeTable(_ entries: Numbers<Int32>, name: Message) {
    begin(.table, name: name)
    writeShape(entries.count)
    write(entries)
    end()
  }

  mutating func write(_ layer: Dense, name: Message) {
    begin(.dense, name: name)
    writeShape(layer.inputs)
    writeShape(layer.outputs)
    write(UInt32(layer.inputFractionBits))
    write(UInt32(layer.outputFractionBits))
    write(UInt32(layer.shift))
    write(layer.multiplier)
    write(layer.bias)
    write(layer.matrix.weights)
    end()
  }

  mutating func write(_ layer: WideDense, name: Message) {
    begin(.wideDense, name: name)
    writeShape(layer.inputs)
    writeShape(layer.outputs)
    write(UInt32(layer.inputFractionBits))
    write(UInt32(layer.outputFractionBits))
    write(UInt32(layer.shift))
    write(layer.multiplier)
    write(layer.bias)
    write(layer.weights)
    end()
  }

  mutating func write(_ cell: RecurrentCell) {
    begin(.cell, name: "cell")
    writeShape(cell.width)
    write(UInt32(cell.stateFractionBits))
    write(UInt32(cell.shift))
    write(cell.inputMultiplier)
    write(cell.stateMultiplier)
    write(cell.bias)
    write(cell.matrix.weights)
    end()
  }

  mutating func write(_ gru: GRU, name: Message) {
    begin(.gru, name: name)
    writeShape(gru.input.columns)
    writeShape(gru.input.rows)
    write(UInt32(gru.inputFractionBits))
    write(gru.input.weights)
    pad()
    write(gru.cell)
    end()
  }
}

extension ColumnKind {
  /// The kind's number in a model file.
  var number: Int {
    switch self {
    case .text: 0
    case .digits: 1
    case .real: 2
    case .integer: 3
    case .boolean: 4
    case .enumeration: 5
    }
  }
}
