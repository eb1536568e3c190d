import TestSupport
import Testing

@testable import ProtobufSchema
@testable import Records
@testable import Schema

/// Damaged tables never crash the readers, and what is read of them can be written and read again.
@Suite("Mutated tables of typed records")
struct MutatedTableTests {
  @Test("Read, written and read again", arguments: ["csv", "jsonl"])
  func mutations(format: String) throws {
    let folder = try TemporaryFolder()
    let customer = try RecordSchema(path: example("customer.proto"))
    try writeTable(randomCustomers(6, seed: 5), schema: customer, path: folder.path("a.\(format)"))
    let original = try folder.read("a.\(format)")
    let pieces =
      "\" , \n : { } [ ] null true 1 - . e \\ \\ud800 \u{FEFF} 99999999999999999999"
      .split(separator: " ").map { Array($0.utf8) } + [[0xFF], [0]]

    var random = SplitMix(seed: 99)
    var intact = 0
    var damaged = 0
    for _ in 0..<500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, position + Int.random(in: 1...12, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.removeSubrange(position..<end)
        case 2: bytes.insert(contentsOf: bytes[position..<end], at: position)
        default:
          bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: position)
        }
      }
      let path = try folder.write(bytes, to: "m.\(format)")
      guard
        let table = try? readTable(
          path: path, schema: customer, reading: TableReading(skipBad: 100))
      else {
        damaged += 1
        continue
      }
      if table.skipped.isEmpty { intact += 1 } else { damaged += 1 }
      try writeTable(table.records, schema: table.schema, path: folder.path("b.\(format)"))
      let again = try readTable(path: folder.path("b.\(format)"), schema: customer)
      let formatter = RecordFormatter(schema: table.schema, format: .jsonLines)
      #expect(again.records.map(formatter.line) == table.records.map(formatter.line))
    }
    #expect(intact > 30)
    #expect(damaged > 100)
  }
}
