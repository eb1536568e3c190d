/// A JSON object whose members are texts, numbers, true, false and null. Numbers stay as they are
/// written.
enum FlatObject {
  struct Member: Hashable {
    var key: String
    /// Nil for null.
    var value: String?
  }

  enum Problem: Error, Hashable {
    case malformed(reason: String)
    /// A member that is an object or an array.
    case nested(key: String)
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

  private struct Parser {
    var rest: ArraySlice<UInt8>

    mutating func object() throws -> [Member] {
      skipSpace()
      guard take("{") else {
        throw malformed(
          take("[")
            ? "expected '{', found an array; give one object a line, as jq -c '.[]' prints them"
            : "expected '{'")
      }
      var members: [Member] = []
      skipSpace()
      if !take("}") {
        repeat {
          skipSpace()
          let key = try string()
          skipSpace()
          guard take(":") else { throw malformed("expected ':' after a key") }
          skipSpace()
          members.append(Member(key: key, value: try value(key)))
          skipSpace()
        } while take(",")
        guard take("}") else { throw malformed("expected ',' or '}' after a value") }
      }
      skipSpace()
      guard rest.isEmpty else { throw malformed("text follows the object") }
      return members
    }

    private mutating func value(_ key: String) throws -> String? {
      switch rest.first {
      case UInt8(ascii: "\""): return try string()
      case UInt8(ascii: "{"), UInt8(ascii: "["): throw Problem.nested(key: key)
      default: break
      }
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
