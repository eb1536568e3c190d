import Foundation
import Testing

/// The table of docs/Architecture.md, Package.swift and the sources say the same about who imports
/// whom.
@Suite struct ArchitectureTests {
  /// Modules that come with the system and its compiler.
  private static let system: Set<String> = [
    "Darwin", "Dispatch", "Foundation", "Glibc", "Musl", "Synchronization", "WASILibc",
  ]
  /// Targets that are built as Embedded Swift too, or for all to use: without even these.
  private static let withoutSystem: Set<String> = [
    "FakeGen", "FakeGenC", "FakeGenCLI", "ShippedModel",
  ]

  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private let table: ImportTable
  private let manifest: PackageManifest

  init() throws {
    table = try ImportTable(Self.text("docs/Architecture.md"))
    manifest = try PackageManifest(Self.text("Package.swift"))
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The Swift files below a folder of the package.
  private func files(in folder: String) throws -> [URL] {
    let all = try #require(
      FileManager.default.enumerator(
        at: Self.root.appending(path: folder), includingPropertiesForKeys: nil))
    return all.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
  }

  /// Code without comments, line by line.
  private func code(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line }
  }

  /// The module that a line imports.
  private func importedModule(_ line: Substring) -> String? {
    let match = line.prefixMatch(
      of:
        #/
        \s*(?:@\w+(?:\([^)]*\))?\s+)*
        (?:(?:public|package|internal|fileprivate|private)\s+)?
        import\s+
        (?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?
        ([A-Za-z_]\w*)
        /#)
    return match.map { String($0.1) }
  }

  /// The modules that a target's files import, each with one of the files.
  private func imports(of target: PackageManifest.Target) throws -> [String: String] {
    var found: [String: String] = [:]
    for file in try files(in: target.path) {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      // Matching every line would take a minute.
      for line in lines where line.contains("import ") {
        if let module = importedModule(line) { found[module] = file.lastPathComponent }
      }
    }
    return found
  }

  /// The table has a row for each target, and each folder of sources belongs to a target.
  @Test func everyTargetHasARow() throws {
    let targets = Set(manifest.targets.map(\.name))
    for target in targets { #expect(table.imports[target] != nil, "\(target) has no row") }
    for row in table.imports.keys { #expect(targets.contains(row), "\(row) is not a target") }
    let paths = Set(manifest.targets.map(\.path))
    for parent in ["Sources", "Benchmarks"] {
      let folder = Self.root.appending(path: parent)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        let path = "\(parent)/\(name)"
        let hasTarget = try paths.contains(path) || files(in: path).isEmpty
        #expect(hasTarget, "\(path) is no target's folder")
      }
    }
  }

  @Test func dependenciesAreTheTables() throws {
    for target in manifest.targets {
      let row = try #require(table.imports[target.name], "\(target.name) has no row")
      let extra = target.dependencies.subtracting(row).sorted()
      #expect(extra == [], "\(target.name) depends on what its row does not list")
      let missing = row.subtracting(target.dependencies).sorted()
      #expect(missing == [], "\(target.name) does not depend on what its row lists")
    }
  }

  @Test func importsAreTheTables() throws {
    var swiftTargets = 0
    for target in manifest.targets {
      let row = try #require(table.imports[target.name], "\(target.name) has no row")
      guard try !files(in: target.path).isEmpty else {
        // A module of C: the rows of what includes nothing of ours.
        #expect(row == [], "\(target.name) has no Swift files that could import")
        continue
      }
      swiftTargets += 1
      let allowed = Self.withoutSystem.contains(target.name) ? row : row.union(Self.system)
      let found = try imports(of: target)
      for (module, file) in found.sorted(by: { $0.key < $1.key }) {
        #expect(allowed.contains(module), "\(target.name)/\(file) imports \(module)")
      }
      let unused = row.subtracting(found.keys).sorted()
      #expect(unused == [], "no file of \(target.name) imports what its row lists")
    }
    #expect(swiftTargets > 10)
    #expect(Self.withoutSystem.isSubset(of: manifest.targets.map(\.name)))
  }

  /// Whether a line of code has what the generator must not have.
  private func isForbidden(_ line: Substring) -> Bool {
    line.contains(
      /\b(Float\w*|Double|CGFloat|Foundation|Mirror|any\s+[A-Z]\w*)\b|(^|[^\w."])\d+\.\d/)
  }

  /// The generator is integers only and fit for Embedded Swift.
  @Test func generatorHasNeitherFloatsNorExistentials() throws {
    let files = try files(in: "Sources/FakeGen")
    #expect(!files.isEmpty)
    for file in files {
      let lines = code(try String(contentsOf: file, encoding: .utf8))
      for (number, line) in lines.enumerated() {
        #expect(!isForbidden(line), "\(file.lastPathComponent):\(number + 1): \(line)")
      }
    }
  }

  /// The checks above can fail.
  @Test func forbiddenWordsAreFound() {
    for line in ["  var x: Float16 = 1", "let x = 0.5", "var y: any Hashable", "import Foundation"]
    {
      #expect(isForbidden(Substring(line)))
    }
    for line in ["let range = 0...5", "x.0.element", "let many = anyOf", "a[0..<5]"] {
      #expect(!isForbidden(Substring(line)))
    }
    let lines = code("let a = 1 // Double\nlet b = 2.0 as Double\n")
    #expect(!lines[0].contains("Double"))
    #expect(lines[1].contains("Double"))
  }

  @Test(arguments: [
    "import A", "  import A", "@preconcurrency import A", "@testable import A", "package import A",
    "@_spi(B) public import A", "import struct A.B", "import func A.b", "import A.B",
    "@_implementationOnly import A",
  ]) func importsAreRead(line: String) {
    #expect(importedModule(Substring(line)) == "A")
  }

  @Test(arguments: ["let x = 1", "important A", "func b() // import A", "// import A"])
  func otherLinesImportNothing(line: String) {
    #expect(importedModule(Substring(line)) == nil)
  }

  @Test func manifestsAreRead() throws {
    let manifest = try PackageManifest(
      """
      // A comment with .target(name: "No")
      let strict: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.none(as: .error)]
      let parser: Target.Dependency = .product(name: "Parser", package: "swift-parser")
      let package = Package(
        name: "x", products: [.executable(name: "x", targets: ["A"])],
        dependencies: [.package(url: "https://x", from: "1.8.2")],
        targets: [
          .systemLibrary(name: "S", providers: [.apt(["s"])]),
          .target(
            name: "A",
            dependencies: ["B", .target(name: "C", condition: .when(traits: ["T"])), parser],
            swiftSettings: strict),
          .executableTarget(name: "b-c", path: "Benchmarks/B"),
          .testTarget(name: "ATests", dependencies: ["A"]),
          .target(name: "Support", path: "Tests/Support"),
        ]
      )
      """)
    #expect(
      manifest.targets == [
        .init(name: "S", path: "Sources/S", dependencies: []),
        .init(name: "A", path: "Sources/A", dependencies: ["B", "C", "Parser"]),
        .init(name: "b-c", path: "Benchmarks/B", dependencies: []),
      ])
  }

  @Test func tablesAreRead() throws {
    func table(_ row: String) throws -> [String: Set<String>] {
      try ImportTable(
        "## Targets and who may import whom\n\n| target | holds | imports |\n|---|---|---|\n"
          + "| `A` | x: `y` | nothing |\n\(row)\n\ntext\n"
      ).imports
    }
    #expect(try table("| `b-c` | z | `A`, `B` |") == ["A": [], "b-c": ["A", "B"]])
    for row in [
      "| `B` | z | all but `A` |", "| `B` | z | A |", "| B | z | `A` |", "| `B` | `A` |",
      "| `A` | twice | nothing |",
    ] { #expect(throws: ImportTable.Failure.self) { try table(row) } }
  }
}
