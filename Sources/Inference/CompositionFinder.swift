import FakeGen
import Schema

/// Finds how the texts of a column are made of other columns' values and of numbers of their own:
/// full names, addresses of mail, labels with a year, durations such as `1h 47m`.
struct CompositionFinder {
  /// Share of the rows that have one of the templates.
  static let leastCovered = 0.98
  /// Share of the rows whose templates name other columns, if any does.
  private static let leastReferring = 0.5
  /// Distinct values of a category that is made of others; fewer are as well in a table.
  private static let fewest = 64
  /// Templates without another column at most, and distinct texts for each.
  private static let (mostPlain, textsPerPlain) = (16, 10)
  /// Numbers of its own that a text has at most.
  static let mostNumbers = ColumnPart.Part.numbers.count
  /// Rows that templates are looked for in, and those that tell which columns may be in them.
  private static let (sampleRows, trialRows) = (2_000, 200)
  /// A column is in a text if so many of the rows that may have it there do, and so many times more of
  /// them than have what another row has.
  private static let (leastRows, leastShare, lift) = (3, 0.2, 3)
  /// Rows after which hardly any must have it there.
  private static let firstRows = 40
  /// Bytes of a text at most, on average: longer ones are prose.
  private static let longest = 200
  /// Bytes of a value that may stand anywhere; shorter ones stand at the beginning of a word.
  fileprivate static let shortest = 3

  private let columns: [TypedColumn]
  private let minimumCount: Int
  private let lengths: [Double]
  /// The columns that composed ones are made of, by column.
  private var made: [Int: Set<Int>] = [:]

  /// Keys that are made of other columns and of numbers of their own, by column.
  private(set) var loose: [Int: Composition] = [:]
  private var smallTexts: [Int: [[UInt8]?]] = [:]

  /// - Parameters:
  ///   - columns: of the table.
  ///   - minimumCount: rows that a template must have.
  init(_ columns: [TypedColumn], minimumCount: Int) {
    self.columns = columns
    self.minimumCount = minimumCount
    lengths = columns.map { column in
      let bytes = column.presentCodes.reduce(0) {
        $0 + column.counts[$1] * column.raw.texts.utf8($1).count
      }
      return Double(bytes) / Double(max(column.valueRows, 1))
    }
  }

  /// Finds the composition of a column's texts; nil if they have none.
  ///
  /// - Parameters:
  ///   - index: of the column.
  ///   - isWanted: whether a person says that they have one.
  mutating func composition(of index: Int, isWanted: Bool) -> Composition? {
    let column = columns[index]
    let mayHaveNumbers = isWanted || isSpelled(column)
    guard isWanted || mayHaveNumbers || isOfMany(column), lengths[index] <= Double(Self.longest)
    else { return nil }
    let rows = sample(index)
    guard rows.count >= minimumCount else { return nil }
    let candidates = candidates(for: index, rows: rows)
    guard mayHaveNumbers || !candidates.isEmpty else { return nil }
    var counts: [[Token]: NumberedTemplate] = [:]
    for row in rows {
      let (tokens, numbers) = tokens(of: index, row: row, candidates)
      counts[tokens, default: NumberedTemplate()].add(numbers)
    }
    let sorted = counts.filter { $0.value.rows >= minimumCount }
      .sorted { ($1.value.rows, "\($0.key)") < ($0.value.rows, "\($1.key)") }
    let templates = sorted.compactMap { $1.pieces($0) }
      .filter { $0.count <= ComposedText.maximumPieces }
    // What says more of the form fits texts of which less is to say, so that it may do for both.
    let telling = templates.prefix(ComposedText.maximumTemplates).enumerated().sorted {
      (Self.rareForms(in: $1.element), $0.offset) < (Self.rareForms(in: $0.element), $1.offset)
    }
    let composition = Composition(templates: telling.map(\.element))
    guard composition.numberCount <= Self.mostNumbers else { return nil }
    return checked(composition, of: index, mayHaveNumbers: mayHaveNumbers)
  }

  private static func rareForms(in template: [Composition.Piece]) -> Int {
    template.count { piece in
      if case .value(_, let form) = piece { form.isRare } else { false }
    }
  }

