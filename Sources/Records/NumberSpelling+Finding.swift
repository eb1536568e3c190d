import FakeGen

extension NumberSpelling {
  /// Finds how texts spell numbers: the spelling in which all of them are numbers.
  ///
  /// - Parameters:
  ///   - texts: distinct ones, UTF-8.
  ///   - prefersComma: what a mark is that may be either, as in `1,200`: a decimal mark (true), or one
  ///     between groups of digits.
  /// - Returns: the spelling; nil if there is none.
  package static func common(
    of texts: some Collection<ArraySlice<UInt8>>, prefersComma: Bool
  ) -> NumberSpelling? {
    var found: [NumberSpelling] = []
    for text in texts {
      guard let candidates = candidates(of: text) else { return nil }
      for candidate in candidates where !found.contains(candidate) { found.append(candidate) }
      // Columns of texts have many, those of numbers a few.
      if found.count > mostCandidates { return nil }
    }
    // Where not all have an exponent, none needs one.
    let isMixed = found.contains { $0.scientific == nil }
    let fitting = found.filter { candidate in
      !(isMixed && candidate.scientific != nil)
        && texts.allSatisfy { candidate.plain($0) != nil }
    }
    let comma = UInt8(ascii: ",")
    let preferred = fitting.filter { ($0.point == comma) == prefersComma }
    return (preferred.isEmpty ? fitting : preferred).max { $0.rank < $1.rank }
  }

