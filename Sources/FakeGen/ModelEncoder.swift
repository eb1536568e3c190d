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
    writer.writeTable(network.tables.sigmoid, name: "sigmoid")
    writer.writeTable(network.tables.celu, name: "celu")
    writer.writeTable(network.tables.exponential, name: "exponential")
    writer.writeTable(network.gaussian.entries, name: "gaussian")
    writer.begin(.latent, name: "latent")
    writer.write(network.latent.factor, name: "factor")
    writer.end()
    if let strings = network.strings { writer.write(strings) }
    writer.write(.tuple(network.root), name: "record", schema: schema)

    let size = UInt64(writer.bytes.count + ModelFormat.checksumSize)
    writer.patch(UInt32(truncatingIfNeeded: size), at: sizeOffset)
    writer.patch(UInt32(truncatingIfNeeded: size >> 32), at: sizeOffset + 4)
    writer.patch(writer.architecture.value, at: hashOffset)
    writer.write(CRC32.checksum(of: writer.bytes))
    return writer.bytes
  }
}

extension RecordWriter {
  fileprivate mutating func write(_ provenance: ModelProvenance) {
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

  fileprivate mutating func write(_ schema: RowSchema) {
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

  fileprivate mutating func writeTable(_ entries: [Int32], name: String) {
    begin(.table, name: name)
    writeShape(entries.count)
    write(entries)
    end()
  }

  fileprivate mutating func write(_ layer: Dense, name: String) {
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

  fileprivate mutating func write(_ layer: WideDense, name: String) {
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

  fileprivate mutating func write(_ cell: RecurrentCell) {
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

  fileprivate mutating func write(_ gru: GRU) {
    begin(.gru, name: "gru")
    writeShape(gru.input.columns)
    writeShape(gru.input.rows)
    write(UInt32(gru.inputFractionBits))
    write(gru.input.weights)
    pad()
    write(gru.cell)
    end()
  }

  fileprivate mutating func write(_ strings: StringDecoder) {
    begin(.stringLiteral, name: "string")
    writeShape(strings.maximumLength)
    writeShape(strings.alphabet.count)
    write(strings.alphabet)
    write(strings.input, name: "input")
    begin(.characters, name: "characters")
    write(strings.characterSums)
    end()
    write(strings.cell)
    write(strings.softmax, name: "softmax")
    end()
  }

  fileprivate mutating func write(_ module: Module, name: String, schema: RowSchema) {
    switch module {
    case .string(let leaf, let digits, let stream):
      begin(.string, name: name)
      writeShape(leaf)
      write(stream)
      if let digits {
        write(digits.lowerBound)
        write(digits.upperBound)
      }
      end()
    case .scalars(let decoder):
      write(decoder, name: name)
    case .categorical(let decoder):
      begin(.categorical, name: name)
      writeShape(decoder.leaf)
      write(decoder.stream)
      write(decoder.softmax, name: "softmax")
      end()
    case .optional(let presence, let stream, let child):
      begin(.optional, name: name)
      write(stream)
      write(presence, name: "presence")
      write(child, name: "value", schema: schema)
      end()
    case .tuple(let decoder):
      begin(.tuple, name: name)
      writeShape(decoder.elements.count)
      write(decoder.input, name: "input")
      for (index, element) in decoder.elements.enumerated() {
        begin(.element, name: "\(index)")
        write(element.embedding, name: "embedding")
        write(element.child, name: "child", schema: schema)
        if let gru = element.gru { write(gru) }
        end()
      }
      end()
    }
  }

  private mutating func write(_ decoder: ScalarDecoder, name: String) {
    begin(.scalars, name: name)
    writeShape(decoder.outputs.count)
    write(decoder.stream)
    write(decoder.values, name: "values")
    if let presence = decoder.presence { write(presence, name: "presence") }
    for (index, output) in decoder.outputs.enumerated() {
      begin(.unwhitening, name: "\(index)")
      writeShape(output.leaf)
      write(UInt32(output.shift))
      write(output.offset)
      write(output.minimum)
      write(output.maximum)
      write(output.factors)
      end()
    }
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
