import Schema

/// Finds the pattern of a column's keys.
struct KeyFinder {
  /// Most shapes of keys; more are free text.
  static let maximumShapes = 40

  private let column: TypedColumn
  /// Rows of the whole table, of which the column may have a sample.
  private let totalRows: Int

  init(_ column: TypedColumn, totalRows: Int) {
    self.column = column
    self.totalRows = max(totalRows, column.raw.codes.count)
  }

  /// Whether there are rows enough, all hold something, and nearly all something else.
  private var isNearlyDistinct: Bool {
    column.valueRows >= ColumnTyping.minimumKeyRows && column.nullRows == 0
      && Double(column.distinct) >= ColumnTyping.distinctKeys * Double(column.valueRows)
  }

  // MARK: - Integers

  /// The pattern of a column of integers that are keys, and why they are; nil if they are numbers.
  func integerKey() -> (KeyPattern, String)? {
    guard isNearlyDistinct else { return nil }
    if let sequence = sequence() { return (sequence, "a sequence") }
    let values = column.presentCodes.map { column.units[$0] }
    guard values.allSatisfy({ $0 >= 0 }) else { return nil }
    if NameWords.isKey(column.name) {
      return (anyPattern(), "nearly all distinct, and its name says that it identifies")
    }
    if isUniformOverItsDigits(values) {
      return (anyPattern(), "nearly all distinct, and as random digits are")
    }
    return nil
  }

  /// Whether numbers of one length, 6 digits or more, lie as random ones do (Kolmogorov-Smirnov).
  private func isUniformOverItsDigits(_ values: [Int64]) -> Bool {
    let length = String(values.first ?? 0).utf8.count
    guard values.count >= 50, (6...18).contains(length),
      values.allSatisfy({ String($0).utf8.count == length }),
      let least = Int64(1).scaled(by: length - 1)
    else { return false }
    let (sorted, count) = (values.sorted(), Double(values.count))
    var distance = 0.0
    for (index, value) in sorted.enumerated() {
      let share = Double(value - least) / Double(9 * least)
      distance = max(
        distance, abs(share - Double(index) / count), abs(share - Double(index + 1) / count))
    }
    return distance * count.squareRoot() < 1.95
  }

  /// The sequence that a column is: one that goes up or down by steps of one size, of which half
  /// are there at least, or whose members are all there in some order.
  func sequence() -> KeyPattern? {
    let rows = column.raw.codes.count
    guard rows >= 3, column.nullRows == 0 else { return nil }
    if !column.units.isEmpty {
      let values = column.raw.codes.map { column.units[Int($0)] }
      return Self.sequence(values, totalRows: totalRows).map {
        .sequence(prefix: "", start: $0.start, step: $0.step, width: 1, suffix: "")
      }
    }
    return textSequence()
  }

  /// A sequence for keys that are none.
  func standardSequence() -> KeyPattern {
    .sequence(prefix: "", start: 1, step: 1, width: 1, suffix: "")
  }

