import CFakeGen
import FakeGen

/// The values of one column of a batch, or of a list's elements, while its rows are made.
struct ColumnValues {
  let type: ArrowType
  private let kind: ColumnKind
  /// Whether a value may be null.
  private let isOptional: Bool
  /// Whether each value is there; empty if none may be null.
  private var isPresent: [Bool] = []
  private var nullCount = 0
  /// Number of values.
  private var count = 0
  /// What the memory is made of, but for texts: integers, units, 0 and 1.
  private var numbers: [Int64] = []
  /// Texts one after the other.
  private var text: [UInt8] = []
  /// Where each text or list begins, and the last one ends.
  private var offsets: [Int64] = []
  /// A list's elements, one column after the other.
  private var elements: [ColumnValues] = []
  /// Number of elements of all lists.
  private var elementCount = 0

  init(_ column: Column, _ layout: ColumnLayout) {
    kind = column.kind
    type = ArrowType(kind, layout)
    isOptional = column.isOptional
    switch type {
    case .text: offsets.append(0)
    case .list(let list):
      offsets.append(0)
      elements = list.columns.map { ColumnValues($0, layout) }
    default: break
    }
  }

  /// Appends what the selected row has in a column.
  mutating func append(_ column: Int, of generator: borrowing Generator) {
    appendPresence(isNull: generator.isNull(column))
    switch type {
    case .text:
      generator.append(column, to: &text)
      offsets.append(Int64(text.count))
    case .list(let list): append(generator.elements(column), of: list)
    default:
      if let number = generator.units(column) {
        numbers.append(number)
      } else {
        // Digits, or nothing for null.
        text.removeAll(keepingCapacity: true)
        generator.append(column, to: &text)
        numbers.append(integer(text))
      }
    }
  }

  /// Appends what an element of a list has in a leaf.
  private mutating func append(_ index: Int, leaf: Int, of list: ListElements) {
    appendPresence(isNull: list.isNull(index, leaf: leaf))
    switch type {
    case .text:
      list.append(index, leaf: leaf, kind: kind, to: &text)
      offsets.append(Int64(text.count))
    case .list(let inner): append(list.elements(index, leaf: leaf), of: inner)
    default:
      if let number = list.units(index, leaf: leaf) {
        numbers.append(number)
      } else {
        text.removeAll(keepingCapacity: true)
        list.append(index, leaf: leaf, kind: kind, to: &text)
        numbers.append(integer(text))
      }
    }
  }

  /// Appends a list; none for null.
  private mutating func append(_ list: ListElements?, of kind: ListKind) {
    if let list {
      for index in 0..<list.count {
        for (place, leaf) in kind.schema.columns.enumerated() {
          elements[place].append(index, leaf: leaf, of: list)
        }
      }
      elementCount += list.count
    }
    offsets.append(Int64(elementCount))
  }

  private mutating func appendPresence(isNull: Bool) {
    count += 1
    guard isOptional else { return }
    isPresent.append(!isNull)
    if isNull { nullCount += 1 }
  }

  /// The values as the interface has them.
  var array: ArrowArray {
    var children = elements.map { $0.array }
    if case .list(let list) = type, list.isMessage {
      children = [
        ArrowArray(length: elementCount, nullCount: 0, buffers: [.none], children: children)
      ]
    }
    return ArrowArray(length: count, nullCount: nullCount, buffers: memory(), children: children)
  }

  /// The memory of the values as the interface has it: the validity, and what the type wants.
  private func memory() -> [ColumnMemory.Buffer] {
    let validity: ColumnMemory.Buffer = isOptional ? .bits(isPresent) : .none
    switch type {
    case .text: return [validity, .words(offsets), .bytes(text)]
    case .list: return [validity, .words(offsets)]
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
