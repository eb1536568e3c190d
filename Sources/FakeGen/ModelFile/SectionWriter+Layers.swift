extension SectionWriter {
  mutating func write(_ layer: Dense, name: UTF8Text) {
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

  mutating func write(_ layer: WideDense, name: UTF8Text) {
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

  mutating func write(_ gru: GRU, name: UTF8Text) {
    begin(.gru, name: name)
    writeShape(gru.input.columns)
    writeShape(gru.input.rows)
    write(UInt32(gru.inputFractionBits))
    write(gru.input.weights)
    pad()
    write(gru.cell)
    end()
  }

  /// Writes rows of feedback vectors; no section if there are none.
  mutating func write(_ table: EmbeddingTable?, name: UTF8Text) {
    guard let table else { return }
    begin(.embedding, name: name)
    write(table.vectors)
    end()
  }

  mutating func write(_ texts: TextTable) {
    for index in 0..<texts.count { write(utf8: texts[index]) }
  }
}
