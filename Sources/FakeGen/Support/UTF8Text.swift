/// A text put together from literals, numbers and other texts, in UTF-8. With the standard
/// library's interpolation, its strings' whole code for joining would be in the Embedded builds.
package struct UTF8Text: ExpressibleByStringInterpolation, Sendable, Hashable {
  /// The text, in UTF-8.
  package private(set) var bytes: [UInt8] = []

  /// Creates an empty text.
  package init() {}

  /// Creates the text of a literal.
  @inline(never)
  package init(stringLiteral: StaticString) { append(stringLiteral) }

  /// Creates the text of a literal with interpolations.
  package init(stringInterpolation: Interpolation) { self = stringInterpolation.message }

  /// The parts of a literal with interpolations.
  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var message = UTF8Text()

    /// Creates an empty text; the sizes are not used.
    package init(literalCapacity: Int, interpolationCount: Int) {}

    /// Appends the literal between two interpolations.
    @inline(never)
    package mutating func appendLiteral(_ literal: StaticString) { message.append(literal) }

    /// Appends a text.
    @inline(never)
    package mutating func appendInterpolation(_ text: String) { message.bytes.append(text) }

    /// Appends a text that was put together before.
    @inline(never)
    package mutating func appendInterpolation(_ part: UTF8Text) { message.append(part) }

    /// Appends a number's decimal digits.
    package mutating func appendInterpolation(_ number: some FixedWidthInteger) {
      if number < 0 { message.bytes.append(UInt8(ascii: "-")) }
      message.appendDigits(UInt64(number.magnitude))
    }
  }

  /// Appends another text.
  package mutating func append(_ part: UTF8Text) { bytes.append(contentsOf: part.bytes) }

  private mutating func append(_ literal: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(
        start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  @inline(never)
  private mutating func appendDigits(_ number: UInt64) {
    if number >= 10 { appendDigits(number / 10) }
    bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
  }

  /// The text as a string.
  @inline(never)
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension [UInt8] {
  /// Appends a text's UTF-8.
  @inline(never)
  package mutating func append(_ text: String) {
    let isAppended =
      text.utf8.withContiguousStorageIfAvailable { append(contentsOf: $0) } != nil
    // Only a string of Objective-C may lie otherwise; to copy it takes 5 KB in Embedded builds.
    #if canImport(ObjectiveC)
      if !isAppended { append(contentsOf: text.utf8) }
    #else
      precondition(isAppended)
    #endif
  }
}
