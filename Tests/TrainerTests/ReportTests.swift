import Autodiff
import Checkpoint
import Evaluation
import FloatModel
import Foundation
import Records
import TestSupport
import Testing

@testable import Trainer

/// From a table to a page, by the commands that a person runs.
@Suite struct ReportTests {
  /// A small run on invented addresses with canaries, measured.
  private func makeRun(_ folder: TemporaryFolder, _ name: String, _ more: [String] = []) throws {
    let train = try runBuilt(
      "trainer",
      [
        "train", "--schema", example("address.proto"), "--data", folder.path("train.csv"),
        "--held-out", folder.path("test.csv"), "--output", folder.path(name), "--threads", "2",
        "--set", "steps=30", "--set", "batchSize=32", "--set",
        "widths={character: 4, embedding: 8, stringState: 8, tupleState: 8, deviation: 8}",
        "--log-interval", "5", "--generated-loss-interval", "10", "--generated-loss-rows", "40",
        "--canaries", "0,2",
      ] + more)
    #expect(train.status == 0, "\(train.error)")
    let measure = try runBuilt(
      "trainer",
      [
        "measure", folder.path(name), "--data", folder.path("train.csv"), "--held-out",
        folder.path("test.csv"), "--count", "60", "--rounds", "2", "--pairs", "2", "--points", "7",
        "--ground", "50",
      ])
    #expect(measure.status == 0, "\(measure.error)")
    #expect(measure.output.contains("p mean"))
    let exposure = try runBuilt(
      "trainer",
      [
        "exposure", folder.path(name), "--data", folder.path("train.csv"), "--candidates", "7",
        "--samples", "4",
      ])
    #expect(exposure.status == 0, "\(exposure.error)")
    #expect(exposure.output.contains("field street, 6 letters of 26: 28.2 bits"))
  }

  private func makeTables(_ folder: TemporaryFolder) throws {
    let lines = try String(contentsOfFile: example("addresses.csv"), encoding: .utf8)
      .split(separator: "\n")
    _ = try folder.write(lines.prefix(301).joined(separator: "\n") + "\n", to: "train.csv")
    _ = try folder.write(
      ([lines[0]] + lines[301..<361]).joined(separator: "\n") + "\n", to: "test.csv")
  }

  private func measurements(_ folder: TemporaryFolder, _ name: String) throws -> Measurements {
    try JSONDecoder().decode(
      Measurements.self, from: Data(folder.read("\(name)/measurements.json")))
  }

  /// What the marks on a run's maps say: rows, and twice the training rows at the ends, where they
  /// are inside the map. It reaches 4 % beyond the training rows on the ground.
  private func mapTexts(_ measurements: Measurements) -> [String] {
    func range(_ axis: Int) -> ClosedRange<Double> {
      let values = measurements.ground.map { $0[axis] }.sorted()
      let margin = 0.04 * (values[values.count - 1] - values[0])
      return values[0] - margin...values[values.count - 1] + margin
    }
    let (latitudes, longitudes) = (range(0), range(1))
    func isInside(_ point: Interpolation.Point) -> Bool {
      guard let latitude = point.latitude, let longitude = point.longitude else { return false }
      return latitudes.contains(latitude) && longitudes.contains(longitude)
    }
    return measurements.interpolations.flatMap { interpolation in
      let rows = interpolation.points.filter(isInside).map { "\(way($0)): \($0.text)" }
      let ends = interpolation.ends.filter(isInside).map { "Training row: \($0.text)" }
      return rows + ends + ends
    }
  }

  /// How far a row is from the first end to the second.
  private func way(_ point: Interpolation.Point) -> String {
    String(format: "%.1f %%", 100 * point.fraction)
  }

