import FakeGen
import Schema

extension Kind {
  /// The kind as a text, which `init(_:)` reads.
  public var text: String {
    switch self {
    case .number(let decimals, let step, let spelling):
      "number" + (decimals.map { " decimals:\($0)" } ?? "")
        + (step.map { " step:\($0.text)" } ?? "") + (spelling.map { " \($0.text)" } ?? "")
    case .category: "category"
    case .moment(let layout):
      if let layout, let read = MomentLayout(checked: layout) {
        (read.hasDate ? read.hasTime ? "moment " : "date " : "time ") + layout
      } else {
        "moment"
      }
    case .key(let pattern): pattern.map { "key \($0.text)" } ?? "key"
    case .sequence: "key sequence"
    case .code(let pattern): pattern.map { "code \($0.text)" } ?? "code"
    case .composed(let templates):
      "composed"
        + (templates.map { templates in
          ": " + templates.map { $0.map(\.text).joined(separator: " ") }.joined(separator: " | ")
        } ?? "")
    case .text: "text"
    case .constant: "constant"
    case .empty: "empty"
    case .exclude: "exclude"
    case .list(let kind, let claim):
      "list" + (claim.map { " \($0.text)" } ?? "") + (kind.map { ": \($0.text)" } ?? "")
    case .sum(let terms, let constant): "sum: " + Self.text(terms, constant)
    case .digit(let column, let offset, let unit, let count):
      "digit: \(column.text)"
        + (offset.units == 0
          ? "" : offset.units < 0 ? " + \(offset.text.dropFirst())" : " - \(offset.text)")
        + " / \(unit.text)" + (count.map { " % \($0)" } ?? "")
    case .lookup(let column): "lookup: \(column.text)"
    case .pairLookup(let first, let second):
      "lookup: \(ColumnPart.quoted(first)) \(ColumnPart.quoted(second))"
    case .calendar(let column, let part): "calendar: \(ColumnPart.quoted(column)).\(part.name)"
    case .after(let columns):
      "after: " + columns.map(ColumnPart.quoted).joined(separator: " ")
    case .total(let list, let factors):
      "total: "
        + (factors.isEmpty
          ? ColumnPart.quoted(list)
          : factors.map { "\(ColumnPart.quoted(list)).\(ColumnPart.quoted($0))" }
            .joined(separator: " * "))
    case .product(let factors, let rate):
      "product: "
        + (factors.map(Self.text) + (rate.map { [$0.text] } ?? [])).joined(separator: " * ")
    case .map: "map"
    case .oneof: "oneof"
    case .object: "object"
    }
  }

  private static func text(_ factor: Factor) -> String {
    let name = ColumnPart.quoted(factor.column)
    guard let share = factor.share else { return name }
    return "(1 \(share.isAdded ? "+" : "-") \(name)\(share.isPercent ? "/100" : ""))"
  }

  private static func text(_ terms: [SumTerm], _ constant: FixedDecimal) -> String {
    var text = ""
    for term in terms {
      let factor = term.factor.text
      let (sign, size) = factor.hasPrefix("-") ? ("-", String(factor.dropFirst())) : ("+", factor)
      text += text.isEmpty ? (sign == "-" ? "-" : "") : " \(sign) "
      text += (size == "1" ? "" : "\(size)*") + ColumnPart.quoted(term.column)
    }
    if terms.isEmpty { return constant.text }
    if constant.units == 0 { return text }
    return text + (constant.units < 0 ? " - \(constant.text.dropFirst())" : " + \(constant.text)")
  }

