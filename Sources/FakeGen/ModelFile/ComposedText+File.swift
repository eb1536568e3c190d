extension ComposedText {
  /// Reads templates.
  ///
  /// - Parameters:
  ///   - leaf: what they make.
  ///   - schema: of the rows.
  /// - Throws: `ModelError` if they are not what they must be.
  static func read(
    from sections: inout SectionReader, leaf: Int, schema: RowSchema
  ) throws(ModelError) -> ComposedText {
    let choice = try sections.readShape(0...schema.leaves.count)
    if choice > 0, !schema.leaves[choice - 1].kind.isInteger {
      throw sections.invalid("leaf \(choice - 1), which chooses a template, is not an integer")
    }
    let count = try sections.readShape(1...maximumTemplates)
    var templates: [[Piece]] = []
    for _ in 0..<count {
      let pieceCount = try sections.readShape(1...maximumPieces)
      var pieces: [Piece] = []
      for _ in 0..<pieceCount {
        let source = try sections.readShape(0...schema.leaves.count)
        guard source > 0 else {
          let texts = try sections.readTexts(1, name: "text")
          pieces.append(.literal(Array(texts[0])))
          continue
        }
        let kind = schema.leaves[source - 1].kind
        if case .list = kind {
          throw sections.invalid("leaf \(leaf) follows from leaf \(source - 1), a list")
        }
        let form = try TextForm.read(from: &sections)
        pieces.append(.value(Value(leaf: source - 1, kind: kind, form: form)))
      }
      templates.append(pieces)
    }
    return ComposedText(choice: choice == 0 ? nil : choice - 1, templates: templates)
  }

  func write(to writer: inout SectionWriter) {
    writer.writeShape(choice.map { $0 + 1 } ?? 0)
    writer.writeShape(templates.count)
    for template in templates {
      writer.writeShape(template.count)
      for piece in template {
        switch piece {
        case .literal(let text):
          writer.writeShape(0)
          writer.write(utf8: text[...])
        case .value(let value):
          writer.writeShape(value.leaf + 1)
          value.form.write(to: &writer)
        }
      }
    }
  }
}

extension TextForm {
  fileprivate static func read(from sections: inout SectionReader) throws(ModelError) -> TextForm {
    guard let letters = Letters(rawValue: UInt8(try sections.readShape(0...255))),
      let spaces = Spaces(rawValue: UInt8(try sections.readShape(0...255))),
      let marks = Marks(rawValue: UInt8(try sections.readShape(0...255)))
    else { throw sections.invalid("there is no such form of a text") }
    let part = try sections.readShape(0...255)
    let width = try sections.readShape(0...Int(maximumWidth))
    return TextForm(
      letters: letters, spaces: spaces, marks: marks, part: Int8(truncatingIfNeeded: part),
      width: UInt8(width))
  }

  fileprivate func write(to writer: inout SectionWriter) {
    writer.writeShape(Int(letters.rawValue))
    writer.writeShape(Int(spaces.rawValue))
    writer.writeShape(Int(marks.rawValue))
    writer.writeShape(Int(UInt8(bitPattern: part)))
    writer.writeShape(Int(width))
  }
}