  /// Keeps the templates that rows have.
  ///
  /// - Returns: nil if too few rows have any.
  private mutating func checked(
    _ composition: Composition, of index: Int, mayHaveNumbers: Bool
  ) -> Composition? {
    var rows = composition.templates.map { _ in 0 }
    for row in columns[index].raw.codes.indices where !columns[index].isNull(row) {
      if let reading = reading(of: index, row: row, composition) { rows[reading.template] += 1 }
    }
    let used = rows.indices.filter { rows[$0] >= minimumCount }
      .sorted { (rows[$1], $0) < (rows[$0], $1) }
    let (covered, all) = (used.reduce(0) { $0 + rows[$1] }, columns[index].valueRows)
    guard Double(covered) >= Self.leastCovered * Double(all) else { return nil }
    let kept = Composition(templates: used.map { composition.templates[$0] }).aligned
    let referring = used.filter {
      !Composition(templates: [composition.templates[$0]]).leaves.isEmpty
    }.reduce(0) { $0 + rows[$1] }
    if Double(referring) >= Self.leastReferring * Double(all) {
      // Keys are distinct, which numbers beside what they are made of need not be.
      if !mayHaveNumbers && kept.numberCount > 0 {
        loose[index] = kept
        return nil
      }
    } else {
      guard mayHaveNumbers, kept.numberCount > 0, kept.templates.count <= Self.mostPlain,
        kept.templates.count * Self.textsPerPlain <= columns[index].distinct
      else { return nil }
    }
    made[index] = kept.leaves.reduce(into: Set(kept.leaves)) { $0.formUnion(made[$1] ?? []) }
    return withUsualNumbers(kept, of: index)
  }

  /// Adds the medians of the numbers in the texts of the first template.
  func withUsualNumbers(_ composition: Composition, of index: Int) -> Composition {
    var composition = composition
    var numbers = [[Int64]](repeating: [], count: composition.numberCount)
    for row in columns[index].raw.codes.indices where !columns[index].isNull(row) {
      guard let reading = reading(of: index, row: row, composition), reading.template == 0 else {
        continue
      }
      for (place, number) in reading.numbers.enumerated() {
        if let number { numbers[place].append(number) }
      }
    }
    composition.usualNumbers = numbers.map { $0.isEmpty ? 0 : $0.sorted()[$0.count / 2] }
    return composition
  }

  /// Counts the rows that have no template.
  func rowsWithoutTemplate(_ composition: Composition, of index: Int) -> Int {
    columns[index].raw.codes.indices.count {
      !columns[index].isNull($0) && reading(of: index, row: $0, composition) == nil
    }
  }

  private func reading(
    of index: Int, row: Int, _ composition: Composition
  ) -> Composition.Reading? {
    columns[index].printed(row).flatMap { text in
      composition.reading(of: text) { columns[$0].printed(row) }
    }
  }

  // MARK: - Which columns

  /// Whether the texts, or many of them, would be spelled.
  private func isSpelled(_ column: TypedColumn) -> Bool {
    switch column.form {
    case .text: true
    case .category:
      column.distinct > Self.fewest
        && (column.valueRows - known(column)) * ColumnTyping.rowsOfRareOne > column.valueRows
    default: false
    }
  }

  /// Whether the values are more than a table of them should have.
  private func isOfMany(_ column: TypedColumn) -> Bool {
    switch column.form {
    case .text, .code: true
    case .key(let pattern): pattern.leafKind == .text || column.nullRows > 0
    case .category: column.distinct > Self.fewest
    default: false
    }
  }

  /// Rows of known values.
  private func known(_ column: TypedColumn) -> Int {
    column.knownCodes(minimumCount: minimumCount).reduce(0) { $0 + column.counts[$1] }
  }

  private func sample(_ index: Int) -> [Int] {
    let rows = columns[index].raw.codes.indices.filter { !columns[index].isNull($0) }
    let step = max(1, (rows.count + Self.sampleRows - 1) / Self.sampleRows)
    return stride(from: 0, to: rows.count, by: step).map { rows[$0] }
  }

  /// A column's values in a form, as they may stand in texts; letters may be any.
  private struct Candidate {
    var column: Int
    var form: TextForm
    /// Whether they stand there as numbers, with zeros before them or not.
    var isInteger = false

    /// Gives a value the form; nil for nothing, for what has nothing that it changes, and for what is
    /// whole where a part is asked for.
    func form(_ value: [UInt8]?) -> [UInt8]? {
      guard var bytes = value else { return nil }
      if form.spaces != .kept, !bytes.contains(0x20) { return nil }
      if form.marks != .kept, !bytes.contains(0xC3) { return nil }
      if form.part != 0, bytes.count <= Int(form.part.magnitude) { return nil }
      form.apply(to: &bytes, from: 0)
      return bytes
    }

    /// Whether a formed value is a part with what lies around words and numbers at its ends.
    func isRagged(_ value: [UInt8]) -> Bool {
      guard form.part != 0, let first = value.first, let last = value.last else { return false }
      return [UInt8].isMark(first) || [UInt8].isMark(last)
    }