  /// Reads a kind.
  ///
  /// - Parameter text: as `text` prints it, or shorter: what is left out is found in the values.
  /// - Throws: `InferenceError.malformedKind`.
  public init(_ text: String) throws(InferenceError) {
    func malformed(_ reason: String) -> InferenceError {
      .malformedKind(text: text, reason: reason)
    }
    let word = text.prefix { $0 != " " && $0 != ":" }
    let rest = text[word.endIndex...].drop { $0 == " " }
    let isBare = rest.isEmpty
    switch word {
    case "number": self = try Self.number(rest, malformed)
    case "category" where isBare: self = .category
    case "text" where isBare: self = .text
    case "constant" where isBare: self = .constant
    case "empty" where isBare: self = .empty
    case "exclude" where isBare: self = .exclude
    case "map" where isBare: self = .map
    case "oneof" where isBare: self = .oneof
    case "object" where isBare: self = .object
    case "list":
      guard let (claim, kind) = ListClaim.read(rest) else {
        throw malformed(
          "expected 'list', then distinct:COLUMN, ascending:COLUMN or descending:COLUMN, or free, "
            + "then ': KIND' for lists of values")
      }
      if let kind {
        self = .list(of: try Kind(kind), claim: claim)
      } else {
        self = .list(of: nil, claim: claim)
      }
    case "date", "time", "moment":
      if isBare {
        self = .moment(layout: nil)
      } else {
        guard MomentLayout(checked: String(rest)) != nil else {
          throw malformed(
            "expected a layout such as %Y-%m-%d %H:%M:%S; docs/Data.md lists what it may have")
        }
        self = .moment(layout: String(rest))
      }
    case "key":
      if isBare {
        self = .key(nil)
      } else if rest == "sequence" {
        self = .sequence
      } else {
        guard let pattern = KeyPattern(text: String(rest)) else {
          throw malformed(
            "expected 'sequence', 'uuid' or a pattern such as N[0-9]{3}[A-Z]{2}")
        }
        self = .key(pattern)
      }
    case "code":
      if isBare {
        self = .code(nil)
      } else {
        guard let pattern = KeyPattern(text: String(rest)), CodeShapes(pattern).problem == nil
        else {
          throw malformed("expected a pattern such as A-[0-9]{6}, of no more than 2^62 texts")
        }
        self = .code(pattern)
      }
    case "composed" where isBare: self = .composed(nil)
    case "composed":
      var scanner = KindScanner(rest.dropFirst())
      guard rest.first == ":", let templates = scanner.templates(), scanner.isAtEnd else {
        throw malformed(
          "expected ':' and templates of columns, texts in single quotes and numbers, as in "
            + "'composed: first ' ' last | first.first1.small '. ' last' or 'composed: # 'h ' #2 'm''"
        )
      }
      self = .composed(templates)
    case "sum", "digit", "lookup", "after", "total", "product", "calendar":
      guard rest.first == ":" else { throw malformed("expected ':' after '\(word)'") }
      var scanner = KindScanner(rest.dropFirst())
      let read: Kind? =
        switch word {
        case "sum": scanner.sum()
        case "digit": scanner.digit()
        case "total": scanner.total()
        case "product": scanner.product()
        case "calendar": scanner.calendar()
        case "lookup": scanner.lookup()
        default: scanner.after()
        }
      guard let read, scanner.isAtEnd else {
        throw malformed(
          "expected columns as in 'sum: price + 2*tax', 'digit: time / 100 % 24', 'lookup: town', "
            + "'lookup: product size', 'calendar: day.month', 'after: start', 'after: open close', "
            + "'product: quantity * price', 'product: price * (1 - discount/100)', "
            + "'product: net * 0.19' or 'total: items.price'; put names with other characters in double quotes"
        )
      }
      self = read
    default:
      throw malformed(
        "expected number, category, date, time, moment, key, code, composed, text, constant, empty, list, "
          + "map, oneof, object, exclude, sum:, digit:, lookup:, calendar:, after:, total: or product:"
      )
    }
  }

  /// Digits after the point that a number may have.
  private static let decimalsRange = 0...FixedDecimal.maximumDecimals

