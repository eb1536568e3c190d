/// The values of a number in bins, and the values of a bin in cells, in units of its last decimal.
/// A cell runs from one value of the training data to another, so that no value outside of the
/// data's range lies in one.
public struct NumberBins: Hashable, Sendable {
  /// Most cells that the bins may take together, each bin counted with the cells of the largest.
  public static let maximumCells = 65_535

  /// The cells of each bin, both ends inclusive: ascending, apart from each other.
  public let bins: [[ClosedRange<Int64>]]

  /// Cells of the bin that has most.
  public let size: Int

  /// Creates bins of the given cells; nil if there are none or too many, or if they do not ascend.
  ///
  /// - Parameter bins: the cells of each bin, in units.
  public init?(_ bins: [[ClosedRange<Int64>]]) {
    let cells = bins.joined()
    size = bins.map(\.count).max() ?? 0
    guard size > 0, bins.allSatisfy({ !$0.isEmpty }),
      bins.count <= Self.maximumCells / size,
      zip(cells, cells.dropFirst()).allSatisfy({ $0.upperBound < $1.lowerBound })
    else { return nil }
    self.bins = bins
  }

  /// Number of bins.
  public var count: Int { bins.count }

  /// Finds the bin and the cell of a value: the last ones that begin at or below it, or the first.
  ///
  /// - Parameter units: the value in units.
  /// - Returns: the bin's number and the cell's in it.
  public func place(of units: Int64) -> (bin: Int, cell: Int) {
    let bin = Self.last(of: bins.count) { bins[$0][0].lowerBound <= units }
    return (bin, Self.last(of: bins[bin].count) { bins[bin][$0].lowerBound <= units })
  }

  /// The last of `count` places for which `holds`, by bisection; 0 if there is none.
  private static func last(of count: Int, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return low
  }
}

extension NumberBins {
  /// Returns how many units of the last decimal make one, 10^decimals.
  ///
  /// - Parameter decimals: digits after the point, not negative.
  public static func unitsPerOne(decimals: Int) -> Double {
    (0..<decimals).reduce(1) { power, _ in power * 10 }
  }

  /// Rounds a number to whole units.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - decimals: digits after the point, not negative.
  /// - Returns: the number of units.
  public static func rounded(_ value: Double, decimals: Int) -> Double {
    (value * unitsPerOne(decimals: decimals)).rounded()
  }

  /// Rounds a number to units; what 64 bits do not hold to the nearest that they do.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - decimals: digits after the point, not negative.
  /// - Returns: the number of units.
  public static func units(_ value: Double, decimals: Int) -> Int64 {
    let units = rounded(value, decimals: decimals)
    if units >= 0x1p63 { return .max }
    return units > -0x1p63 ? Int64(units) : .min
  }
}

extension NumberBins {
  /// Creates bins for the values of a column. A value of more than 1/128 of them is a bin of its own, for
  /// the most frequent ones, and so is every value if there are few; the rest are quantiles. Where
  /// many values occur in few rows each, bins and cells hold enough rows to learn from: what single
  /// rows have would be learned by heart, and long before what columns have in common.
  ///
  /// - Parameters:
  ///   - values: of the training data, in any order; nil comes of none.
  ///   - maximumBins: most bins, at least 1.
  ///   - maximumCells: most cells of a bin, at least 1.
  public init?(values: [Int64], maximumBins: Int, maximumCells: Int) {
    var known: [Known] = []
    for value in values.sorted() {
      if known.last?.value == value {
        known[known.count - 1].rows += 1
      } else {
        known.append(Known(value: value, rows: 1))
      }
    }
    let isSparse = Self.isSparse(known, rows: values.count)
    let maximumBins =
      isSparse ? min(maximumBins, max(4, values.count / Self.sparseBinRows)) : maximumBins
    let bins: [ArraySlice<Known>]
    if known.count <= maximumBins {
      bins = known.indices.map { known[$0...$0] }
    } else {
      // Of n bins, (n - 1) / 2 between frequent values leave one for each run around them.
      let frequent = known.indices.filter { known[$0].rows > values.count / 128 }
        .sorted { (known[$1].rows, $0) < (known[$0].rows, $1) }
        .prefix((maximumBins - 1) / 2).sorted()
      let runs = zip([-1] + frequent, frequent + [known.count])
        .map { known[($0 + 1)..<$1] }.filter { !$0.isEmpty }
      let spare = maximumBins - frequent.count - runs.count
      let rows = runs.reduce(0) { $0 + $1.rows }
      let quantiles = runs.flatMap { $0.quantiles(1 + $0.rows * spare / rows) }
      bins = (quantiles + frequent.map { known[$0...$0] }).sorted {
        $0.startIndex < $1.startIndex
      }
    }
    self.init(
      bins.map { bin in
        let cells =
          isSparse ? min(maximumCells, max(1, bin.rows / Self.sparseCellRows)) : maximumCells
        return bin.quantiles(cells).compactMap { cell in
          cell.first.flatMap { first in cell.last.map { first.value...$0.value } }
        }
      })
  }
}

extension NumberBins {
  /// Rows of a bin, and of a cell, where values are sparse.
  private static let sparseBinRows = 24
  private static let sparseCellRows = 12
  /// Rows of a value that is not rare.
  private static let commonRows = 4

  /// Whether over three tenths of the rows have rare values.
  private static func isSparse(_ known: [Known], rows: Int) -> Bool {
    let rare = known.reduce(0) { $0 + ($1.rows < commonRows ? $1.rows : 0) }
    return 10 * rare > 3 * rows
  }
}

/// A value of the training data, and the rows that have it.
private struct Known {
  let value: Int64
  var rows: Int
}

extension ArraySlice<Known> {
  fileprivate var rows: Int { reduce(0) { $0 + $1.rows } }

  /// At most `parts` parts of about as many rows; one for each value if these are no more.
  fileprivate func quantiles(_ parts: Int) -> [ArraySlice] {
    if count <= parts { return indices.map { self[$0...$0] } }
    let total = rows
    var (before, starts, part) = (0, [startIndex], 0)
    for index in indices {
      // By the middle of the value's rows.
      let next = (2 * before + self[index].rows) * parts / (2 * total)
      if next > part, index > startIndex { starts.append(index) }
      part = next
      before += self[index].rows
    }
    return zip(starts, starts.dropFirst() + [endIndex]).map { self[$0..<$1] }
  }
}

extension NumberBins: Codable {
  /// Decodes the cells of each bin.
  ///
  /// - Throws: `DecodingError` for cells that are none, too many or not ascending.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bins = NumberBins(try container.decode([[ClosedRange<Int64>]].self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected bins of cells in ascending order")
    }
    self = bins
  }

  /// Encodes the cells of each bin.
  ///
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bins)
  }
}
