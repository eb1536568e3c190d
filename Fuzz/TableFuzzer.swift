import FakeGen
import Foundation
import Inference
import Records
import Schema

// What is read as a table: CSV in every dialect and encoding, JSON Lines, gzip's bytes.

/// A record with a leaf of each kind.
private let schema = RecordSchema(
  messageName: "M",
  leaves: [
    Leaf(path: "a", column: "a", kind: .text, isOptional: true),
    Leaf(path: "b", column: "b", kind: .real(decimals: 2), isOptional: true),
    Leaf(path: "c", column: "c", kind: .integer, isOptional: true),
    Leaf(path: "d", column: "d", kind: .boolean, isOptional: true),
    Leaf(path: "e", column: "e", kind: .digits, isOptional: true),
  ], columns: [0, 1, 2, 3, 4],
  root: .tuple(
    name: "",
    elements: [
      .optional(.stringLiteral(leaf: 0)), .optional(.categorical(leaf: 3, classes: 2)),
      .optional(.stringLiteral(leaf: 4)), .scalarTuple(leaves: [1, 2]),
    ]))

/// Reads what the fuzzer invents as a file, the first byte of which chooses the format, the rows
/// that may be left out and words that are nothing. What is read is written, read again, and found
/// to be the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  guard let choice = bytes.first else { return 0 }
  let path = "/dev/shm/fakegen-fuzz-\(getpid())" + (choice & 1 == 0 ? ".csv" : ".jsonl")
  defer { unlink(path) }
  try? Data(bytes.dropFirst()).write(to: URL(fileURLWithPath: path))
  let reading = TableReading(
    delimiter: choice & 2 == 0 ? nil : UInt8(ascii: ";"),
    nullWords: choice & 4 == 0 ? nil : ["-", ""], skipBad: choice & 8 == 0 ? 0 : 1_000)
  do throws(TableError) {
    let table = try readTable(path: path, schema: schema, reading: reading)
    try check(table, path: path)
  } catch {
    precondition(!error.description.isEmpty)
  }
  do throws(InferenceError) {
    let raw = try RawTable(
      paths: [path], reading: .init(limit: 50, delimiter: reading.delimiter, skipBad: 1_000))
    let plan = try TablePlan(table: raw, options: InferenceOptions(nullWords: reading.nullWords))
    for choice in plan.choices {
      let read = try Kind(choice.kind.text)
      precondition(read.text == choice.kind.text)
    }
    let records = try plan.records(of: raw)
    precondition(records.count == raw.rowCount)
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

private func check(_ table: Table, path: String) throws(TableError) {
  do {
    try writeTable(table.records, schema: table.schema, path: path)
  } catch {
    throw .file(error)
  }
  let again = try readTable(path: path, schema: table.schema)
  precondition(again.records.count == table.records.count)
}