  private static func number(
    _ rest: Substring, _ malformed: (String) -> InferenceError
  ) throws(InferenceError) -> Kind {
    var (decimals, step): (Int?, FixedDecimal?) = (nil, nil)
    var spelling = NumberSpelling()
    for word in OptionWord.words(rest) ?? [OptionWord(name: "", value: "")] {
      if word.name == "decimals", let count = Int(word.value), decimalsRange.contains(count) {
        decimals = count
      } else if word.name == "step", let number = FixedDecimal(word.value), number.units > 0 {
        step = number
      } else if !spelling.take(word) {
        throw malformed(
          "expected decimals:N with N from 0 to 18, step:S with S above 0, prefix:P, suffix:S, "
            + "group:G, point:P, sign:inner, sign:after, sign:(), scientific:0.00e+00, or nothing")
      }
    }
    if let problem = spelling.problem { throw malformed("its spelling \(problem.text)") }
    if let step {
      guard step.decimals <= decimals ?? decimalsRange.upperBound else {
        throw malformed("expected a step of no more digits after the point than decimals says")
      }
      decimals = decimals ?? step.decimals
    }
    return .number(
      decimals: decimals, step: step, spelling: spelling == NumberSpelling() ? nil : spelling)
  }
}

extension ColumnPart {
  /// The column's name, and the part's after a point.
  public var text: String { Self.quoted(column) + (part.map { ".\($0.rawValue)" } ?? "") }

  /// Reads what `text` prints; nil if it is none.
  public init?(text: String) {
    var scanner = KindScanner(text[...])
    guard let part = scanner.part(), scanner.isAtEnd else { return nil }
    self = part
  }

  /// A name as it stands in a kind: in double quotes, unless it is an identifier.
  static func quoted(_ name: String) -> String {
    var isIdentifier = !name.isEmpty
    for (index, byte) in name.utf8.enumerated() {
      isIdentifier = isIdentifier && KindScanner.isNameByte(byte, isFirst: index == 0)
    }
    if isIdentifier { return name }
    var text = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}

/// Reads the columns of a kind.
struct KindScanner {
  private var rest: Substring.UnicodeScalarView

  init(_ text: Substring) {
    rest = text.unicodeScalars
  }

  static func isNameByte(_ byte: UInt8, isFirst: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
    default: false
    }
  }

  /// What is left, without spaces before it.
  var restText: String { String(String.UnicodeScalarView(rest.drop { $0 == " " })) }

  /// Whether a colon comes next and a name behind it.
  var isAtNamedColumn: Bool {
    rest.first == ":" && rest.dropFirst().first.map { $0 != " " } ?? false
  }

  /// A word of small letters.
  mutating func word() -> String? {
    skipSpace()
    let letters = rest.prefix { ("a"..."z").contains($0) }
    rest = rest.dropFirst(letters.count)
    return letters.isEmpty ? nil : String(String.UnicodeScalarView(letters))
  }

  /// Reads names of columns with spaces between them; nil if there are others.
  static func names(_ text: String) -> [String]? {
    var scanner = KindScanner(text[...])
    var names: [String] = []
    while !scanner.isAtEnd {
      guard let name = scanner.name() else { return nil }
      names.append(name)
    }
    return names
  }

  /// The name of a column.
  mutating func column() -> String? { name() }

  private mutating func skipSpace() { rest = rest.drop { $0 == " " } }

  var isAtEnd: Bool { rest.allSatisfy { $0 == " " } }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func name() -> String? {
    skipSpace()
    var name = String.UnicodeScalarView()
    if rest.first == "\"" {
      rest.removeFirst()
      while let scalar = rest.popFirst() {
        if scalar == "\"" { return String(name) }
        if scalar == "\\" {
          guard let next = rest.popFirst() else { return nil }
          name.append(next)
        } else {
          name.append(scalar)
        }
      }
      return nil
    }
    while let scalar = rest.first, scalar.isASCII,
      Self.isNameByte(UInt8(truncatingIfNeeded: scalar.value), isFirst: name.isEmpty)
    {
      name.append(scalar)
      rest.removeFirst()
    }
    return name.isEmpty ? nil : String(name)
  }

  private mutating func number() -> FixedDecimal? {
    skipSpace()
    let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
    rest = rest.dropFirst(digits.count)
    return FixedDecimal(String(digits))
  }

