import FloatModel
import Records
import Schema

/// A training table, encoded, with the description of the model to train on it.
struct TrainingSource {
  var description: ModelDescription
  let table: EncodedTable
  /// What a person should know of what the model leaves out.
  var warnings: [String] = []

  /// Describes the model of a table and encodes the table for it.
  ///
  /// - Parameters:
  ///   - name: the training file's name, for errors and the model's provenance.
  ///   - hash: SHA-256 of the training file, hexadecimal.
  /// - Throws: `TrainerError` for an empty table, a string longer than the preset allows, or numbers
  ///   that a model file cannot hold.
  init(
    table: Table, name: String, hash: String, preset: Preset, attribution: String
  ) throws(TrainerError) {
    guard !table.records.isEmpty else { throw TrainerError.emptyTable(path: name) }
    let schema = table.schema
    let isText = preset.architecture.tree == .text
    let modelled = schema.root.leaves
    for record in table.records where !isText {
      for (leaf, value) in modelled.map({ (schema.leaves[$0], record.values[$0]) }) {
        if case .text(let text) = value, text.unicodeScalars.count > preset.maximumStringLength {
          throw TrainerError.stringTooLong(
            path: name, field: leaf.path, length: text.unicodeScalars.count,
            maximum: preset.maximumStringLength)
        }
      }
    }
    let alphabet = Alphabet(records: table.records, excluding: schema.derivedLeaves)
    description = ModelDescription(
      schema: schema, alphabet: alphabet.values, widths: preset.modelWidths,
      maximumStringLength: preset.maximumStringLength,
      integerRanges: Self.integerRanges(table.records, schema: schema),
      provenance: Provenance(
        attribution: attribution, trainingData: name,
        trainingDataHash: hash, trainingRows: table.records.count, preset: preset.name, steps: 0,
        examples: 0))
    description.options.tree = preset.architecture.tree
    description.method = preset.methodOptions
    do {
      try preset.model.apply(to: &description, records: table.records)
      try description.check()
    } catch let error as ModelShapeError {
      throw .badShape(error)
    } catch {
      throw .badDescription(reason: (error as? ModelDescriptionError)?.reason ?? "\(error)")
    }
    try FixedPointLimits.check(table.records, description, path: name)
    if let format = description.recordText {
      let texts = table.records.map(format.text)
      if let longest = texts.map(\.unicodeScalars.count).max(),
        longest > preset.maximumStringLength
      {
        throw .stringTooLong(
          path: name, field: "the whole record", length: longest,
          maximum: preset.maximumStringLength)
      }
      description.alphabet = Alphabet(texts: texts).values
    }
    self.table = EncodedTable(table.records, description: description)
    let spelled = description.schema.root.nodes.filter(\.kind.spells).flatMap(\.ownLeaves)
    let texts = table.records.lazy.flatMap { record in
      spelled.compactMap { if case .text(let text) = record.values[$0] { text } else { nil } }
    }
    warnings = [TableWarnings.characters(texts, alphabet: alphabet)].compactMap(\.self)
  }

  private static func integerRanges(
    _ records: [Record], schema: RecordSchema
  ) -> [IntegerRange?] {
    schema.leaves.indices.map { leaf in
      if case .digits = schema.leaves[leaf].kind { return digitRange(records, leaf: leaf) }
      guard case .integer = schema.leaves[leaf].kind else { return nil }
      var range: IntegerRange?
      for record in records {
        guard case .integer(let value) = record.values[leaf] else { continue }
        range = IntegerRange(
          minimum: min(range?.minimum ?? value, value),
          maximum: max(range?.maximum ?? value, value))
      }
      return range ?? IntegerRange(minimum: 0, maximum: 0)
    }
  }

  /// No negative number identifies anything, unless the data have one that does.
  private static func digitRange(_ records: [Record], leaf: Int) -> IntegerRange? {
    let isNegative = records.contains { record in
      if case .text(let digits) = record.values[leaf] { digits.hasPrefix("-") } else { false }
    }
    return isNegative ? nil : IntegerRange(minimum: 0, maximum: .max)
  }
}

extension TrainingRun {
  convenience init(
    preset: Preset, source: TrainingSource, threads: Int,
    communicator: any Communicator = LocalCommunicator()
  ) {
    self.init(
      preset: preset,
      model: RecordModel(source.description), table: source.table,
      threads: threads, communicator: communicator)
  }
}
