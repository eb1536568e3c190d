import Autodiff
import FakeGen
import FloatModel
import Foundation
import TestModels
import Testing

@testable import Quantize

/// Codes sampled by the factored softmax against the float distribution.
@Suite struct FactoredSoftmaxTests {
  private struct Setting {
    let synthetic: SyntheticCheckpoint
    let strings: StringDecoder
    let float: FloatLayers
    let real: StringModel
    let tables: ActivationTables

    init(seed: UInt64) throws {
      synthetic = SyntheticCheckpoint(seed: seed, options: .every(.state))
      float = try FloatLayers(synthetic.checkpoint)
      let network = try Model(bytes: quantize(synthetic.checkpoint, metrics: "").bytes)
        .content.network
      strings = try #require(network.strings)
      real = try #require(float.strings)
      tables = network.tables
    }

    /// P(code) = P(cluster) P(code | cluster), each over what is allowed alone.
    func distribution(_ state: [Double], _ isAllowed: (Int) -> Bool) throws -> [Double] {
      let clusters = try #require(real.clusters)
      let outer = float.dense(try #require(real.cluster), state).map { exp($0) }
      let inner = float.dense(real.softmax, state).map { exp($0) }
      func allowed(_ cluster: Int) -> [Int] {
        clusters.columns(cluster).filter { isAllowed(Int(real.codesOfColumns[$0])) }
      }
      let open = outer.indices.filter { !allowed($0).isEmpty }
      let total = open.reduce(0) { $0 + outer[$1] }
      var probability = [Double](repeating: 0, count: inner.count)
      for cluster in open {
        let places = allowed(cluster)
        let sum = places.reduce(0) { $0 + inner[$1] }
        for place in places {
          probability[Int(real.codesOfColumns[place])] = outer[cluster] / total * inner[place] / sum
        }
      }
      return probability
    }

    func counts(
      _ state: [Int16], number: DigitString?, allowed: CodeSet? = nil, draws: Int
    ) -> [Int] {
      var counts = [Int](repeating: 0, count: strings.codeCount)
      var memory = ScratchMemory(strings.scratchSize, rows: 1)
      memory.use { scratch in
        for row in 0..<draws {
          var sampled = [
            StringState(
              draws: RandomStream(seed: 1, row: UInt64(row), stream: 3), number: number)
          ]
          var code: Int32 = -1
          strings.sampleCodes(
            Vectors(state), strings: &sampled, count: 1, allowed: allowed, tables: tables,
            scratch: scratch, into: &code)
          counts[Int(code)] += 1
        }
      }
      return counts
    }
  }

  /// What limits the codes of a string.
  enum Limits: CaseIterable { case none, number, field }

  @Test(arguments: [1, 2, 3] as [UInt64], Limits.allCases)
  func frequenciesAreTheDistributions(seed: UInt64, limits: Limits) throws {
    let setting = try Setting(seed: seed)
    let number =
      limits == .number ? DigitString(range: -500...999, maximumLength: 24) : nil
    let alphabet = setting.synthetic.description.alphabet
    // The end and every third character.
    let words = (0..<(setting.strings.codeCount + 31) / 32).map { word in
      (0..<32 as Range<UInt32>).reduce(0 as UInt32) { bits, bit in
        bits | ((UInt32(word) * 32 + bit) % 3 == 0 ? 1 << bit : 0)
      }
    }
    let field =
      limits == .field
      ? CodeSet(words: Numbers(words), mayBeEmpty: false, clusters: setting.strings.clusters) : nil
    func isAllowed(_ code: Int) -> Bool {
      // Of the end each text has something before it.
      if limits == .field { return code > 0 && code % 3 == 0 }
      guard let number else { return code != 1 }
      guard (2..<2 + alphabet.count).contains(code) else { return false }
      return number.allows(DigitString.Kind(alphabet[code - 2]))
    }
    let state = (0..<setting.strings.width).map { Int16(($0 * 7919 % 6001) - 2500) }
    let bits = setting.strings.cell.stateFractionBits
    let expected = try setting.distribution(
      state.map { Double($0) / Double(1 << bits) }, isAllowed)
    let draws = 100_000
    let counts = setting.counts(state, number: number, allowed: field, draws: draws)
    for (code, probability) in expected.enumerated() {
      let share = Double(counts[code]) / Double(draws)
      // Five standard errors, and three percent for the weights' rounding.
      let error = 5 * (probability / Double(draws)).squareRoot() + 0.03 * probability
      #expect(abs(share - probability) <= error, "code \(code): \(share), \(probability)")
      if !isAllowed(code) { #expect(counts[code] == 0) }
    }
  }
}

/// Values sampled by a factored vocabulary, against both of its halves in double precision.
@Suite struct FactoredClassesTests {
  /// Of the first element of a model without a latent vector, which has one distribution.
  @Test(arguments: [false, true]) func frequenciesAreTheDistribution(isClosed: Bool) throws {
    var synthetic = SyntheticCheckpoint.table(seed: 5).withFactoredClasses()
    if !isClosed { synthetic.open() }
    let checkpoint = synthetic.checkpoint
    let walk = try FloatModelWalk(
      checkpoint,
      GenerationReference.Choices(
        noise: [], codes: [], index: 0, isPresent: true, component: 0, componentNoise: [],
        presence: [true]))
    let e = try #require(walk.figures["record/0/embedding"]?.first)
    let float = try FloatLayers(checkpoint)
    let vocabulary = try #require(float.root.elements.first?.child as? Vocabulary)
    let factored = try #require(vocabulary.factored)
    #expect(factored.clusters.count == 6 && factored.clusters.columns(5).count == 5)
    // P(value) = P(cluster) P(value | cluster), where no escape is drawn.
    let outer = float.dense(vocabulary.decoder, e).map { exp($0) }
    let inner = float.dense(factored.decoder, e).map { exp($0) }
    let total = outer.dropFirst(isClosed ? 1 : 0).reduce(0, +)
    var expected: [Double] = []
    for cluster in 0..<factored.clusters.count {
      let values = factored.clusters.columns(cluster)
      let sum = values.reduce(0) { $0 + inner[$1] }
      expected += values.map { outer[1 + cluster] / total * inner[$0] / sum }
    }

    var generator = Generator(
      model: try Model(bytes: quantize(checkpoint, metrics: "").bytes), seed: 2)
    let column = try #require(generator.model.columns.firstIndex { $0.name == "CITY" })
    let numbers = Dictionary(
      uniqueKeysWithValues: zip(vocabulary.values, vocabulary.values.indices))
    let draws = 40_000
    var counts = [Int](repeating: 0, count: expected.count)
    var others = 0
    for row in 0..<UInt64(draws) {
      guard case .text(let text) = try generator.row(row).fields[column],
        let number = numbers[text]
      else {
        others += 1
        continue
      }
      counts[number] += 1
    }
    for (value, probability) in expected.enumerated() {
      let share = Double(counts[value]) / Double(draws)
      // Five standard errors, and three percent for the weights' rounding.
      let error = 5 * (probability / Double(draws)).squareRoot() + 0.03 * probability
      #expect(abs(share - probability) <= error, "value \(value): \(share), \(probability)")
    }
    #expect(counts.count { $0 > 0 } == 40)
    #expect((others == 0) == isClosed)
  }
}

extension SyntheticCheckpoint {
  /// Opens the vocabulary of the first element.
  fileprivate mutating func open() {
    guard case .tuple(let name, var elements) = description.schema.root else { return }
    elements[0] = .vocabulary(leaf: 9)
    description.schema.root = .tuple(name: name, elements: elements)
  }
}
