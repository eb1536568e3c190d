import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct TableComparisonTests {
  private struct Tables: Encodable {
    var training: [[String?]]
    var heldOut: [[String?]]
    var generated: [[String?]]
  }

  private struct Expected: Decodable {
    var shapes: [Double]
    var realShapes: [Double]
    var pair: Double
    var realPair: Double
    var associations: [Double]
    var copies: Double
    var nearCopies: Double
    var heldOutNearCopies: Double
    var nearer: Double
  }

  /// Shapes, pairs, associations and distances as NumPy has them from their definitions.
  @Test(arguments: [0, 0.5])
  func asDefined(off: Double) throws {
    let tables = Tables(
      training: ComparedRows.table(rows: 1500, seed: 1),
      heldOut: ComparedRows.table(rows: 500, seed: 2),
      generated: ComparedRows.table(rows: 900, seed: 3, off: off))
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](JSONEncoder().encode(tables)), to: "tables.json")
    let expected: Expected = try Python.evaluate(
      """
      import collections, itertools, json, sys
      import numpy as np
      tables = json.load(open(json.loads(sys.argv[1])))
      tr, te, sy = tables["training"], tables["heldOut"], tables["generated"]
      columns = range(len(tr))
      def numbers(values):
          return np.array([np.nan if v is None else float(v) for v in values])
      def numeric(values):
          try: v = numbers(values)
          except ValueError: return False
          return len(set(v[~np.isnan(v)])) > 12
      num = [numeric(tr[c]) for c in columns]
      def cells(d, c, top):
          if num[c]:
              q = np.unique(np.nanquantile(numbers(tr[c]), np.linspace(0, 1, 11)[1:-1]))
              v = numbers(d[c]); b = np.searchsorted(q, v, side="right"); b[np.isnan(v)] = 999
              return b
          keep = {k: i for i, (k, _) in enumerate(collections.Counter(tr[c]).most_common(top))}
          return np.array([keep.get(v, 998) for v in d[c]])
      def tv(a, b):
          p, q = collections.Counter(a.tolist()), collections.Counter(b.tolist())
          return .5 * sum(abs(p[k] / len(a) - q[k] / len(b)) for k in set(p) | set(q))
      def shape(a, b, c):
          if not num[c]: return 1 - tv(cells(a, c, 200), cells(b, c, 200))
          x, y = (np.sort(v[~np.isnan(v)]) for v in (numbers(a[c]), numbers(b[c])))
          g = np.concatenate([x, y])
          return 1 - np.abs(np.searchsorted(x, g, "right") / len(x)
                            - np.searchsorted(y, g, "right") / len(y)).max()
      def pair(a, b):
          A, B = ([cells(d, c, 10) for c in columns] for d in (a, b))
          return np.mean([1 - tv(A[i] * 1000 + A[j], B[i] * 1000 + B[j])
                          for i, j in itertools.combinations(columns, 2)])
      def association(d, i, j):
          if i == j: return 1.
          a, b = cells(d, i, 10), cells(d, j, 10)
          t = np.array([[np.sum((a == x) & (b == y)) for y in set(b)] for x in set(a)], float)
          n, (r, k) = t.sum(), t.shape
          e = t.sum(1, keepdims=True) * t.sum(0, keepdims=True) / n
          if min(r, k) < 2: return 0.
          phi = max(0, ((t - e) ** 2 / e).sum() / n - (k - 1) * (r - 1) / (n - 1))
          return (phi / min(k - (k - 1) ** 2 / (n - 1) - 1, r - (r - 1) ** 2 / (n - 1) - 1)) ** .5
      known = set(zip(*tr))
      def distances(a, b):
          sum_ = np.zeros((len(a[0]), len(b[0])))
          for c in columns:
              if num[c]:
                  v = numbers(tr[c]); reach = np.nanmax(v) - np.nanmin(v)
                  x, y = numbers(a[c])[:, None], numbers(b[c])[None]
                  d = np.minimum(np.abs(x - y) / reach, 1)
                  d[np.isnan(x) & np.isnan(y)] = 0; d[np.isnan(x) != np.isnan(y)] = 1
              else: d = np.array(a[c], object)[:, None] != np.array(b[c], object)[None]
              sum_ += d
          return sum_ / len(columns)
      real, fake = distances(te, tr).min(1), distances(sy, tr).min(1)
      close = np.quantile(real, .05) - 1e-6
      other = distances(sy, te).min(1)
      print(json.dumps({
          "shapes": [shape(sy, te, c) for c in columns],
          "realShapes": [shape(tr, te, c) for c in columns],
          "pair": pair(sy, te), "realPair": pair(tr, te),
          "associations": [association(sy, i, j) for i in columns for j in columns],
          "copies": np.mean([row in known for row in zip(*sy)]),
          "nearCopies": np.mean(fake < close), "heldOutNearCopies": np.mean(real < close),
          "nearer": np.mean((fake < other) + .5 * (fake == other))}))
      """, input: path)
    let found = ComparedRows.comparison(off: off)
    for (index, column) in found.columns.enumerated() {
      #expect(abs(try #require(column.shape) - expected.shapes[index]) < 1e-9)
      #expect(abs(try #require(column.realShape) - expected.realShapes[index]) < 1e-9)
    }
    #expect(abs(try #require(found.generated.pair) - expected.pair) < 1e-9)
    #expect(abs(try #require(found.real.pair) - expected.realPair) < 1e-9)
    #expect(found.comparedPairs == 15)
    for (value, other) in zip(found.associations.generated, expected.associations) {
      #expect(abs(value - other) < 1e-9)
    }
    #expect(found.associations.columns == Array(0..<6))
    #expect(abs(found.privacy.copies.generated - expected.copies) < 1e-9)
    // Distances are in single precision, and a distance may lie on the threshold.
    let near = try #require(found.privacy.nearCopies)
    #expect(abs(near.generated - expected.nearCopies) < 0.005)
    #expect(abs(try #require(near.heldOut) - expected.heldOutNearCopies) < 0.005)
    // Of as many training rows as held-out ones, drawn at random, where NumPy has all of them.
    #expect(try #require(found.privacy.nearerTraining).generated < expected.nearer)
  }

  /// Rows of the same kind cannot be told apart, and nothing is wrong with them.
  @Test func equalDistributions() throws {
    let found = ComparedRows.comparison(training: 3000, heldOut: 1000, generated: 1000, off: 0)
    let auc = try #require(found.generated.auc)
    #expect(abs(auc - 0.5) < 0.05)
    #expect(found.grade == .nearlyIndistinguishable)
    #expect(found.verdict.hasPrefix("nearly indistinguishable from held-out rows (AUC 0."))
    #expect(found.warnings == [])
    #expect(found.privacy.copies == .init(generated: 0, heldOut: 0))
    #expect(found.privacy.nearUnique.map(\.column) == [0, 3])
    #expect(abs(try #require(found.privacy.nearerTraining).generated - 0.5) < 0.06)
    #expect(abs(try #require(found.privacy.nearCopies?.generated) - 0.05) < 0.03)
    #expect(found.rows == .init(training: 3000, heldOut: 1000, generated: 1000, trees: 1000))
    #expect(
      found == ComparedRows.comparison(training: 3000, heldOut: 1000, generated: 1000, off: 0))
  }

  /// The columns that are off are named, the worst first.
  @Test func offColumnsAreNamed() throws {
    let found = ComparedRows.comparison(training: 3000, heldOut: 1000, generated: 1000, off: 0.9)
    #expect(try #require(found.generated.auc) > 0.75)
    #expect(abs(try #require(found.real.auc) - 0.5) < 0.05)
    #expect(found.columns[found.worstColumns[0]].column.name == "plan")
    #expect(found.worstPairs.prefix(3).contains { $0.first == 2 && $0.second == 4 })
    #expect(found.verdict.hasSuffix("look at the column 'count'"))
    #expect(found.generated.shape < found.real.shape)
    let scores = found.worstPairs.map { $0.realScore - $0.score }
    #expect(scores == scores.sorted(by: >))
    #expect(abs(found.columns.compactMap(\.importance).reduce(0, +) - 1) < 1e-9)
  }

  /// Training rows handed out as generated ones are found out, keys or not.
  @Test func copiesAreFoundOut() throws {
    let training = ComparedRows.table(rows: 400, seed: 1)
    let heldOut = ComparedRows.table(rows: 200, seed: 2)
    func keys(_ prefix: String, _ count: Int) -> [[String?]] {
      [(0..<count).map { "\(prefix)\($0 + 1000)-X" }]
    }
    let columns = ComparedRows.columns + [ComparedColumn(name: "key", kind: .key)]
    let found = TableComparison(
      training: ComparedTable(training + keys("A", 400)),
      heldOut: ComparedTable(heldOut + keys("B", 200)),
      generated: ComparedTable(training + keys("C", 400)), columns: columns, epochs: 900.4, seed: 1)
    #expect(found.privacy.copies == .init(generated: 1, heldOut: 0))
    #expect(found.privacy.nearCopies?.generated == 1)
    #expect(found.privacy.nearUnique.map(\.column) == [0, 3, 6])
    #expect(found.privacy.nearUnique[1].known == .init(generated: 1, heldOut: 0))
    #expect(found.privacy.nearUnique[2].known == .init(generated: 0, heldOut: 0))
    let warnings = found.warnings
    #expect(warnings.count == 7)
    #expect(
      warnings[0]
        == "100 % of the generated rows are training rows, keys aside (of the held-out rows 0 %)")
    #expect(warnings[3].contains("'note'") && warnings[3].contains("exclude them"))
    #expect(warnings[4].contains("'amount'") && !warnings[4].contains("exclude them"))
    #expect(warnings[5].hasPrefix("400 training rows are few"))
    #expect(warnings[6].hasPrefix("training saw each row 900 times"))
    #expect(found.verdict.hasSuffix("training rows come back, see the warnings"))
    // Keys are compared by their patterns: one letter is as good as another.
    #expect(found.columns[6].shape == 1)
    #expect(
      found.columns[6].profile == .patterns(labels: ["A9999-A"], real: [1], generated: [1]))
    let lines = found.description.split(separator: "\n")
    #expect(lines.count <= 24)
    #expect(lines.contains { $0.hasPrefix("training rows among them") && $0.contains("1.000") })
    #expect(lines.contains { $0.hasPrefix("training values in 'note'") })
  }

  /// Where training rows have most of the numbers there are, generated ones are theirs by chance.
  @Test func denseNumbersComeBackByChance() throws {
    func known(of step: Int) throws -> TableComparison {
      func column(_ places: some Sequence<Int>) -> [[String?]] {
        [places.map { String($0 * step + $0 * $0 * $0 * 7_919 % step) }]
      }
      // Nine of ten places are trained on, the others held out.
      let trained = (0..<3_000).filter { $0 % 10 != 4 }
      return TableComparison(
        training: ComparedTable(column(trained)),
        heldOut: ComparedTable(column((0..<3_000).filter { $0 % 10 == 4 })),
        generated: ComparedTable(column((0..<600).map { trained[$0 * 4] })),
        columns: [ComparedColumn(name: "day", kind: .number(decimals: 0))], seed: 1)
    }
    let dense = try known(of: 1)
    let found = try #require(dense.privacy.nearUnique.first)
    #expect(found.known == .init(generated: 1, heldOut: 0))
    #expect(abs(found.density - 0.9) < 0.01)
    #expect(!dense.recurrences.contains { $0.contains("'day'") })
    let sparse = try known(of: 1_000)
    #expect(try #require(sparse.privacy.nearUnique.first).density < 0.01)
    #expect(sparse.recurrences.contains { $0.contains("'day'") })
  }

  /// Keys that count on are not compared: where they begin says nothing.
  @Test func sequencesAreLeftOut() throws {
    let columns = [ComparedRows.columns[1], ComparedColumn(name: "id", kind: .sequence)]
    func table(_ rows: Int, seed: UInt64, from start: Int) -> ComparedTable {
      ComparedTable([
        ComparedRows.table(rows: rows, seed: seed)[1], (0..<rows).map { String($0 + start) },
      ])
    }
    let found = TableComparison(
      training: table(900, seed: 1, from: 1), heldOut: table(300, seed: 2, from: 901),
      generated: table(600, seed: 3, from: 1), columns: columns, seed: 1)
    #expect(found.columns[1].shape == nil && found.columns[1].profile == .none)
    #expect(found.worstColumns == [0] && found.comparedPairs == 0 && found.generated.pair == nil)
    #expect(abs(try #require(found.generated.auc) - 0.5) < 0.06)
    #expect(found.privacy.nearUnique.isEmpty)
  }

  /// Moments are compared by when they are, drawn by it, too.
  @Test func momentsAreNumbers() throws {
    func table(_ rows: Int, seed: UInt64, late: Double) -> ComparedTable {
      var random = SplitMix(seed: seed)
      let days = (0..<rows).map { _ in (300 * random.uniform() + late).rounded(.down) }
      return ComparedTable(columns: [
        .init(
          texts: days.map { "day \(Int($0))" }, numbers: days.map { $0 < 10 ? nil : 86_400 * $0 })
      ])
    }
    let found = TableComparison(
      training: table(900, seed: 1, late: 0), heldOut: table(300, seed: 2, late: 0),
      generated: table(300, seed: 3, late: 100),
      columns: [ComparedColumn(name: "day", kind: .moment(layout: "%Y-%m-%d"))], seed: 1)
    #expect(abs(try #require(found.columns[0].shape) - 0.67) < 0.08)
    #expect(try #require(found.generated.auc) > 0.6)
    guard case .histogram(let start, let width, let real, let generated) = found.columns[0].profile
    else {
      Issue.record("\(found.columns[0].profile)")
      return
    }
    #expect(start >= 864_000 && width > 0 && real.count == generated.count)
    #expect(abs(real.reduce(0, +) - 1) < 1e-9 && abs(generated.reduce(0, +) - 1) < 1e-9)
    #expect(try #require(generated.last) > 0.2)
  }

  /// No table is too small, too narrow, empty, or of other columns.
  @Test func degenerateTables() throws {
    let empty = ComparedTable([[], []])
    let one = ComparedTable([["a"], [nil]])
    let nulls = ComparedTable([
      Array(repeating: nil, count: 100), Array(repeating: nil, count: 100),
    ])
    let huge = ComparedTable([
      (0..<100).map { "\($0 % 2 == 0 ? "-" : "")1.\($0)e308" }, (0..<100).map { String($0) },
    ])
    let narrow = ComparedTable([["a", "b"]])
    let columns = [
      ComparedColumn(name: "a", kind: .number(decimals: 9)),
      ComparedColumn(name: "b", kind: .text),
    ]
    let tables = [empty, one, nulls, huge, narrow, ComparedTable([])]
    for training in tables {
      for heldOut in tables {
        for generated in tables {
          let found = TableComparison(
            training: training, heldOut: heldOut, generated: generated, columns: columns, seed: 1)
          #expect(!found.description.isEmpty)
          #expect((0...1).contains(found.generated.shape))
          let data = try JSONEncoder().encode(found)
          #expect(try JSONDecoder().decode(TableComparison.self, from: data) == found)
        }
      }
    }
    let none = TableComparison(
      training: empty, heldOut: empty, generated: empty, columns: [], seed: 1)
    #expect(none.grade == .unknown && none.verdict.hasPrefix("too few rows to tell: 0"))
  }

  /// Of many columns some pairs are compared, the same ones each time.
  @Test func manyColumns() throws {
    func table(_ seed: UInt64) -> ComparedTable {
      var random = SplitMix(seed: seed)
      return ComparedTable(
        (0..<80).map { column in
          (0..<120).map { _ in String(Int(random.uniform() * Double(3 + column))) }
        })
    }
    let columns = (0..<80).map { ComparedColumn(name: "c\($0)", kind: .number(decimals: 0)) }
    let found = (0..<2).map { _ in
      TableComparison(
        training: table(1), heldOut: table(2), generated: table(3), columns: columns, seed: 4)
    }
    #expect(found[0] == found[1])
    #expect(found[0].comparedPairs == 1770)
    #expect(found[0].worstPairs.allSatisfy { $0.first < $0.second })
    #expect(found[0].associations.columns.count == 60)
    #expect(found[0].associations.real.count == 3600)
    #expect(abs(try #require(found[0].generated.auc) - 0.5) < 0.12)
  }

  /// A panel: no held-out row has the town and month of a training row, but most generated rows do.
  @Test("Rows of a panel that are near training rows are no sign of rows that come back")
  func panels() {
    var random = SplitMix(seed: 41)
    func row(_ town: Int, _ month: Int) -> [String?] {
      ["town \(town)", "\(month)", "\(town * 40 + month + Int(30 * random.uniform()))"]
    }
    var rows = (0..<30).flatMap { town in (1...36).map { row(town, $0) } }
    rows.shuffle(using: &random)
    let generated = (0..<900).map { _ in
      row(Int(30 * random.uniform()), 1 + Int(36 * random.uniform()))
    }
    func table(_ rows: some Collection<[String?]>) -> ComparedTable {
      ComparedTable((0..<3).map { column in rows.map { $0[column] } })
    }
    let columns = [
      ComparedColumn(name: "town", kind: .category),
      ComparedColumn(name: "month", kind: .number(decimals: 0)),
      ComparedColumn(name: "sales", kind: .number(decimals: 0)),
    ]
    let found = TableComparison(
      training: table(rows.dropFirst(108)), heldOut: table(rows.prefix(108)),
      generated: table(generated), columns: columns, copiesHoldLittle: true, seed: 1)
    #expect(found.privacy.panel == [0, 1])
    #expect((found.privacy.nearCopies?.generated ?? 0) > 0.3)
    #expect(found.recurrences.isEmpty, "\(found.recurrences)")
    #expect(!found.verdict.contains("come back"))
    #expect(
      found.warnings.contains {
        $0.hasPrefix("each combination of 'town', 'month' is in one row")
      }, "\(found.warnings)")
    #expect(found.warnings.contains { $0.contains("training rows that hold little") })
    // Without one row in two it is none.
    let sparse = TableComparison(
      training: table(rows.dropFirst(108).prefix(200)), heldOut: table(rows.prefix(108)),
      generated: table(generated), columns: columns, seed: 1)
    #expect(sparse.privacy.panel.isEmpty)
  }
}
