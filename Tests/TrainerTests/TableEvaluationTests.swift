import Evaluation
import Foundation
import TestSupport
import Testing

@testable import Trainer

/// `trainer evaluate` on a message that is no address.
@Suite struct TableEvaluationTests {
  private static let schema = """
    syntax = "proto3";
    message Person { string name = 1; string ssn = 2; string town = 3; optional int32 age = 4; }
    """

  /// Made-up people, of whom no two share a number.
  private static func people(_ count: Int, seed: UInt64) -> String {
    var random = SplitMix(seed: seed)
    let lines = (0..<count).map { _ in
      let name = ["Ada", "Bo", "Cleo", "Dov"][Int(4 * random.uniform())]
      let town = ["Lima", "Oslo", "Rome"][Int(3 * random.uniform())]
      let age = random.uniform() < 0.1 ? "" : String(18 + Int(70 * random.uniform()))
      let number = 100_000_000 + Int(800_000_000 * random.uniform())
      return "\(name) \(Int(10 * random.uniform())),\(number)-X,\(town),\(age)"
    }
    return "name,ssn,town,age\n" + lines.joined(separator: "\n") + "\n"
  }

  @Test func figuresAndWarningsNeedNoAddress() throws {
    let folder = try TemporaryFolder()
    let schema = try folder.write(Self.schema, to: "person.proto")
    let training = try folder.write(Self.people(300, seed: 1), to: "train.csv")
    let heldOut = try folder.write(Self.people(150, seed: 2), to: "test.csv")
    let fresh = try folder.write(Self.people(200, seed: 3), to: "fresh.csv")
    let common = ["evaluate", "--schema", schema, "--data", training, "--held-out", heldOut]
    let result = try runBuilt(
      "trainer", common + [training, fresh, "--json", folder.path("figures.json")])
    #expect(result.status == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n")
    for label in [
      "told from held-out rows (AUC)", "column shapes, to held-out rows", "pairs, to held-out rows",
      "training rows among them", "very near a training row",
    ] {
      #expect(lines.contains { $0.hasPrefix(label) }, "\(label)")
    }
    let copies = lines.first { $0.hasPrefix("training rows among them") }
    #expect(copies?.split(separator: " ").suffix(3) == ["1.000", "0.000", "0.000"])
    let warnings = result.error.split(separator: "\n")
    #expect(
      warnings.contains {
        $0.hasPrefix("trainer: train.csv: 100 % of the generated rows are train")
      })
    #expect(
      warnings.contains { $0.contains("train.csv: generated values") && $0.contains("'ssn' 100 %") }
    )
    #expect(warnings.contains { $0.contains("fresh.csv: 300 training rows are few") })
    #expect(!warnings.contains { $0.contains("fresh.csv") && $0.contains("%") })
    let figures = try JSONDecoder().decode(
      [String: Metrics].self, from: Data(folder.read("figures.json")))
    #expect(figures["train.csv"]?.table?.copies == 1)
    #expect(figures["train.csv"]?.table?.knownValues == ["ssn": 1])
    #expect(figures["fresh.csv"]?.table?.knownValues == ["ssn": 0])
    #expect(figures["held-out"]?.table?.copies == 0)

    let page = folder.path("page.html")
    let drawn = try runBuilt("trainer", common + [fresh, "--report", page])
    #expect(drawn.status == 0, "\(drawn.error)")
    let html = try folder.readText("page.html")
    #expect(html.contains("<h1>fresh.csv</h1>") && html.contains("<section id=\"rows\">"))
    let real = try folder.readText("test.csv").split(separator: "\n").dropFirst()
    let numbers = real.map { String($0.split(separator: ",")[1]) }
    #expect(!numbers.contains { html.contains($0) })
    let shown = try runBuilt("trainer", common + [fresh, "--report", page, "--show-held-out"])
    #expect(shown.status == 0, "\(shown.error)")
    let withReal = try folder.readText("page.html")
    #expect(numbers.prefix(10).allSatisfy { withReal.contains($0) })

    let several = try runBuilt("trainer", common + [fresh, training, "--report", page])
    #expect(several.status != 0 && several.error.contains("expected one file to measure, found 2"))
  }

  /// A checkpoint of a model without a latent vector has no reconstructions, and all other figures.
  @Test func modelsWithoutLatentVectorsAreMeasured() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { "\($0 % 7) MAIN ST,TOWN \($0 % 3),0501\($0 % 3)" }
    let data = try folder.write(
      "street,city,postcode\n" + rows.joined(separator: "\n") + "\n", to: "rows.csv")
    let schema = try folder.write(
      """
      syntax = "proto3";
      message Place { string street = 1; string city = 2; string postcode = 3; }
      """, to: "place.proto")
    let trained = try runBuilt(
      "trainer",
      [
        "train", "--schema", schema, "--data", data, "--output", folder.path("run"), "--preset",
        example("../experiments/general.yaml"), "--set", "steps=2", "--set", "model.latent=none",
        "--set",
        "latent.regularizer=none", "--set", "architecture.deviation=none", "--set", "batchSize=32",
      ])
    #expect(trained.status == 0, "\(trained.error)")
    let result = try runBuilt(
      "trainer",
      [
        "evaluate", "--schema", schema, "--data", data, "--held-out", data, "--count", "40",
        folder.path("run/model.checkpoint"),
      ])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("known (city, street)"))
    #expect(!result.output.contains("Levenshtein"))
  }
}
