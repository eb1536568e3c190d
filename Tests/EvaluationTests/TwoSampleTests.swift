import Foundation
import TestSupport
import Testing

/// scripts/research/two_sample_auc.py on the committed table.
@Suite struct TwoSampleTests {
  struct Result: Decodable {
    var auc: Double
    var rowsOfEach: Int
  }

  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("scripts/research/two_sample_auc.py")

  @Test func splitsOfATableAreAlikeAndShuffledColumnsAreNot() throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(seed: 12)
    let lines = try String(contentsOfFile: example("addresses.csv"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let rows = lines.dropFirst().shuffled(using: &random)
    func write(_ rows: some Sequence<String>, _ name: String) throws -> String {
      try folder.write(([lines[0]] + rows).joined(separator: "\n") + "\n", to: name)
    }
    // No cell of the table has a comma.
    let cells = rows[3800..<4400].map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    var columns = (0..<9).map { column in cells.map { $0[column] } }
    for column in columns.indices { columns[column].shuffle(using: &random) }
    let torn = cells.indices.map { row in columns.map { $0[row] }.joined(separator: ",") }
    let arguments = [
      Self.script.path, "--data", try write(rows[..<3200], "train.csv"), "--held-out",
      try write(rows[3200..<3800], "held-out.csv"), try write(rows[3800..<4400], "alike.csv"),
      try write(torn, "torn.csv"),
    ]
    let first = try Python.run(arguments)
    let results = try JSONDecoder().decode([Result].self, from: first)
    #expect(results.map(\.rowsOfEach) == [600, 600])
    #expect(abs(results[0].auc - 0.5) < 0.08, "\(results[0].auc)")
    #expect(results[1].auc > 0.85, "\(results[1].auc)")
    #expect(try Python.run(arguments) == first)
  }
}
