/// Names of fields, made of the names of columns: identifiers, each once.
struct FieldNames {
  private var taken: Set<String> = []

  /// Returns a name that was not returned before: letters, digits and underscores, not beginning with
  /// a digit, as much like the column's as these allow.
  mutating func unique(_ column: String) -> String {
    var name = ""
    for scalar in column.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
      default: if !name.isEmpty, name.last != "_" { name += "_" }
      }
    }
    while name.last == "_" { name.removeLast() }
    if name.isEmpty { name = "column" }
    if let first = name.unicodeScalars.first, ("0"..."9").contains(first) { name = "_" + name }
    var candidate = name
    var number = 2
    // Protobuf takes names for one that differ in capitals and underscores alone.
    while !taken.insert(Self.folded(candidate)).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }

  private static func folded(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" }
  }
}
