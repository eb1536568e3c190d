/// Decides which integers identify rather than measure. An identifier is modelled as text, digit
/// by digit, since the distance between two of them means nothing.
enum IdentifierRule {
  /// Last words of the names of fields that identify.
  static let words: Set<String> = [
    "account", "code", "ean", "fax", "id", "identifier", "isbn", "key", "mobile", "no", "number",
    "phone", "pin", "postalcode", "postcode", "reference", "serial", "sku", "ssn", "telephone",
    "zip", "zipcode",
  ]

  /// Tells whether the last word of a field's name says that it identifies. Words end at
  /// underscores and before capitals; digits at the end are skipped: `zip_code`, `zipCode`,
  /// `zip5`.
  static func identifies(_ fieldName: String) -> Bool {
    var name = Substring(fieldName)
    while let last = name.last, last.isNumber || last == "_" { name.removeLast() }
    guard let lastUnderscore = name.lastIndex(of: "_") else {
      return words.contains(lastWord(name))
    }
    return words.contains(lastWord(name[name.index(after: lastUnderscore)...]))
  }

  /// Returns the part from the last lower-case letter that a capital follows, in lower case.
  private static func lastWord(_ name: Substring) -> String {
    var start = name.startIndex
    for (index, next) in zip(name.indices, name.indices.dropFirst())
    where name[index].isLowercase && name[next].isUppercase {
      start = next
    }
    return name[start...].lowercased()
  }
}
