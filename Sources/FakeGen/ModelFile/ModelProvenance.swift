/// Where a model comes from.
package struct ModelProvenance: Sendable, Hashable {
  package var attribution = ""
  package var trainingData = ""
  package var trainingDataHash = ""
  package var trainingRows: UInt64 = 0
  package var preset = ""
  package var steps: UInt64 = 0
  package var examples: UInt64 = 0
  package var metrics = ""

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
