import TestSupport
import Testing

@testable import Evaluation

/// The trees that tell rows apart, beside scikit-learn's.
@Suite struct BoostedTreesTests {
  /// Two classes of rows, `[features][rows]`, and which class each row is of; every third row is
  /// held out.
  private struct Rows: Encodable {
    var features: [[Float?]]
    var labels: [Bool]
  }

  /// - Parameter kind: 0 for classes that are alike; 1 for a shift and an interaction; 2 for numbers
  ///   that one class lacks more often; 3 for categories and spikes.
  private static func rows(kind: Int, count: Int) -> Rows {
    var random = SplitMix(seed: UInt64(100 + kind))
    var rows = Rows(features: Array(repeating: [], count: 4), labels: [])
    for row in 0..<count {
      let label = row % 2 == 1
      var values = (0..<4).map { _ in random.uniform() + random.uniform() + random.uniform() }
      var missing = random.uniform() < 0.1
      switch kind {
      case 1:
        if label { values[0] += 0.15 }
        let isOdd = (values[1] > 1.5) != (values[2] > 1.5)
        if label, isOdd, random.uniform() < 0.3 { values[3] += 0.8 }
      case 2:
        if label { missing = random.uniform() < 0.35 }
        values[2] = (values[2] * 10).rounded()
      case 3:
        values[0] = (values[0] * 4).rounded(.down)
        if random.uniform() < (label ? 0.6 : 0.45) { values[1] = 0 }
        if label, values[0] > 8 { values[0] = 3 }
      default: break
      }
      for (place, value) in values.enumerated() {
        rows.features[place].append(place == 1 && missing && kind != 3 ? nil : Float(value))
      }
      rows.labels.append(label)
    }
    return rows
  }

  private static func auc(_ rows: Rows) -> Double {
    let features = rows.features.map { $0.map { $0 ?? .nan } }
    let binned = BinnedFeatures(features, rows: rows.labels.count)
    let trees = BoostedTrees(
      binned, labels: rows.labels, rows: rows.labels.indices.filter { $0 % 3 != 0 })
    let out = rows.labels.indices.filter { $0 % 3 == 0 }
    return areaUnderCurve(
      out.map { trees.score(binned, row: $0) }, labels: out.map { rows.labels[$0] })
  }

  @Test(arguments: [(0, 3000), (1, 6000), (2, 3000), (3, 3000), (1, 900)])
  func asScikitLearn(kind: Int, count: Int) throws {
    let rows = Self.rows(kind: kind, count: count)
    let folder = try TemporaryFolder()
    let text = rows.labels.indices.map { row in
      (rows.features.map { $0[row].map { "\($0)" } ?? "nan" } + [rows.labels[row] ? "1" : "0"])
        .joined(separator: " ")
    }
    let path = try folder.write(text.joined(separator: "\n"), to: "rows.txt")
    let expected: Double = try Python.evaluate(
      """
      import os; os.environ["OMP_NUM_THREADS"] = "1"
      import json, sys, numpy
      from sklearn.ensemble import HistGradientBoostingClassifier
      from sklearn.metrics import roc_auc_score
      rows = numpy.loadtxt(json.loads(sys.argv[1]))
      x, y = rows[:, :-1], rows[:, -1]
      out = numpy.arange(len(y)) % 3 == 0
      model = HistGradientBoostingClassifier(max_iter=100, random_state=0, early_stopping=False)
      score = model.fit(x[~out], y[~out]).predict_proba(x[out])[:, 1]
      print(json.dumps(roc_auc_score(y[out], score)))
      """, input: path)
    let found = Self.auc(rows)
    // Few rows are in fewer bins than scikit-learn's.
    #expect(
      abs(found - expected) < (count < 2000 ? 0.05 : 0.02), "\(found), scikit-learn has \(expected)"
    )
    if kind == 0 { #expect(abs(found - 0.5) < 0.05) } else { #expect(found > 0.54) }
  }

  /// One feature that tells the classes apart, and one that has nothing to tell.
  @Test func gainsNameTheFeature() {
    var random = SplitMix(seed: 5)
    let labels = (0..<400).map { $0 % 2 == 0 }
    let noise = labels.map { _ in Float(random.uniform()) }
    let binned = BinnedFeatures([noise, labels.map { $0 ? 1 : 0 }], rows: 400)
    let trees = BoostedTrees(binned, labels: labels, rows: Array(0..<400))
    #expect(trees.gains[1] > 50 * trees.gains[0])
    #expect(labels.indices.allSatisfy { (trees.score(binned, row: $0) > 0) == labels[$0] })
  }

  /// What cannot be split is told apart by nothing, whatever it is.
  @Test func degenerateRows() {
    for features in [
      [[Float](repeating: 3, count: 100)], [[Float](repeating: .nan, count: 100)], [],
    ] {
      let binned = BinnedFeatures(features, rows: 100)
      let labels = (0..<100).map { $0 % 4 == 0 }
      let trees = BoostedTrees(binned, labels: labels, rows: Array(0..<100))
      #expect(trees.score(binned, row: 0) == trees.score(binned, row: 1))
      let none = BoostedTrees(binned, labels: labels.map { _ in true }, rows: Array(0..<100))
      #expect(none.score(binned, row: 0) == 0)
    }
  }

  @Test func binsAreOrdered() {
    let few = BinnedFeatures([[3, 1, 2, .nan, 1]], rows: 5)
    #expect(few.codes == [2, 0, 1, few.missing, 0] && few.bins == [3])
    let values = (0..<3000).map { Float(($0 * 7919) % 3000) }
    let many = BinnedFeatures([values], rows: 3000)
    #expect(many.bins[0] > 200 && many.bins[0] <= BinnedFeatures.most)
    let order = values.indices.sorted { values[$0] < values[$1] }
    let codes = order.map { many.codes[$0] }
    #expect(codes == codes.sorted())
    // A heap of equal values is a bin of its own.
    let heaped = BinnedFeatures([values.map { $0 < 2000 ? 500 : $0 }], rows: 3000)
    let heap = heaped.codes[order[0]]
    #expect(order.count { heaped.codes[$0] == heap } == 2000)
  }

  @Test func areaOfTies() {
    #expect(areaUnderCurve([1, 1, 1, 1], labels: [true, false, true, false]) == 0.5)
    #expect(areaUnderCurve([0, 1, 2, 3], labels: [false, false, true, true]) == 1)
    #expect(areaUnderCurve([0, 1, 1, 2], labels: [false, false, true, true]) == 0.875)
    #expect(areaUnderCurve([1, 2], labels: [true, true]) == 0.5)
  }
}
