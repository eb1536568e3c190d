import FakeGen
import Foundation

extension LayerQuantizer {
  /// Bytes up to which tables of input sums are taken even where an embedding were smaller: they
  /// save its product at each step. An alphabet of 170 characters with 128 units takes as many.
  static let greatestSmallTable = 128 << 10

  /// The embedding of codes in Int8, and what one step of its elements means.
  struct Codes {
    var embedding: CodeEmbedding
    var unit: Double
  }

  /// Returns the codes' embedding, or nil if tables of input sums are small.
  ///
  /// - Parameters:
  ///   - name: of the embedding's tensor.
  ///   - grus: the cells that read codes.
  /// - Throws: `QuantizationError.outOfRange` if a number is too great.
  mutating func codes(
    _ strings: StringVectors, name: String, grus: [GRUWeights]
  ) throws(QuantizationError) -> Codes? {
    let (known, width) = (strings.count, strings.width)
    let rows = grus.reduce(0) { $0 + 3 * $1.width }
    let tables = 2 * known * rows
    let embedded = (width + 2) * known + rows * width
    if tables <= max(Self.greatestSmallTable, embedded) { return nil }
    let greatest = strings.values.reduce(0) { max($0, abs($1)) }
    let greatestScale = CodeEmbedding.greatestScale
    let unit = max(greatest / Double(127 * greatestScale), .leastNormalMagnitude)
    var scales: [Int16] = []
    var vectors: [Int8] = []
    for code in 0..<known {
      let vector = strings[code]
      let magnitude = vector.reduce(0) { max($0, abs($1)) }
      let scale = min(max((magnitude / unit / 127).rounded(.up), 1), Double(greatestScale))
      scales.append(Int16(scale))
      for value in vector {
        vectors.append(Int8(min(max((value / unit / scale).rounded(), -127), 127)))
      }
    }
    account(
      name, bits: 8, values: Array(strings.values), integers: vectors.map { Int($0) },
      scales: scales.map { Double($0) * unit })
    return Codes(
      embedding: CodeEmbedding(width: width, scales: Numbers(scales), vectors: Numbers(vectors)),
      unit: unit)
  }

  /// Quantizes a cell of strings and its input: weights on `codes`, or a table without.
  mutating func codeCell(
    _ layer: GRUWeights, _ strings: StringVectors, codes: Codes?, stateFractionBits: Int
  ) throws(QuantizationError) -> (input: CodeInput, cell: RecurrentCell) {
    guard let codes else {
      return try tableCell(layer, strings, stateFractionBits: stateFractionBits)
    }
    let (input, inputScales, bounds) = try inputWeights(
      layer, inputUnit: codes.unit, accumulator: "codes")
    let cell = try cell(
      layer, inputScales: inputScales, inputBounds: bounds,
      stateFractionBits: stateFractionBits)
    return (.embedding(codes.embedding, weights: input), cell)
  }

  private mutating func tableCell(
    _ layer: GRUWeights, _ strings: StringVectors, stateFractionBits: Int
  ) throws(QuantizationError) -> (input: CodeInput, cell: RecurrentCell) {
    let known = strings.count
    let products = (0..<known).flatMap {
      multiplied(strings[$0], layer.inputWeight, outputs: 3 * layer.width)
    }
    let zeros = [Double](repeating: 0, count: 3 * layer.width)
    let rows = try quantizeRows(
      "string/embedding @ \(layer.name)/input_weight", weight: products, bias: zeros,
      outputs: 3 * layer.width, bits: 16, inputUnit: 1, sumLimit: 0x1p60)
    let cell = try cell(
      layer, inputScales: rows.scales, inputBounds: zeros.map { _ in 32768 },
      stateFractionBits: stateFractionBits)
    var sums: [Int16] = []
    for code in 0..<known {
      for row in 0..<3 * layer.width {
        sums.append(Int16(rows.integers[row * known + code]))
      }
    }
    return (.sums(Numbers(sums)), cell)
  }
}
