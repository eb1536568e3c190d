import Evaluation
import FakeGen
import Foundation
import Quantize
import TestSupport
import Testing

@testable import Checkpoint
@testable import Trainer

/// A message with a nested message, an enum, integers, a bool and missing values, all the way:
/// protoc, CSV, training, quantizing, generating in integers.
@Suite struct CustomerTests {
  private static let header =
    "name,email,plan,newsletter,age,balance,home.street,home.city,home.postcode,"
    + "home.latitude,home.longitude"

  /// Invented customers. The city decides on postcode and coordinates, the plan on the newsletter.
  private static func table(rows: Int) -> String {
    var random = SplitMix(seed: 8)
    let names = ["ADA", "BEN", "CAROL", "DAN"]
    let towns = [("NORTON", "1001", 10.0), ("EASTON", "2002", 20.0), ("WESTON", "3003", 30.0)]
    var lines = [header]
    for _ in 0..<rows {
      let name = names[Int(random.next() % 4)]
      let email = random.uniform() < 0.4 ? "" : name.lowercased()
      let plan = ["FREE", "BASIC", "PREMIUM"][Int(random.next() % 3)]
      let age = 18 + random.next() % 60
      let balance = random.uniform() < 0.25 ? "" : "\(Double(random.next() % 1000) / 10)"
      let (city, postcode, latitude) = towns[Int(random.next() % 3)]
      let home =
        random.uniform() < 0.3
        ? ",,,,"
        : "MAIN ST,\(city),\(postcode),\(latitude + random.uniform()),\(-latitude - random.uniform())"
      lines.append("\(name),\(email),\(plan),\(plan == "PREMIUM"),\(age),\(balance),\(home)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// How a model is trained, and what is asked of it.
  struct Recipe: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var overrides: [String]
    /// Distance allowed between a field's share of nulls and the data's.
    var nullTolerance: Double
    /// Least share of homes whose city and postcode agree; chance is a third.
    var agreement: Double
  }

  static let recipes = [
    Recipe(
      testDescription: "the paper's modules",
      overrides: [
        "steps=2000", "learningRate.initial=0.004",
        "beta=[{at: 0%, value: 0}, {at: 50%, value: 0.06}]",
        "tupleGroundTruth=[{at: 0%, value: 1}, {at: 50%, value: 0}]",
      ], nullTolerance: 0.12, agreement: 0.5),
    Recipe(
      testDescription: "every option, state fed back", overrides: options("state"),
      nullTolerance: 0.05, agreement: 0.95),
    Recipe(
      testDescription: "every option, values re-encoded", overrides: options("reencoded"),
      nullTolerance: 0.05, agreement: 0.95),
  ]

  private static func options(_ feedback: String) -> [String] {
    [
      "steps=800", "learningRate.initial=0.004", "beta=[{at: 0%, value: 0.3}, {at: 50%, value: 1}]",
      "tupleGroundTruth=[{at: 0%, value: 1}]", "optimizer.clipNorm=1",
      "weights={unit: nats, skew: 0}", "model.feedback=\(feedback)", "model.scalarMixture=4",
      "model.vocabularies.maximumValues=3", "model.constants=true",
      "model.pieces={maximum: 6, minimumCount: 50}", "model.softmaxClusters=3",
      "model.order=[home, home.city]",
    ]
  }

  /// The preset for any message and the metrics for any address take this one.
  @Test func thePresetForAnyMessageTakesIt() throws {
    let folder = try TemporaryFolder()
    let data = try folder.write(Self.table(rows: 500), to: "customers.csv")
    let preset = example("../experiments/general.yaml")
    let train = [
      "train", "--schema", example("customer.proto"), "--data", data, "--preset", preset,
      "--output", folder.path("run"), "--threads", "2", "--set", "steps=4", "--set",
      "model.order=[home, home.city]",
    ]
    #expect(Trainer.run(train) == 0)
    let checkpoint = try Checkpoint.load(folder.path("run/model.checkpoint"))
    var generator = Generator(
      model: try Model(bytes: quantize(checkpoint, metrics: "").bytes), seed: 1)
    #expect(try generator.row(0).fields.count == 11)
    let json = folder.path("figures.json")
    #expect(
      Trainer.run([
        "evaluate", "--schema", example("customer.proto"), "--data", data, "--held-out", data,
        "-n", "100", "--json", json, folder.path("run/model.checkpoint"),
      ]) == 0)
    let figures = try JSONDecoder().decode(
      [String: Metrics].self, from: Data(contentsOf: URL(filePath: json)))
    let metrics = try #require(figures["model.checkpoint"])
    #expect(metrics.pValues != nil && metrics.knownCityZip != nil && metrics.knownStreet != nil)
    let measure = try runBuilt(
      "trainer",
      [
        "measure", folder.path("run"), "--data", data, "--count", "50", "--rounds", "1", "--pairs",
        "1", "--points", "3", "--ground", "10",
      ])
    #expect(measure.status == 0)
    #expect(measure.error.contains("metrics are left out that need a house number"))
  }

  @Test(arguments: recipes)
  func trainsQuantizesAndGenerates(recipe: Recipe) throws {
    let folder = try TemporaryFolder()
    let data = try folder.write(Self.table(rows: 2000), to: "customers.csv")
    let overrides =
      recipe.overrides + [
        "batchSize=64", "learningRate.every=0.25%", "maximumStringLength=16",
        "widths={character: 8, embedding: 32, stringState: 48, tupleState: 32, deviation: 32}",
      ]
    let status = Trainer.run(
      [
        "train", "--schema", example("customer.proto"), "--data", data, "--output",
        folder.path("run"), "--threads", "2",
      ] + overrides.flatMap { ["--set", $0] })
    #expect(status == 0)
    let checkpoint = try Checkpoint.load(folder.path("run/model.checkpoint"))
    let model = try Model(bytes: quantize(checkpoint, metrics: "").bytes)
    #expect(model.columns.map(\.name).joined(separator: ",") == Self.header)
    var generator = Generator(model: model, seed: 1)
    let count = 4000
    var nulls = [String: Int]()
    var (whole, homes, knownHomes) = (0, 0, 0)
    let postcodes = ["NORTON": "1001", "EASTON": "2002", "WESTON": "3003"]
    for index in 0..<count {
      let row = try generator.row(UInt64(index))
      let fields = Dictionary(
        uniqueKeysWithValues: zip(model.columns.map(\.path), row.fields))
      for (path, field) in fields where field == .null { nulls[path, default: 0] += 1 }
      var isWhole = true
      switch fields["plan"] {
      case .enumeration(let plan): isWhole = ["FREE", "BASIC", "PREMIUM"].contains(plan)
      default: isWhole = false
      }
      if case .boolean = fields["newsletter"] {} else { isWhole = false }
      if case .integer(let age) = fields["age"], (18...77).contains(age) {} else { isWhole = false }
      if case .text = fields["name"] {} else { isWhole = false }
      switch fields["balance"] {
      case .null: break
      case .real(_, let decimals): isWhole = isWhole && decimals == 6
      default: isWhole = false
      }
      // A home is there as a whole or not at all.
      let parts = ["street", "city", "postcode", "latitude", "longitude"].map {
        fields["home.\($0)"] != .null
      }
      isWhole = isWhole && Set(parts).count == 1
      if isWhole { whole += 1 }
      if case .text(let city) = fields["home.city"], case .text(let code) = fields["home.postcode"]
      {
        homes += 1
        if postcodes[city] == code { knownHomes += 1 }
        #expect(!code.isEmpty && code.utf8.allSatisfy { (0x30...0x39).contains($0) })
      }
    }
    #expect(whole == count)
    func rate(_ path: String) -> Double { Double(nulls[path] ?? 0) / Double(count) }
    #expect(abs(rate("email") - 0.4) < recipe.nullTolerance, "email \(rate("email"))")
    #expect(abs(rate("balance") - 0.25) < recipe.nullTolerance, "balance \(rate("balance"))")
    #expect(abs(rate("home.city") - 0.3) < recipe.nullTolerance, "home \(rate("home.city"))")
    #expect(rate("name") == 0 && rate("plan") == 0 && rate("newsletter") == 0 && rate("age") == 0)
    // Fields hang together.
    let agreeing = Double(knownHomes) / Double(homes)
    #expect(agreeing > recipe.agreement, "city and postcode agree in \(agreeing)")
  }
}