    /// Whether a formed value may stand at the beginning of words alone.
    func isShort(_ value: [UInt8]) -> Bool {
      value.count < CompositionFinder.shortest || form.part != 0
    }

    /// Whether a formed value stands in a text.
    func stands(_ value: [UInt8], in text: [UInt8]) -> Bool {
      guard let first = value.first else { return false }
      if isInteger {
        return text.indices.contains { text.run(at: $0).map { isSame($0, value) } ?? false }
      }
      return text.indices.contains { place in
        text[place] == first && text[place...].starts(with: value)
          && (!isShort(value) || text.isBoundary(place))
      }
    }
  }

  private mutating func candidates(for index: Int, rows: [Int]) -> [Candidate] {
    var found: [Candidate] = []
    for source in columns.indices where source != index && mayStand(source, in: index) {
      let isInteger = columns[source].isInteger
      var own: [Candidate] = []
      func take(_ candidate: Candidate, _ texts: [[UInt8]?], _ values: [[UInt8]?]) {
        if Self.share(of: candidate, texts, values) >= Self.leastShare { own.append(candidate) }
      }
      let (texts, values) = (trialTexts(index), trialTexts(source))
      take(Candidate(column: source, form: TextForm(), isInteger: isInteger), texts, values)
      if !isInteger {
        let rare = Self.rareForms.map { Candidate(column: source, form: $0) }
        for candidate in rare { take(candidate, texts, values) }
        // A part is nothing by itself where all of it stands.
        let others = texts.indices.map { row in
          own.contains { candidate in
            guard let text = texts[row], let value = candidate.form(values[row]) else {
              return false
            }
            return candidate.stands(value, in: text)
          } ? nil : texts[row]
        }
        for part in Self.parts {
          take(Candidate(column: source, form: TextForm(part: part)), others, values)
        }
        // Of what fewer rows have, all of them tell.
        if !own.isEmpty {
          for candidate in rare where !own.contains(where: { $0.form == candidate.form }) {
            let some = rows.filter { candidate.form(small(source, $0)) != nil }
            take(candidate, some.map { small(index, $0) }, some.map { small(source, $0) })
          }
        }
      }
      found += own
    }
    return found
  }

  /// A column's texts in small letters, in the rows that tell which columns may be in them.
  private mutating func trialTexts(_ index: Int) -> [[UInt8]?] {
    if let texts = smallTexts[index] { return texts }
    let count = columns[index].raw.codes.count
    let step = max(1, count / Self.trialRows)
    let texts = stride(from: 0, to: count, by: step).map { small(index, $0) }
    smallTexts[index] = texts
    return texts
  }

  private func small(_ index: Int, _ row: Int) -> [UInt8]? {
    guard var bytes = columns[index].printed(row) else { return nil }
    TextForm(letters: .small).apply(to: &bytes, from: 0)
    return bytes
  }

  /// Forms of what few values have: spaces and letters with marks.
  private static let rareForms: [TextForm] =
    [.spelled, .dropped].map { TextForm(marks: $0) }
    + [.removed, .hyphen, .underscore, .point].map { TextForm(spaces: $0) }
  /// Characters of parts.
  private static let parts: [Int8] = [1, 2, 3, 4, -2, -3, -4]

  /// Whether a column's values may stand in the texts of another one, which may not in its own.
  private func mayStand(_ source: Int, in index: Int) -> Bool {
    guard columns[source].distinct > 1, made[source]?.contains(index) != true,
      lengths[source] < lengths[index] || lengths[source] == lengths[index] && source < index
        || columns[source].isInteger
    else { return false }
    switch columns[source].form {
    case .number, .moment, .category, .text, .code, .key, .composed: return true
    case .constant, .empty, .list: return false
    }
  }

  /// The share of rows in whose text the value stands; 0 if those of other rows stand there too.
  ///
  /// - Parameters:
  ///   - texts: in small letters; nil for nothing.
  ///   - values: likewise.
  private static func share(
    of candidate: Candidate, _ texts: [[UInt8]?], _ values: [[UInt8]?]
  ) -> Double {
    var (own, ownCount, other, otherCount, ragged) = (0, 0, 0, 0, 0)
    for place in texts.indices {
      guard let text = texts[place], let value = candidate.form(values[place]), !value.isEmpty
      else { continue }
      ownCount += 1
      if candidate.isRagged(value) { ragged += 1 }
      if candidate.stands(value, in: text) { own += 1 }
      if ownCount == firstRows, Double(own) < leastShare / 2 * Double(ownCount) { return 0 }
      let another = candidate.form(values[(place + texts.count / 3 + 1) % texts.count])
      if let another, another != value {
        otherCount += 1
        if candidate.stands(another, in: text) { other += 1 }
      }
    }
    // Few names have marks, or spaces.
    guard own >= leastRows, Double(ragged) <= (1 - leastCovered) * Double(ownCount),
      otherCount > 0 || candidate.form.isRare
    else { return 0 }
    let share = Double(own) / Double(ownCount)
    let chance = otherCount == 0 ? 0 : Double(other) / Double(otherCount)
    return Double(lift) * chance <= share ? share : 0
  }

