// Joining of texts, out of line. The standard library would have its own inlined wherever a message
// is put together, 150 to 250 bytes for each piece; its declarations give way to those of other
// modules.

extension DefaultStringInterpolation {
  @inline(never)
  mutating func appendLiteral(_ literal: String) {
    literal.write(to: &self)
  }

  @inline(never)
  mutating func appendInterpolation(_ text: String) {
    text.write(to: &self)
  }

  @inline(never)
  mutating func appendInterpolation(_ number: Int) {
    number.description.write(to: &self)
  }

  @inline(never)
  mutating func appendInterpolation(_ number: UInt64) {
    number.description.write(to: &self)
  }

  @inline(never)
  mutating func appendInterpolation(_ number: UInt32) {
    number.description.write(to: &self)
  }
}

extension String {
  @inline(never)
  static func + (left: String, right: String) -> String {
    var text = left
    text.append(right)
    return text
  }

  @inline(never)
  static func += (text: inout String, addition: String) {
    text.append(addition)
  }
}
