import CShippedModel
import FakeGen

/// Recomputes the signature of the shipped model's rows that the repository holds
/// (`Tests/Golden/shipped-model-rows.sha256`), so that a machine can prove that it computes the
/// same.
enum SelfTest {
  /// The signature is of this many rows of seed 1, as CSV with its header.
  private static let rowCount: UInt64 = 1000

  /// Returns the line that says it passed: with every level of kernels that the machine has, rows
  /// made together as `RowCommand` makes them, and one by one.
  static func run() throws(Failure) -> String {
    do throws(ModelError) {
      // What rows are made without: the checks of the checksum and of each weight.
      _ = try Model(lasting: ModelFile.shippedBytes)
    } catch {
      throw .badModel(source: ModelFile.name(nil), reason: error.description)
    }
    let expected = String(cString: fakegen_shipped_signature())
    var levels = ""
    for level in KernelLevel.allCases where level.isSupported {
      let model = try ModelFile.load(nil, kernels: level)
      for batchSize in [Int(RowChunk.size), 1] {
        let found = try signature(Generator(model: model, seed: 1, batchSize: batchSize))
        guard isSame(expected, found) else {
          throw .wrongRows(expected: expected, found: found, kernels: level, batchSize: batchSize)
        }
      }
      levels += (levels.isEmpty ? "" : ", ") + level.name
    }
    return
      "fakegen \(Program.version): \(rowCount) rows have the SHA-256 \(expected), as they should, "
      + "with the kernels \(levels)\n"
  }

  private static func signature(_ generator: Generator) throws(Failure) -> String {
    var generator = generator
    let columns = generator.model.columns
    let format = CSVFormat(
      FormatOptions(columns: columns, selected: Array(columns.indices), hasHeader: true),
      delimiter: .comma, cells: ChosenCells())
    var rows: [UInt8] = []
    format.appendStart(to: &rows)
    for index in 0..<rowCount {
      let batch = UInt64(generator.batchSize)
      if index % batch == 0 {
        generator.prepare(from: index, count: Int(min(batch, rowCount - index)))
      }
      do throws(GenerationError) {
        try generator.select(row: index)
      } catch {
        throw .rowExcluded(error)
      }
      format.appendRow(of: generator, to: &rows)
    }
    return SHA256.hexadecimal(of: rows)
  }
}
