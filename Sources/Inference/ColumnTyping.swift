import FakeGen
import Records
import Schema

/// Finds out what the texts of a column mean.
///
/// In this order: no value at all is `empty`, one value in every row `constant`; then numbers,
/// moments, keys, categories, and free text for the rest. docs/Data.md has the rules.
struct ColumnTyping {
  /// Rows that a column must have for its values to be taken for keys.
  static let minimumKeyRows = 20
  /// Share of the rows that keys are distinct in.
  static let distinctKeys = 0.98
  /// Most known values of a category.
  static let maximumKnownValues = 4_096
  /// Where no more than one row in so many has a rare value, none is ever made.
  static let rowsOfRareOne = 50
  /// Share of the rows that the known values of a category have at least.
  static let minimumCoverage = 0.6

  let table: RawTable
  let options: InferenceOptions
  private(set) var warnings: [InferenceWarning] = []

  init(table: RawTable, options: InferenceOptions) {
    self.table = table
    self.options = options
  }

  /// Finds out what a column is.
  ///
  /// - Parameters:
  ///   - index: of the column.
  ///   - wanted: what a person says that it is.
  /// - Throws: `InferenceError.unsuitableKind`.
  mutating func type(_ index: Int, wanted: Kind?) throws(InferenceError) -> TypedColumn {
    var column = TypedColumn(
      name: table.header[index], raw: table.columns[index], groups: table.groups)
    column.wanted = wanted
    column.isClosed = options.closed.contains(column.name)
    if let wanted, wanted.isList {
      throw .unsuitableKind(
        column: column.name, kind: wanted.text, reason: "its rows hold no arrays")
    }
    if let words = options.nullWords { mark(words, in: &column) }
    switch wanted {
    case nil, .composed, .sum, .digit, .lookup, .pairLookup, .calendar, .after, .total, .product,
      .exclude,
      .list, .map, .oneof, .object:
      infer(&column)
    case .number(let decimals, let step, let spelling):
      markStandardWords(in: &column)
      guard let numbers = numbers(&column, spelling: spelling) else {
        throw unsuitable(column, .number(decimals: decimals, step: step, spelling: spelling)) {
          if let spelling { return spelling.plain($0) == nil ? "is no number so spelled" : nil }
          return DecimalText($0) == nil ? "is no number" : nil
        }
      }
      take(numbers, in: &column, decimals: decimals)
    case .moment(let layout):
      try makeMoment(&column, layout: layout)
    case .category:
      column.form = .category
      markWordsOfNoisyNumbers(in: &column)
    case .text: column.form = .text
    case .code(let wantedPattern):
      try makeCode(&column, pattern: wantedPattern)
    case .key(let pattern):
      column.form = .key(pattern ?? KeyFinder(column, totalRows: table.totalRows).anyPattern())
      warnOfRepetition(column)
    case .sequence:
      column.form = .key(
        KeyFinder(column, totalRows: table.totalRows).sequence()
          ?? KeyFinder(column, totalRows: table.totalRows).standardSequence())
    case .constant:
      guard column.distinct == 1, column.nullRows == 0 else {
        throw .unsuitableKind(
          column: column.name, kind: "constant",
          reason: "it has \(column.distinct) distinct values and \(column.nullRows) empty cells")
      }
      column.form = .constant
      takeConstant(&column)
    case .empty:
      guard column.valueRows == 0 else {
        throw .unsuitableKind(
          column: column.name, kind: "empty", reason: "\(column.valueRows) rows have a value")
      }
      column.form = .empty
    }
    if column.why.isEmpty { column.why = summary(column) + "; as asked for" }
    return column
  }

  // MARK: - What is found