  // MARK: - Templates

  /// A piece of a text, numbers without their digits.
  private enum Token: Hashable {
    case literal([UInt8])
    case value(column: Int, form: TextForm)
    case integer(column: Int)
    case number
  }

  /// Takes a text apart from its beginning: the longest value of another column that stands there, else
  /// a number, else a character.
  ///
  /// - Returns: its pieces, and the digits of its numbers, other columns' among them.
  private func tokens(
    of index: Int, row: Int, _ candidates: [Candidate]
  ) -> (tokens: [Token], numbers: [ArraySlice<UInt8>]) {
    let text = columns[index].printed(row) ?? []
    var shown: [(bytes: [UInt8], token: Token, isShort: Bool)] = []
    for candidate in candidates {
      guard let bytes = columns[candidate.column].printed(row), candidate.form(bytes) != nil
      else { continue }
      if candidate.isInteger {
        shown.append((bytes, .integer(column: candidate.column), false))
        continue
      }
      for letters in TextForm.Letters.allCases {
        var form = candidate.form
        form.letters = letters
        var formed = bytes
        form.apply(to: &formed, from: 0)
        if letters != .kept, shown.contains(where: { $0.bytes == formed }) { continue }
        shown.append(
          (formed, .value(column: candidate.column, form: form), candidate.isShort(formed)))
      }
    }
    var (tokens, numbers): ([Token], [ArraySlice<UInt8>]) = ([], [])
    var (place, isAfterValue) = (0, false)
    func add(_ byte: UInt8) {
      if case .literal(let bytes)? = tokens.last {
        tokens[tokens.count - 1] = .literal(bytes + [byte])
      } else {
        tokens.append(.literal([byte]))
      }
    }
    // Whether a word ends before a place, or another value begins there: `j` of `jsmith`, not of `jam`.
    func endsWord(_ end: Int) -> Bool {
      text.isBoundary(end)
        || shown.contains { bytes, _, isShort in
          !isShort && !bytes.isEmpty && text[end...].starts(with: bytes)
        }
    }
    while place < text.count {
      let run = text.run(at: place)
      var best: (count: Int, token: Token)?
      for (bytes, token, isShort) in shown where !bytes.isEmpty {
        if case .integer = token {
          if let run, run.count <= Int(TextForm.maximumWidth), isSame(run, bytes),
            run.count > best?.count ?? 0
          {
            best = (run.count, token)
          }
        } else if bytes.count > best?.count ?? 0, text[place...].starts(with: bytes),
          !isShort || isAfterValue || text.isBoundary(place),
          !isShort || endsWord(place + bytes.count)
        {
          best = (bytes.count, token)
        }
      }
      if let best {
        tokens.append(best.token)
        if case .integer = best.token, let run { numbers.append(run) }
        place += best.count
        isAfterValue = true
      } else if let run, run.count <= Int(TextForm.maximumWidth) {
        tokens.append(.number)
        numbers.append(run)
        place += run.count
        isAfterValue = false
      } else {
        add(text[place])
        place += 1
        isAfterValue = false
      }
    }
    return (tokens, numbers)
  }

  /// What the rows of one template have in common.
  private struct NumberedTemplate {
    var rows = 0
    private var numbers: [Digits] = []

    /// The digits of one number in all rows.
    private struct Digits {
      /// Lengths of those that a zero comes first in, and the least of others.
      var padded: Set<Int> = []
      var leastPlain = Int.max
      /// The digits if all rows have the same.
      var only: ArraySlice<UInt8>?

      mutating func add(_ digits: ArraySlice<UInt8>, isFirst: Bool) {
        if isFirst { only = digits } else if only != digits { only = nil }
        if digits.count > 1, digits.first == 0x30 {
          padded.insert(digits.count)
        } else {
          leastPlain = min(leastPlain, digits.count)
        }
      }

      /// Digits that each has at least; nil if they differ in that.
      var width: Int? {
        guard let width = padded.first else { return 0 }
        return padded.count == 1 && leastPlain >= width ? width : nil
      }
    }

