import Foundation
import Schema

/// A JSON value as far as records need it.
enum JSONValue {
  case null
  case boolean(Bool)
  /// A number in decimal notation.
  case number(String)
  case string(String)
  case array
  case object([String: Any])

  /// Converts what `JSONSerialization` made of a value.
  ///
  /// - Parameter value: What `JSONSerialization` made of a value.
  init(_ value: Any) {
    switch value {
    case let text as String: self = .string(text)
    case let members as [String: Any]: self = .object(members)
    case is [Any]: self = .array
    case let number as NSNumber:
      // Only booleans are kept as C characters.
      let isBoolean = number.objCType.pointee == CChar(UInt8(ascii: "c"))
      self = isBoolean ? .boolean(number.boolValue) : .number(number.stringValue)
    default: self = .null
    }
  }

  /// The value's kind, for a person.
  var name: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// Returns the value as the text of a cell that holds a leaf of a kind, nil for null.
  ///
  /// - Throws: `RowProblem.wrongType`.
  func cell(for kind: LeafKind) throws(RowProblem) -> String? {
    switch (self, kind) {
    case (.null, _): nil
    case (.string(let text), .text), (.string(let text), .digits), (.string(let text), .real),
      (.string(let text), .integer), (.string(let text), .enumeration),
      (.string(let text), .moment):
      text
    case (.number(let text), .digits), (.number(let text), .real), (.number(let text), .integer),
      (.number(let text), .enumeration):
      text
    case (.boolean(let value), .boolean): String(value)
    default: throw .wrongType(expected: kind.expectationInJSON, found: name)
    }
  }
}

extension LeafKind {
  fileprivate var expectationInJSON: String {
    switch self {
    case .text: "a string"
    case .digits, .integer, .real: "a number or a string that holds one"
    case .boolean: "true or false"
    case .enumeration: "the name or number of an enum's value"
    case .moment(let layout): "a string like \(layout)"
    case .list: "no list here: trainer learn and infer alone read lists"
    }
  }
}