  private mutating func infer(_ column: inout TypedColumn) {
    guard column.distinct > 0 else {
      column.form = .empty
      column.why = "no row has a value"
      warn(column, "no row has a value; it stays empty")
      return
    }
    let asRead = column
    markStandardWords(in: &column)
    if column.distinct == 0 { column = asRead }
    if column.distinct == 1, column.nullRows == 0, isCommon(column) {
      column.form = .constant
      takeConstant(&column)
      column.why = "all rows have the same value"
      warn(column, "all rows have the same value; it says nothing")
      return
    }
    if column.isClosed {
      column.form = .category
      column.why = summary(column) + "; an enum"
      return
    }
    let isText = options.texts.contains(column.name)
    if !isText, column.isOfNoisyNumbers, !hasRoundableNoise(column) {
      column.form = .category
      column.why = summary(column) + "; numbers with noise of floating point, kept as they are"
      return
    }
    if !isText, let numbers = numbers(&column), !isCode(column, numbers) {
      if let layout = packedDates(column, numbers) {
        take(layout, in: &column)
        return
      }
      take(numbers, in: &column, decimals: nil)
      if column.decimals == 0, column.spelling == nil,
        let (pattern, why) = KeyFinder(column, totalRows: table.totalRows).integerKey()
      {
        column.form = .key(pattern)
        column.why = summary(column) + "; " + why
      }
      return
    }
    if let layout = layout(column) {
      take(layout, in: &column)
      return
    }
    column = asRead
    if let (pattern, why) = KeyFinder(column, totalRows: table.totalRows).textKey() {
      column.form = .key(pattern)
      column.why = summary(column) + "; " + why
      return
    }
    let known = column.knownCodes(minimumCount: options.minimumCount)
    let covered = known.reduce(0) { $0 + column.counts[$1] }
    let coverage = Double(covered) / Double(max(column.valueRows, 1))
    let percent = Int((coverage * 100).rounded(.down))
    if known.count > Self.maximumKnownValues {
      column.form = .text
      column.why = summary(column) + "; more than \(Self.maximumKnownValues) recur"
      takeCode(&column)
    } else if coverage < Self.minimumCoverage {
      column.form = .text
      column.why =
        summary(column)
        + "; those in \(options.minimumCount) rows or more cover \(percent) % of the rows"
      takeCode(&column)
    } else {
      column.form = .category
      let rare = column.distinct - known.count
      column.why =
        summary(column)
        + (rare == 0
          ? "; each in \(options.minimumCount) rows or more"
          : "; \(rare) in fewer than \(options.minimumCount) rows")
      // Rare ones would be spelled.
      if (column.valueRows - covered) * Self.rowsOfRareOne > column.valueRows {
        takeCode(&column)
      }
    }
    if case .code = column.form { return }
    if !isText { warnOfMixture(column) }
    if column.form == .category { warnOfAddresses(column) }
  }

  /// Whether a constant is no secret of a few rows that have a list with it.
  private func isCommon(_ column: TypedColumn) -> Bool {
    column.valueRows == table.rowCount && table.isOfElements
      ? column.presentCodes.allSatisfy { column.rowCounts[$0] >= options.minimumCount } : true
  }

  /// How many rows, distinct values and nulls there are.
  private func summary(_ column: TypedColumn) -> String {
    let nulls = column.nullRows
    return "\(column.distinct) distinct in \(column.valueRows) rows"
      + (nulls > 0 ? ", \(nulls) empty" : "")
  }

  // MARK: - Nothing

  private func mark(_ words: [String], in column: inout TypedColumn) {
    for word in words {
      if let code = column.raw.texts.find(word) { column.isNullWord[Int(code)] = true }
    }
  }

  private func markStandardWords(in column: inout TypedColumn) {
    // A pair of quotes is an empty text, and no number.
    mark([""], in: &column)
    if options.nullWords == nil { mark(InferenceOptions.standardNullWords, in: &column) }
  }

  /// The words that are nothing in numbers, where these are a category.
  private func markWordsOfNoisyNumbers(in column: inout TypedColumn) {
    var marked = column
    markStandardWords(in: &marked)
    if marked.isOfNoisyNumbers { column = marked }
  }

  // MARK: - Codes

  /// Makes texts codes where they have a pattern.
  private func takeCode(_ column: inout TypedColumn) {
    guard let pattern = CodeFinder(column).pattern(),
      let units = Self.numbers(column, CodeNumbers(pattern))
    else { return }
    column.form = .code(pattern)
    column.units = units
    column.why += "; all of one pattern"
  }

