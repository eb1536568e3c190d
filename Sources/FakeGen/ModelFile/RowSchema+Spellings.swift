extension RowSchema {
  /// Reads the section of the spellings, and gives them to the leaves.
  ///
  /// - Throws: `ModelError` if the section is not what it must be.
  mutating func readSpellings(from sections: inout SectionReader) throws(ModelError) {
    try sections.begin(.spellings, name: "spellings")
    let count = try sections.readShape(1...leaves.count)
    var next = 0
    for _ in 0..<count {
      let leaf = try sections.readShape(0...leaves.count - 1)
      guard leaf >= next else { throw sections.invalid("the leaves do not ascend") }
      next = leaf + 1
      switch leaves[leaf].kind {
      case .real, .integer: break
      default: throw sections.invalid("the leaf \(leaf) is not a number")
      }
      let spelling = try NumberSpelling.read(from: &sections)
      if let problem = spelling.problem { throw sections.invalid("leaf \(leaf) \(problem)") }
      leaves[leaf].spelling = spelling
    }
    try sections.finish()
  }

  func writeSpellings(to writer: inout SectionWriter) {
    let count = leaves.reduce(0) { $0 + ($1.spelling == nil ? 0 : 1) }
    if count == 0 { return }
    writer.begin(.spellings, name: "spellings")
    writer.writeShape(count)
    for (leaf, column) in leaves.enumerated() {
      guard let spelling = column.spelling else { continue }
      writer.writeShape(leaf)
      spelling.write(to: &writer)
    }
    writer.end()
  }
}

extension NumberSpelling {
  fileprivate static func read(
    from sections: inout SectionReader
  ) throws(ModelError) -> NumberSpelling {
    var spelling = NumberSpelling()
    spelling.prefix.append(try sections.readText())
    spelling.suffix.append(try sections.readText())
    spelling.group.append(try sections.readText())
    spelling.point = UInt8(truncatingIfNeeded: try sections.readInteger(0...255))
    let sign = try sections.readInteger(0...Int(NumberSpelling.Sign.parentheses.rawValue))
    spelling.sign = .init(rawValue: UInt8(truncatingIfNeeded: sign)) ?? .before
    let least = try sections.readInteger(0...ModelFormat.maximumDecimals + 1)
    spelling.leastDecimals = least == 0 ? nil : least - 1
    if try sections.readInteger(0...1) == 1 {
      var scientific = Scientific()
      scientific.decimals = try sections.readInteger(0...ModelFormat.maximumDecimals)
      scientific.letter = UInt8(truncatingIfNeeded: try sections.readInteger(0...255))
      scientific.hasPlus = try sections.readInteger(0...1) == 1
      scientific.exponentDigits = try sections.readInteger(1...3)
      spelling.scientific = scientific
    }
    return spelling
  }

  fileprivate func write(to writer: inout SectionWriter) {
    for part in [prefix, suffix, group] { writer.write(utf8: part) }
    writer.write(UInt32(point))
    writer.write(UInt32(sign.rawValue))
    writer.write(UInt32(leastDecimals.map { $0 + 1 } ?? 0))
    writer.write(UInt32(scientific == nil ? 0 : 1))
    if let scientific {
      writer.write(UInt32(scientific.decimals))
      writer.write(UInt32(scientific.letter))
      writer.write(UInt32(scientific.hasPlus ? 1 : 0))
      writer.write(UInt32(scientific.exponentDigits))
    }
  }
}