  @Test func pageShowsTwoRunsAndNeedsNothingElse() throws {
    let folder = try TemporaryFolder()
    try makeTables(folder)
    try makeRun(folder, "a <b>", ["--set", "about='<script>alert(1)</script>'"])
    try makeRun(folder, "other", ["--set", "seed=2"])
    let result = try runBuilt(
      "trainer",
      [
        "report", folder.path("a <b>"), folder.path("other"), "--output", folder.path("r.html"),
        "--title", "Two & more",
      ])
    #expect(result.status == 0, "\(result.error)")
    let page = try folder.readText("r.html")
    for identifier in [
      "overview", "losses", "generated-loss", "p-values", "latents", "rounds", "interpolation",
      "streets", "memorisation",
    ] {
      #expect(page.contains("<section id=\"\(identifier)\">"), "\(identifier)")
    }
    struct Found: Decodable {
      var problems: [String]
      var svgs: Int
      var titles: [String]
      var tables: Int
    }
    let found: Found = try Python.evaluate(
      PageChecks.program, input: folder.path("r.html"))
    #expect(found.problems == [])
    // 4 losses, 4 + 2 generated losses, 2 histograms, 2 latents, 4 rounds, 4 maps, 1 exposure.
    #expect(found.svgs == 23)
    let measurements = try ["a <b>", "other"].map { try self.measurements(folder, $0) }
    let texts = measurements.flatMap(mapTexts)
    #expect(found.titles.sorted() == texts.sorted())
    #expect(texts.contains { $0.hasPrefix("Training row: ") })
    // Every row of an interpolation is in the list, on the map or not.
    let points = measurements.flatMap(\.interpolations).flatMap(\.points)
    #expect(points.count == 4 * 7)
    for point in points {
      let cells =
        "<th scope=\"row\">\(way(point))</th><td>\(HTML.escape(point.text))</td>"
      #expect(page.contains(cells), "\(cells)")
    }
    // 7 of all runs, and per run 1 each of generated loss, histogram, dimensions and rounds, and 2
    // lists.
    #expect(found.tables == 19)
    #expect(page.contains("Two &amp; more") && page.contains("a &lt;b&gt;"))
    #expect(page.contains("&lt;script&gt;alert(1)"))
    #expect(!page.contains("#gpPt") && !page.contains("gnuplot_plot"))
  }

  /// The streets shown are those of the first ten training rows, and the distance is that of random
  /// training rows' streets to what comes back of them (paper, 2.4).
  @Test func streetsComeBack() throws {
    let folder = try TemporaryFolder()
    try makeTables(folder)
    try makeRun(folder, "run")
    let measurements = try measurements(folder, "run")
    let lines = try folder.readText("train.csv").split(separator: "\n")
    let streets = lines[1...10].map { line in
      String(line.split(separator: ",", omittingEmptySubsequences: false)[3])
    }
    #expect(measurements.streets.map(\.original) == streets)
    #expect(try folder.readText("train.csv").hasPrefix("LON,LAT,NUMBER,STREET,"))
    #expect(try #require(measurements.generated.streetLevenshtein) > 0)

    let path = folder.path("run/model.checkpoint")
    let result = try runBuilt(
      "trainer",
      [
        "evaluate", path, "--schema", example("address.proto"), "--data",
        folder.path("train.csv"), "--held-out", folder.path("test.csv"), "--count", "20",
        "--reconstructions", "40", "--json", folder.path("figures.json"),
      ])
    #expect(result.status == 0, "\(result.error)")
    let figures = try JSONDecoder().decode(
      [String: Metrics].self, from: Data(folder.read("figures.json")))
    let found = try #require(figures["model.checkpoint"]?.streetLevenshtein)
    let generator = try FloatGenerator<Float>(Checkpoint.load(path), path: path)
    let schema = generator.model.description.schema
    let training = try readTable(path: folder.path("train.csv"), schema: schema).records
    let random = RandomGenerator(seed: 1, stream: 3)
    let originals = (0..<40).map { _ in training[random.uniform(below: training.count)] }
    let street = try #require(FieldRoles(schema: schema).street)
    #expect(abs(found - reconstructionDistance(originals, leaf: street, generator)) < 1e-12)
  }

