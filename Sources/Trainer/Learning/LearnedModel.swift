import Checkpoint
import Evaluation
import FakeGen
import Foundation
import Inference
import Quantize

/// A model in fixed point, and how good its rows are.
struct LearnedModel {
  /// The model file.
  let bytes: [UInt8]
  let comparison: TableComparison
  /// Whether training rows are kept back.
  let isFiltered: Bool
  /// Training rows that the filter leaves out, since they hold little; 0 if there is none.
  let sparseRows: Int
  /// The first generated rows, `[rows][columns]`; nil is null.
  let firstRows: [[String?]]
  let parameters: Int

  /// Rows that are compared with held-out ones at most.
  private static let mostRows = 20_000
  private static let shownRows = 12

  /// Quantizes a checkpoint and compares what it generates with held-out rows.
  ///
  /// - Parameters:
  ///   - checkpoint: the trained model.
  ///   - table: what it was trained on.
  ///   - epochs: how often training saw each row.
  ///   - seed: of the generated rows and of what is drawn to compare.
  /// - Throws: `QuantizationError`, or `ModelError` if the file does not load.
  init(_ checkpoint: Checkpoint, of table: LearnedTable, epochs: Double, seed: UInt64) throws {
    let exclusion = table.exclusionFilter()
    isFiltered = exclusion != nil
    sparseRows = exclusion?.sparseRows ?? 0
    let quantized = try quantize(
      checkpoint, metrics: "", filter: exclusion?.filter,
      closing: table.rareValues.filter(\.areLeftOut).map(\.column), tables: table.tables
    ).bytes
    let model = try Model(bytes: quantized)
    let count = min(Self.mostRows, max(1_000, 4 * table.heldOutRows.count))
    let rows = Self.rows(of: model, count: count, seed: seed)
    let shown = Self.rows(of: model, count: Self.shownRows, seed: seed, spelled: true)
    firstRows = (shown.first ?? []).indices.map { row in shown.map { $0[row] } }
    let schema = table.plan.schema
    comparison = TableComparison(
      training: table.compared(table.trainingRows), heldOut: table.compared(table.heldOutRows),
      generated: ComparedTable(
        columns: zip(schema.columns, rows).map { table.comparedColumn($0, $1) }),
      columns: table.comparedColumns, epochs: epochs,
      copiesHoldLittle: isFiltered && !schema.hasLists, seed: seed)
    parameters = model.information.parameterCount
    var content = model.content
    content.provenance.metrics = Self.metrics(comparison)
    bytes = content.encoded()
  }

  /// Generated texts, `[columns][rows]`; rows that the filter keeps back are left out.
  ///
  /// - Parameter spelled: whether numbers are as the table spells them, rather than plain.
  private static func rows(
    of model: Model, count: Int, seed: UInt64, spelled: Bool = false
  ) -> [[String?]] {
    var generator = Generator(
      model: model, seed: seed, batchSize: model.batchSize(limit: 128))
    var columns = [[String?]](repeating: [], count: model.columns.count)
    var text: [UInt8] = []
    for row in 0..<UInt64(count) {
      if !generator.isReady(row) {
        generator.prepare(from: row, count: min(generator.batchSize, count - Int(row)))
      }
      guard (try? generator.select(row: row)) != nil else { continue }
      for column in columns.indices {
        guard !generator.isNull(column) else {
          columns[column].append(nil)
          continue
        }
        text.removeAll(keepingCapacity: true)
        if spelled {
          generator.appendSpelled(column, to: &text)
        } else {
          generator.append(column, to: &text)
        }
        columns[column].append(String(decoding: text, as: UTF8.self))
      }
    }
    return columns
  }

  private static func metrics(_ comparison: TableComparison) -> String {
    var figures: [String] = []
    if let auc = comparison.generated.auc { figures.append(String(format: "AUC %.3f", auc)) }
    figures.append(String(format: "shape %.3f", comparison.generated.shape))
    if let pair = comparison.generated.pair { figures.append(String(format: "pair %.3f", pair)) }
    return figures.joined(separator: ", ") + ", against held-out rows"
  }
}
