import FloatModel
import Foundation
import Inference
import TestSupport
import Testing

@testable import Trainer

/// The orders of `examples`: learned, printed, and what holds in them checked in every row by Python;
/// interrupted and gone on with.
@Suite struct LearnDocumentsTests {
  private let folder: TemporaryFolder
  private let path: String

  private static func example(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "examples/\(name)").path
  }

  init() throws {
    folder = try TemporaryFolder()
    let orders = try Python.run([Self.example("orders.py"), "400", "5"])
    path = try folder.write(String(decoding: orders, as: UTF8.self), to: "orders.jsonl")
  }

  @Test func everythingHolds() throws {
    let (table, learner) = try learner("orders")
    #expect(try learner.train(isStopped: { false }))
    let model = try LearnedModel(
      learner.run.checkpoint(compact: true), of: table, epochs: 1, seed: 1)
    _ = try folder.write(model.bytes, to: "orders.fakegen")
    let rows = try runBuilt(
      "fakegen",
      [
        "--model", folder.path("orders.fakegen"), "-n", "2000", "--format", "jsonl", "--nested",
        "--output", folder.path("rows.jsonl"),
      ])
    #expect(rows.status == 0, "\(rows.error)")
    let checked = try Python.run([
      Self.example("check_orders.py"), path, folder.path("rows.jsonl"),
    ])
    #expect(String(decoding: checked, as: UTF8.self).hasPrefix("2000 rows"))
    let proto = try runBuilt(
      "fakegen", ["--model", folder.path("orders.fakegen"), "--print-proto"])
    #expect(proto.output.contains("map<string, string> attributes = "))
    #expect(proto.output.contains("oneof choice {"))
  }

  private func learner(_ name: String) throws -> (table: LearnedTable, learner: Learner) {
    let raw = try RawTable(paths: [path])
    let table = try LearnedTable(plan: TablePlan(table: raw), raw: raw, seed: 1)
    var settings = LearningSettings(
      rows: table.trainingRows.count, elements: 12, size: .small, seed: 1)
    settings.take(steps: 12)
    settings.set = ["widths={character: 4, embedding: 8, stringState: 8, tupleState: 8}"]
    let source = try TrainingSource(
      plan: table.plan, records: table.trainingRecords, name: "orders.jsonl", hash: "0",
      preset: settings.preset(), attribution: "")
    let learner = Learner(
      run: TrainingRun(preset: try settings.preset(), source: source, threads: 1),
      heldOut: EncodedTable(table.lossRecords(limit: 40), description: source.description),
      state: LearningState(
        origin: .init(dataHash: "0", rows: 400, options: [:]), settings: settings),
      folder: LearningFolder(path: folder.path(name)))
    return (table, learner)
  }

  /// Heads in an alternative count the rows that have it.
  @Test func headsOfAlternativesCountTheirRows() throws {
    let lines = (0..<300).map { row -> String in
      let nickname = row % 10 == 0 ? "" : #","nickname":"n\#(row % 4)""#
      return row % 2 == 0
        ? #"{"pay":{"card":{"last":\#(row % 7)\#(nickname)}},"x":\#(row % 3)}"#
        : #"{"pay":{"cash":true},"x":\#(row % 3)}"#
    }
    let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "pay.jsonl")
    let raw = try RawTable(paths: [path])
    let plan = try TablePlan(table: raw)
    let source = try TrainingSource(
      plan: plan, records: plan.records(of: raw), name: "pay.jsonl", hash: "0",
      preset: LearningSettings(rows: 300, elements: 4, size: .small, seed: 1).preset(),
      attribution: "")
    let leaf = try #require(
      plan.schema.leaves.firstIndex { $0.column == "pay.card.nickname" })
    let model = RecordModel(source.description)
    let head = try #require(model.root.heads.first { $0.leaf == leaf && $0.isPresence })
    let table = EncodedTable(try plan.records(of: raw), description: source.description)
    #expect(head.counts(table) == [120, 30])
  }

  @Test func resumesExactly() throws {
    let whole = try learner("whole").learner
    #expect(try whole.train(isStopped: { false }))
    let first = try learner("parted").learner
    #expect(try !first.train(isStopped: { first.run.step == 7 }))
    let second = try learner("parted").learner
    try second.resume()
    #expect(second.run.step == 7)
    #expect(try second.train(isStopped: { false }))
    let values = [whole, second].map { learner in
      (0..<learner.run.parameters.count).map { learner.run.parameters.values[$0] }
    }
    #expect(values[0] == values[1] && second.state.looks == whole.state.looks)
  }
}
