/// A JSON object, flattened: the members of inner objects stand under their keys joined by dots.
/// Numbers stay as they are written.
enum FlatObject {
  struct Member: Hashable {
    /// Keys joined by dots; nothing for an element of an array that is no object.
    var key: String
    /// A text, a number, true or false, or an array as it is written; nil for null.
    var value: String?
    /// Whether the value is an array.
    var isList = false
    /// Whether it stands in an inner object.
    var isNested = false
    /// How the value is written.
    var form: JSONForms = []
  }

  /// An element of an array.
  struct Element: Hashable {
    /// Those of an object, or a single one without a key.
    var members: [Member]
    var isObject: Bool
  }

  /// Most objects and arrays in one another.
  private static let maximumDepth = 16

  enum Problem: Error, Hashable {
    case malformed(reason: String)
    /// The key of a member of an inner object that has a dot in it.
    case dotted(key: String)
  }

  /// Parses a line that holds an object.
  ///
  /// - Throws: `Problem`.
  static func parse(_ line: ArraySlice<UInt8>) throws -> [Member] {
    guard String(validating: line, as: UTF8.self) != nil else {
      throw Problem.malformed(reason: "the line is not UTF-8")
    }
    var parser = Parser(rest: line)
    return try parser.object()
  }

  /// Parses an array as a member has it.
  ///
  /// - Throws: `Problem`.
  static func elements(_ array: ArraySlice<UInt8>) throws -> [Element] {
    var parser = Parser(rest: array)
    return try parser.elements()
  }

  private struct Parser {
    var rest: ArraySlice<UInt8>
    private var depth = 0

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    mutating func object() throws -> [Member] {
      skipSpace()
      guard rest.first == UInt8(ascii: "{") else {
        throw malformed(
          take("[")
            ? "expected '{', found an array; give one object a line, as jq -c '.[]' prints them"
            : "expected '{'")
      }
      var members: [Member] = []
      try addMembers(of: "", to: &members)
      skipSpace()
      guard rest.isEmpty else { throw malformed("text follows the object") }
      return members
    }

    mutating func elements() throws -> [Element] {
      var elements: [Element] = []
      try forEachElement { parser in
        var members: [Member] = []
        let isObject = parser.rest.first == UInt8(ascii: "{")
        if isObject {
          try parser.addMembers(of: "", to: &members)
        } else {
          try parser.addValue(of: "", to: &members)
        }
        elements.append(Element(members: members, isObject: isObject))
      }
      skipSpace()
      guard rest.isEmpty else { throw malformed("text follows the array") }
      return elements
    }

    /// Adds the members of the object that comes next.
    ///
    /// - Parameter outer: the keys of the objects around it, joined by dots, with a dot behind them.
    private mutating func addMembers(of outer: String, to members: inout [Member]) throws {
      try enter("{")
      skipSpace()
      if !take("}") {
        repeat {
          skipSpace()
          let key = try string()
          if !outer.isEmpty, key.utf8.contains(UInt8(ascii: ".")) {
            throw Problem.dotted(key: outer + key)
          }
          skipSpace()
          guard take(":") else { throw malformed("expected ':' after a key") }
          skipSpace()
          if rest.first == UInt8(ascii: "{") {
            if outer.isEmpty, key.utf8.contains(UInt8(ascii: ".")) {
              throw Problem.dotted(key: key)
            }
            try addMembers(of: outer + key + ".", to: &members)
          } else {
            try addValue(of: outer + key, isNested: !outer.isEmpty, to: &members)
          }
          skipSpace()
        } while take(",")
        guard take("}") else { throw malformed("expected ',' or '}' after a value") }
      }
      depth -= 1
    }

