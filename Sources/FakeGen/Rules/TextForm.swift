/// How the text of a value stands in a composed one: its spaces, then its marks, then its letters, then
/// how much of it is there, then zeros before it.
public struct TextForm: Sendable, Hashable {
  /// What letters become: those of ASCII, and those of Latin-1 with marks.
  public enum Letters: UInt8, Sendable, Hashable, CaseIterable {
    /// As they are.
    case kept
    /// Small ones.
    case small
    /// Capital ones.
    case capital
  }

  /// What spaces become.
  public enum Spaces: UInt8, Sendable, Hashable, CaseIterable {
    /// As they are.
    case kept
    /// Nothing.
    case removed
    /// `-`.
    case hyphen
    /// `_`.
    case underscore
    /// `.`.
    case point
  }

  /// What letters of Latin-1 with marks become.
  public enum Marks: UInt8, Sendable, Hashable, CaseIterable {
    /// As they are.
    case kept
    /// The letters without marks: `u` for `ü`, `o` for `ø`, `ss` for `ß`.
    case dropped
    /// The letters that stand for them: `ue` for `ü`, `oe` for `ø`, without marks for others.
    case spelled
  }

  /// What letters become.
  public var letters: Letters
  /// What spaces become.
  public var spaces: Spaces
  /// What letters with marks become.
  public var marks: Marks
  /// Number of characters that are there: the first ones, the last ones if it is negative, all if it
  /// is 0.
  public var part: Int8
  /// Bytes of the text at least, with zeros before it.
  public var width: UInt8

  /// Creates a form; without arguments the text as it is.
  ///
  /// - Parameters:
  ///   - letters: what letters become.
  ///   - spaces: what spaces become.
  ///   - marks: what letters with marks become.
  ///   - part: number of characters that are there, of the last ones if negative, 0 for all.
  ///   - width: bytes of the text at least.
  public init(
    letters: Letters = .kept, spaces: Spaces = .kept, marks: Marks = .kept, part: Int8 = 0,
    width: UInt8 = 0
  ) {
    self.letters = letters
    self.spaces = spaces
    self.marks = marks
    self.part = part
    self.width = width
  }

  /// Digits of an integer at least, at most.
  package static let maximumWidth: UInt8 = 18

  /// Gives a text the form.
  ///
  /// - Parameters:
  ///   - bytes: the text from `start` on, as UTF-8; what is before it stays.
  ///   - start: where the text begins.
  package func apply(to bytes: inout [UInt8], from start: Int) {
    if spaces != .kept { replaceSpaces(in: &bytes, from: start) }
    if marks != .kept { replaceMarks(in: &bytes, from: start) }
    if letters != .kept { changeLetters(in: &bytes, from: start) }
    if part != 0 { take(of: &bytes, from: start) }
    let missing = Int(width) &- (bytes.count &- start)
    if missing > 0 {
      for _ in 0..<missing { bytes.append(UInt8(ascii: "0")) }
      var place = bytes.count &- 1
      while place >= start {
        let source = place &- missing
        bytes[place] = source >= start ? bytes[source] : UInt8(ascii: "0")
        place &-= 1
      }
    }
  }

  private func replaceSpaces(in bytes: inout [UInt8], from start: Int) {
    let replacement: UInt8 =
      switch spaces {
      case .kept, .removed: UInt8(ascii: " ")
      case .hyphen: UInt8(ascii: "-")
      case .underscore: UInt8(ascii: "_")
      case .point: UInt8(ascii: ".")
      }
    var end = start
    for place in start..<bytes.count {
      if bytes[place] == UInt8(ascii: " ") {
        if spaces == .removed { continue }
        bytes[end] = replacement
      } else {
        bytes[end] = bytes[place]
      }
      end &+= 1
    }
    bytes.removeLast(bytes.count &- end)
  }

  /// Replaces letters of two bytes by others of one or two.
  private func replaceMarks(in bytes: inout [UInt8], from start: Int) {
    var (place, end) = (start, start)
    while place < bytes.count {
      var byte = bytes[place]
      var second: UInt8 = 0
      if byte == 0xC3, place &+ 1 < bytes.count, bytes[place &+ 1] & 0xC0 == 0x80 {
        (byte, second) = plain(bytes[place &+ 1])
        place &+= 1
      }
      bytes[end] = byte
      end &+= 1
      if second != 0 {
        bytes[end] = second
        end &+= 1
      }
      place &+= 1
    }
    bytes.removeLast(bytes.count &- end)
  }

  /// What stands for U+00C0 to U+00FF.
  ///
  /// - Parameter byte: the second of its two bytes.
  private func plain(_ byte: UInt8) -> (UInt8, UInt8) {
    let small = byte & 0x20
    func letters(_ one: Unicode.Scalar, _ other: Unicode.Scalar? = nil) -> (UInt8, UInt8) {
      (
        UInt8(truncatingIfNeeded: one.value) | small,
        UInt8(truncatingIfNeeded: other?.value ?? 0)
      )
    }
    let isSpelled = marks == .spelled
    switch byte & 0x1F {
    case 0x04 where isSpelled: return letters("A", "e")
    case 0x05 where isSpelled: return letters("A", "a")
    case 0x16 where isSpelled, 0x18 where isSpelled: return letters("O", "e")
    case 0x1C where isSpelled: return letters("U", "e")
    case 0x00...0x05: return letters("A")
    case 0x06: return letters("A", "e")
    case 0x07: return letters("C")
    case 0x08...0x0B: return letters("E")
    case 0x0C...0x0F: return letters("I")
    case 0x10: return letters("D")
    case 0x11: return letters("N")
    case 0x12...0x16, 0x18: return letters("O")
    case 0x19...0x1C: return letters("U")
    case 0x1D: return letters("Y")
    case 0x1E: return letters("T", "h")
    case 0x1F: return small == 0 ? (UInt8(ascii: "s"), UInt8(ascii: "s")) : letters("Y")
    default: return (0xC3, byte)
    }
  }

  private func changeLetters(in bytes: inout [UInt8], from start: Int) {
    let isSmall = letters == .small
    var isLatin1 = false
    for place in start..<bytes.count {
      let byte = bytes[place]
      // The second byte of U+00C0 to U+00FE, of which two are no letters.
      let isLetter =
        if isLatin1 {
          isSmall
            ? (0x80...0x9E).contains(byte) && byte != 0x97
            : (0xA0...0xBE).contains(byte) && byte != 0xB7
        } else {
          isSmall
            ? (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            : (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
      if isLetter { bytes[place] = byte ^ 0x20 }
      isLatin1 = byte == 0xC3
    }
  }

  private func take(of bytes: inout [UInt8], from start: Int) {
    func begins(_ place: Int) -> Bool { bytes[place] & 0xC0 != 0x80 }
    var left = Int(part.magnitude)
    if part > 0 {
      var end = start
      while end < bytes.count {
        if begins(end) {
          if left == 0 { break }
          left &-= 1
        }
        end &+= 1
      }
      bytes.removeLast(bytes.count &- end)
    } else {
      var first = bytes.count
      while first > start, left > 0 {
        first &-= 1
        if begins(first) { left &-= 1 }
      }
      let count = bytes.count &- first
      for place in 0..<count { bytes[start &+ place] = bytes[first &+ place] }
      bytes.removeLast(bytes.count &- start &- count)
    }
  }
}
