import Autodiff
import FloatModel
import Foundation
import Schema
import Testing

@testable import Trainer

/// What the string decoder is fed where it is not the ground truth: characters drawn from its own
/// softmax (paper, 2.3).
@Suite struct CharacterSamplingTests {
  private let model: StringModel
  private let piece: Piece<Double>
  private let parameters: ParameterVector<Double>
  /// Of the decoder before the first character.
  private let initialState: [Double]

  init() throws {
    let preset = try fixturePreset()
    let source = try fixtureSource(preset)
    let recordModel = RecordModel(source.description)
    model = try #require(recordModel.strings)
    parameters = ParameterVector(count: recordModel.layout.count)
    let random = RandomGenerator(seed: 14, stream: 0)
    parameters.initialize(recordModel.layout, random: random)
    // Far from uniform probabilities, and states that tell their codes.
    for i in 0..<parameters.count { parameters.values[i] += 0.4 * random.normal() }
    piece = Piece(
      parameters: parameters, table: source.table,
      components: recordModel.components.components.count, encodings: recordModel.encodingCount)
    piece.settings.characterGroundTruthProbability = 0
    piece.random = RandomGenerator(seed: 15, stream: 0)
    initialState = (0..<model.stateWidth).map { _ in random.normal() }
  }

  /// Sequences of two codes each.
  private func pack(_ sequences: [[Int32]]) -> PackedSequences {
    let codes = sequences.flatMap { $0 }
    return codes.withUnsafeBufferPointer { codes in
      PackedSequences(tape: piece.tape, count: sequences.count) {
        UnsafeBufferPointer(rebasing: codes[2 * $0..<2 * $0 + 2])
      }
    }
  }

  private func initialStates(_ count: Int) -> Tensor<Double> {
    let states = piece.tape.tensor(rows: count, columns: model.stateWidth)
    for i in 0..<states.count { states.values[i] = initialState[i % model.stateWidth] }
    return states
  }

  /// The state of each sequence after so many codes.
  private func states(
    _ states: Tensor<Double>, _ packed: PackedSequences, after step: Int
  ) -> [[Double]] {
    (0..<packed.count).map { sequence in
      let row = packed.stateRow(sequence: sequence, after: step)
      return (0..<states.columns).map { states.values[row * states.columns + $0] }
    }
  }

  /// Every pair of codes, and the decoder's states when it is fed them.
  private func allPairs() -> (codes: [[Int32]], first: [[Double]], second: [[Double]]) {
    let codes = (0..<Int32(model.codeCount)).flatMap { first in
      (0..<Int32(model.codeCount)).map { [first, $0] }
    }
    let packed = pack(codes)
    let found = model.run(
      model.decoder, packed, initial: initialStates(codes.count), piece.tape, piece.view)
    return (codes, states(found, packed, after: 1), states(found, packed, after: 2))
  }

  /// The states after both codes where the ground truth is `codes` in all of so many strings.
  private func sampledStates(_ codes: [Int32], count: Int) -> [[Double]] {
    let packed = pack(Array(repeating: codes, count: count))
    let found = model.decoderStates(piece, packed, initial: initialStates(count))
    return states(found, packed, after: 2)
  }

  private func isNear(_ left: [Double], _ right: [Double]) -> Bool {
    zip(left, right).allSatisfy { abs($0 - $1) < 1e-9 }
  }

  /// The decoder's softmax after a state.
  private func probabilities(_ state: [Double]) -> [Double] {
    let (weight, bias) = (piece.view[model.softmax.weight], piece.view[model.softmax.bias])
    let weights = (0..<model.codeCount).map { code -> Double in
      var logit = bias.values[code]
      for i in state.indices { logit += state[i] * weight.values[i * model.codeCount + code] }
      return exp(logit)
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Both of two characters are drawn from the softmax of the state before them, the second's after
  /// the character that was drawn and not the ground truth: 5 standard deviations.
  @Test func drawsFromTheSoftmax() throws {
    let count = 4000
    let pairs = allPairs()
    let drawn = try sampledStates([2, 3], count: count).map { state in
      try #require(pairs.second.firstIndex { isNear($0, state) })
    }
    #expect(piece.fedBackCharacters == 2 * count && piece.sampledCharacters == 2 * count)
    let afterFirst = drawn.map { probabilities(pairs.first[$0]) }
    let beforeFirst = Array(repeating: probabilities(initialState), count: count)
    for (place, rows) in [beforeFirst, afterFirst].enumerated() {
      for code in 0..<model.codeCount {
        let found = drawn.count { pairs.codes[$0][place] == Int32(code) }
        let expected = rows.reduce(0) { $0 + $1[code] }
        let variance = rows.reduce(0) { $0 + $1[code] * (1 - $1[code]) }
        #expect(
          abs(Double(found) - expected) < 1 + 5 * variance.squareRoot(),
          "character \(place), code \(code): \(found), \(expected)")
      }
    }
    // Uniform draws, or the likeliest code alone, would be seen.
    let first = probabilities(initialState).sorted()
    #expect(first[model.codeCount - 1] > 2 / Double(model.codeCount) && first[0] < 0.02)
    #expect(first[model.codeCount - 1] < 0.9)
  }

  /// A code that the softmax is all but sure of is fed every time, be it the string's end or the
  /// character outside the alphabet; the ground truth keeps its share of the places.
  @Test(arguments: [Alphabet.endCode, Alphabet.otherCode, 7])
  func feedsTheSureCode(code: Int32) throws {
    parameters.values[model.softmax.bias.offset + Int(code)] += 100
    let pairs = allPairs()
    func state(_ codes: [Int32]) throws -> [Double] {
      let place = try #require(pairs.codes.firstIndex(of: codes))
      return pairs.second[place]
    }
    let sure = try state([code, code])
    #expect(sampledStates([2, 3], count: 50).allSatisfy { isNear($0, sure) })

    piece.settings.characterGroundTruthProbability = 0.5
    let mixed = sampledStates([2, 3], count: 400)
    for codes in [[2, 3], [2, code], [code, 3], [code, code]] {
      let expected = try state(codes)
      // A quarter of 400: 5 standard deviations.
      #expect(abs(mixed.count { isNear($0, expected) } - 100) < 44, "\(codes)")
    }

    piece.settings.characterGroundTruthProbability = 1
    let truth = try state([2, 3])
    #expect(sampledStates([2, 3], count: 50).allSatisfy { isNear($0, truth) })
  }
}