    /// Adds the value that comes next, which is no object.
    private mutating func addValue(
      of key: String, isNested: Bool = false, to members: inout [Member]
    ) throws {
      guard rest.first == UInt8(ascii: "[") else {
        let form = JSONForms(startingWith: rest.first)
        members.append(Member(key: key, value: try value(), isNested: isNested, form: form))
        return
      }
      let start = rest
      try skipArray()
      let text = String(decoding: start.prefix(start.count - rest.count), as: UTF8.self)
      members.append(Member(key: key, value: text, isList: true, isNested: isNested))
    }

    private mutating func skipArray() throws {
      try forEachElement { parser in
        var ignored: [Member] = []
        if parser.rest.first == UInt8(ascii: "{") {
          try parser.addMembers(of: "", to: &ignored)
        } else {
          try parser.addValue(of: "", to: &ignored)
        }
      }
    }

    private mutating func forEachElement(_ body: (inout Parser) throws -> Void) throws {
      skipSpace()
      try enter("[")
      skipSpace()
      if !take("]") {
        repeat {
          skipSpace()
          try body(&self)
          skipSpace()
        } while take(",")
        guard take("]") else { throw malformed("expected ',' or ']' after a value") }
      }
      depth -= 1
    }

    private mutating func enter(_ character: Unicode.Scalar) throws {
      guard take(character) else { throw malformed("expected '\(character)'") }
      depth += 1
      guard depth <= FlatObject.maximumDepth else {
        throw malformed("objects and arrays are nested deeper than \(FlatObject.maximumDepth)")
      }
    }

    private mutating func value() throws -> String? {
      if rest.first == UInt8(ascii: "\"") { return try string() }
      for word in ["null", "true", "false"] where rest.starts(with: word.utf8) {
        rest = rest.dropFirst(word.utf8.count)
        return word == "null" ? nil : word
      }
      return try number()
    }

    private mutating func number() throws -> String {
      let start = rest
      _ = take("-")
      let whole = rest.prefix(while: isDigit)
      rest = rest.dropFirst(whole.count)
      guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else {
        throw malformed("expected a value")
      }
      if take(".") { try digits() }
      if take("e") || take("E") {
        if !take("+") { _ = take("-") }
        try digits()
      }
      return String(decoding: start.prefix(start.count - rest.count), as: UTF8.self)
    }

    private mutating func digits() throws {
      let digits = rest.prefix(while: isDigit)
      guard !digits.isEmpty else { throw malformed("expected digits") }
      rest = rest.dropFirst(digits.count)
    }

    private mutating func string() throws -> String {
      guard take("\"") else { throw malformed("expected a text in quotes") }
      var bytes: [UInt8] = []
      while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
        case UInt8(ascii: "\\"): try escape(into: &bytes)
        case 0..<0x20: throw malformed("a control character in a text")
        default: bytes.append(byte)
        }
      }
      throw malformed("a text that does not end")
    }

    private mutating func escape(into bytes: inout [UInt8]) throws {
      switch rest.popFirst() {
      case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "/"): bytes.append(UInt8(ascii: "/"))
      case UInt8(ascii: "b"): bytes.append(8)
      case UInt8(ascii: "f"): bytes.append(12)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "u"):
        var value = try hexadecimal()
        if (0xD800..<0xDC00).contains(value), rest.starts(with: "\\u".utf8) {
          rest = rest.dropFirst(2)
          let low = try hexadecimal()
          guard (0xDC00..<0xE000).contains(low) else { throw malformed("half of a character") }
          value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw malformed("half of a character") }
        bytes.append(contentsOf: String(Character(scalar)).utf8)
      default: throw malformed("an unknown escape in a text")
      }
    }

    private mutating func hexadecimal() throws -> UInt32 {
      let digits = rest.prefix(4)
      guard digits.count == 4, digits.first != UInt8(ascii: "+"),
        let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw malformed("expected four hexadecimal digits") }
      rest = rest.dropFirst(4)
      return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest = rest.dropFirst()
      return true
    }

    private mutating func skipSpace() {
      rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private func malformed(_ reason: String) -> Problem { .malformed(reason: reason) }
  }
}
