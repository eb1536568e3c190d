import TestSupport
import Testing

@testable import Records

@Suite("Splitting a table")
struct SplittingTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func split(_ name: String, seed: UInt64, into folder: String) throws -> SplitResult {
    var random = SplitMix(seed: seed)
    return try splitTable(
      path: self.folder.path(name),
      into: SplitPart.standard(table: name, folder: self.folder.path(folder)),
      uniform: { random.uniform() })
  }

  @Test("Every row is dealt once, in its order, in the expected shares, and a seed repeats it")
  func shares() throws {
    let rows = (0..<5_000).map { "\($0),\"a \"\"\($0)\"\"\nb\"\r\n" }
    _ = try folder.write("id,text\r\n" + rows.joined(), to: "t.csv")
    for name in ["first", "second", "third"] {
      try folder.makeFolder(name)
    }
    let result = try split("t.csv", seed: 1, into: "first")
    #expect(result.counts.reduce(0, +) == 5_000)
    #expect(result.skipped.isEmpty)
    // Five standard deviations of a binomial share.
    #expect(abs(result.counts[0] - 4_000) < 5 * 29)
    #expect(abs(result.counts[1] - 500) < 5 * 22)
    #expect(abs(result.counts[2] - 500) < 5 * 22)

    var dealt: [String] = []
    for (part, count) in zip(["train", "test", "validation"], result.counts) {
      let text = try folder.readText("first/t-\(part).csv")
      #expect(text.hasPrefix("id,text\r\n"))
      let lines = text.dropFirst("id,text\r\n".count).split(separator: "\r\n").map { $0 + "\r\n" }
      #expect(lines.count == count)
      let numbers = lines.compactMap { Int($0.prefix { $0 != "," }) }
      #expect(numbers == numbers.sorted())
      dealt += lines.map(String.init)
    }
    #expect(dealt.sorted() == rows.sorted())

    #expect(try split("t.csv", seed: 1, into: "second") == result)
    #expect(
      try folder.read("first/t-train.csv") == folder.read("second/t-train.csv"))
    _ = try split("t.csv", seed: 2, into: "third")
    #expect(try folder.read("first/t-train.csv") != folder.read("third/t-train.csv"))
  }

  @Test("Draws at the shares' ends; a part without weight stays empty")
  func draws() throws {
    let path = try folder.write("a\n1\n2\n3\n4\n5", to: "t.csv")
    var draws = [0.0, 0.25, 0.2499, 0.75, 0.999].makeIterator()
    let result = try splitTable(
      path: path,
      into: [
        SplitPart(path: folder.path("x"), weight: 1), SplitPart(path: folder.path("y"), weight: 2),
        SplitPart(path: folder.path("z"), weight: 1), SplitPart(path: folder.path("w"), weight: 0),
      ],
      uniform: { draws.next() ?? 0 })
    #expect(result.counts == [2, 1, 2, 0])
    #expect(try folder.readText("x") == "a\n1\n3\n")
    #expect(try folder.readText("y") == "a\n2\n")
    #expect(try folder.readText("z") == "a\n4\n5\n")
    #expect(try folder.readText("w") == "a\n")
  }

  @Test("JSON Lines have no header")
  func jsonLines() throws {
    let path = try folder.write("{\"a\":1}\n\n{\"a\":2}", to: "t.jsonl")
    var draws = [0.1, 0.9].makeIterator()
    let result = try splitTable(
      path: path,
      into: [
        SplitPart(path: folder.path("x"), weight: 1), SplitPart(path: folder.path("y"), weight: 1),
      ],
      uniform: { draws.next() ?? 0 })
    #expect(result.counts == [1, 1])
    #expect(try folder.readText("x") == "{\"a\":1}\n")
    #expect(try folder.readText("y") == "{\"a\":2}\n")
  }

  @Test("After an error there is no file, and what was there stays")
  func errors() throws {
    let parts = ["x", "y"].map { SplitPart(path: folder.path($0), weight: 1) }
    _ = try folder.write("before", to: "x")
    let bad = try folder.write("a,b\n1,2\n1,2,3\n4,5\n", to: "t.csv")
    #expect(throws: TableError.self) { try splitTable(path: bad, into: parts, uniform: { 0 }) }
    let headerOnly = try folder.write("a,b\n", to: "h.csv")
    #expect(throws: TableError.noRows(path: headerOnly, skipped: 0)) {
      try splitTable(path: headerOnly, into: parts, uniform: { 0 })
    }
    #expect(try folder.names() == ["h.csv", "t.csv", "x"])
    #expect(try folder.readText("x") == "before")

    let result = try splitTable(path: bad, into: parts, skipBad: 1, uniform: { 0 })
    #expect(result.counts == [2, 0])
    #expect(result.skipped.map(\.line) == [3])
    #expect(try folder.readText("x") == "a,b\n1,2\n4,5\n")
  }

  @Test("Parts must have names of their own")
  func names() throws {
    let path = try folder.write("a\n1\n", to: "t.csv")
    for other in [path, folder.path("x")] {
      #expect(throws: TableError.self) {
        try splitTable(
          path: path,
          into: [
            SplitPart(path: folder.path("x"), weight: 1), SplitPart(path: other, weight: 1),
          ],
          uniform: { 0 })
      }
    }
    #expect(try folder.readText("t.csv") == "a\n1\n")
  }

  @Test(
    "Weights that make no shares are an error",
    arguments: [[0, 0], [-1, 2], [.nan, 1], [.infinity, 1], [1e308, 1e308], []] as [[Double]])
  func badWeights(weights: [Double]) throws {
    let table = try folder.write("a\n1\n", to: "t.csv")
    let parts = weights.enumerated().map {
      SplitPart(path: folder.path("part\($0.offset).csv"), weight: $0.element)
    }
    let error = #expect(throws: TableError.self) {
      try splitTable(path: table, into: parts, uniform: { 0 })
    }
    guard case .badWeights = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(try folder.names() == ["t.csv"])
  }
}
