import Schema

/// Texts by their shapes: the class of the character at each place.
struct Shapes {
  private struct Group {
    var rows = 0
    /// The characters of each place, and how many rows have each.
    var places: [[Unicode.Scalar: Int]]

    /// Takes all digits for those of a place: of one prefix few were seen.
    mutating func widen(but fixed: [Range<Int>]) {
      for place in places.indices where !fixed.contains(where: { $0.contains(place) }) {
        guard places[place].keys.allSatisfy({ ("0"..."9").contains($0) }) else { continue }
        for digit in "0123456789".unicodeScalars { places[place][digit] = rows }
      }
    }

    /// The characters of a place but for what hardly any row has: all are drawn alike, and it would be
    /// in far too many.
    func characters(_ place: Int, isOfUsual: Bool) -> Set<Unicode.Scalar> {
      let seen = places[place]
      if !isOfUsual { return Set(seen.keys) }
      let usual = seen.filter { Shapes.rarity * $0.value * seen.count >= rows }
      return Set(usual.keys)
    }
  }

  /// Rows of a shape that counts, if any has as many.
  private static let minimumRows = 5
  /// A character is rare that so many times fewer rows have than if all were alike.
  fileprivate static let rarity = 50

  private var groups: [String: Group] = [:]
  /// Whether rare characters of a place, and rare shapes, are left out.
  private let isOfUsual: Bool

  /// Sorts texts by shape.
  ///
  /// - Parameters:
  ///   - texts: in Unicode scalars.
  ///   - merging: whether digits and letters are one class, as in hexadecimal numbers.
  ///   - isOfUsual: whether rare characters of a place, and rare shapes, are left out.
  init(_ texts: [[Unicode.Scalar]], merging: Bool, isOfUsual: Bool = true) {
    self.isOfUsual = isOfUsual
    for text in texts { add(text, key: Self.key(text, merging: merging)) }
  }

  private mutating func add(_ text: [Unicode.Scalar], key: String) {
    var group = groups[key] ?? Group(places: Array(repeating: [:], count: text.count))
    group.rows += 1
    for (place, scalar) in text.enumerated() { group.places[place][scalar, default: 0] += 1 }
    groups[key] = group
  }

  /// The shape of a text; what stands at `fixed` is a part of it.
  private static func key(
    _ text: [Unicode.Scalar], merging: Bool, fixed: [Range<Int>] = []
  ) -> String {
    var shape = String.UnicodeScalarView()
    shape.reserveCapacity(text.count)
    for (place, scalar) in text.enumerated() {
      switch scalar {
      case _ where fixed.contains { $0.contains(place) }:
        shape.append("\\")
        shape.append(scalar)
      case "0"..."9": shape.append(merging ? "x" : "d")
      case "A"..."Z": shape.append(merging ? "x" : "U")
      case "a"..."z": shape.append(merging ? "x" : "l")
      default:
        // No class has its letter, so that a literal cannot be taken for one.
        shape.append("\\")
        shape.append(scalar)
      }
    }
    return String(shape)
  }

  /// Most texts of a run of letters or digits that shapes are told apart by, and texts that each shape
  /// has left for each row.
  private static let (mostFixed, textsPerRow) = (24, 4.0)
  /// The same of what the beginning of a run tells apart.
  private static let textsPerBegun = 100.0

  /// Shapes that have runs of letters or digits of their own where few of them recur, as the prefixes of
  /// phones' numbers and the countries before invoices' do: taken place by place they would mix.
  ///
  /// - Parameters:
  ///   - texts: those that these are the shapes of, in Unicode scalars.
  ///   - limit: of shapes.
  /// - Returns: nil if there are none, or more than the limit.
  func splitting(_ texts: [[Unicode.Scalar]], limit: Int) -> Shapes? {
    var members: [String: [[Unicode.Scalar]]] = [:]
    for text in texts { members[Self.key(text, merging: false), default: []].append(text) }
    var (split, isSplit) = (Shapes([], merging: false, isOfUsual: isOfUsual), false)
    for (key, texts) in members {
      guard let group = groups[key] else { return nil }
      func isFixed(_ run: Range<Int>) -> Bool {
        var rows: [[Unicode.Scalar]: Int] = [:]
        for text in texts { rows[Array(text[run]), default: 0] += 1 }
        let frequent = rows.values.filter { $0 >= Self.minimumRows }
        let isWhole = run.count == all(of: run)
        let left = group.places.indices.reduce(1.0) { left, place in
          if run.contains(place) { return left }
          let isWide = isOfUsual && isWhole && Self.isDigit(texts[0][place])
          return left * (isWide ? 10 : Double(group.places[place].count))
        }
        return (2...Self.mostFixed).contains(frequent.count)
          && 50 * frequent.reduce(0, +) >= 49 * texts.count
          && left >= (isWhole ? Self.textsPerRow : Self.textsPerBegun) * Double(texts.count)
      }
      func all(of run: Range<Int>) -> Int {
        Self.runs(texts[0]).first { $0.contains(run.lowerBound) }?.count ?? 0
      }
      // All of a run, or its beginning.
      let fixed = Self.runs(texts[0]).compactMap { run -> Range<Int>? in
        if isFixed(run) { return run }
        let beginnings = Self.beginnings.filter { $0 < run.count - 2 }
          .map { run.lowerBound..<(run.lowerBound + $0) }
        guard let first = beginnings.first(where: isFixed) else { return nil }
        // As long as what follows tells no more of them apart.
        func distinct(_ range: Range<Int>) -> Int { Set(texts.map { Array($0[range]) }).count }
        return beginnings.last { isFixed($0) && distinct($0) == distinct(first) }
      }
      if !fixed.isEmpty { isSplit = true }
      for text in texts { split.add(text, key: Self.key(text, merging: false, fixed: fixed)) }
      guard !fixed.isEmpty, isOfUsual else { continue }
      for key in Set(texts.map { Self.key($0, merging: false, fixed: fixed) }) {
        let rows = Double(split.groups[key]?.rows ?? 0)
        let product = split.groups[key]?.places.reduce(1.0) { $0 * Double($1.count) } ?? 0
        if product < Self.textsPerRow * rows { split.groups[key]?.widen(but: fixed) }
      }
    }
    return isSplit && split.count <= limit ? split : nil
  }

