import FakeGen
import Records
import Schema

/// Reads the cells of a column as a plan says.
struct CellReader: Sendable {
  private enum Form {
    case number(decimals: Int, spelling: NumberSpelling?)
    case moment(MomentLayout)
    case text
    case boolean
    /// A key that is an integer, or digits.
    case integer
    case digits
    case constant(String)
    case empty
    case code(CodeNumbers, pattern: String)
  }

  let name: String
  private let form: Form
  private let isOptional: Bool
  private let nullWords: Set<[UInt8]>

  init(_ column: TypedColumn, nullWords: [String]?) {
    name = column.name
    var words = nullWords ?? []
    isOptional = column.nullRows > 0 && !column.isKey
    switch column.form {
    case .number(let decimals): form = .number(decimals: decimals, spelling: column.spelling)
    case .moment(let layout): form = .moment(layout)
    case .category where column.isBoolean: form = .boolean
    case .category, .text, .composed: form = .text
    case .code(let pattern): form = .code(CodeNumbers(pattern), pattern: pattern.summary)
    case .key(let pattern):
      form =
        switch column.nullRows > 0 ? LeafKind.text : pattern.leafKind {
        case .integer: .integer
        case .digits: .digits
        default: .text
        }
    case .constant:
      if let decimals = column.constantDecimals {
        form = .number(decimals: decimals, spelling: column.spelling)
      } else {
        form = .constant(column.presentCodes.first.map { column.raw.texts[$0] } ?? "")
      }
    // Lists are read as tables of their own.
    case .empty, .list: form = .empty
    }
    if column.isNumber || column.layout != nil || column.isNullWord.contains(true) {
      words = (nullWords ?? InferenceOptions.standardNullWords) + [""]
    }
    self.nullWords = Set(words.map { Array($0.utf8) })
  }

  enum Reading {
    case value(FieldValue)
    case problem(String)
  }

  /// Reads a cell that holds nothing.
  func null() -> Reading {
    if isOptional, case .text = form { return .value(.null) }
    switch form {
    case .empty: return .value(.null)
    case .text: return .value(isOptional ? .null : .text(""))
    case _ where isOptional: return .value(.null)
    default: return .problem("expected \(expected), found nothing")
    }
  }

  /// Reads a text of a cell.
  func value(_ text: ArraySlice<UInt8>) -> Reading {
    if nullWords.contains(Array(text)) { return null() }
    switch form {
    case .number(let decimals, let spelling):
      let plain = DecimalText(text) ?? spelling?.plain(text).flatMap { DecimalText($0) }
      guard let units = plain?.withoutNoise.units(decimals: decimals) else { break }
      if decimals == 0 { return .value(.integer(units)) }
      return .value(.real(Double(units) / NumberBins.unitsPerOne(decimals: decimals)))
    case .moment(let layout):
      guard let units = layout.units(of: Array(text)) else { break }
      return .value(.integer(units))
    case .text: return .value(.text(String(decoding: text, as: UTF8.self)))
    case .code(let codes, _):
      let text = String(decoding: text, as: UTF8.self)
      if codes.number(of: text) != nil { return .value(.text(text)) }
    case .boolean:
      for (choice, word) in ["false", "true"].enumerated() where text.elementsEqual(word.utf8) {
        return .value(.choice(choice))
      }
    case .integer:
      guard let number = DecimalText(text), number.decimals == 0 else { break }
      return .value(.integer(number.mantissa))
    case .digits:
      guard let number = DecimalText(text), number.decimals == 0, number.mantissa >= 0 else {
        break
      }
      return .value(.text(String(number.mantissa)))
    case .constant(let constant):
      guard text.elementsEqual(constant.utf8) else { break }
      return .value(.text(constant))
    case .empty: break
    }
    return .problem(
      "expected \(expected), found \(shortened(String(decoding: text, as: UTF8.self)))")
  }

  private var expected: String {
    switch form {
    case .number(let decimals, nil): decimals == 0 ? "an integer" : "a number"
    case .number(let decimals, let spelling?):
      "a number like \(spelling.example(decimals: decimals))"
    case .moment(let layout): "a moment like \(layout.text)"
    case .text: "a text"
    case .boolean: "true or false"
    case .integer, .digits: "an integer"
    case .constant(let constant): "the constant \(shortened(constant))"
    case .empty: "nothing"
    case .code(_, let pattern): "a text like \(pattern)"
    }
  }
}
