import FakeGen
import Foundation

/// Makes the layers of a small model from integers alone: drawn ones, or zeros, with which every
/// class is as likely as any other.
struct HandMadeLayers {
  let embedding: Int
  let state: Int
  /// The draws; nil for zeros.
  var draws: RandomStream?

  /// Uniform on -limit...limit.
  mutating func integer(_ limit: Int) -> Int {
    guard let number = draws?.next() else { return 0 }
    return Int((UInt64(number) * UInt64(2 * limit + 1)) >> 32) - limit
  }

  private mutating func integers<Integer: FixedWidthInteger>(
    _ count: Int, around middle: Int = 0, _ limit: Int
  ) -> Numbers<Integer> {
    Numbers((0..<count).map { _ in Integer(middle + integer(limit)) })
  }

  private mutating func matrix(_ rows: Int, _ columns: Int) -> WeightMatrix {
    WeightMatrix(rows: rows, columns: columns, weights: integers(rows * columns, 127))
  }

  mutating func dense(_ inputs: Int, _ outputs: Int, _ outputBits: Int) -> Dense {
    Dense(
      matrix: matrix(outputs, inputs), bias: integers(outputs, 200_000),
      multiplier: integers(outputs, around: 800_000_000, 200_000_000),
      shift: 36 + 12 - outputBits, inputFractionBits: 12, outputFractionBits: outputBits)
  }

  mutating func wide(_ inputs: Int, _ outputs: Int, _ outputBits: Int) -> WideDense {
    WideDense(
      inputs: inputs, outputs: outputs, weights: integers(inputs * outputs, 32767),
      bias: integers(outputs, 100_000_000),
      multiplier: integers(outputs, around: 500_000_000, 100_000_000),
      shift: 45 + 12 - outputBits, inputFractionBits: 12, outputFractionBits: outputBits)
  }

  private mutating func cell(_ width: Int) -> RecurrentCell {
    RecurrentCell(
      matrix: matrix(3 * width, width), bias: integers(3 * width, 200_000),
      inputMultiplier: integers(3 * width, around: 600_000_000, 100_000_000),
      stateMultiplier: integers(3 * width, around: 600_000_000, 100_000_000), shift: 36,
      stateFractionBits: 12)
  }

  mutating func strings(_ alphabet: [UInt32], maximumLength: Int, state: Int) -> StringDecoder {
    StringDecoder(
      alphabet: Numbers(alphabet), maximumLength: maximumLength,
      input: dense(embedding, state, 11),
      codeInput: .sums(integers(alphabet.count * 3 * state, 30_000)), cell: cell(state),
      softmax: dense(state, StringCode.first + alphabet.count, Format.logit))
  }

  mutating func categorical(_ leaf: Int, classes: Int, stream: UInt32) -> DecoderModule {
    .categorical(
      CategoricalDecoder(
        stream: stream, leaf: leaf, softmax: dense(embedding, classes, Format.logit)))
  }

  mutating func optional(_ child: DecoderModule, stream: UInt32) -> DecoderModule {
    .optional(
      OptionalDecoder(stream: stream, presence: dense(embedding, 1, 11), child: child))
  }

  /// - Parameter leaves: with the value that each has if nothing is drawn.
  mutating func scalars(
    _ leaves: [(leaf: Int, value: Int64, isOptional: Bool)], within limits: ClosedRange<Int64>,
    stream: UInt32
  ) -> DecoderModule {
    let optional = leaves.count { $0.isOptional }
    return .scalars(
      ScalarDecoder(
        stream: stream, head: .linear(wide(embedding, leaves.count, 16)),
        presence: optional > 0 ? dense(embedding, optional, 11) : nil,
        outputs: leaves.map { leaf, value, isOptional in
          ScalarDecoder.Output(
            leaf: leaf, offset: value << 32 + Int64(integer(1_000_000_000)) << 16,
            factors: integers(leaves.count, 2_000_000_000), shift: 32,
            minimum: limits.lowerBound, maximum: limits.upperBound, isOptional: isOptional)
        }))
  }

  mutating func gru() -> GRU {
    GRU(input: matrix(3 * state, embedding), inputFractionBits: 12, cell: cell(state))
  }

  /// - Parameters:
  ///   - feedbackWidth: the width of what is fed back; nil for the element's own embedding.
  ///   - summary: what the message feeds back itself.
  mutating func tuple(
    _ children: [DecoderModule], feedbackWidth: Int? = nil, summary: TupleDecoder.Summary? = nil
  ) -> TupleDecoder {
    TupleDecoder(
      input: dense(embedding, state, 11),
      elements: children.enumerated().map { index, child in
        TupleDecoder.Element(
          embedding: dense(state, embedding, 11),
          gru: index < children.count - 1 || summary != nil ? gru() : nil, child: child)
      }, feedbackWidth: feedbackWidth, summary: summary)
  }

  mutating func network(
    strings: StringDecoder?, root: TupleDecoder, feedback: FeedbackFormat? = nil
  ) -> Network {
    func table(_ count: Int, _ entry: (Double) -> Double) -> Numbers<Int32> {
      Numbers((0..<count).map { Int32(entry(Double($0)).rounded()) })
    }
    return Network(
      tables: ActivationTables(
        sigmoid: table(1025) { 32768 / (1 + exp(-($0 - 512) / 32)) },
        celu: table(513) { 4096 * 3 * (exp(($0 - 512) / 96) - 1) },
        exponential: table(1025) { 0x1p24 * exp(-$0 / 64) }),
      // A straight line stands in for the quantile: what counts here are fixed bytes.
      gaussian: GaussianTable(entries: table(1025) { (1024 - $0) * 380 }),
      latent: LatentSampler(factor: wide(embedding, embedding, 12)), feedback: feedback,
      strings: strings, root: root)
  }
}