  /// Characters of the beginnings of runs that may recur: a country's and a network's code.
  private static let beginnings = [2, 3, 4]

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// The runs of two characters or more of one class.
  private static func runs(_ text: [Unicode.Scalar]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    let keys = text.map { key([$0], merging: false) }
    for place in text.indices.map({ $0 + 1 })
    where place == text.count || keys[place] != keys[start] {
      if place - start > 1, keys[start].unicodeScalars.count == 1 { runs.append(start..<place) }
      start = place
    }
    return runs
  }

  /// Number of shapes.
  var count: Int { groups.count }

  /// The pattern of all shapes.
  var pattern: KeyPattern { mostFrequent(.max) }

  /// The pattern of the most frequent shapes. What few rows have, or of what there is one text only,
  /// is left out unless there is nothing else.
  func mostFrequent(_ limit: Int) -> KeyPattern {
    let all = groups.sorted { ($1.value.rows, $0.key) < ($0.value.rows, $1.key) }
    if !isOfUsual { return .shapes(all.prefix(limit).map { shape($1, isOnly: all.count == 1) }) }
    let varied = all.filter { $0.value.places.contains { $0.count > 1 } }
    let frequent = varied.filter { $0.value.rows >= Self.minimumRows }
    let sorted = (frequent.isEmpty ? varied.isEmpty ? all : varied : frequent).prefix(limit)
    let pattern = KeyPattern.shapes(sorted.map { shape($1, isOnly: sorted.count == 1) })
    return pattern.isLikeUUID ? .uuid : pattern
  }

  private func shape(_ group: Group, isOnly: Bool) -> KeyPattern.Shape {
    let isInteger =
      group.places.count > 1
      && group.places.allSatisfy { $0.keys.allSatisfy { ("0"..."9").contains($0) } }
    let places = group.places.indices.map { index in
      let scalars = group.characters(index, isOfUsual: isOfUsual)
      // An integer does not begin with a zero unless some did.
      let closure = Self.closure(scalars, rows: group.rows)
      return isInteger && index == 0 && !scalars.contains("0")
        ? closure.subtracting(["0"]) : closure
    }
    return KeyPattern.Shape(
      weight: isOnly ? 1 : group.rows,
      places: places.map { scalars in
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars.sorted())
        return String(text)
      })
  }

  private static let classes: [[Unicode.Scalar]] = [
    scalars("0123456789"), scalars("0123456789abcdef"), scalars("0123456789ABCDEF"),
    scalars("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), scalars("abcdefghijklmnopqrstuvwxyz"),
    scalars("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    scalars("0123456789abcdefghijklmnopqrstuvwxyz"),
    scalars("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
  ]

  private static func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

  /// The characters that a place may have: those that were seen, or all of their class if so many
  /// were seen as of all would be, and those that were not may be missing by chance.
  private static func closure(_ seen: Set<Unicode.Scalar>, rows: Int) -> Set<Unicode.Scalar> {
    guard seen.count > 1, let whole = classes.first(where: { seen.isSubset(of: $0) }) else {
      return seen
    }
    // Of `rows` uniform draws from n characters, n (1 - (1 - 1/n)^rows) are expected.
    let size = Double(whole.count)
    var missing = 1.0
    for _ in 0..<min(rows, 10_000) { missing *= 1 - 1 / size }
    let isLikely = size * missing >= 0.05 * (size - Double(seen.count))
    return isLikely && Double(seen.count) >= 0.6 * size * (1 - missing) ? Set(whole) : seen
  }
}

extension KeyPattern {
  /// Whether it is the pattern of UUIDs of version 4 but for characters that were not seen.
  fileprivate var isLikeUUID: Bool {
    guard case .shapes(let shapes) = self, shapes.count == 1,
      case .shapes(let uuid) = KeyPattern.uuid, shapes[0].places.count == uuid[0].places.count
    else { return false }
    return zip(shapes[0].places, uuid[0].places).allSatisfy {
      Set($0.unicodeScalars).isSubset(of: Set($1.unicodeScalars))
    } && shapes[0].places[14] == "4"
  }
}
