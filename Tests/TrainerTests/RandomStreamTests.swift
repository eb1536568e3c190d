import Foundation
import Testing

@testable import Trainer

/// No two draws of a command come from the same stream.
@Suite struct RandomStreamTests {
  private static let purposes = RandomStreams.allCases

  /// Ranges that share a number, as pairs of their places.
  private static func overlaps(_ ranges: [Range<UInt64>]) -> [(Int, Int)] {
    ranges.indices.flatMap { first in
      ranges.indices.dropFirst(first + 1).filter { ranges[first].overlaps(ranges[$0]) }
        .map { (first, $0) }
    }
  }

  /// Only streams 2 to 5 are those of two purposes: workers', and others' under other seeds.
  @Test func rangesAreDisjoint() {
    let shared = Self.overlaps(Self.purposes.map(\.range)).map {
      (Self.purposes[$0], Self.purposes[$1])
    }
    for (first, second) in shared {
      #expect(first.seed != second.seed, "\(first), \(second)")
      #expect(first == .workers && second.range.upperBound <= 6, "\(first), \(second)")
    }
    #expect(shared.count == 4)
    // The check can fail.
    #expect(Self.overlaps([3..<5, 6..<7, 4..<6]).map { $0 == (0, 2) } == [true])
  }

  /// Parts of a measurement of the generated loss lie within it, and what scoring takes within
  /// them.
  @Test func partsAreDisjoint() {
    let measurements = [0, 1, 2, 999].flatMap { step in
      RandomStreams.GeneratedLossPart.allCases.map { $0.first(step: step) }
    }
    let ranges = measurements.map { $0..<$0 + 1 << 16 }
    #expect(Self.overlaps(ranges).isEmpty)
    let whole = RandomStreams.generatedLoss.range
    #expect(ranges.allSatisfy { whole.clamped(to: $0) == $0 })

    let last = 1 << 15 - 1
    let scores = RandomStreams.ScorePart.allCases.map {
      $0.stream(0, from: 100)..<$0.stream(last, from: 100) + 1
    }
    #expect(Self.overlaps(scores).isEmpty)
    #expect(scores.allSatisfy { $0.lowerBound >= 100 && $0.upperBound <= 100 + 1 << 16 })
  }

  /// What presets and options allow has streams: these are the last ones, and nothing traps.
  @Test func limitsHaveStreams() throws {
    let preset = try Preset.load(path: nil, overrides: ["workers=4096"])
    #expect(RandomStreams.workers[preset.workers - 1] == RandomStreams.workers.range.upperBound - 1)
    #expect(throws: PresetError.self) {
      try Preset.load(path: nil, overrides: ["workers=4097"])
    }
    let long = try Preset.load(
      path: nil, overrides: ["steps=1099511627776", "batchSize=32768", "pieces=32768"])
    for purpose in [RandomStreams.characters, .variants] {
      #expect(
        purpose[step: long.steps - 1, piece: long.piecesPerStep - 1, of: long.piecesPerStep]
          == purpose.range.upperBound - 1)
    }
    #expect(throws: PresetError.self) {
      try Preset.load(
        path: nil, overrides: ["steps=1099511627776", "batchSize=65536", "pieces=32769"])
    }
    // The end of a run is measured, too.
    #expect(
      RandomStreams.GeneratedLossPart.generatedScore.first(step: long.steps)
        == 1 << 58 + 1 << 60 + 7 << 16)
    for purpose in [RandomStreams.generatedRounds, .trainingRounds] {
      let first = purpose[round: RandomStreams.maximumRounds]
      #expect(purpose.range.contains(first + 1 << 20 - 1))
    }
  }

  /// The same seed gives the same numbers from one version to the next.
  @Test func numbersStay() {
    #expect(RandomStreams.parameters.first == 0 && RandomStreams.workers[4] == 5)
    #expect(RandomStreams.split.first == 2 && RandomStreams.trainingRows.first == 3)
    #expect(RandomStreams.neighbours.first == 4 && RandomStreams.halves.first == 5)
    #expect(RandomStreams.epochs[7] == 1 << 32 + 7)
    #expect(RandomStreams.generation.first == 1 << 40)
    #expect(RandomStreams.reconstruction.first == 1 << 41)
    #expect(RandomStreams.generatedRounds[round: 3] == 1 << 42 + 3 << 20)
    #expect(RandomStreams.trainingRounds[round: 3] == 1 << 43 + 3 << 20)
    #expect(RandomStreams.interpolation.first == 1 << 44)
    #expect(RandomStreams.canaries.first == 1 << 46 && RandomStreams.secrets[2] == 1 << 47 + 2)
    #expect(RandomStreams.likelihood[2] == 1 << 47 + 1 << 32 + 2)
    #expect(RandomStreams.discriminator.first == 1 << 48)
    #expect(RandomStreams.characters[step: 5, piece: 1, of: 3] == 1 << 56 + 16)
    #expect(RandomStreams.variants[step: 5, piece: 1, of: 3] == 1 << 57 + 16)
    let firsts = RandomStreams.GeneratedLossPart.allCases.map { $0.first(step: 9) }
    #expect(
      firsts == [0, 1, 2, 3, 4, 7].map { (place: UInt64) in 1 << 58 + 9 << 20 + place << 16 })
    #expect(RandomStreams.ScorePart.noise.stream(6, from: 70) == 76)
    #expect(RandomStreams.ScorePart.characters.stream(6, from: 70) == 76 + 1 << 15)
  }

  /// Whether code, its comments aside, names a stream of a `RandomGenerator` by a number.
  private static func hasLiteralStream(_ code: String) -> Bool {
    code.replacing(/\/\/[^\n]*/, with: "")
      .contains(/\bstream:\s*(UInt64\s*=\s*)?([^,)\n]*[\s(\-])?[0-9]/)
  }

  /// All numbers stand in `RandomStreams`.
  @Test func noStreamIsALiteral() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    // Fixed-point generation counts its draws by streams of another kind.
    let others = ["/FakeGen/", "/Quantize/"]
    var searched = 0
    for case let file as URL in files
    where file.pathExtension == "swift" && !others.contains(where: file.path.contains) {
      let text = try String(contentsOf: file, encoding: .utf8)
      if text.contains("RandomGenerator(") { searched += 1 }
      #expect(!Self.hasLiteralStream(text), "\(file.lastPathComponent)")
    }
    #expect(searched >= 10)
  }

  /// The check above can fail.
  @Test func literalStreamsAreFound() {
    for code in [
      "RandomGenerator(seed: seed, stream: 3)", "stream: UInt64 = 1 << 40, pool", "stream:\n  7",
      "stream: base + 1 << 15 + UInt64(index))", "(seed: 1, stream: 0x40)",
    ] {
      #expect(Self.hasLiteralStream(code), "\(code)")
    }
    for code in [
      "stream: UInt64) {", "stream: RandomStreams.workers[$0])", "stream: stream, rows: 3",
      "stream: RandomStreams.generation.first,\n 3", "downstream: 3", "/// - stream: 2 of 3",
    ] {
      #expect(!Self.hasLiteralStream(code), "\(code)")
    }
  }
}