  /// A text in single quotes, of which one inside and a backslash have a backslash before them.
  private mutating func literal() -> String? {
    guard take("'") else { return nil }
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == "'" { return text.isEmpty ? nil : String(text) }
      if scalar == "\\" {
        guard let next = rest.popFirst() else { return nil }
        text.append(next)
      } else {
        text.append(scalar)
      }
    }
    return nil
  }

  /// Digits right behind a `#`, none for 0.
  private mutating func width() -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(digits.count)
    if digits.isEmpty { return 0 }
    let width = Int(String(String.UnicodeScalarView(digits))) ?? 0
    return (1...Int(TextForm.maximumWidth)).contains(width) ? width : nil
  }

  mutating func templates() -> [[ComposedPiece]]? {
    var templates: [[ComposedPiece]] = []
    repeat {
      var (pieces, numbers): ([ComposedPiece], Int) = ([], 0)
      while !isAtEnd, rest.first(where: { $0 != " " }) != "|" {
        guard let piece = composedPiece() else { return nil }
        if case .number = piece { numbers += 1 }
        pieces.append(piece)
      }
      guard (1...ComposedText.maximumPieces).contains(pieces.count),
        numbers <= CompositionFinder.mostNumbers
      else { return nil }
      templates.append(pieces)
    } while take("|")
    return templates.count <= ComposedText.maximumTemplates ? templates : nil
  }

  private mutating func composedPiece() -> ComposedPiece? {
    skipSpace()
    if rest.first == "'" { return literal().map { .literal($0) } }
    if take("#") { return width().map { .number(width: $0) } }
    guard let column = name() else { return nil }
    var form = TextForm()
    while rest.first == "." {
      rest.removeFirst()
      guard let word = name(), form.take(word) else { return nil }
    }
    if rest.first == "#" {
      rest.removeFirst()
      guard let width = width(), width > 0 else { return nil }
      form.width = UInt8(width)
    }
    return .value(column: column, form: form)
  }

  private var isAtNumber: Bool {
    rest.drop { $0 == " " }.first.map { ("0"..."9").contains($0) } ?? false
  }

  mutating func part() -> ColumnPart? {
    guard let column = name() else { return nil }
    guard rest.first == "." else { return ColumnPart(column) }
    rest.removeFirst()
    guard let part = name().flatMap(ColumnPart.Part.init(rawValue:)) else { return nil }
    return ColumnPart(column, part)
  }

  mutating func after() -> Kind? {
    var columns: [String] = []
    while !isAtEnd {
      guard let column = name(), !columns.contains(column) else { return nil }
      columns.append(column)
    }
    return columns.isEmpty ? nil : .after(columns)
  }

  mutating func lookup() -> Kind? {
    guard let first = part() else { return nil }
    if isAtEnd { return .lookup(first) }
    guard first.part == nil, let second = name(), second != first.column else { return nil }
    return .pairLookup(first.column, second)
  }

  mutating func calendar() -> Kind? {
    guard let column = name(), rest.first == "." else { return nil }
    rest.removeFirst()
    return name().flatMap { CalendarPart(name: $0) }.map { .calendar(column: column, part: $0) }
  }

  mutating func sum() -> Kind? {
    var terms: [Kind.SumTerm] = []
    var constant = FixedDecimal(units: 0)
    var isNegative = take("-")
    repeat {
      if isAtNumber {
        guard let number = number() else { return nil }
        let signed = FixedDecimal(
          units: isNegative ? 0 &- number.units : number.units, decimals: number.decimals)
        if take("*") {
          guard let column = name() else { return nil }
          terms.append(.init(column: column, factor: signed))
        } else {
          guard constant.units == 0 else { return nil }
          constant = signed
        }
      } else {
        guard let column = name() else { return nil }
        terms.append(.init(column: column, factor: FixedDecimal(units: isNegative ? -1 : 1)))
      }
      isNegative = take("-")
    } while isNegative || take("+")
    return .sum(terms: terms, constant: constant)
  }

  mutating func product() -> Kind? {
    var factors: [Kind.Factor] = []
    var rate: FixedDecimal?
    repeat {
      if isAtNumber {
        guard rate == nil, let number = number(), number.units > 0 else { return nil }
        rate = number
      } else {
        guard let factor = factor() else { return nil }
        factors.append(factor)
      }
    } while take("*")
    // One or two columns, and with one a share or a number at least.
    let columns = factors.count { $0.share == nil }
    return (1...2).contains(columns) && (2...4).contains(factors.count + (rate == nil ? 0 : 1))
      ? .product(factors, rate: rate) : nil
  }

  /// A column, or a share as in `(1 - discount/100)`.
  private mutating func factor() -> Kind.Factor? {
    guard take("(") else { return name().map { Kind.Factor($0) } }
    guard number()?.text == "1" else { return nil }
    let isAdded = take("+")
    guard isAdded || take("-"), let column = name() else { return nil }
    let isPercent = take("/")
    if isPercent, number()?.text != "100" { return nil }
    guard take(")") else { return nil }
    return Kind.Factor(column, share: Share(isAdded: isAdded, isPercent: isPercent))
  }

  mutating func total() -> Kind? {
    var list: String?
    var factors: [String] = []
    repeat {
      guard let column = name(), list ?? column == column else { return nil }
      list = column
      guard rest.first == "." else { break }
      rest.removeFirst()
      guard let factor = name() else { return nil }
      factors.append(factor)
    } while take("*")
    return list.flatMap { factors.count <= 2 ? .total(list: $0, factors: factors) : nil }
  }

  mutating func digit() -> Kind? {
    guard let column = part() else { return nil }
    var offset = FixedDecimal(units: 0)
    let isPlus = take("+")
    if isPlus || take("-") {
      guard let number = number() else { return nil }
      offset = FixedDecimal(
        units: isPlus ? 0 &- number.units : number.units, decimals: number.decimals)
    }
    guard take("/"), let unit = number(), unit.units > 0 else { return nil }
    var count: Int64?
    if take("%") {
      guard let number = number(), number.decimals == 0, number.units > 0 else { return nil }
      count = number.units
    }
    return .digit(column: column, offset: offset, unit: unit, count: count)
  }
}

