import CShippedModel
import FakeGen

/// Recomputes the signature of the shipped model's rows that the repository holds
/// (`Tests/Golden/shipped-model-rows.sha256`), so that a machine can prove that it computes the same.
enum SelfTest {
  /// The signature is of this many rows of seed 1, as CSV with its header.
  private static let rowCount: UInt64 = 1000

  /// The line that says it passed.
  static func run() throws(Failure) -> String {
    var generator = Generator(model: try ModelFile.load(nil), seed: 1)
    let columns = generator.model.columns
    let format = CSVFormat(
      FormatOptions(columns: columns, selected: Array(columns.indices), hasHeader: true),
      delimiter: .comma)
    var rows: [UInt8] = []
    format.appendStart(to: &rows)
    for index in 0..<rowCount {
      do throws(GenerationError) {
        try generator.select(row: index)
      } catch {
        throw .rowExcluded(error)
      }
      format.appendRow(of: generator, to: &rows)
    }
    let expected = String(cString: fakegen_shipped_signature())
    let found = SHA256.hexadecimal(of: rows)
    guard isSame(expected, found) else { throw .wrongRows(expected: expected, found: found) }
    return
      "fakegen \(Program.version): \(rowCount) rows have the SHA-256 \(found), as they should\n"
  }
}
