import Foundation
import Testing

/// The table of docs/Architecture.md: who may import whom.
@Suite struct ArchitectureTests {
  /// Modules of the system that any target but the generator and its command may use.
  private static let system: Set<String> = ["Foundation", "Dispatch", "Synchronization"]

  private static let allowed: [String: Set<String>] = [
    "FakeGen": ["CKernels"],
    "ShippedModel": ["FakeGen", "CShippedModel"],
    "FakeGenCLI": ["FakeGen", "CShippedModel", "CSystem"],
    "FakeGenC": ["FakeGen", "CFakeGen", "CShippedModel"],
    "Schema": system.union(["SwiftProtobuf"]),
    "Files": system,
    "Records": system.union(["Files", "Schema"]),
    "Evaluation": system.union(["Records", "Schema", "CGSL"]),
    "Checkpoint": system.union(["FakeGen", "Files"]),
    "Autodiff": system.union(["CVectorMath", "COpenBLAS", "CGSL"]),
    "Trainer": system.union([
      "ArgumentParser", "Autodiff", "CGSL", "CMPI", "Checkpoint", "Evaluation", "FakeGen",
      "Files", "Records", "Schema", "Yams",
    ]),
    "TrainerCLI": system.union(["Trainer"]),
    "Quantize": system.union([
      "ArgumentParser", "Checkpoint", "FakeGen", "Files", "Records", "Schema",
    ]),
    "QuantizeCLI": system.union(["Quantize"]),
  ]

  private static let package = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The Swift files of `target`.
  private func files(of target: String) throws -> [URL] {
    let folder = Self.package.appending(path: "Sources/\(target)")
    let all = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    return all.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
  }

  /// Code without comments and string literals' text, line by line.
  private func code(_ file: URL) throws -> [Substring] {
    try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line }
  }

  @Test func everySwiftTargetHasARule() throws {
    let folder = Self.package.appending(path: "Sources")
    for target in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let hasRule = try Self.allowed[target] != nil || files(of: target).isEmpty
      #expect(hasRule, "\(target) is not in the table")
    }
  }

  @Test(arguments: allowed.keys.sorted()) func importsAreAllowed(target: String) throws {
    let files = try files(of: target)
    #expect(!files.isEmpty)
    for file in files {
      for line in try code(file) {
        guard
          let match = line.firstMatch(
            of: /^\s*(?:@\w+\s+|\w+\s+)*import\s+(?:\w+\s+)?([A-Za-z_]\w*)/)
        else { continue }
        let module = String(match.1)
        #expect(
          Self.allowed[target]?.contains(module) == true,
          "\(file.lastPathComponent) imports \(module)")
      }
    }
  }

  /// Whether a line of code has what the generator must not have.
  private func isForbidden(_ line: Substring) -> Bool {
    line.contains(
      /\b(Float\w*|Double|CGFloat|Foundation|Mirror|any\s+[A-Z]\w*)\b|(^|[^\w."])\d+\.\d/)
  }

  /// The generator is integers only and fit for Embedded Swift.
  @Test func generatorHasNeitherFloatsNorExistentials() throws {
    for file in try files(of: "FakeGen") {
      for (number, line) in try code(file).enumerated() {
        #expect(!isForbidden(line), "\(file.lastPathComponent):\(number + 1): \(line)")
      }
    }
  }

  /// The checks above can fail.
  @Test func forbiddenWordsAreFound() throws {
    for line in ["  var x: Float16 = 1", "let x = 0.5", "var y: any Hashable", "import Foundation"]
    {
      #expect(isForbidden(Substring(line)))
    }
    for line in ["let range = 0...5", "x.0.element", "let many = anyOf", "a[0..<5]"] {
      #expect(!isForbidden(Substring(line)))
    }
    let file = URL.temporaryDirectory.appending(path: "\(UUID()).swift")
    defer { try? FileManager.default.removeItem(at: file) }
    try "let a = 1 // Double\nlet b = 2.0 as Double\n".write(
      to: file, atomically: true, encoding: .utf8)
    let lines = try code(file)
    #expect(!lines[0].contains("Double"))
    #expect(lines[1].contains("Double"))
  }
}
