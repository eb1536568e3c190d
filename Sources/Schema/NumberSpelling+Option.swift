import FakeGen

extension NumberSpelling {
  /// The spelling in words, each with a name before a colon: `prefix:$ group:,`. Nothing for plain
  /// numbers. docs/Data.md lists them.
  public var text: String {
    var words: [String] = []
    for (name, mark) in [("prefix", prefix), ("suffix", suffix), ("group", group)]
    where !mark.isEmpty {
      words.append(OptionWord(name: name, value: String(decoding: mark, as: UTF8.self)).text)
    }
    if point == UInt8(ascii: ",") { words.append("point:,") }
    switch sign {
    case .before: break
    case .inner: words.append("sign:inner")
    case .after: words.append("sign:after")
    case .parentheses: words.append("sign:()")
    }
    if let leastDecimals { words.append("least:\(leastDecimals)") }
    if let scientific { words.append("scientific:\(scientific.text)") }
    return words.joined(separator: " ")
  }

  /// Reads a spelling as `text` prints it; nil if it is none.
  public init?(text: String) {
    guard let words = OptionWord.words(text) else { return nil }
    self.init()
    for word in words { guard take(word) else { return nil } }
    guard problem == nil else { return nil }
  }

  /// Takes in one of the words; false if it is none of them.
  ///
  /// - Parameter word: of `text`.
  package mutating func take(_ word: OptionWord) -> Bool {
    switch (word.name, word.value) {
    case ("prefix", let mark) where !mark.isEmpty: prefix = Array(mark.utf8)
    case ("suffix", let mark) where !mark.isEmpty: suffix = Array(mark.utf8)
    case ("group", let mark) where !mark.isEmpty: group = Array(mark.utf8)
    case ("point", "."): point = UInt8(ascii: ".")
    case ("point", ","): point = UInt8(ascii: ",")
    case ("sign", "inner"): sign = .inner
    case ("sign", "after"): sign = .after
    case ("sign", "()"): sign = .parentheses
    case ("least", let digits):
      guard let digits = Int(digits), (0...18).contains(digits) else { return false }
      leastDecimals = digits
    case ("scientific", let form):
      guard let form = Scientific(text: form) else { return false }
      scientific = form
    default: return false
    }
    return true
  }
}

extension NumberSpelling.Scientific {
  /// The form of a zero: `0.000e+00`, with a minus instead of the plus where that is not shown.
  fileprivate var text: String {
    (decimals == 0 ? "0" : "0." + String(repeating: "0", count: decimals))
      + String(decoding: [letter], as: UTF8.self) + (hasPlus ? "+" : "-")
      + String(repeating: "0", count: exponentDigits)
  }

  fileprivate init?(text: String) {
    guard let match = text.wholeMatch(of: /0(?:\.(0{1,18}))?([eE])([-+])(0{1,3})/) else {
      return nil
    }
    self.init(
      decimals: match.1?.count ?? 0, letter: match.2 == "e" ? UInt8(ascii: "e") : UInt8(ascii: "E"),
      hasPlus: match.3 == "+", exponentDigits: match.4.count)
  }
}

extension NumberSpelling: Codable {
  /// Reads a spelling from its words.
  ///
  /// - Throws: `DecodingError` if they are none of a spelling.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let spelling = NumberSpelling(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected how numbers are spelled, as in 'prefix:$'")
    }
    self = spelling
  }

  /// Writes the spelling's words.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
