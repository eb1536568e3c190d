import FakeGen
import Foundation
import TestModels

/// Writes the fuzzers' first inputs into the folders `model`, `interface`, `argument` and `table` of
/// the one named: the tests' small models, some of which have every option of a network, a command
/// line that has every option, tables in every dialect.
@main struct WriteSeeds {
  static func main() throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[1])
    let models = [
      ("test", TestModel.bytes), ("tiny", TinyModel.bytes),
      ("numbers", NumberModel.bytes(feedback: .reencoded)), ("rules", RuleModel.bytes),
      ("pairs", RuleModel.pairBytes),
      ("spellings", NumberModel.spelledBytes),
      ("kinds", KindModel.bytes), ("declared", KindModel.declared), ("lists", ListModel.bytes),
      ("linked", LinkedModel.bytes),
      ("documents", DocumentModel.bytes),
      ("state", try SyntheticModel.bytes(feedback: .state)),
      ("factored", try SyntheticModel.bytes(feedback: .state, isFactored: true)),
      ("factored-table", try SyntheticModel.factoredTable()),
      ("state-embedding", try SyntheticModel.bytes(feedback: .state, codeWidth: 3)),
      ("reencoded", try SyntheticModel.bytes(feedback: .reencoded)),
      ("reencoded-embedding", try SyntheticModel.bytes(feedback: .reencoded, codeWidth: 3)),
    ]
    for (name, bytes) in models {
      try write(bytes, to: folder.appending(path: "model/\(name)"))
      try write(
        bytes + [80, 40, 10, 1, 2, 9, 1, 3], to: folder.appending(path: "interface/\(name)"))
    }
    let arguments = [
      ["-n", "2", "--seed=3", "--start", "4", "--shard", "1/2", "--fields", "KIND,CODE"],
      ["--where", "KIND=BOX", "--where=SOLD=true", "--unique", "--max-tries", "9", "-fsql"],
      ["--no-header", "--delimiter", ";", "--threads", "2", "--format=csv", "-o", "-"],
      ["--table", "t", "--format", "sql", "--progress", "--model", "m", "--kernels", "reference"],
      ["-fsql", "--dialect", "mysql", "--table", "a.\"b.c\"", "--unique-by", "KIND"],
      ["--null", "NA", "--safe-spreadsheet", "--skip-excluded"],
      ["-f", "jsonl", "--json-integers", "number", "--nested"], ["-f", "proto"],
      ["-f", "delimited"],
      ["-f", "jsonl"], ["-f", "json"], ["-f", "tsv"], ["-f", "sql", "-o", "tables/"],
      ["--model-info", "--list-fields", "--print-proto", "--self-test", "--version", "--help"],
    ]
    for (index, line) in arguments.enumerated() {
      try write(
        Array(line.joined(separator: "\n").utf8), to: folder.appending(path: "argument/\(index)"))
    }
    // The first character is what the fuzzer chooses the format by.
    let tables = [
      "0a,b,c,d,e\n\"x, \"\"y\"\"\",1.5,2,t,05\n,,NA,false,7\n",
      "8\u{FEFF}a;b;c;d;e\r\nx;1.234,50 €;3;Y;1\r\ny;7,00 €;4.000;N;2\r\n",
      "0a\tb\tc\td\te\nx\\ty\t1e-9\t\\N\ttrue\t1\n\\\\\t2e-10\t5\t0\t3\n",
      "0a|b|c|d|e\n\"\"|$1,200.50|5|1|9\n|-$3|1'000|0|8",
      "1{\"a\": \"x\\u00e9\", \"b\": 1.5, \"c\": \"1,200\", \"d\": true, \"e\": 5}\n{\"b\": null}\n",
      "0\u{1F}\u{8B}\u{8}", "0when,n,key\n2024-01-31,5%,A-001\n2024-02-01,12%,A-002\n",
    ]
    for (index, text) in tables.enumerated() {
      try write(Array(text.utf8), to: folder.appending(path: "table/\(index)"))
    }
    try write(
      [0x30, 0xFF, 0xFE] + "a,b\n1,é\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
      to: folder.appending(path: "table/utf16"))
  }

  private static func write(_ bytes: [UInt8], to file: URL) throws {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }
}
