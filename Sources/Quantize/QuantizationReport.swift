import FakeGen

/// What quantizing did to each tensor, and the proof that no accumulator overflows.
public struct QuantizationReport: Codable, Hashable, Sendable {
  /// A tensor of weights and how well its integers stand for it.
  public struct Tensor: Codable, Hashable, Sendable {
    /// The layer's name.
    public var name: String
    /// The shape `[outputs, inputs]`.
    public var shape: [Int]
    /// Bits of an integer, 8 or 16.
    public var bits: Int
    /// Least step between neighbouring weights over the rows.
    public var leastScale: Double
    /// Greatest step between neighbouring weights over the rows.
    public var greatestScale: Double
    /// Greatest difference between a weight and the number that its integer stands for.
    public var greatestError: Double
    /// Root mean square of the differences over that of the weights.
    public var relativeError: Double
  }

  /// The greatest magnitude that an accumulator of a layer can reach, whatever the inputs.
  public struct Accumulator: Codable, Hashable, Sendable {
    /// The layer's name.
    public var layer: String
    /// Sum of |weight| times 32,768 plus |bias|, of the worst row.
    public var bound: Int64
    /// Exponent of the power of two that it must stay below: 31, or 63 for the layers with 64-bit
    /// sums.
    public var limitBits: Int
  }

  /// The format chosen for a layer's outputs.
  public struct Activation: Codable, Hashable, Sendable {
    /// The layer's name.
    public var layer: String
    /// Greatest magnitude while calibrating.
    public var greatest: Double
    /// Fraction bits of the format.
    public var fractionBits: Int
    /// Greatest magnitude that the format holds.
    public var limit: Double
  }

  /// A filter of rows that the model must not print.
  public struct Filter: Codable, Hashable, Sendable {
    /// Number of distinct rows.
    public var entries: Int
    /// Number of bytes.
    public var size: Int
    /// Columns whose values identify a row.
    public var columns: [String]
  }

  /// A column that identifies rows on its own and whose values the model prints nevertheless.
  public struct Identifier: Codable, Hashable, Sendable {
    /// The column.
    public var column: String
    /// Number of the table's rows with a value.
    public var values: Int
    /// Number of distinct values.
    public var distinct: Int
    /// Share of the model's rows with one of them.
    public var share: Double
  }

  /// The tensors of weights.
  public var tensors: [Tensor] = []
  /// The sums of layers.
  public var accumulators: [Accumulator] = []
  /// The formats of layers' outputs.
  public var activations: [Activation] = []
  /// Number of rows that calibrating made.
  public var calibrationRows = 0
  /// Number of strings in those rows.
  public var calibrationStrings = 0
  /// Number of characters and pieces in those strings.
  public var calibrationCodes = 0
  /// Number of weights and biases.
  public var parameterCount = 0
  /// Number of bytes of the model file.
  public var fileSize = 0
  /// Integer multiply-adds for a row: products of activations with weights, with as many strings
  /// and codes as the mean of the calibration's rows has and everything else present.
  public var multiplyAdds = 0
  /// The filters, one for each set of columns; none if the model may print every row.
  public var filters: [Filter] = []
  /// Rows of the table to exclude that did not fit the schema, a line each.
  public var skipped: [String] = []
  /// Columns of the table to exclude whose values get through its filters.
  public var identifiers: [Identifier] = []

  /// Creates an empty report.
  public init() {}
}

extension QuantizationReport: CustomStringConvertible {
  /// The report as tables for people.
  public var description: String {
    var lines = ["tensor: bits, scale least...greatest, greatest error, relative RMS error"]
    for tensor in tensors {
      lines.append(
        "  \(tensor.name) \(tensor.shape): \(tensor.bits), \(short(tensor.leastScale))..."
          + "\(short(tensor.greatestScale)), \(short(tensor.greatestError)), "
          + short(tensor.relativeError))
    }
    lines.append("accumulator: worst case over any inputs, share of its limit")
    for accumulator in accumulators {
      let limit = 2.0.scaled(by: accumulator.limitBits - 1)
      lines.append(
        "  \(accumulator.layer): \(accumulator.bound), "
          + "\(short(Double(accumulator.bound) / limit)) of 2^\(accumulator.limitBits)")
    }
    lines.append("activation: greatest in \(calibrationRows) rows, format")
    for activation in activations {
      let mark = activation.greatest > activation.limit ? " SATURATES" : ""
      lines.append(
        "  \(activation.layer): \(short(activation.greatest)), "
          + "\(activation.fractionBits) fraction bits, below \(short(activation.limit))\(mark)")
    }
    for filter in filters {
      lines.append(
        "filter of \(filter.entries) rows never printed, identified by \(filter.columns.joined(separator: ",")): "
          + "\(filter.size) bytes")
    }
    lines.append("\(parameterCount) parameters, \(fileSize) bytes")
    let strings = Double(calibrationStrings) / Double(max(calibrationRows, 1))
    let codes = Double(calibrationCodes) / Double(max(calibrationStrings, 1))
    lines.append(
      "\(multiplyAdds) multiply-adds a row, with \(short(strings)) strings of \(short(codes)) "
        + "characters or pieces (means of \(calibrationRows) rows) and all else present")
    return lines.joined(separator: "\n")
  }

  /// Formats a number with three significant digits.
  private func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var exponent = 0
    var magnitude = abs(value)
    while magnitude >= 10 {
      magnitude /= 10
      exponent += 1
    }
    while magnitude < 1 {
      magnitude *= 10
      exponent -= 1
    }
    let digits = (magnitude * 100).rounded() / 100
    let sign = value < 0 ? "-" : ""
    if (-3...3).contains(exponent) {
      var scale = 1.0
      for _ in 0..<abs(exponent) { scale *= 10 }
      let number = exponent < 0 ? digits / scale : digits * scale
      return "\(sign)\((number * 1e6).rounded() / 1e6)"
    }
    return "\(sign)\(digits)e\(exponent)"
  }
}

extension Double {
  fileprivate func scaled(by exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1) * self
  }
}
