/// What the GRU of a Tuple's decoder gets after an element, other than the embedding that the
/// element was decoded from (docs/ModelOptions.md).
package struct FeedbackFormat: Sendable, Hashable {
  /// What is fed back; the raw values are those of the model file.
  package enum Kind: Int, Sendable, Hashable {
    /// The child encoder's embedding of the value that was made.
    case reencoded = 1
    /// The child decoder's last state through a layer.
    case state = 2
  }

  /// What is fed back.
  package let kind: Kind
  /// Width of every module's feedback vector.
  package let width: Int
  /// Format of every module's feedback vector.
  package let fractionBits: Int

  /// Creates the format of a network's feedback.
  ///
  /// - Parameters:
  ///   - kind: what is fed back.
  ///   - width: of every module's feedback vector.
  ///   - fractionBits: of every module's feedback vector.
  package init(kind: Kind, width: Int, fractionBits: Int) {
    self.kind = kind
    self.width = width
    self.fractionBits = fractionBits
  }

  /// Reads the section of the feedback.
  ///
  /// - Returns: the format.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(from sections: inout SectionReader) throws(ModelError) -> FeedbackFormat {
    try sections.begin(.feedback, name: "feedback")
    guard let kind = Kind(rawValue: try sections.readShape(1...2)) else {
      throw sections.invalid("its kind is unknown")
    }
    let width = try sections.readShape(1...ModelFormat.maximumWidth)
    let fractionBits = try sections.readInteger(Format.activations)
    try sections.finish()
    return FeedbackFormat(kind: kind, width: width, fractionBits: fractionBits)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.feedback, name: "feedback")
    writer.writeShape(kind.rawValue)
    writer.writeShape(width)
    writer.write(UInt32(fractionBits))
    writer.end()
  }
}
