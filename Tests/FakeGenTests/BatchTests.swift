import FakeGen
import Foundation
import TestModels
import Testing

/// Rows made together, with each level that this machine has, are those made one by one.
@Suite struct BatchTests {
  /// The tests' models: without options, of numbers in bins, and with all options in each form.
  private static let models = Result {
    try [TinyModel.bytes, NumberModel.bytes(feedback: .reencoded)]
      + [FeedbackFormat.Kind.reencoded, .state].flatMap { kind in
        try [nil, 7].map { try SyntheticModel.bytes(feedback: kind, codeWidth: $0) }
      }
  }

  private func rows(
    _ bytes: [UInt8], level: KernelLevel, batchSize: Int, of numbers: Range<UInt64>
  ) throws -> [Row] {
    let model = try Model(bytes: bytes, kernels: level)
    var generator = Generator(model: model, seed: 6, batchSize: batchSize)
    var rows: [Row] = []
    for number in numbers {
      if (number - numbers.lowerBound) % UInt64(batchSize) == 0 {
        generator.prepare(
          from: number, count: min(batchSize, Int(numbers.upperBound - number)))
      }
      rows.append(try generator.row(number))
    }
    return rows
  }

  @Test(arguments: 0..<5, KernelLevel.allCases.filter(\.isSupported))
  func batchesGiveTheRowsOfTheReference(model: Int, level: KernelLevel) throws {
    let bytes = try Self.models.get()[model]
    let numbers = 100..<500 as Range<UInt64>
    let expected = try rows(bytes, level: .reference, batchSize: 1, of: numbers)
    #expect(Set(expected).count > 300)
    for batchSize in [1, 3, 32, 128] {
      let found = try rows(bytes, level: level, batchSize: batchSize, of: numbers)
      #expect(found == expected, "\(batchSize)")
    }
  }

  /// What a model computes when rows first need it, whichever thread comes first.
  @Test(arguments: 0..<5, [1, 128]) func threadsShareAModelThatIsNew(
    model: Int, batchSize: Int
  ) async throws {
    let bytes = try Self.models.get()[model]
    let expected = try rows(bytes, level: .reference, batchSize: 1, of: 0..<150)
    let shared = try Model(bytes: bytes)
    try await withThrowingTaskGroup(of: [Row].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var generator = Generator(model: shared, seed: 6, batchSize: batchSize)
          var rows: [Row] = []
          for number in 0..<150 as Range<UInt64> {
            if number % UInt64(batchSize) == 0 {
              generator.prepare(from: number, count: min(batchSize, Int(150 - number)))
            }
            rows.append(try generator.row(number))
          }
          return rows
        }
      }
      for try await found in group { #expect(found == expected) }
    }
  }

  @Test func batchesOfLargeModelsAreSmaller() {
    let size = ScratchSize(narrow: 1000, wide: 500)  // 1008 x 2 + 512 x 4 bytes
    #expect(size.rows(within: 4064 * 7, limit: 128) == 7)
    #expect(size.rows(within: 4064 * 7 - 1, limit: 128) == 6)
    #expect(size.rows(within: 4064 * 500, limit: 128) == 128)
    #expect(size.rows(within: 10, limit: 128) == 1)
    #expect(ScratchSize().rows(within: 10, limit: 8) == 8)
  }

  @Test func rowsOutsideTheBatchAreMadeOneByOne() throws {
    let model = try Model(bytes: Self.models.get()[2])
    var generator = Generator(model: model, seed: 2, batchSize: 8)
    var single = Generator(model: model, seed: 2)
    generator.prepare(from: 40, count: 5)
    for index in [42, 44, 45, 40, .max, 3] as [UInt64] {
      #expect(try generator.row(index) == single.row(index))
    }
    generator.prepare(from: .max - 2, count: 3)
    #expect(try generator.row(.max) == single.row(.max))
  }

  private static let processor = "/proc/cpuinfo"

  /// Levels from slow to fast, each with the sets of instructions that it needs one of, as Linux
  /// names them; first the one that no processor has by itself.
  private static let instructions: [(level: KernelLevel, names: [Set<Substring>])] = [
    (.simd128, []), (.reference, [[]]), (.neon, [["asimd"]]), (.avx2, [["avx2"]]),
    (.avxvnni, [["avx2", "avx_vnni"], ["avx2", "avx512_vnni", "avx512vl"]]),
    (.avx512, [["avx512_vnni", "avx512bw", "avx512vl", "avx512dq"]]),
  ]

  @Test(.enabled(if: FileManager.default.isReadableFile(atPath: processor)))
  func levelsAreThoseOfTheProcessor() throws {
    let lines = try String(contentsOfFile: Self.processor, encoding: .utf8).split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") })
    let flags = Set(line.split(separator: " "))
    for (level, names) in Self.instructions {
      #expect(level.isSupported == names.contains { $0.isSubset(of: flags) }, "\(level)")
    }
    let fastest = Self.instructions.last { $0.names.contains { $0.isSubset(of: flags) } }
    #expect(KernelLevel.best == fastest?.level)
  }

  @Test(arguments: KernelLevel.allCases) func theReferenceStandsInForAMissingLevel(
    level: KernelLevel
  ) throws {
    let network = try Model(bytes: Self.models.get()[0], kernels: level).content.network
    #expect(network.tables.kernels.level == (level.isSupported ? level : .reference))
  }
}