  private func makeCode(
    _ column: inout TypedColumn, pattern wanted: KeyPattern?
  ) throws(InferenceError) {
    let pattern = wanted ?? CodeFinder(column).anyPattern()
    let codes = CodeNumbers(pattern)
    guard let units = Self.numbers(column, codes) else {
      throw unsuitable(column, .code(pattern)) {
        codes.number(of: String(decoding: $0, as: UTF8.self)) == nil
          ? "does not have the pattern" : nil
      }
    }
    column.form = .code(pattern)
    column.units = units
  }

  /// The number of each text of a column; nil if one has none.
  private static func numbers(_ column: TypedColumn, _ codes: CodeNumbers) -> [Int64]? {
    var units = [Int64](repeating: 0, count: column.counts.count)
    for code in column.presentCodes {
      guard let number = codes.number(of: column.raw.texts[code]) else { return nil }
      units[code] = number
    }
    return units
  }

  // MARK: - Numbers

  /// The numbers of a column's texts, by code; nil if one is none.
  ///
  /// - Parameters:
  ///   - column: takes how its texts spell numbers.
  ///   - spelling: as a person says; nil for as found.
  private func numbers(
    _ column: inout TypedColumn, spelling: NumberSpelling? = nil
  ) -> [Int: DecimalText]? {
    var found = column
    found.spelling = spelling
    let codes = column.presentCodes
    func read() -> [Int: DecimalText]? {
      var numbers: [Int: DecimalText] = [:]
      for code in codes {
        guard let number = found.number(code), !number.hasLeadingZero else { return nil }
        numbers[code] = number
      }
      return numbers.isEmpty ? nil : numbers
    }
    var numbers = read()
    if spelling == nil {
      let texts = codes.map { column.raw.texts.utf8($0) }
      if numbers == nil {
        found.spelling = NumberSpelling.common(
          of: texts, prefersComma: table.prefersDecimalComma)
        if found.spelling != nil { numbers = read() }
      } else if texts.first?.contains(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") })
        == true
      {
        // All are powers of ten, or none is written as one.
        let common = NumberSpelling.common(of: texts, prefersComma: false)
        if common?.scientific != nil { found.spelling = common }
      }
    }
    guard var numbers else { return nil }
    if let decimals = Self.noiselessDecimals(of: found, numbers) {
      let rounded = numbers.compactMapValues { $0.rounded(to: decimals) }
      if rounded.count == numbers.count {
        column.noisyNumbers = numbers.values.count { $0.decimals > decimals }
        numbers = rounded
      }
    } else {
      numbers = numbers.mapValues(\.withoutNoise)
    }
    if spelling == nil, found.spelling?.scientific == nil,
      let least = Self.leastDecimals(numbers.values)
    {
      found.spelling = found.spelling ?? NumberSpelling()
      found.spelling?.leastDecimals = least
    }
    column.spelling = found.spelling
    return numbers
  }

  /// The digits after the point of numbers of which some have noise; nil if that is not so.
  private static func noiselessDecimals(
    of column: TypedColumn, _ numbers: [Int: DecimalText]
  ) -> Int? {
    column.spelling?.scientific == nil ? NumberNoise.decimals(of: numbers.values) : nil
  }

  /// Whether the numbers of a column without noise tell what the others are without it.
  private func hasRoundableNoise(_ column: TypedColumn) -> Bool {
    var column = column
    return numbers(&column) != nil && column.noisyNumbers > 0
  }

  /// The fewest digits after the point, where others have more and zeros at the end are left out.
  private static func leastDecimals(_ numbers: some Collection<DecimalText>) -> Int? {
    guard let least = numbers.map(\.shownDecimals).min(),
      numbers.contains(where: { $0.decimals > least }),
      // A few may have zeros at their end.
      numbers.count(where: { $0.shownDecimals != max($0.decimals, least) }) * 500 <= numbers.count
    else { return nil }
    return least
  }

  /// Whether numbers are codes: of phones, or of a column whose name says so.
  private func isCode(_ column: TypedColumn, _ numbers: [Int: DecimalText]) -> Bool {
    if numbers.values.allSatisfy({ $0.hasPlus && $0.wholeDigits >= 8 && $0.decimals == 0 }) {
      return true
    }
    return NameWords.isCode(column.name) && numbers.values.allSatisfy { $0.decimals == 0 }
  }

  private mutating func take(
    _ numbers: [Int: DecimalText], in column: inout TypedColumn, decimals wanted: Int?
  ) {
    let telling = numbers.values.map(\.decimals).max() ?? 0
    let shown = numbers.values.map(\.shownDecimals).max() ?? 0
    // `1.0` in all rows is how a real is written; beside nothing it is an integer that was read as one.
    let isWhole = telling == 0 && !(column.nullRows == 0 && Self.areAllTenths(numbers.values))
    var decimals = wanted ?? (isWhole ? 0 : shown <= 9 ? shown : min(telling, 9))
    // Reals are doubles: beyond 2^53 units they would not be exact.
    let largest = Int64(1) << 53
    func units(_ decimals: Int) -> [Int: Int64]? {
      var units: [Int: Int64] = [:]
      for (code, number) in numbers {
        guard let value = number.units(decimals: decimals),
          decimals == 0 || value.magnitude <= UInt64(largest)
        else { return nil }
        units[code] = value
      }
      return units
    }
    // A number of more digits than are held is told from others by its text alone.
    let exact =
      Set(
        numbers.values.filter { !$0.isCut }.map {
          FixedDecimal(units: $0.mantissa, decimals: $0.decimals)
        }
      ).count + numbers.values.count(where: \.isCut)
    func isLossy(_ units: [Int: Int64]) -> Bool { Set(units.values).count * 10 < exact * 9 }
    var found = units(decimals)
    if wanted == nil, telling > decimals,
      column.spelling?.scientific != nil || found.map(isLossy) ?? false
    {
      // Numbers so small that nine digits after the point lose them.
      decimals = telling
      found = units(decimals)
    }
    while found == nil, decimals > 0 {
      decimals -= 1
      found = units(decimals)
    }
    column.form = .number(decimals: decimals)
    column.units = Array(repeating: 0, count: column.counts.count)
    for (code, value) in found ?? [:] { column.units[code] = value }
    column.heaps = HeapFinder(column, maximumBins: options.maximumBins).heaps()
    let values = column.presentCodes.map { column.units[$0] }
    let kept = Set(values).count
    if kept * 10 < exact * 9 {
      warn(
        column,
        "with \(decimals) digits after the point \(kept) of \(exact) distinct numbers are "
          + "left; write it in a smaller unit")
    }
    let range = [values.min(), values.max()].map {
      FixedDecimal.text($0 ?? 0, decimals: decimals)
    }
    column.why =
      summary(column) + ", from \(range[0]) to \(range[1])"
      + (column.noisyNumbers == 0
        ? "" : "; \(column.noisyNumbers) rounded, which floating point made longer than the others")
  }

  /// Whether all numbers have one zero after the point.
  private static func areAllTenths(_ numbers: some Collection<DecimalText>) -> Bool {
    numbers.allSatisfy { $0.shownDecimals == 1 && $0.decimals == 0 }
  }

  /// Gives a column that always has one number that number.
  private mutating func takeConstant(_ column: inout TypedColumn) {
    var copy = column
    guard !options.texts.contains(column.name), let numbers = numbers(&copy),
      !isCode(column, numbers)
    else { return }
    take(numbers, in: &copy, decimals: nil)
    column.spelling = copy.spelling
    column.units = copy.units
    column.constantDecimals = copy.decimals
  }

  // MARK: - Moments

  private func layout(_ column: TypedColumn) -> MomentLayout? {
    MomentLayout.layouts(ofAll: column.presentCodes.map { column.raw.texts.utf8($0) }).first
  }

  /// The layout of dates without any separator, where the numbers of a column are such.
  private func packedDates(
    _ column: TypedColumn, _ numbers: [Int: DecimalText]
  ) -> MomentLayout? {
    guard numbers.count >= 5,
      numbers.values.allSatisfy({
        [8, 14].contains($0.wholeDigits) && $0.shownDecimals == 0 && !$0.hasPlus
          && (1_900...2_100).contains($0.mantissa / ($0.wholeDigits == 8 ? 10_000 : 10_000_000_000))
      })
    else { return nil }
    return layout(column)
  }

  private func take(_ layout: MomentLayout, in column: inout TypedColumn) {
    column.form = .moment(layout)
    column.spelling = nil
    column.units = Array(repeating: 0, count: column.counts.count)
    let codes = column.presentCodes
    for code in codes {
      column.units[code] = layout.units(of: Array(column.raw.texts.utf8(code))) ?? 0
    }
    let values = codes.map { column.units[$0] }
    column.why =
      summary(column) + ", from \(layout.text(values.min() ?? 0)) to "
      + layout.text(values.max() ?? 0)
  }

  private mutating func makeMoment(
    _ column: inout TypedColumn, layout text: String?
  ) throws(InferenceError) {
    markStandardWords(in: &column)
    let kind = Kind.moment(layout: text)
    guard let text else {
      guard let found = layout(column) else {
        throw .unsuitableKind(
          column: column.name, kind: kind.text, reason: "its values have no layout in common")
      }
      take(found, in: &column)
      return
    }
    guard let layout = MomentLayout(checked: text) else {
      throw .malformedKind(text: kind.text, reason: "'\(text)' is no layout")
    }
    guard column.presentCodes.allSatisfy({ layout.fits(column.raw.texts.utf8($0)) }) else {
      throw unsuitable(column, kind) { layout.fits($0) ? nil : "does not have the layout" }
    }
    take(layout, in: &column)
  }

  // MARK: - What a person should know

  private mutating func warn(_ column: TypedColumn, _ text: String) {
    warnings.append(InferenceWarning(column: column.name, text: text))
  }

  /// Tells of a column that would be one of numbers but for a few cells.
  private mutating func warnOfMixture(_ column: TypedColumn) {
    var others: [Int] = []
    var numbers = 0
    for code in column.presentCodes {
      let text = column.raw.texts.utf8(code)
      if DecimalText(text).map({ !$0.hasLeadingZero }) ?? NumberSpelling.isNumber(text) {
        numbers += column.counts[code]
      } else {
        others.append(code)
      }
    }
    let rows = others.reduce(0) { $0 + column.counts[$1] }
    // `020` is no number that was mistaken, but a code.
    let areCodes = others.allSatisfy { DecimalText(column.raw.texts.utf8($0)) != nil }
    guard let first = others.first, rows > 0, numbers >= 9 * rows, !areCodes,
      let row = column.firstRow(first)
    else { return }
    warn(
      column,
      "\(rows) of \(column.valueRows) values are no numbers, as "
        + "\(shortened(column.raw.texts[first])) at \(table.place(row)); if it means nothing, "
        + "say so with --null, else the column is text")
  }

  /// Tells of e-mail addresses that come out as they are.
  private mutating func warnOfAddresses(_ column: TypedColumn) {
    let codes = column.presentCodes
    let addresses = codes.count {
      column.raw.texts[$0].wholeMatch(of: /[^@\s]+@[^@\s]+\.[^@\s]+/) != nil
    }
    guard addresses * 10 > codes.count * 9 else { return }
    warn(
      column,
      "its values are e-mail addresses, and come back as they are; make new ones with --key "
        + "\(column.name), or leave it out with --exclude")
  }

  /// Tells of keys that are none in the table.
  private mutating func warnOfRepetition(_ column: TypedColumn) {
    guard column.valueRows > 0,
      Double(column.distinct) < Self.distinctKeys * Double(column.valueRows)
    else { return }
    warn(
      column,
      "\(column.distinct) distinct values in \(column.valueRows) rows; as keys all differ, and go "
        + "with nothing else in their row")
  }

  private func unsuitable(
    _ column: TypedColumn, _ kind: Kind, problem: (ArraySlice<UInt8>) -> String?
  ) -> InferenceError {
    for code in column.presentCodes {
      if let problem = problem(column.raw.texts.utf8(code)) {
        let place = column.firstRow(code).map { " at \(table.place($0))" } ?? ""
        return .unsuitableKind(
          column: column.name, kind: kind.text,
          reason: "\(shortened(column.raw.texts[code]))\(place) \(problem)")
      }
    }
    return .unsuitableKind(
      column: column.name, kind: kind.text, reason: "its values are written as codes are")
  }
}

/// Text from a file as it may be shown on a terminal: in quotes, escaped, cut off when long.
func shortened(_ text: String) -> String {
  let limit = 40
  let scalars = text.unicodeScalars
  let start = String(String.UnicodeScalarView(scalars.prefix(limit)))
  return start.debugDescription + (scalars.count > limit ? "..." : "")
}
