import FakeGen

/// How a text is made of the values of other leaves and of numbers of its own, by one of several
/// templates.
public struct Composition: Codable, Hashable, Sendable {
  /// What a template is made of.
  public enum Piece: Codable, Hashable, Sendable {
    /// A text that always stands there.
    case literal(String)
    /// The text of another leaf, in a form.
    case value(leaf: Int, form: TextForm)
    /// A number of the text's own: its place among the text's numbers, and how many digits it has at
    /// least, with zeros before it.
    case number(Int, width: Int)
  }

  /// The templates, the one that is tried first before others.
  public var templates: [[Piece]]
  /// What the numbers are of texts that no template has.
  public var usualNumbers: [Int64]

  /// Creates a composition.
  ///
  /// - Parameters:
  ///   - templates: the templates, the one that is tried first before others.
  ///   - usualNumbers: what the numbers are of texts that no template has.
  public init(templates: [[Piece]], usualNumbers: [Int64] = []) {
    self.templates = templates
    self.usualNumbers = usualNumbers
  }

  /// The leaves that texts are made of, each once.
  public var leaves: [Int] {
    var leaves: [Int] = []
    for case .value(let leaf, _) in templates.joined() where !leaves.contains(leaf) {
      leaves.append(leaf)
    }
    return leaves
  }

  /// How many numbers of its own a text has at most.
  public var numberCount: Int {
    templates.joined().reduce(0) { count, piece in
      if case .number(let place, _) = piece { max(count, place + 1) } else { count }
    }
  }

  /// What keeps it from making texts, in words that go on from the leaf; nil if nothing does.
  var problem: String? {
    guard (1...ComposedText.maximumTemplates).contains(templates.count),
      templates.allSatisfy({ (1...ComposedText.maximumPieces).contains($0.count) })
    else {
      return "should have 1 to \(ComposedText.maximumTemplates) templates, each of 1 to "
        + "\(ComposedText.maximumPieces) pieces"
    }
    for piece in templates.joined() {
      switch piece {
      case .literal(let text):
        if text.unicodeScalars.count > ModelFormat.maximumStringLength {
          return "has a template longer than \(ModelFormat.maximumStringLength) characters"
        }
      case .value(_, let form):
        if form.width > TextForm.maximumWidth { return "has a number of too many digits" }
      case .number(let place, let width):
        guard place >= 0, (0...Int(TextForm.maximumWidth)).contains(width) else {
          return "has a number of too many digits"
        }
      }
    }
    return nil
  }

  /// A text as a template reads it.
  public struct Reading: Hashable, Sendable {
    /// The template.
    public var template: Int
    /// The numbers; nil where the template has none.
    public var numbers: [Int64?]
  }

  /// Reads a text by the first template that it has.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - value: the text of another leaf in the same row; nil for null.
  /// - Returns: nil if no template has it.
  public func reading(of text: [UInt8], value: (Int) -> [UInt8]?) -> Reading? {
    let count = numberCount
    for (index, template) in templates.enumerated() {
      var numbers = [Int64?](repeating: nil, count: count)
      if Self.fits(text, template, value, &numbers) {
        return Reading(template: index, numbers: numbers)
      }
    }
    return nil
  }

  /// Reads a text of which something has to be said: what no template has is taken for the first one's.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - value: the text of another leaf in the same row; nil for null.
  public func usualReading(of text: [UInt8], value: (Int) -> [UInt8]?) -> Reading {
    reading(of: text, value: value)
      ?? Reading(
        template: 0,
        numbers: (0..<numberCount).map { $0 < usualNumbers.count ? usualNumbers[$0] : 0 })
  }

  private static func fits(
    _ text: [UInt8], _ template: [Piece], _ value: (Int) -> [UInt8]?, _ numbers: inout [Int64?]
  ) -> Bool {
    var place = 0
    func skip(_ bytes: some Collection<UInt8>) -> Bool {
      guard text[place...].starts(with: bytes) else { return false }
      place += bytes.count
      return true
    }
    for piece in template {
      switch piece {
      case .literal(let literal):
        guard skip(literal.utf8) else { return false }
      case .value(let leaf, let form):
        guard var bytes = value(leaf) else { return false }
        form.apply(to: &bytes, from: 0)
        guard skip(bytes) else { return false }
      case .number(let index, let width):
        let digits = text[place...].prefix { (0x30...0x39).contains($0) }
        guard let number = number(digits, width: width) else { return false }
        numbers[index] = number
        place += digits.count
      }
    }
    return place == text.count
  }

  /// The number of digits as a template writes it; nil for what it would write otherwise.
  private static func number(_ digits: ArraySlice<UInt8>, width: Int) -> Int64? {
    guard !digits.isEmpty, digits.count <= Int(TextForm.maximumWidth), digits.count >= width,
      digits.count == max(width, 1) || digits.first != 0x30
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }
}
