import Autodiff
import FloatModel
import Inference
import TestSupport
import Testing

@testable import Trainer

/// Central differences through models with lists, in double precision: lists of messages with texts,
/// known values, numbers, lists of their own and what may be absent; of values; absent and empty ones.
/// Beside them alternatives, one of which is a message.
@Suite struct RepeatedGradientTests {
  private let folder: TemporaryFolder
  private let description: ModelDescription
  private let table: EncodedTable

  init() throws {
    folder = try TemporaryFolder()
    var random = SplitMix(seed: 7)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let lines = (0..<40).map { row -> String in
      let items = (0..<below(4)).map { _ -> String in
        let sizes = (0..<below(3)).map { _ in String(1 + below(3)) }
        let note = below(2) == 0 ? "null" : "\"\(["soon", "late"][below(2)])\""
        return "{\"name\": \"\(["ab", "cde", "f"][below(3)])\(row)\", \"price\": \(below(30)), "
          + "\"note\": \(note), \"sizes\": [\(sizes.joined(separator: ","))]}"
      }
      let tags = (0..<below(3)).map { _ in "\"\(["red", "blue"][below(2)])\"" }
      let rest = below(4) == 0 ? "" : ", \"tags\": [\(tags.joined(separator: ","))]"
      let pay = [
        "{\"card\": {\"brand\": \"b\(below(2))\", \"n\": \(below(9))}}", "{\"cash\": true}", "null",
      ]
      return "{\"items\": [\(items.joined(separator: ","))], \"kind\": \"k\(below(3))\"\(rest), "
        + "\"pay\": \(pay[below(3)])}\n"
    }
    let path = try folder.write(lines.joined(), to: "rows.jsonl")
    let raw = try RawTable(paths: [path])
    let plan = try TablePlan(
      table: raw,
      options: InferenceOptions(
        minimumCount: 2, kinds: ["items.name": .text, "pay": .oneof], maximumBins: 4,
        maximumCells: 3))
    var settings = LearningSettings(rows: 40, elements: 4, size: .small, seed: 1)
    settings.set = [
      "widths={character: 4, embedding: 5, stringState: 6, tupleState: 7}", "dropout=0.2",
    ]
    let source = try TrainingSource(
      plan: plan, records: plan.records(of: raw), name: "rows.jsonl", hash: "0",
      preset: settings.preset(), attribution: "")
    (description, table) = (source.description, source.table)
  }

  private func piece(
    _ model: RecordModel, _ parameters: ParameterVector<Double>, rows: Range<Int32>
  ) -> Piece<Double> {
    let piece = Piece<Double>(
      parameters: parameters, table: table, components: model.components.components.count,
      encodings: model.encodingCount)
    piece.rows = Array(rows)
    piece.settings = StepSettings(batchSize: rows.count, beta: 0, groundTruthProbability: 1)
    return piece
  }

  private func parameters(_ model: RecordModel) -> ParameterVector<Double> {
    let parameters = ParameterVector<Double>(count: model.layout.count)
    let random = RandomGenerator(seed: 11, stream: 0)
    parameters.initialize(model.layout, random: random)
    for i in 0..<parameters.count { parameters.values[i] += 0.2 * random.normal() }
    return parameters
  }

  private func loss(_ piece: Piece<Double>, _ model: RecordModel) -> Double {
    // The same activations are dropped every time.
    piece.random = RandomGenerator(seed: 5, stream: 0)
    model.sampleLatents(piece)
    model.addReconstructionLosses(piece)
    return piece.reconstruction
  }

  @Test(arguments: [0.0, 0.2]) func everyTensor(dropout: Double) throws {
    let model = RecordModel(description)
    let parameters = parameters(model)
    let piece = piece(model, parameters, rows: 0..<12)
    piece.settings.dropout = dropout
    _ = loss(piece, model)
    piece.tape.backward()
    let analytic = (0..<parameters.count).map { piece.gradient.values[$0] }
    let step = 1e-5
    for entry in model.layout.entries {
      let slot = entry.slot
      let range = slot.offset..<slot.offset + slot.count
      let largest = range.sorted { abs(analytic[$0]) > abs(analytic[$1]) }.prefix(3)
      // Nothing is encoded, the zero that rows start from has no weight, and nobody is told of the
      // last element.
      let isUnused =
        entry.name.hasPrefix("string/encoder") || entry.name == "record/decoder/input/weight"
        || entry.name == "record/\(description.schema.root.children.count - 1)/absent"
      if !isUnused {
        #expect(range.contains { analytic[$0] != 0 }, "\(entry.name) has no gradient")
      }
      for i in largest {
        let original = parameters.values[i]
        parameters.values[i] = original + step
        let above = loss(piece, model)
        parameters.values[i] = original - step
        let below = loss(piece, model)
        parameters.values[i] = original
        let numeric = (above - below) / (2 * step)
        #expect(
          abs(numeric - analytic[i]) < 1e-7 * max(1, abs(numeric)),
          "\(entry.name)[\(i - slot.offset)]: \(analytic[i]), difference \(numeric)")
      }
    }
  }

  /// What the rows lose together is what each loses by itself.
  @Test func rowsDoNotMix() throws {
    let model = RecordModel(description)
    let parameters = parameters(model)
    let together = piece(model, parameters, rows: 0..<12)
    together.keepsRowNats = true
    let total = loss(together, model)
    var sum = 0.0
    for row in 0..<12 {
      let alone = piece(model, parameters, rows: Int32(row)..<Int32(row) + 1)
      alone.keepsRowNats = true
      sum += loss(alone, model)
      #expect(abs(alone.rowNats[0] - together.rowNats[row]) < 1e-9)
    }
    #expect(abs(sum / 12 - total) < 1e-9)
  }

  /// Rows of one table behind those of another keep their lists.
  @Test func joinedTablesKeepTheirLists() throws {
    let joined = EncodedTable(rows: [5, 2], of: table, followedBy: table)
    let leaf = try #require(description.schema.lists.first?.leaf)
    let (lists, all) = (
      try #require(table.columns[leaf].lists), try #require(joined.columns[leaf].lists)
    )
    for (row, source) in zip(0..., [5, 2] + Array(0..<table.count)) {
      #expect(all.elements(of: row).count == lists.elements(of: source).count)
      for (found, wanted) in zip(all.elements(of: row), lists.elements(of: source)) {
        #expect(
          all.elements.columns[1].classes[Int(found)]
            == lists.elements.columns[1].classes[Int(wanted)])
      }
    }
  }
}
