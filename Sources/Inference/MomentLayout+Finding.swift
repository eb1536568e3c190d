import FakeGen

extension MomentLayout {
  /// The usual layouts without a zone, those that are preferred first.
  private static let usual: [MomentLayout] = {
    let dates = [
      "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%m/%d/%Y", "%d/%m/%Y", "%-m/%-d/%Y", "%-d/%-m/%Y",
      "%d.%m.%Y", "%m.%d.%Y", "%-d.%-m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%-d-%-m-%Y", "%-m-%-d-%Y",
      "%m/%d/%y", "%d/%m/%y", "%-m/%-d/%y", "%-d/%-m/%y", "%d.%m.%y", "%-d.%-m.%y", "%d-%m-%y",
      "%m-%d-%y", "%Y-%-m-%-d", "%Y/%-m/%-d", "%d-%b-%Y", "%-d-%b-%Y", "%d-%b-%y", "%-d-%b-%y",
      "%d %b %Y", "%-d %b %Y", "%d %B %Y", "%-d %B %Y", "%-d. %B %Y", "%b %d, %Y", "%b %-d, %Y",
      "%B %d, %Y", "%B %-d, %Y", "%b %d %Y", "%b %-d %Y", "%B %d %Y", "%B %-d %Y", "%b. %d, %Y",
      "%b. %-d, %Y", "%d. %B %Y", "%d-%B-%Y", "%-d-%B-%Y", "%Y-%b-%d", "%d/%b/%Y",
      "%a, %d %b %Y", "%a, %-d %b %Y", "%A, %B %d, %Y", "%A, %B %-d, %Y", "%A, %d %B %Y",
      "%A, %-d %B %Y", "%a %b %d %Y",
      "%Y%m%d",
    ]
    let seconds = ["%H:%M:%S", "%-H:%M:%S"]
    let times =
      seconds + ["%H:%M", "%-H:%M"]
      + seconds.flatMap { time in
        (1...9).flatMap { ["\(time).%\($0)f", "\(time),%\($0)f"] }
      }
      // Python's and Java's own texts leave a fraction of 0 out.
      + seconds.flatMap { time in [3, 6, 9].map { "\(time)%-\($0)f" } }
      + [
        "%I:%M:%S %p", "%-I:%M:%S %p", "%I:%M %p", "%-I:%M %p", "%I:%M:%S%p", "%-I:%M:%S%p",
        "%I:%M%p", "%-I:%M%p",
      ]
    let months = ["%Y-%m", "%Y/%m", "%m/%Y", "%-m/%Y", "%m.%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y"]
    let both = [" ", "T", ", "].flatMap { between in
      dates.flatMap { date in times.map { date + between + $0 } }
    }
    let others = [
      "%a %b %d %H:%M:%S %Y", "%Y%m%dT%H%M%S", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%d/%b/%Y:%H:%M:%S",
    ]
    return (dates + both + times + months + others).compactMap(MomentLayout.init(checked:))
  }()

  /// Returns the layouts that all of some texts may have, those that are preferred first.
  ///
  /// - Parameter texts: in UTF-8.
  package static func layouts(ofAll texts: [ArraySlice<UInt8>]) -> [MomentLayout] {
    guard let first = texts.first else { return [] }
    var candidates = layouts(of: first)
    for text in texts where !candidates.isEmpty { candidates.removeAll { !$0.fits(text) } }
    return candidates
  }

  /// Returns the layouts that a text may have, a zone at its end included.
  static func layouts(of text: ArraySlice<UInt8>) -> [MomentLayout] {
    guard (4...64).contains(text.count), text.contains(where: { (0x30...0x39).contains($0) }) else {
      return []
    }
    let zone = zone(text)
    let body = Array(text.dropLast(zone.count))
    let found = usual.filter { $0.units(of: body) != nil && (zone.isEmpty || $0.hasTime) }
    if zone.isEmpty { return found }
    // One zone in all of a column, or one in each row.
    let suffix = String(decoding: zone, as: UTF8.self)
    var suffixes = [suffix]
    if let sign = suffix.firstIndex(where: { $0 == "+" || $0 == "-" }) {
      let offset = suffix[sign...]
      if offset.utf8.count >= 5 {
        suffixes.append(suffix[..<sign] + (offset.contains(":") ? "%:z" : "%z"))
      }
    }
    return suffixes.flatMap { suffix in
      found.compactMap { MomentLayout(checked: $0.text + suffix) }
    }
  }

  /// Reads a layout; nil if it is none.
  init?(checked text: String) {
    guard let layout = try? MomentLayout(text) else { return nil }
    self = layout
  }

  /// Whether it shows year, month and day.
  var showsWholeDate: Bool {
    [["%Y", "%y"], ["%m", "%-m", "%b", "%B"], ["%d", "%-d"]].allSatisfy { fields in
      fields.contains { text.contains($0) }
    }
  }

  /// Writes a moment.
  ///
  /// - Parameter units: since 1970, or since midnight.
  func text(_ units: Int64) -> String {
    var bytes: [UInt8] = []
    append(units, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the text is a moment of the layout that is written just so.
  func fits(_ text: ArraySlice<UInt8>) -> Bool {
    units(of: Array(text)) != nil
  }

  /// The zone at the end of a text: `Z`, ` UTC`, `+02:00`, `-0500`.
  private static func zone(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for name in ["Z", " UTC", " GMT", " Z"] where text.reversed().starts(with: name.utf8.reversed())
    {
      return text.suffix(name.utf8.count)
    }
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
    // A time comes before it, so that the end of 2019-04 or 12-11-2019 is none.
    guard text.contains(UInt8(ascii: ":")) else { return text.suffix(0) }
    for digits in [6, 5, 3] {
      let end = Array(text.suffix(digits))
      guard end.count == digits, isSign(end[0]) else { continue }
      let rest = digits == 6 ? [end[1], end[2], end[4], end[5]] : Array(end[1...])
      guard rest.allSatisfy(isDigit), digits != 6 || end[3] == UInt8(ascii: ":") else { continue }
      let hasSpace = text.dropLast(digits).last == 0x20
      return text.suffix(hasSpace ? digits + 1 : digits)
    }
    return text.suffix(0)
  }
}