  /// Whether a text is a number, in whatever spelling.
  ///
  /// - Parameter text: UTF-8.
  package static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    candidates(of: text)?.contains { $0.plain(text) != nil } ?? false
  }

  /// A number that is spelled so, for a person.
  package func example(decimals: Int) -> String {
    var bytes: [UInt8] = []
    append(scientific == nil ? 1_234_500 : 1_234, decimals: min(max(decimals, 0), 3), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Most spellings that are looked at in one column.
  private static let mostCandidates = 48

  /// Of several spellings that fit, the greatest is the one that the texts have in common: one text
  /// may have no group, no sign, more digits than others, an exponent that needs no zeros.
  private var rank: (Int, Int, Int, Int) {
    (
      (group.isEmpty ? 0 : 1) + (sign == .before ? 0 : 1), -(scientific?.decimals ?? 0),
      scientific?.exponentDigits ?? 0, scientific?.hasPlus == true ? 0 : 1
    )
  }

  /// The ways in which a text may spell a number; nil if there is none.
  static func candidates(of text: ArraySlice<UInt8>) -> [NumberSpelling]? {
    guard text.count <= 4 * maximumSize, let decoded = String(validating: text, as: UTF8.self)
    else { return nil }
    var (scalars, sign) = (Array(decoded.unicodeScalars), Sign.before)
    let trimmed = scalars.drop { $0 == " " }
    if trimmed.first == "(", scalars.last == ")" {
      (scalars, sign) = (Array(trimmed.dropFirst().dropLast()), .parentheses)
    } else if scalars.last == "-" {
      (scalars, sign) = (Array(scalars.dropLast()), .after)
    }
    guard let first = scalars.firstIndex(where: \.isDigit),
      let last = scalars.lastIndex(where: \.isDigit)
    else { return nil }
    // A number may begin or end with its point.
    let start = first > 0 && scalars[first - 1].isPoint ? first - 1 : first
    let end = last + 1 < scalars.count && scalars[last + 1] == "." ? last + 2 : last + 1
    guard let (prefix, prefixSign) = prefix(scalars[..<start]),
      let suffix = mark(scalars[end...], isPrefix: false), sign == .before || prefixSign == nil
    else { return nil }
    let number = scalars[start..<end]
    var spelling = NumberSpelling(prefix: prefix, suffix: suffix, sign: prefixSign ?? sign)
    if number.contains(where: { $0 == "e" || $0 == "E" }) {
      guard let (point, form) = scientific(number) else { return nil }
      spelling.point = point
      spelling.scientific = form
      return [spelling]
    }
    return separated(number).map {
      spelling.group = $0.group
      spelling.point = $0.point
      return spelling
    }
  }

  // MARK: - What stands around the digits

  /// The mark before the digits, and where their sign stands if there is one.
  private static func prefix(
    _ scalars: ArraySlice<Unicode.Scalar>
  ) -> (mark: [UInt8], sign: Sign?)? {
    var rest = scalars.drop { $0 == " " }
    var sign: Sign?
    if rest.first?.isSign == true {
      rest.removeFirst()
      sign = .before
    } else if rest.last?.isSign == true {
      rest.removeLast()
      sign = .inner
    }
    guard let mark = mark(rest, isPrefix: true) else { return nil }
    return (mark, mark.isEmpty && sign != nil ? .before : sign)
  }

  /// The mark of a currency, a share or, behind the digits, a unit; nil if it is none, nor nothing.
  private static func mark(_ scalars: ArraySlice<Unicode.Scalar>, isPrefix: Bool) -> [UInt8]? {
    var mark = scalars
    // Spaces before a prefix and after a suffix are around the cell.
    if isPrefix {
      mark = mark.drop { $0 == " " }
    } else {
      while mark.last == " " { mark.removeLast() }
    }
    if mark.isEmpty { return [] }
    // A space may part the mark from the digits.
    var text = mark
    if isPrefix {
      if text.last?.isSpace == true { text.removeLast() }
    } else {
      if text.first?.isSpace == true { text.removeFirst() }
    }
    let word = String(String.UnicodeScalarView(text))
    let isKnown =
      knownMarks.contains(word)
      || text.count <= 4 && text.count(where: \.isCurrency) == 1
        && text.allSatisfy { $0.isCurrency || $0.isLetter }
    guard isKnown || !isPrefix && isUnit(word, isParted: text.count < mark.count) else {
      return nil
    }
    return Array(String(String.UnicodeScalarView(mark)).utf8)
  }

  /// Whether a word behind digits is a unit: any after a space or with a degree's sign, as in `85 kg`,
  /// `36.6 °C` and `12 m/s²`, but of those that follow at once the usual ones alone: `12B` is no number.
  private static func isUnit(_ word: String, isParted: Bool) -> Bool {
    if attachedUnits.contains(word) { return true }
    let scalars = Array(word.unicodeScalars)
    guard isParted || scalars.first == "\u{B0}", scalars.count <= mostUnitCharacters else {
      return false
    }
    return !halvesOfDays.contains(word)
      && scalars.allSatisfy {
        $0.isLetter || "\u{B0}\u{B5}\u{3BC}\u{B2}\u{B3}/.".unicodeScalars.contains($0)
      }
      && scalars.last != "." && scalars.last != "/"
  }

  /// Most characters of a unit.
  private static let mostUnitCharacters = 12
  private static let halvesOfDays: Set<String> = ["AM", "PM", "am", "pm", "Am", "Pm"]
  private static let attachedUnits: Set<String> = [
    "mm", "cm", "m", "km", "in", "ft", "yd", "mi", "g", "mg", "\u{B5}g", "kg", "lb", "lbs", "oz",
    "t",
    "ml", "mL", "cl", "dl", "l", "cc", "ms", "s", "sec", "min", "h", "hrs", "d", "kW", "MW", "kWh",
    "MWh", "mA", "mAh", "mV", "kV", "Hz", "kHz", "MHz", "GHz", "KB", "kB", "MB", "GB", "TB", "KiB",
    "MiB", "GiB", "px", "pt", "hp", "mph", "kph", "km/h", "rpm", "psi", "hPa", "kPa", "bar", "mmHg",
    "ppm", "bps", "dB", "x", "\"",
  ]

  /// Marks that are no currency's sign: shares, codes (ISO 4217) and short names of currencies.
  private static let knownMarks: Set<String> = [
    "%", "\u{2030}", "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "RMB", "SEK", "NOK", "DKK", "ISK",
    "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "INR", "BRL", "MXN", "ARS", "CLP", "COP", "AUD",
    "CAD",
    "NZD", "SGD", "HKD", "KRW", "TWD", "THB", "IDR", "MYR", "PHP", "VND", "ZAR", "ILS", "AED",
    "SAR",
    "RUB", "UAH", "kr", "kr.", "Kr", "Kr.", "z\u{142}", "K\u{10D}", "Ft", "Fr.", "SFr.", "Rs",
    "Rs.",
    "Rp", "RM", "lei",
  ]

  // MARK: - What stands among them

  private static func scientific(
    _ number: ArraySlice<Unicode.Scalar>
  ) -> (point: UInt8, form: Scientific)? {
    let text = String(String.UnicodeScalarView(number))
    guard let match = text.wholeMatch(of: /[0-9](?:([.,])([0-9]{1,17}))?([eE])([-+]?)([0-9]{1,3})/)
    else { return nil }
    let exponent = match.5
    let form = Scientific(
      decimals: match.2?.count ?? 0,
      letter: match.3 == "e" ? UInt8(ascii: "e") : UInt8(ascii: "E"),
      hasPlus: match.4 != "", exponentDigits: exponent.hasPrefix("0") ? exponent.count : 1)
    return (match.1 == "," ? UInt8(ascii: ",") : UInt8(ascii: "."), form)
  }

  /// What may stand between groups and before decimals; none if the number has other characters.
  private static func separated(
    _ number: ArraySlice<Unicode.Scalar>
  ) -> [(group: [UInt8], point: UInt8)] {
    let (comma, point) = (UInt8(ascii: ","), UInt8(ascii: "."))
    let marks = number.filter { !$0.isDigit }
    guard let last = marks.last else { return [([], point)] }
    guard marks.allSatisfy({ $0.isPoint || $0.isGroupMark }) else { return [] }
    func bytes(_ scalar: Unicode.Scalar) -> [UInt8] { Array(String(scalar).utf8) }
    let decimalMark = last == "," ? comma : point
    if Set(marks).count == 2 {
      guard last.isPoint, marks.count(where: { $0 == last }) == 1 else { return [] }
      return [(bytes(marks[0]), decimalMark)]
    }
    guard Set(marks).count == 1 else { return [] }
    if !last.isPoint { return [(bytes(last), point), (bytes(last), comma)] }
    let asGroup = (bytes(last), last == "," ? point : comma)
    return marks.count > 1 ? [asGroup] : [([], decimalMark), asGroup]
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isSign: Bool { self == "-" || self == "+" }
  fileprivate var isPoint: Bool { self == "." || self == "," }
  /// Spaces, those that do not break a line among them.
  fileprivate var isSpace: Bool { self == " " || self == "\u{A0}" || self == "\u{202F}" }
  fileprivate var isGroupMark: Bool { isSpace || self == "'" || self == "\u{2019}" }
  fileprivate var isCurrency: Bool { properties.generalCategory == .currencySymbol }
  fileprivate var isLetter: Bool { ("A"..."Z").contains(self) || ("a"..."z").contains(self) }
}
