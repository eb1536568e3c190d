extension RecordWriter {
  mutating func write(_ feedback: Feedback) {
    begin(.feedback, name: "feedback")
    writeShape(feedback.kind.rawValue)
    writeShape(feedback.width)
    write(UInt32(feedback.fractionBits))
    end()
  }

  mutating func write(_ strings: StringDecoder) {
    begin(.stringLiteral, name: "string")
    writeShape(strings.maximumLength)
    writeShape(strings.alphabet.count)
    write(strings.alphabet)
    if strings.pieces.count > 0 {
      begin(.pieces, name: "pieces")
      writeShape(strings.pieces.count)
      write(strings.pieces)
      end()
    }
    write(strings.input, name: "input")
    if let embedding = strings.codeInput.embedding { write(embedding) }
    write(strings.codeInput)
    write(strings.cell)
    write(strings.softmax, name: "softmax")
    if let clusters = strings.clusters {
      begin(.clusters, name: "clusters")
      writeShape(clusters.count)
      write(clusters.order)
      write(clusters.dense, name: "softmax")
      end()
    }
    switch strings.summary {
    case .encoder(let encoder):
      begin(.stringEncoder, name: "encoder")
      writeShape(encoder.cell.width)
      write(encoder.codeInput)
      write(encoder.cell)
      write(encoder.output, name: "output")
      end()
    case .dense(let dense): write(dense, name: "summary")
    case nil: break
    }
    end()
  }

  private mutating func write(_ embedding: CodeEmbedding) {
    begin(.codeEmbedding, name: "embedding")
    writeShape(embedding.width)
    write(embedding.scales)
    write(embedding.vectors)
    end()
  }

  /// The table or the weights; the embedding is written once, before the first weights.
  private mutating func write(_ input: CodeInput) {
    switch input {
    case .sums(let table):
      begin(.characters, name: "characters")
      write(table)
    case .embedding(_, let weights):
      begin(.codeWeights, name: "weights")
      write(weights.weights)
    }
    end()
  }

  private mutating func write(_ texts: TextTable) {
    for index in 0..<texts.count { write(utf8: texts[index]) }
  }

  private mutating func write(_ table: EmbeddingTable?, name: Message) {
    guard let table else { return }
    begin(.embedding, name: name)
    write(table.vectors)
    end()
  }

  mutating func write(_ module: Module, name: Message) {
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
    case .vocabulary(let decoder):
      begin(.vocabulary, name: name)
      writeShape(decoder.leaf)
      write(decoder.stream)
      writeShape(decoder.values.count)
      write(decoder.values)
      write(decoder.softmax, name: "softmax")
      write(decoder.embedding, name: "embedding")
      end()
    case .scalars(let decoder):
      write(decoder, name: name)
    case .categorical(let decoder):
      begin(.categorical, name: name)
      writeShape(decoder.leaf)
      write(decoder.stream)
      write(decoder.softmax, name: "softmax")
      write(decoder.embedding, name: "embedding")
      end()
    case .optional(let presence, let stream, let child, let absent):
      begin(.optional, name: name)
      write(stream)
      write(presence, name: "presence")
      write(child, name: "value")
      write(absent, name: "absent")
      end()
    case .tuple(let decoder):
      write(decoder, name: name)
    }
  }

  private mutating func write(_ decoder: TupleDecoder, name: Message) {
    begin(.tuple, name: name)
    writeShape(decoder.elements.count)
    write(decoder.input, name: "input")
    for (index, element) in decoder.elements.enumerated() {
      begin(.element, name: "\(index)")
      write(element.embedding, name: "embedding")
      write(element.child, name: "child")
      if let gru = element.gru { write(gru, name: "gru") }
      end()
    }
    for (index, constant) in decoder.constants.enumerated() {
      begin(.constant, name: "\(index)")
      writeShape(constant.leaf)
      write(utf8: constant.text)
      end()
    }
    switch decoder.summary {
    case .encoder(let encoder): write(encoder)
    case .dense(let dense): write(dense, name: "summary")
    case nil: break
    }
    end()
  }

  private mutating func write(_ encoder: TupleEncoder) {
    begin(.tupleEncoder, name: "encoder")
    writeShape(encoder.initialState.count)
    write(UInt32(encoder.output.inputFractionBits))
    write(encoder.initialState)
    pad()
    for (forward, backward) in zip(encoder.forward, encoder.backward) {
      write(forward, name: "forward")
      write(backward, name: "backward")
    }
    write(encoder.output, name: "output")
    end()
  }

  private mutating func write(_ decoder: ScalarDecoder, name: Message) {
    begin(.scalars, name: name)
    writeShape(decoder.outputs.count)
    write(decoder.stream)
    switch decoder.head {
    case .linear(let values): write(values, name: "values")
    case .mixture(let mixture):
      begin(.mixture, name: "mixture")
      write(mixture.logits, name: "logits")
      write(mixture.components, name: "components")
      end()
    }
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
    if let encoder = decoder.encoder {
      begin(.scalarEncoder, name: "encoder")
      if let distances = encoder.distances { write(distances, name: "distances") }
      write(encoder.dense, name: "dense")
      end()
    }
    end()
  }
}
