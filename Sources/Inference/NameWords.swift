/// What the name of a column says about its values.
enum NameWords {
  /// Last words of columns that hold keys.
  private static let keys: Set<String> = [
    "account", "code", "guid", "id", "identifier", "key", "no", "nr", "number", "reference", "ref",
    "rownames", "serial", "sku", "unnamed", "uuid",
  ]
  /// Last words of columns whose digits are no number.
  private static let codes: Set<String> = [
    "ean", "fax", "isbn", "mobile", "phone", "postalcode", "postcode", "ssn", "telephone", "zip",
    "zipcode",
  ]

  /// What stands before `id` in names written as one word, `userid`. Not whatever ends in it: `paid`.
  private static let identified: Set<String> = [
    "account", "album", "artist", "booking", "case", "city", "client", "comment", "company",
    "country", "course", "customer", "device", "doc", "document", "employee", "entry", "event",
    "file", "film", "game", "geoname", "group", "invoice", "item", "location", "member", "message",
    "movie", "node", "object", "order", "org", "parent", "patient", "person", "place", "player",
    "post", "product", "record", "row", "school", "session", "shop", "source", "store", "student",
    "supplier", "team", "ticket", "track", "transaction", "user", "vendor",
  ]

  static func isKey(_ name: String) -> Bool {
    let word = lastWord(name)
    return keys.contains(word)
      || word.hasSuffix("id") && identified.contains(String(word.dropLast(2)))
  }

  static func isCode(_ name: String) -> Bool { codes.contains(lastWord(name)) }

  /// The last word of a name in small letters. Words end at whatever is no letter and before
  /// capitals; digits at the end do not count.
  private static func lastWord(_ name: String) -> String {
    var word = ""
    for character in name.reversed() {
      if !character.isLetter {
        if word.isEmpty { continue }
        break
      }
      // The capital that begins a word belongs to it.
      if let last = word.last, last.isUppercase, !character.isUppercase { break }
      word.append(character)
      if character.isUppercase, word.dropLast().contains(where: \.isLowercase) { break }
    }
    return String(word.reversed()).lowercased()
  }
}
