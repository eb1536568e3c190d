/// A word of an option with a name and a value: `decimals:2`, `suffix:" %"`.
package struct OptionWord: Hashable, Sendable {
  /// What stands before the colon.
  package var name: String
  /// What stands after it, freed from its quotes.
  package var value: String

  /// Creates a word.
  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// The word as it is written: the value stands in double quotes where it has spaces.
  var text: String {
    let isPlain =
      !value.isEmpty && value.unicodeScalars.allSatisfy { !" \"\\".unicodeScalars.contains($0) }
    if isPlain { return "\(name):\(value)" }
    var quoted = ""
    for scalar in value.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return "\(name):\"\(quoted)\""
  }

  /// Reads words separated by spaces; nil if one has no name or a quote does not end.
  ///
  /// - Parameter text: a value may stand in double quotes, in which a `\` takes the next character
  ///   as it is.
  package static func words(_ text: some StringProtocol) -> [OptionWord]? {
    var words: [OptionWord] = []
    var rest = Substring(text).unicodeScalars
    while true {
      rest = rest.drop { $0 == " " }
      guard !rest.isEmpty else { return words }
      let name = rest.prefix { $0 != ":" && $0 != " " }
      rest = rest.dropFirst(name.count)
      guard !name.isEmpty, rest.popFirst() == ":" else { return nil }
      var value = String.UnicodeScalarView()
      if rest.first == "\"" {
        rest.removeFirst()
        while let scalar = rest.popFirst(), scalar != "\"" {
          if scalar == "\\" {
            guard let next = rest.popFirst() else { return nil }
            value.append(next)
          } else {
            value.append(scalar)
          }
          if rest.isEmpty { return nil }
        }
        guard rest.isEmpty || rest.first == " " else { return nil }
      } else {
        while let scalar = rest.first, scalar != " " {
          value.append(scalar)
          rest.removeFirst()
        }
      }
      words.append(OptionWord(name: String(name), value: String(value)))
    }
  }
}
