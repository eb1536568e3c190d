import Foundation
import TestSupport
import Testing

@testable import Records

/// What is accepted has the cells that Python's `csv` module finds.
@Suite("Against Python's csv module")
struct PythonCSVTests {
  static let mutationCount = 2_000

  private static let program = """
    import csv, json, sys
    for name in sys.stdin.read().split():
        try:
            with open(name, newline="", encoding="utf-8-sig") as file:
                print(json.dumps([row for row in csv.reader(file) if row]))
        except (csv.Error, UnicodeError):
            print("null")
    """

  /// Files by name, as Python reads them; nil where it gives an error.
  private func pythonRows(
    _ names: [String], in folder: TemporaryFolder
  ) throws -> [[[String]]?] {
    let list = try folder.write(names.map(folder.path).joined(separator: "\n"), to: "names")
    let result = try run("python3", ["-c", Self.program], input: list)
    try #require(result.status == 0)
    return try String(decoding: result.output, as: UTF8.self).split(separator: "\n").map {
      try JSONDecoder().decode([[String]]?.self, from: Data($0.utf8))
    }
  }

  @Test("Mutated files give an error or Python's cells")
  func mutations() throws {
    let folder = try TemporaryFolder()
    let originals = [
      "\u{FEFF}A,B,C\r\n1,\"two, and \"\"half\"\"\",3\r\n\"\",é日🙂,\"a\r\nb\"\r\n",
      "A,B\nx,y\n\nplain,\"quoted\"\n\"line\nend\",\n,\n\"\"\"\",z",
      "one\n\"\"\ntwo\n\n\"three\"\n",
    ].map { Array($0.utf8) }
    let pieces: [[UInt8]] =
      ["\"", "\"\"", ",", "\n", "\r\n", "\r", "\0", "é", "🙂", " ", "x", "\u{FEFF}"]
      .map { Array($0.utf8) } + [[0xFF], [0xC3], [0x80], [0xED, 0xA0, 0x80]]

    var random = SplitMix(seed: 4_180)
    var names: [String] = []
    for index in 0..<Self.mutationCount {
      var bytes = originals[index % originals.count]
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let position = Int.random(in: 0...bytes.count, using: &random)
        if position < bytes.count, Bool.random(using: &random) { bytes.remove(at: position) }
        if Bool.random(using: &random) {
          bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: position)
        }
      }
      names.append("\(index).csv")
      _ = try folder.write(bytes, to: "\(index).csv")
    }

    var accepted = 0
    var refused = 0
    for (name, theirs) in zip(names, try pythonRows(names, in: folder)) {
      let chunkSize = Int.random(in: 1...40, using: &random)
      guard let ours = try? csvRows(folder.path(name), chunkSize: chunkSize) else {
        refused += 1
        continue
      }
      accepted += 1
      let bytes = try folder.read(name)
      #expect(ours == theirs, "\(bytes)")
    }
    #expect(accepted > Self.mutationCount / 4)
    #expect(refused > Self.mutationCount / 10)
  }

  @Test("Every string of four characters from the alphabet of CSV")
  func exhaustive() throws {
    let folder = try TemporaryFolder()
    let characters: [Character] = ["\"", ",", "\n", "\r", "x"]
    var texts = [""]
    for _ in 0..<4 { texts += texts.suffix(625).flatMap { t in characters.map { t + [$0] } } }
    texts = Array(Set(texts)).sorted()
    let names = texts.indices.map { "\($0).csv" }
    for (name, text) in zip(names, texts) { _ = try folder.write(text, to: name) }
    var accepted = 0
    for ((name, text), theirs) in zip(zip(names, texts), try pythonRows(names, in: folder)) {
      guard let ours = try? csvRows(folder.path(name), chunkSize: 1_000) else { continue }
      accepted += 1
      #expect(ours == theirs, "\(text.debugDescription)")
    }
    #expect(accepted > 200)
  }
}
