/// The numbers of lists' elements, which a column of the row may be the total of.
struct ListNumbers: Sendable {
  /// A column of numbers.
  struct Column: Sendable {
    /// The leaf of elements.
    var leaf: Int
    var name: String
    /// Digits after the point.
    var decimals: Int
    /// One for each element, in units; nil for nothing.
    var units: [Int64?]
  }

  /// Where the elements of each row begin, and where those of the last one end.
  var starts: [Int]
  var columns: [Column]

  /// - Parameters:
  ///   - columns: of elements.
  ///   - starts: where the elements of each row begin, and where those of the last one end.
  init(_ columns: [TypedColumn], starts: [Int]) {
    self.starts = starts
    self.columns = columns.enumerated().compactMap { leaf, column in
      let decimals: Int
      switch column.form {
      case .number(let digits): decimals = digits
      case .constant:
        guard let digits = column.constantDecimals else { return nil }
        decimals = digits
      default: return nil
      }
      return Column(
        leaf: leaf, name: column.name, decimals: decimals,
        units: column.raw.codes.indices.map {
          column.isNull($0) ? nil : column.units[Int(column.raw.codes[$0])]
        })
    }
  }

  /// The sum over a row's elements of the product of columns; elements in which one holds nothing do
  /// not count.
  func total(_ row: Int, of factors: [Int]) -> Int64 {
    var total: Int64 = 0
    for element in starts[row]..<starts[row + 1] {
      var product: Int64? = 1
      for factor in factors {
        product = product.flatMap { product in
          columns[factor].units[element].map { product &* $0 }
        }
      }
      total &+= product ?? 0
    }
    return total
  }
}