extension ComposedPiece {
  /// The piece as it stands in a kind.
  var text: String {
    switch self {
    case .literal(let literal):
      var text = "'"
      for scalar in literal.unicodeScalars {
        if scalar == "'" || scalar == "\\" { text += "\\" }
        text.unicodeScalars.append(scalar)
      }
      return text + "'"
    case .value(let column, let form): return ColumnPart.quoted(column) + form.text
    case .number(let width): return "#" + (width == 0 ? "" : "\(width)")
    }
  }
}

extension TextForm {
  /// The form as it stands behind a column's name: `.small.first1`.
  fileprivate var text: String {
    var text = spaces == .kept ? "" : ".\(spaces)"
    if marks != .kept { text += ".\(marks)" }
    if letters != .kept { text += ".\(letters)" }
    if part != 0 { text += ".\(part > 0 ? "first" : "last")\(part.magnitude)" }
    return text + (width == 0 ? "" : "#\(width)")
  }

  /// Takes a word of `text`; false if it is none.
  fileprivate mutating func take(_ word: String) -> Bool {
    if let letters = Letters.allCases.first(where: { "\($0)" == word && $0 != .kept }) {
      self.letters = letters
    } else if let spaces = Spaces.allCases.first(where: { "\($0)" == word && $0 != .kept }) {
      self.spaces = spaces
    } else if let marks = Marks.allCases.first(where: { "\($0)" == word && $0 != .kept }) {
      self.marks = marks
    } else if let count = Int8(word.drop { !$0.isNumber }), (1...99).contains(count) {
      guard word == "first\(count)" || word == "last\(count)" else { return false }
      part = word.hasPrefix("f") ? count : 0 - count
    } else {
      return false
    }
    return true
  }
}
