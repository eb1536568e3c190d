import FakeGen
import Foundation
import Quantize
import TestSupport
import Testing

@testable import Checkpoint
@testable import Trainer

/// A message of numbers with spikes, nulls that depend on another column and hard ends, in bins.
@Suite struct NumberTests {
  private static let schema = """
    syntax = "proto3";
    message Sale { int64 pieces = 1; optional double price = 2; }
    """

  /// Pieces decide on the price: null, always 0, between 10 and 20 in cents, one of two.
  private static func line(_ index: Int) -> String {
    switch index % 4 {
    case 0: "-9223372036854775808,"
    case 1: "2,0"
    case 2: "5,\(10 + index * 37 % 1001 / 100).\(index * 37 % 10)\(index * 53 % 10)"
    default: index % 8 == 3 ? "1000000,-3.25" : "1000000,7.5"
    }
  }

  @Test(arguments: ["own", "state", "reencoded"])
  func learnsTheJointDistribution(feedback: String) throws {
    let folder = try TemporaryFolder()
    let lines = (0..<1200).map(Self.line)
    let overrides = [
      "steps=500", "batchSize=64", "learningRate={initial: 0.01, decay: 0.99, every: 0.25%}",
      "beta=[{at: 0%, value: 1}]", "tupleGroundTruth=[{at: 0%, value: 1}]",
      "weights={unit: nats, skew: 0}", "optimizer.clipNorm=1", "model.feedback=\(feedback)",
      "model.numbers={maximumBins: 12, maximumCells: 5}",
      "widths={character: 4, embedding: 16, stringState: 8, tupleState: 16, deviation: 16}",
    ]
    let status = Trainer.run(
      [
        "train", "--schema", try folder.write(Self.schema, to: "sale.proto"), "--data",
        try folder.write(
          (["pieces,price"] + lines).joined(separator: "\n") + "\n", to: "sales.csv"),
        "--field", "price=decimals:2", "--output", folder.path("run"),
      ] + overrides.flatMap { ["--set", $0] })
    #expect(status == 0)
    let checkpoint = try Checkpoint.load(folder.path("run/model.checkpoint"))
    var generator = Generator(
      model: try Model(bytes: quantize(checkpoint, metrics: "").bytes), seed: 1)
    let count = 2000
    var counts: [Int64: Int] = [:]
    var joined = 0
    for row in 0..<count {
      let fields = try generator.row(UInt64(row)).fields
      guard case .integer(let pieces) = fields[0] else {
        Issue.record("expected an integer, found \(fields)")
        return
      }
      counts[pieces, default: 0] += 1
      switch (pieces, fields[1]) {
      case (.min, .null), (2, .real(0, 2)), (5, .real(1_000...2_099, 2)),
        (1_000_000, .real(-325, 2)), (1_000_000, .real(750, 2)):
        joined += 1
      case (_, .null), (_, .real(0, 2)), (_, .real(1_000...2_099, 2)), (_, .real(-325, 2)),
        (_, .real(750, 2)):
        break
      default: Issue.record("not of the data: \(fields)")
      }
    }
    #expect(counts.keys.sorted() == [.min, 2, 5, 1_000_000])
    #expect(counts.values.allSatisfy { abs($0 - count / 4) < count / 10 }, "\(counts)")
    // Independent columns agree in a quarter; a decoder that is not told what was sampled has the
    // latent vector alone to tell by, which so short a training leaves empty.
    if feedback != "own" { #expect(joined > count * 9 / 10, "\(joined)") }
  }
}
