/// Where a model comes from.
package struct ModelProvenance: Sendable, Hashable {
  /// One line naming the training data's owner.
  package var attribution = ""
  /// Name of the training file.
  package var trainingData = ""
  /// SHA-256 of the training file, hexadecimal.
  package var trainingDataHash = ""
  /// Number of rows that the model was trained on.
  package var trainingRows: UInt64 = 0
  /// Name of the preset that it was trained with.
  package var preset = ""
  /// Number of training steps.
  package var steps: UInt64 = 0
  /// Number of training examples, a row counted each time that it was seen.
  package var examples: UInt64 = 0
  /// Free text: the figures that the model reached.
  package var metrics = ""

  /// Creates an empty provenance.
  package init() {}
}

extension ModelProvenance {
  /// Reads the section of the provenance.
  ///
  /// - Returns: the provenance.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(from sections: inout SectionReader) throws(ModelError) -> ModelProvenance {
    try sections.begin(.information, name: "information")
    var provenance = ModelProvenance()
    provenance.attribution = try sections.readText()
    provenance.trainingData = try sections.readText()
    provenance.trainingDataHash = try sections.readText()
    provenance.trainingRows = try sections.readNumber(UInt64.self)
    provenance.preset = try sections.readText()
    provenance.steps = try sections.readNumber(UInt64.self)
    provenance.examples = try sections.readNumber(UInt64.self)
    provenance.metrics = try sections.readText()
    try sections.finish()
    return provenance
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.information, name: "information")
    writer.write(attribution)
    writer.write(trainingData)
    writer.write(trainingDataHash)
    writer.write(trainingRows)
    writer.write(preset)
    writer.write(steps)
    writer.write(examples)
    writer.write(metrics)
    writer.end()
  }
}
