import FloatModel
import Inference
import Records
import Schema

extension TrainingSource {
  /// Describes the model of a table whose columns are known, and encodes its rows.
  ///
  /// - Parameters:
  ///   - plan: what the table's columns are.
  ///   - records: the rows to train on.
  ///   - name: the training file's name, for errors and the model's provenance.
  ///   - hash: SHA-256 of what was read, hexadecimal.
  /// - Throws: `TrainerError`.
  init(
    plan: TablePlan, records: [Record], name: String, hash: String, preset: Preset,
    attribution: String
  ) throws(TrainerError) {
    guard !records.isEmpty else { throw TrainerError.emptyTable(path: name) }
    let schema = plan.schema
    let spelled = Spelled(schema: schema, knownValues: plan.knownValues, records: records)
    if let (path, length) = spelled.longest, length > preset.maximumStringLength {
      throw TrainerError.stringTooLong(
        path: name, field: path, length: length,
        maximum: preset.maximumStringLength)
    }
    let alphabet = Alphabet(texts: spelled.texts)
    description = ModelDescription(
      schema: schema, alphabet: alphabet.values, widths: preset.modelWidths,
      maximumStringLength: max(1, spelled.longest?.length ?? 1),
      integerRanges: schema.leaves.map { _ in nil }, knownValues: plan.knownValues,
      provenance: Provenance(
        attribution: attribution, trainingData: name, trainingDataHash: hash,
        trainingRows: records.count, preset: preset.name, steps: 0, examples: 0))
    description.options.latent = preset.model.latent
    description.options.feedback = preset.model.feedback
    description.options.factoredClasses = preset.model.factoredClasses
    description.orderFactoredClasses(records)
    description.method = preset.methodOptions
    preset.model.learnPieces(&description, texts: spelled.counts)
    let codes = description.stringCodes
    description.spelledCodes = schema.leaves.indices.map { leaf in
      guard schema.leaves[leaf].kind == .text, let texts = spelled.byLeaf[leaf] else { return [] }
      var used = Set(texts.flatMap { codes.encode($0) }.filter { $0 >= Alphabet.firstCode })
      if texts.contains("") { used.insert(Alphabet.endCode) }
      return used == [Alphabet.endCode] ? [] : used.map(Int.init).sorted()
    }
    do {
      try description.check()
    } catch {
      throw .badDescription(reason: error.reason)
    }
    table = EncodedTable(records, description: description)
    warnings = [TableWarnings.characters(spelled.texts, alphabet: alphabet)].compactMap(\.self)
  }
}

/// The texts that the StringLiteral spells: free text, and what vocabularies do not know.
private struct Spelled {
  var counts: [String: Int] = [:]
  /// The distinct texts of each leaf that has any.
  var byLeaf: [Int: Set<String>] = [:]
  /// The path of a leaf with the longest text, and its characters.
  var longest: (path: String, length: Int)?

  init(schema: RecordSchema, knownValues: [[String]], records: [Record]) {
    add(records.map { [$0] }, schema: schema, knownValues: knownValues, outerPath: "")
  }

  /// - Parameter groups: the records of each row. A text counts once for each row that has it, so that
  ///   no piece of it is learned of one row alone.
  private mutating func add(
    _ groups: [[Record]], schema: RecordSchema, knownValues: [[String]], outerPath: String
  ) {
    let leaves = schema.root.nodes.filter(\.kind.spells).flatMap(\.ownLeaves)
    for leaf in leaves {
      let known = Set(knownValues[leaf])
      for records in groups {
        var seen: Set<String> = []
        for record in records {
          guard case .text(let text) = record.values[leaf], !known.contains(text),
            seen.insert(text).inserted
          else { continue }
          counts[text, default: 0] += 1
          if outerPath.isEmpty { byLeaf[leaf, default: []].insert(text) }
          let length = text.unicodeScalars.count
          if length > longest?.length ?? 0 {
            longest = (outerPath + schema.leaves[leaf].path, length)
          }
        }
      }
    }
    for (leaf, type) in schema.lists {
      let elements = groups.map { records in
        records.flatMap { record -> [Record] in
          if case .list(let elements) = record.values[leaf] { elements } else { [] }
        }
      }
      add(
        elements, schema: type.elements, knownValues: type.knownValues,
        outerPath: "\(outerPath)\(schema.leaves[leaf].path).")
    }
  }

  /// Each text as often as it occurs.
  var texts: some Sequence<String> {
    counts.lazy.flatMap { text, count in repeatElement(text, count: count) }
  }
}
