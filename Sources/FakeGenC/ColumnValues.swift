import FakeGen

/// The values of one column of a batch, while its rows are made.
struct ColumnValues {
  let column: Int
  let type: ArrowType
  /// Whether a value may be null.
  let isOptional: Bool
  /// Whether each value is there; empty if none may be null.
  private var isPresent: [Bool] = []
  private(set) var nullCount = 0
  /// What the memory is made of, but for texts: integers, units, 0 and 1.
  private var numbers: [Int64] = []
  /// Texts one after the other, and where each begins and the last one ends.
  private var text: [UInt8] = []
  private var offsets: [Int64] = []

  init(_ column: Int, of model: Model, isExact: Bool) {
    self.column = column
    type = ArrowType(model.columns[column].kind, isExact: isExact)
    isOptional = model.columns[column].isOptional
    if case .text = type { offsets.append(0) }
  }

  /// Appends what the selected row has.
  mutating func appendValue(of generator: borrowing Generator) {
    if isOptional {
      let isNull = generator.isNull(column)
      isPresent.append(!isNull)
      if isNull { nullCount += 1 }
    }
    if case .text = type {
      generator.append(column, to: &text)
      offsets.append(Int64(text.count))
    } else if let number = generator.units(column) {
      numbers.append(number)
    } else {
      // Digits, or nothing for null.
      text.removeAll(keepingCapacity: true)
      generator.append(column, to: &text)
      numbers.append(integer(text))
    }
  }

  /// Returns the memory of the values as the interface has it: the validity, and what the type wants.
  func memory() -> [ColumnMemory.Buffer] {
    let validity: ColumnMemory.Buffer = isOptional ? .bits(isPresent) : .none
    switch type {
    case .text: return [validity, .words(offsets), .bytes(text)]
    case .integer: return [validity, .words(numbers)]
    case .real(let decimals):
      return [
        validity,
        .words(numbers.map { Int64(bitPattern: binary64($0, decimals: decimals)) }),
      ]
    case .decimal:
      var halves: [Int64] = []
      halves.reserveCapacity(2 * numbers.count)
      for number in numbers {
        halves.append(number)
        halves.append(number < 0 ? -1 : 0)
      }
      return [validity, .words(halves)]
    case .boolean: return [validity, .bits(numbers.map { $0 != 0 })]
    case .date:
      return [
        validity,
        .halfWords(
          numbers.map { Int32(clamping: ($0 &- floorRemainder($0, by: 86_400)) / 86_400) }),
      ]
    case .time(let units):
      return [
        validity,
        .words(numbers.map { floorRemainder(units.microseconds($0), by: 86_400_000_000) }),
      ]
    case .timestamp(let units, let offset, _):
      return [validity, .words(numbers.map { units.microseconds($0) &- 1_000_000 &* offset })]
    }
  }
}

/// The integer that canonical decimal digits spell; wraps where 64 bits do not hold it.
private func integer(_ digits: [UInt8]) -> Int64 {
  var number: Int64 = 0
  for digit in digits where digit != UInt8(ascii: "-") {
    number = number &* 10 &+ Int64(digit &- UInt8(ascii: "0"))
  }
  return digits.first == UInt8(ascii: "-") ? 0 &- number : number
}