    mutating func add(_ digits: [ArraySlice<UInt8>]) {
      if rows == 0 { numbers = digits.map { _ in Digits() } }
      for place in digits.indices { numbers[place].add(digits[place], isFirst: rows == 0) }
      rows += 1
    }

    /// The template; nil if its numbers have no form in common, or are too many.
    func pieces(_ tokens: [Token]) -> [Composition.Piece]? {
      var pieces: [Composition.Piece] = []
      var (next, own) = (0, 0)
      func add(_ bytes: some Collection<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        if case .literal(let before)? = pieces.last {
          pieces[pieces.count - 1] = .literal(before + text)
        } else {
          pieces.append(.literal(text))
        }
      }
      for token in tokens {
        switch token {
        case .literal(let bytes): add(bytes)
        case .value(let column, let form): pieces.append(.value(leaf: column, form: form))
        case .integer(let column):
          guard let width = numbers[next].width else { return nil }
          pieces.append(.value(leaf: column, form: TextForm(width: UInt8(width))))
          next += 1
        case .number:
          if let only = numbers[next].only {
            add(only)
          } else {
            guard let width = numbers[next].width, own < CompositionFinder.mostNumbers else {
              return nil
            }
            pieces.append(.number(own, width: width))
            own += 1
          }
          next += 1
        }
      }
      return pieces
    }
  }
}

extension TypedColumn {
  /// The text of a row as other columns may hold it: as generated rows have it, without a spelling;
  /// nil for nothing.
  func printed(_ row: Int) -> [UInt8]? {
    guard !isNull(row) else { return nil }
    let code = Int(raw.codes[row])
    switch form {
    case .number(let decimals):
      return Array(FixedDecimal.text(units[code], decimals: decimals).utf8)
    case .moment(let layout): return Array(layout.text(units[code]).utf8)
    default: return Array(raw.texts.utf8(code))
    }
  }

  /// Whether the values are whole numbers of which none is negative.
  var isInteger: Bool {
    switch form {
    case .number(0): presentCodes.allSatisfy { units[$0] >= 0 }
    case .key(let pattern): nullRows == 0 && pattern.leafKind == .integer
    default: false
    }
  }
}

/// Whether digits are a number, with zeros before it or not.
private func isSame(_ digits: ArraySlice<UInt8>, _ number: [UInt8]) -> Bool {
  let zeros = digits.count - number.count
  return zeros >= 0 && digits.prefix(zeros).allSatisfy { $0 == 0x30 }
    && digits.dropFirst(zeros).elementsEqual(number)
}

extension [UInt8] {
  /// The digits that begin at a place; nil where none do.
  fileprivate func run(at place: Int) -> ArraySlice<UInt8>? {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard isDigit(self[place]), place == 0 || !isDigit(self[place - 1]) else { return nil }
    return self[place...].prefix(while: isDigit)
  }

  /// Whether a word or a number ends before a place, or begins there.
  fileprivate func isBoundary(_ place: Int) -> Bool {
    guard place > 0, place < count else { return true }
    let (before, after) = (Self.wordClass(self[place - 1]), Self.wordClass(self[place]))
    return before == 0 || before != after
  }

  /// Whether a byte is of neither a letter nor a digit.
  fileprivate static func isMark(_ byte: UInt8) -> Bool { wordClass(byte) == 0 }

  /// 1 for letters, 2 for digits, 0 for what is neither.
  private static func wordClass(_ byte: UInt8) -> Int {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x80...: 1
    case 0x30...0x39: 2
    default: 0
    }
  }
}

extension TextForm {
  /// Whether it changes what few values have.
  fileprivate var isRare: Bool { marks != .kept || spaces != .kept }
}

extension Composition {
  /// What comes behind a number, and how often it has come in the template.
  private struct Position: Hashable {
    var next: Unicode.Scalar?
    var count: Int
  }

  /// The composition whose numbers are the same in templates that have them before the same character:
  /// the minutes of `1h 47m` and of `47m`. If these are too many, they are the same by their order.
  var aligned: Composition {
    var places: [Position: Int] = [:]
    let templates = templates.map { template in
      var counts: [Unicode.Scalar?: Int] = [:]
      return template.enumerated().map { index, piece -> Piece in
        guard case .number(_, let width) = piece else { return piece }
        var next: Unicode.Scalar?
        if index + 1 < template.count, case .literal(let text) = template[index + 1] {
          next = text.unicodeScalars.first
        }
        let position = Position(next: next, count: counts[next, default: 0])
        counts[next, default: 0] += 1
        let place = places[position] ?? places.count
        places[position] = place
        return .number(place, width: width)
      }
    }
    return places.count <= CompositionFinder.mostNumbers ? Composition(templates: templates) : self
  }
}
