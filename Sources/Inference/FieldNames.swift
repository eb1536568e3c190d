/// Names of fields, made of the names of columns: identifiers, each once.
struct FieldNames {
  private var taken: Set<String> = []
  /// Names of inner messages by their keys, and the names in them.
  private var messageNames: [String: String] = [:]
  private var messages: [String: FieldNames] = [:]

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

  /// Returns names for keys of objects in one another, joined by dots: those of a message each once in
  /// it, the last one new.
  ///
  /// - Parameter keys: one or more.
  mutating func unique(_ keys: [String]) -> String {
    guard keys.count > 1 else { return unique(keys.first ?? "") }
    let name = messageNames[keys[0]] ?? unique(keys[0])
    messageNames[keys[0]] = name
    return name + "." + messages[name, default: FieldNames()].unique(Array(keys.dropFirst()))
  }

  private static func folded(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" }
  }
}
