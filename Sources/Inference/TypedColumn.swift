import FakeGen
import Schema

/// A column with what its texts mean.
struct TypedColumn {
  /// What the values are, whatever they follow from.
  enum Form: Hashable {
    /// Numbers with so many digits after the point.
    case number(decimals: Int)
    case moment(MomentLayout)
    /// Texts: of a vocabulary, or free.
    case category
    case text
    /// Texts of a pattern; `units` has the place of each among all of the pattern's.
    case code(KeyPattern)
    /// Texts that are made of other columns' values.
    case composed(Composition)
    case key(KeyPattern)
    case constant
    case empty
    /// Arrays; `units` has the number of elements of each.
    case list(ListType)
  }

  let name: String
  let raw: RawColumn
  /// Rows of each text; for elements of lists, elements.
  let counts: [Int]
  /// Rows of the table in which each text occurs: of a list's elements one row may have several.
  let rowCounts: [Int]
  /// Whether a text stands for nothing.
  var isNullWord: [Bool]
  var form = Form.text
  /// What each text is as a number, in units; of numbers, moments and lists.
  var units: [Int64] = []
  /// Distinct numbers that were rounded, since floating point had left something of them.
  var noisyNumbers = 0
  /// Powers of ten, in units, that many of the numbers are rounded to, ascending.
  var heaps: [Int64] = []
  /// How the texts spell numbers; nil for plain ones.
  var spelling: NumberSpelling?
  var why = ""
  /// Digits after the point of the number that the column always has; nil unless it has one.
  var constantDecimals: Int?
  /// Rows that are not as the relation says that a person asked for.
  var violations = 0
  /// The kind that a person asked for.
  var wanted: Kind?
  /// Whether all values are known, however rare.
  var isClosed = false

  /// - Parameter groups: which row each element lies in; nil for rows.
  init(name: String, raw: RawColumn, groups: [Int32]?) {
    self.name = name
    self.raw = raw
    counts = raw.counts()
    if let groups {
      var rowCounts = [Int](repeating: 0, count: counts.count)
      var last = [Int32](repeating: -1, count: counts.count)
      for (row, code) in raw.codes.enumerated() where code >= 0 && last[Int(code)] != groups[row] {
        rowCounts[Int(code)] += 1
        last[Int(code)] = groups[row]
      }
      self.rowCounts = rowCounts
    } else {
      rowCounts = counts
    }
    isNullWord = Array(repeating: false, count: counts.count)
  }

  /// The keys under which JSON has the values: several for those of inner objects.
  var keys: [String] {
    raw.isNested
      ? name.split(separator: ".", omittingEmptySubsequences: false).map(String.init) : [name]
  }

  /// Codes of the texts that some row has and that stand for something.
  var presentCodes: [Int] { counts.indices.filter { counts[$0] > 0 && !isNullWord[$0] } }

  /// Rows that hold something.
  var valueRows: Int { presentCodes.reduce(0) { $0 + counts[$1] } }

  var nullRows: Int { raw.codes.count - valueRows }

  /// Number of distinct values.
  var distinct: Int { presentCodes.count }

  func isNull(_ row: Int) -> Bool {
    let code = raw.codes[row]
    return code < 0 || isNullWord[Int(code)]
  }

  /// The number that a text is, nil if it is none.
  func number(_ code: Int) -> DecimalText? {
    let text = raw.texts.utf8(code)
    guard let spelling else { return DecimalText(text) }
    return spelling.plain(text).flatMap { DecimalText($0) }
  }

  /// The units of a row, 0 where there is nothing.
  func units(_ row: Int) -> Int64 { isNull(row) ? 0 : units[Int(raw.codes[row])] }

  /// The first row that holds the text.
  func firstRow(_ code: Int) -> Int? { raw.codes.firstIndex(of: Int32(code)) }

  var isNumber: Bool { if case .number = form { true } else { false } }

  var layout: MomentLayout? { if case .moment(let layout) = form { layout } else { nil } }

  /// Whether several parts of a value are modelled instead of it.
  var isOfParts: Bool { layout != nil || !heaps.isEmpty }

  /// Name of a column of a list's elements.
  func elementName(_ leaf: Int) -> String {
    if case .list(let type) = form { type.elements.leaves[leaf].column } else { "" }
  }

  /// Whether a person says that nothing holds in every list.
  var isFreeList: Bool {
    if case .list(_, let claim?) = wanted { claim == ListClaim() } else { false }
  }

  /// Digits after the point, 0 unless it is a number that has some.
  var decimals: Int { if case .number(let decimals) = form { decimals } else { 0 } }

  /// Most distinct numbers with noise that stay as they are.
  private static let mostNoisyNumbers = 300

  /// Whether the texts are few numbers of which some end in noise of floating point, as in
  /// 10.357019999999999: no number of digits after the point gives them back, but they themselves
  /// do.
  var isOfNoisyNumbers: Bool {
    guard distinct <= Self.mostNoisyNumbers else { return false }
    var isNoisy = false
    for code in presentCodes {
      guard let number = DecimalText(raw.texts.utf8(code)), !number.hasLeadingZero else {
        return false
      }
      if number.withoutNoise.decimals != number.decimals { isNoisy = true }
    }
    return isNoisy
  }

  /// Texts that are known values, the most frequent first. Numbers are not spelled, so that all of
  /// them are known.
  func knownCodes(minimumCount: Int) -> [Int] {
    let texts = raw.texts
    let minimumCount = isOfNoisyNumbers || isClosed ? 1 : minimumCount
    return presentCodes.filter { rowCounts[$0] >= minimumCount }
      .sorted { left, right in
        counts[left] != counts[right]
          ? counts[left] > counts[right]
          : texts.utf8(left).lexicographicallyPrecedes(texts.utf8(right))
      }
  }
}