  @Test func whatIsMissingIsSaid() throws {
    let folder = try TemporaryFolder()
    try makeTables(folder)
    try folder.makeFolder("empty")
    let empty = try runBuilt("trainer", ["report", folder.path("empty")])
    #expect(empty.status == 1 && empty.error.contains("it has no losses.csv"), "\(empty.error)")
    let none = try runBuilt("trainer", ["report", folder.path("nowhere")])
    #expect(none.status == 1 && none.error.contains("there is no such folder"))
    #expect(try runBuilt("trainer", ["report"]).status == 2)

    // Losses alone make a page that names the command for the rest.
    _ = try folder.write(
      "step,examples,loss\n1,32,2.5\n2,64,1.5\n3,96,nan\n4,12", to: "empty/losses.csv")
    let plain = try runBuilt(
      "trainer", ["report", folder.path("empty"), "--output", folder.path("r.html")])
    #expect(plain.status == 0, "\(plain.error)")
    let page = try folder.readText("r.html")
    #expect(page.contains("trainer measure") && page.contains("<section id=\"losses\">"))
    #expect(!page.contains("<section id=\"rounds\">"))

    _ = try folder.write("step,examples,loss\n1,32\n2,64,1.5\n", to: "empty/losses.csv")
    let bad = try runBuilt("trainer", ["report", folder.path("empty")])
    #expect(bad.status == 1 && bad.error.contains("losses.csv:2: expected 3 cells"))
    // Numbers that are none, too great for an integer, or too great to draw.
    for lines in [
      "1,nan,1e308\n1e300,1e9,1e30\n2,2,1e-30\n", "1,nan,1\n1e300,1e300,1e308\n",
    ] {
      _ = try folder.write("step,examples,loss\n" + lines, to: "empty/losses.csv")
      let strange = try runBuilt(
        "trainer", ["report", folder.path("empty"), "--output", folder.path("s.html")])
      #expect(
        strange.status == 0
          || strange.status == 1 && strange.error.contains("gnuplot could not draw a picture"),
        "\(strange.error)")
    }
    _ = try folder.write("{}", to: "empty/measurements.json")
    let measure = try runBuilt(
      "trainer", ["measure", folder.path("empty"), "--data", folder.path("train.csv")])
    #expect(measure.status == 1 && measure.error.contains("no model.checkpoint"))
  }

  @Test func missingGnuplotIsOneClearLine() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("run")
    _ = try folder.write("step,examples,loss\n1,32,2.5\n", to: "run/losses.csv")
    let result = try runProcess(
      "/usr/bin/env",
      ["PATH=\(folder.path)", builtProgram("trainer"), "report", folder.path("run")])
    #expect(result.status == 1)
    #expect(result.error.contains("found no gnuplot on the PATH"))
    #expect(result.error.contains("gnuplot-nox"))
    #expect(result.error.filter { $0 == "\n" }.count == 1)
  }

  @Test func measuringWantsTheTrainingTableAndTheCanaries() throws {
    let folder = try TemporaryFolder()
    try makeTables(folder)
    try makeRun(folder, "run")
    // Files that the trainer has not written.
    let measured = try measurements(folder, "run")
    var (endless, uneven) = (measured, measured)
    endless.interpolations[0].ends = []
    uneven.pValues?.training = [1]
    // A map of no size is none.
    var tiny = measured
    tiny.ground = [[0, 0], [1e-300, 1e-300]]
    try JSONEncoder().encode(tiny).write(to: URL(filePath: folder.path("run/measurements.json")))
    let page = try runBuilt(
      "trainer", ["report", folder.path("run"), "--output", folder.path("r.html")])
    #expect(page.status == 0, "\(page.error)")
    for (file, message) in [(endless, "expected two ends"), (uneven, "expected as many counts")] {
      try JSONEncoder().encode(file).write(
        to: URL(filePath: folder.path("run/measurements.json")))
      let report = try runBuilt(
        "trainer", ["report", folder.path("run"), "--output", folder.path("r.html")])
      #expect(report.status == 1 && report.error.contains(message), "\(report.error)")
    }
    let other = try runBuilt(
      "trainer", ["measure", folder.path("run"), "--data", folder.path("test.csv")])
    #expect(other.status == 1 && other.error.contains("not that of the table"))
    // A resumed run must have the canaries it began with.
    let arguments = [
      "train", "--schema", example("address.proto"), "--data", folder.path("train.csv"),
      "--output", folder.path("run"), "--resume", "--set", "steps=30", "--set", "batchSize=32",
      "--set", "widths={character: 4, embedding: 8, stringState: 8, tupleState: 8, deviation: 8}",
      "--canaries",
    ]
    #expect(try runBuilt("trainer", arguments + ["0,2"]).status == 0)
    let changed = try runBuilt("trainer", arguments + ["0,3"])
    #expect(changed.status == 1 && changed.error.contains("canaries differ"), "\(changed.error)")
    #expect(try runBuilt("trainer", arguments + ["0,-3"]).status == 2)
    try FileManager.default.removeItem(atPath: folder.path("run/canaries.json"))
    let none = try runBuilt(
      "trainer", ["exposure", folder.path("run"), "--data", folder.path("train.csv")])
    #expect(none.status == 1 && none.error.contains("--canaries"))
  }
}
