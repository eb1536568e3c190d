import FakeGen
import Foundation
import Quantize
import TestSupport
import Testing

@testable import Checkpoint
@testable import Trainer

/// A message of two enumerations and nothing else, with the options on.
@Suite struct CategoricalTests {
  private static let schema = """
    syntax = "proto3";
    enum Colour { RED = 0; GREEN = 1; BLUE = 2; }
    enum Size { SMALL = 0; LARGE = 1; }
    message Shirt { Colour colour = 1; Size size = 2; }
    """

  /// Rows of each pair of colour and size: far from independent.
  private static let counts = [
    ("RED", "SMALL", 400), ("GREEN", "LARGE", 300), ("BLUE", "SMALL", 150), ("BLUE", "LARGE", 150),
  ]

  @Test(arguments: ["state", "reencoded"])
  func learnsTheJointDistribution(feedback: String) throws {
    let folder = try TemporaryFolder()
    var lines = ["colour,size"]
    for (colour, size, count) in Self.counts {
      lines += Array(repeating: "\(colour),\(size)", count: count)
    }
    let overrides = [
      "steps=800", "batchSize=64", "learningRate={initial: 0.01, decay: 0.99, every: 0.25%}",
      "beta=[{at: 0%, value: 1}]", "tupleGroundTruth=[{at: 0%, value: 1}]",
      "weights={unit: nats, skew: 0}", "optimizer.clipNorm=1", "model.feedback=\(feedback)",
      "widths={character: 4, embedding: 16, stringState: 8, tupleState: 16, deviation: 16}",
    ]
    let status = Trainer.run(
      [
        "train", "--schema", try folder.write(Self.schema, to: "shirt.proto"), "--data",
        try folder.write(lines.joined(separator: "\n") + "\n", to: "shirts.csv"), "--output",
        folder.path("run"),
      ] + overrides.flatMap { ["--set", $0] })
    #expect(status == 0)
    let checkpoint = try Checkpoint.load(folder.path("run/model.checkpoint"))
    var generator = Generator(
      model: try Model(bytes: quantize(checkpoint, metrics: "").bytes), seed: 1)
    var shares: [String: Double] = [:]
    let count = 4000
    for index in 0..<count {
      let fields = try generator.row(UInt64(index)).fields
      guard case .enumeration(let colour) = fields[0], case .enumeration(let size) = fields[1]
      else {
        Issue.record("expected two enumerations, found \(fields)")
        return
      }
      shares["\(colour) \(size)", default: 0] += 1 / Double(count)
    }
    let wanted = Dictionary(
      uniqueKeysWithValues: Self.counts.map { ("\($0.0) \($0.1)", Double($0.2) / 1000) })
    let variation =
      Set(shares.keys).union(wanted.keys).reduce(0) {
        $0 + abs((shares[$1] ?? 0) - (wanted[$1] ?? 0))
      } / 2
    // Independent draws of the two columns are 0.37 away.
    #expect(variation < 0.08, "\(shares)")
  }
}
