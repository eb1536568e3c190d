/// Keys that are counted: `prefix`, then `start + step * row` with at least `width` digits, then
/// `suffix`. The sum wraps at 64 bits, so that an odd step never gives a number twice.
package struct KeySequence: Sendable, Hashable {
  /// What stands before the number.
  package let prefix: String
  /// The number of row 0.
  package let start: Int64
  /// From one row's number to the next; not 0.
  package let step: Int64
  /// Digits that a number has at least, zeros before it.
  package let width: Int
  /// What stands after the number.
  package let suffix: String

  /// Creates counted keys.
  ///
  /// - Parameters:
  ///   - prefix: what stands before the number.
  ///   - start: the number of row 0.
  ///   - step: from one row's number to the next; not 0.
  ///   - width: digits that a number has at least.
  ///   - suffix: what stands after the number.
  package init(prefix: String, start: Int64, step: Int64, width: Int, suffix: String) {
    self.prefix = prefix
    self.start = start
    self.step = step
    self.width = width
    self.suffix = suffix
  }

  /// Most digits of `width`.
  package static let maximumWidth = 64

  /// What keeps it from making keys; nil if nothing does.
  ///
  /// - Parameter areNumbers: whether the keys are integers.
  package func problem(areNumbers: Bool) -> UTF8Text? {
    if step == 0 { return "its step is 0" }
    guard (0...Self.maximumWidth).contains(width) else {
      return "its numbers should have 0 to \(Self.maximumWidth) digits"
    }
    if areNumbers, !prefix.utf8.isEmpty || !suffix.utf8.isEmpty || width > 1 {
      return "a key that is an integer has no prefix, suffix or zeros before it"
    }
    return nil
  }

  /// The number of a row's key.
  func number(row: UInt64) -> Int64 { start &+ step &* Int64(bitPattern: row) }

  /// Appends a row's key.
  func append(row: UInt64, to bytes: inout [UInt8]) {
    let number = number(row: row)
    bytes.append(prefix)
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    appendPadded(number.magnitude, width: width, to: &bytes)
    bytes.append(suffix)
  }
}
