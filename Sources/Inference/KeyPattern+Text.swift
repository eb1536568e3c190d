import Schema

extension KeyPattern {
  /// The pattern of UUIDs of version 4, in small letters.
  static let uuid: KeyPattern = {
    let hexadecimal = "0123456789abcdef"
    var places: [String] = []
    for (index, length) in [8, 4, 4, 4, 12].enumerated() {
      if index > 0 { places.append("-") }
      places += Array(repeating: hexadecimal, count: length)
    }
    places[14] = "4"
    places[19] = "89ab"
    return .shapes([Shape(weight: 1, places: places)])
  }()

  /// The pattern as a text, which `init(text:)` reads.
  var text: String {
    switch self {
    case .sequence(let prefix, let start, let step, let width, let suffix):
      return "sequence start:\(start) step:\(step)" + (width > 1 ? " width:\(width)" : "")
        + (prefix.isEmpty ? "" : " prefix:\(Self.escaped(prefix))")
        + (suffix.isEmpty ? "" : " suffix:\(Self.escaped(suffix))")
    case .shapes(let shapes):
      if self == .uuid { return "uuid" }
      if shapes.count == 1, shapes[0].weight == 1 { return Self.text(shapes[0].places) }
      return shapes.map { "\($0.weight)*\(Self.text($0.places))" }.joined(separator: " | ")
    }
  }

  /// Reads a pattern; nil if it is none.
  init?(text: String) {
    if text == "uuid" {
      self = .uuid
      return
    }
    if text.hasPrefix("sequence ") {
      self.init(sequence: text.dropFirst("sequence ".count))
      return
    }
    var shapes: [Shape] = []
    var rest = text.unicodeScalars[...]
    repeat {
      rest = rest.drop { $0 == " " }
      var weight = 1
      let digits = rest.prefix { ("0"..."9").contains($0) }
      if !digits.isEmpty, rest.dropFirst(digits.count).first == "*" {
        guard let number = Int(String(digits)), number > 0 else { return nil }
        weight = number
        rest = rest.dropFirst(digits.count + 1)
      }
      guard let places = Self.places(&rest), !places.isEmpty else { return nil }
      shapes.append(Shape(weight: weight, places: places))
      rest = rest.drop { $0 == " " }
    } while rest.popFirst() == "|"
    self = .shapes(shapes)
  }

  private init?(sequence text: Substring) {
    var (prefix, suffix) = ("", "")
    var (start, step, width): (Int64, Int64, Int) = (1, 1, 1)
    var words: [String] = [""]
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if scalar == " ", !isEscaped {
        words.append("")
      } else {
        words[words.count - 1].unicodeScalars.append(scalar)
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
    for word in words where !word.isEmpty {
      guard let colon = word.firstIndex(of: ":") else { return nil }
      let value = String(word[word.index(after: colon)...])
      switch word[..<colon] {
      case "start":
        guard let number = Int64(value) else { return nil }
        start = number
      case "step":
        guard let number = Int64(value), number != 0 else { return nil }
        step = number
      case "width":
        guard let number = Int(value), (1...64).contains(number) else { return nil }
        width = number
      case "prefix": prefix = Self.unescaped(value)
      case "suffix": suffix = Self.unescaped(value)
      default: return nil
      }
    }
    self = .sequence(prefix: prefix, start: start, step: step, width: width, suffix: suffix)
  }

  private static let special: Set<Unicode.Scalar> = ["\\", "[", "]", "{", "}", "|", "*", " "]

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if special.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  private static func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\\", let next = rest.popFirst() {
        result.append(next)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func text(_ places: [String]) -> String {
    var text = ""
    var rest = places[...]
    while let place = rest.first {
      let run = rest.prefix { $0 == place }.count
      if place.unicodeScalars.count == 1 {
        text += escaped(place)
        rest.removeFirst()
      } else {
        text += set(place) + (run > 1 ? "{\(run)}" : "")
        rest = rest.dropFirst(run)
      }
    }
    return ["sequence", "uuid"].contains { text.hasPrefix($0) } ? "1*" + text : text
  }

  /// A set of characters in brackets, in its order.
  private static func set(_ place: String) -> String {
    func shown(_ scalar: Unicode.Scalar) -> String {
      (special.contains(scalar) || scalar == "-" ? "\\" : "") + String(scalar)
    }
    var text = "["
    var rest = Array(place.unicodeScalars)[...]
    while let first = rest.first {
      var run = 1
      while run < rest.count, rest[rest.startIndex + run].value == first.value + UInt32(run) {
        run += 1
      }
      let last = rest[rest.startIndex + run - 1]
      if run > 2 {
        text += shown(first) + "-" + shown(last)
        rest = rest.dropFirst(run)
      } else {
        text += shown(first)
        rest.removeFirst()
      }
    }
    return text + "]"
  }

  /// Reads the places of a shape up to its end or a `|`.
  private static func places(_ rest: inout Substring.UnicodeScalarView) -> [String]? {
    var places: [String] = []
    while let scalar = rest.first, scalar != "|", scalar != " " {
      rest.removeFirst()
      switch scalar {
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        places.append(String(next))
      case "[":
        guard let set = readSet(&rest) else { return nil }
        places.append(set)
      case "{":
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        guard rest.popFirst() == "}", let count = Int(String(digits)), (1...256).contains(count),
          let last = places.last
        else { return nil }
        places += Array(repeating: last, count: count - 1)
      case "]", "}", "*": return nil
      default: places.append(String(scalar))
      }
      guard places.count <= 256 else { return nil }
    }
    return places
  }

  private static func readSet(_ rest: inout Substring.UnicodeScalarView) -> String? {
    var scalars: [Unicode.Scalar] = []
    func next() -> Unicode.Scalar? {
      guard let scalar = rest.popFirst() else { return nil }
      return scalar == "\\" ? rest.popFirst() : scalar
    }
    while let first = rest.first, first != "]" {
      guard let low = next() else { return nil }
      guard rest.first == "-" else {
        scalars.append(low)
        continue
      }
      rest.removeFirst()
      guard let high = next(), low.value <= high.value, high.value - low.value < 1024 else {
        return nil
      }
      scalars += (low.value...high.value).compactMap(Unicode.Scalar.init)
    }
    guard rest.popFirst() == "]", !scalars.isEmpty, Set(scalars).count == scalars.count else {
      return nil
    }
    var set = String.UnicodeScalarView()
    set.append(contentsOf: scalars)
    return String(set)
  }
}