  private static func sequence(
    _ values: [Int64], totalRows: Int
  ) -> (start: Int64, step: Int64)? {
    guard let first = values.first, let last = values.last, values.count >= 3 else { return nil }
    func members(_ low: Int64, _ high: Int64, _ step: UInt64) -> UInt64? {
      let (difference, overflows) = high.subtractingReportingOverflow(low)
      return overflows || difference < 0 || step == 0 ? nil : difference.magnitude / step + 1
    }
    let isUp = first < last
    var step: UInt64 = 0
    var isMonotone = true
    for (left, right) in zip(values, values.dropFirst()) {
      let (difference, overflows) = right.subtractingReportingOverflow(left)
      guard !overflows else { return nil }
      if difference == 0 || (difference > 0) != isUp { isMonotone = false }
      step = Int64.commonDivisor(step, difference.magnitude)
    }
    guard step > 0, step <= UInt64(Int64.max / 2) else { return nil }
    if isMonotone {
      guard let count = members(min(first, last), max(first, last), step),
        count <= 2 * UInt64(totalRows)
      else { return nil }
      return (first, isUp ? Int64(step) : -Int64(step))
    }
    // In another order: all members distinct, and hardly any left out.
    let sorted = values.sorted()
    guard let count = members(sorted[0], sorted[sorted.count - 1], step),
      count <= UInt64(values.count) * 5 / 4, zip(sorted, sorted.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    return (sorted[0], Int64(step))
  }

  // MARK: - Texts

  /// The pattern of a column of texts that are keys, and why; nil if they are none.
  func textKey() -> (KeyPattern, String)? {
    guard isNearlyDistinct else { return nil }
    if let sequence = textSequence() { return (sequence, "a sequence") }
    let codes = column.presentCodes
    let texts = codes.map { Array(column.raw.texts[$0].unicodeScalars) }
    if texts.allSatisfy(Self.isAmount) { return nil }
    if !NameWords.isKey(column.name), NumberRuns.areMeasures(texts) { return nil }
    let withDigits = texts.count { $0.contains { ("0"..."9").contains($0) } }
    let isOfDigits = 5 * withDigits >= 4 * texts.count
    let whole = Shapes(texts, merging: false)
    let fine = whole.splitting(texts, limit: Self.maximumShapes) ?? whole
    if fine.count == 1
      || (isOfDigits && fine.count <= max(3, min(Self.maximumShapes, texts.count / 10)))
    {
      return (
        fine.pattern,
        "nearly all distinct, and of \(fine.count == 1 ? "one shape" : "\(fine.count) shapes")"
      )
    }
    let coarse = Shapes(texts, merging: true)
    guard coarse.count == 1, texts.allSatisfy({ $0.count >= 3 && !$0.contains(" ") }) else {
      return nil
    }
    return (
      fine.count <= 8 ? fine.pattern : coarse.pattern, "nearly all distinct, and of one length"
    )
  }

  /// Whether a text is an amount of money or the like, in a spelling that is not read as a number:
  /// `(1,158.56)`, `326.68-`, `$12.50` among `€9.99`. As random digits it would say nothing.
  private static func isAmount(_ text: [Unicode.Scalar]) -> Bool {
    func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    guard let first = text.firstIndex(where: isDigit), let last = text.lastIndex(where: isDigit)
    else { return false }
    let (around, within) = (text[..<first] + text[(last + 1)...], text[first...last])
    let groups = within.split(omittingEmptySubsequences: false) {
      ".,' ".unicodeScalars.contains($0)
    }
    guard around.allSatisfy({ "()+-$€£¥% ".unicodeScalars.contains($0) }), groups.count >= 2,
      groups.allSatisfy({ $0.allSatisfy(isDigit) }),
      (1...2).contains(groups[groups.count - 1].count)
    else { return false }
    return groups.dropFirst().dropLast().allSatisfy { $0.count == 3 } && groups[0].count <= 3
      || groups.count == 2
  }

  /// A pattern for keys, whatever they look like.
  func anyPattern() -> KeyPattern {
    if let sequence = sequence() { return sequence }
    let codes = column.presentCodes
    let texts = codes.map { Array(column.raw.texts[$0].unicodeScalars) }
    guard !texts.isEmpty else { return standardSequence() }
    let fine = Shapes(texts, merging: false)
    if fine.count <= Self.maximumShapes { return fine.pattern }
    return Shapes(texts, merging: true).mostFrequent(Self.maximumShapes)
  }

  /// The sequence that texts are whose ends are alike and between which numbers stand.
  private func textSequence() -> KeyPattern? {
    let codes = column.presentCodes
    guard let first = codes.first, column.nullRows == 0 else { return nil }
    let texts = column.raw.texts
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    let sample = Array(texts.utf8(first))
    guard
      let start = sample.lastIndex(where: isDigit).map({ end in
        (sample[...end].lastIndex { !isDigit($0) } ?? -1) + 1
      })
    else { return nil }
    let prefix = Array(sample[..<start])
    let suffix = Array(sample[start...].drop(while: isDigit))
    var numbers = [Int64](repeating: 0, count: column.counts.count)
    var (isPadded, lengths) = (false, Set<Int>())
    for code in codes {
      let text = texts.utf8(code)
      guard text.count > prefix.count + suffix.count, text.starts(with: prefix),
        text.suffix(suffix.count).elementsEqual(suffix)
      else { return nil }
      let digits = text.dropFirst(prefix.count).dropLast(suffix.count)
      guard digits.count <= 18, digits.allSatisfy(isDigit),
        let number = Int64(String(decoding: digits, as: UTF8.self))
      else { return nil }
      numbers[code] = number
      lengths.insert(digits.count)
      if digits.first == 0x30, digits.count > 1 { isPadded = true }
    }
    guard !isPadded || lengths.count == 1 else { return nil }
    let values = column.raw.codes.map { numbers[Int($0)] }
    guard let (first, step) = Self.sequence(values, totalRows: totalRows) else { return nil }
    return .sequence(
      prefix: String(decoding: prefix, as: UTF8.self), start: first, step: step,
      width: isPadded ? lengths.first ?? 1 : 1, suffix: String(decoding: suffix, as: UTF8.self))
  }
}
