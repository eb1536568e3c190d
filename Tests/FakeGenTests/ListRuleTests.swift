import FakeGen
import TestModels
import Testing

/// Rules of lists, maps and alternatives: what files may say, and what redraws come to.
@Suite struct ListRuleTests {
  /// Why a model is refused; nil if it is not.
  private func reason(_ content: ModelContent) -> String? { reason(content.encoded()) }

  private func reason(_ bytes: [UInt8]) -> String? {
    do {
      _ = try Model(bytes: bytes)
      return nil
    } catch {
      return error.description
    }
  }

  private func expectRefused(_ content: ModelContent, _ words: String) {
    let reason = reason(content)
    #expect(reason?.contains(words) == true, "\(words): \(reason ?? "not refused")")
  }

  private func column(
    _ path: String, _ kind: ColumnKind = .integer, isOptional: Bool = false
  ) -> Column {
    Column(name: path, kind: kind, path: path, isOptional: isOptional)
  }

  private func lines(_ rules: ListRules) -> ListKind {
    let lines = DocumentModel.lines
    return ListKind(
      schema: lines.schema, minimumCount: lines.minimumCount, maximumCount: lines.maximumCount,
      isMessage: true, rules: rules)
  }

  private func marks(
    _ leaves: [Column], columns: [Int] = [0, 1], distinct: [Int] = [0], isMessage: Bool = true
  ) -> ListKind {
    ListKind(
      schema: RowSchema(messageName: "", leaves: leaves, columns: columns), minimumCount: 0,
      maximumCount: 3, isMessage: isMessage, isMap: true, rules: ListRules(distinct: distinct))
  }

  @Test func rulesOfListsAreChecked() {
    #expect(reason(DocumentModel.content()) == nil)
    expectRefused(DocumentModel.content(lines: lines(ListRules(distinct: [1, 0]))), "ascend")
    expectRefused(DocumentModel.content(lines: lines(ListRules(distinct: [0, 0]))), "ascend")
    for counts in [[0], [4], [5], [2, 1], [2, 2]] {
      #expect(
        reason(DocumentModel.content(lines: lines(ListRules(absentCounts: counts)))) != nil,
        "\(counts)")
    }
    #expect(reason(DocumentModel.content(lines: lines(ListRules(absentCounts: [1, 3])))) == nil)
  }

  /// The number of a list with rules, and none of them.
  @Test func listsWithRulesHaveSome() throws {
    func words(_ rules: ListRules) -> [UInt8] {
      DocumentModel.content(lines: lines(rules)).encoded()
    }
    var bytes = words(ListRules(distinct: [0]))
    let other = words(ListRules(distinct: [1]))
    // Where the leaf stands, and the number of leaves before it.
    let place = try #require(
      bytes.indices.first {
        $0 >= 24 && bytes[$0] == 0 && other[$0] == 1 && bytes[$0 - 4] == 1 && bytes[$0 - 8] == 0
      })
    bytes[place - 4] = 0
    let checksum = CRC32.checksum(of: Array(bytes.dropLast(4)))
    bytes.replaceSubrange(
      (bytes.count - 4)..., with: (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) })
    let reason = reason(bytes)
    #expect(reason?.contains("be a map, or have rules") == true, "\(reason ?? "")")
  }

  @Test func mapsHaveKeysAndValues() {
    let value = column("value", .enumeration(names: ["LOW", "HIGH"]))
    func refused(_ marks: ListKind, _ words: String) {
      expectRefused(DocumentModel.content(marks: marks), words)
    }
    refused(marks([column("key"), value], distinct: []), "distinct keys")
    refused(marks([column("key"), value], distinct: [1]), "distinct keys")
    refused(marks([column("key"), value], columns: [1, 0], distinct: [0, 1]), "distinct keys")
    refused(marks([column("key"), value], columns: [0], isMessage: false), "distinct keys")
    refused(marks([column("key", .real(decimals: 2)), value]), "a map's keys")
    refused(marks([value, column("value")]), "a map's keys")
    refused(marks([column("key", isOptional: true), value]), "a map's keys")
    refused(marks([column("key"), column("value", .list(DocumentModel.lines))]), "a map's values")
  }

  @Test func derivedLeavesAreChecked() {
    func refused(_ rule: DerivedLeaf.Rule, _ words: String) {
      var rules = DocumentModel.rules
      rules.derived[1] = DerivedLeaf(leaf: 6, rule: rule)
      expectRefused(DocumentModel.content(rules: rules), words)
    }
    let scale = DerivedLeaf.Scale(factor: 1, divisor: 1)
    refused(.total(list: 3, factors: [], scale: scale), "which is not a list")
    refused(.total(list: 0, factors: [], scale: .init(factor: 0, divisor: 1)), "1 or more")
    refused(.product(factors: [3], scale: .init(factor: 1, divisor: 0)), "1 or more")
    // Neither a leaf that comes later nor one that is null until the rules are computed.
    expectRefused(DocumentModel.content(chooser: 3), "before")
    expectRefused(DocumentModel.content(chooser: 6), "before")
  }

  /// Times that elements are drawn anew do not multiply from list to list in it.
  @Test func setsInSets() throws {
    var generator = Generator(model: try Model(bytes: NestedSetModel.bytes), seed: 1)
    var fields = try generator.row(0).fields
    var depth = 0
    while fields.count == 2, case .list(let rows) = fields[1] {
      #expect(rows.count == 1)
      fields = rows.first?.fields ?? []
      depth += 1
    }
    #expect(depth == 5 && fields == [.integer(1)])
  }

  /// No two seeds near by have the same draws for an element, whichever times it is drawn.
  @Test func redrawsOfSeedsDiffer() {
    var found: Set<UInt64> = []
    var count = 0
    for seed in 0..<40 as Range<UInt64> {
      found.insert(seed)
      count += 1
      for retry in 1...64 as ClosedRange<UInt32> {
        let outer = RandomStream.seed(seed, retry: retry)
        found.insert(outer)
        for inner in 1...8 as ClosedRange<UInt32> {
          found.insert(RandomStream.seed(outer, retry: inner))
        }
        count += 9
      }
    }
    #expect(found.count == count)
  }
}
