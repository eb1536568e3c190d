import Records

/// How JSON writes a value.
struct JSONForms: OptionSet, Sendable, Hashable {
  let rawValue: UInt8
  static let text = JSONForms(rawValue: 1)
  static let number = JSONForms(rawValue: 2)
  static let boolean = JSONForms(rawValue: 4)

  /// The form of the value that begins with a byte; none for null.
  init(startingWith byte: UInt8?) {
    switch byte {
    case UInt8(ascii: "\""): self = .text
    case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .boolean
    case UInt8(ascii: "n"), nil: self = []
    default: self = .number
    }
  }

  init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// Maps: inner objects whose keys vary from row to row. They become lists of entries.
extension RawTable {
  /// Names of the columns of entries.
  static let (keyName, entryName) = ("key", "value")
  /// Keys that an object has at least, and rows that it is in.
  private static let (leastKeys, leastRows) = (8, 20)

  /// The columns of an object, as far as they come from it.
  func members(of object: String) -> [Int] {
    header.indices.filter { columns[$0].isNested && header[$0].hasPrefix(object + ".") }
  }

  /// Whether a name is of a column of a list's elements: it begins with the list's name and a dot.
  func isOfElements(_ name: String) -> Bool {
    zip(header, columns).contains { $1.isList && name.hasPrefix($0 + ".") }
  }

  /// Names of the inner objects, outer ones before those in them.
  var objects: [String] {
    var names: [String] = []
    var known: Set<String> = []
    for (name, column) in zip(header, columns) where column.isNested {
      let keys = name.split(separator: ".", omittingEmptySubsequences: false)
      for count in 1..<keys.count {
        let object = keys[..<count].joined(separator: ".")
        if known.insert(object).inserted { names.append(object) }
      }
    }
    return names
  }

  /// Names of the objects that are maps: by their rows, or because a person says so.
  ///
  /// - Throws: `InferenceError.unsuitableKind` for what can be none.
  func mapNames(_ options: InferenceOptions) throws(InferenceError) -> [String] {
    let known = Set(header)
    var names: [String] = []
    for name in options.kinds.keys.sorted() where options.kinds[name] == .map {
      if known.contains(name) { continue }
      guard let keys = keys(of: name) else {
        throw .unsuitableKind(
          column: name, kind: "map",
          reason: "its values are objects or arrays; leave it an object, with --kind \(name)=object"
        )
      }
      if !keys.isEmpty { names.append(name) }
    }
    guard isOfDocuments else { return names }
    let said = options.exclude + options.keys + options.kinds.keys + options.texts
    for name in objects where options.kinds[name] == nil {
      // What is said of a key says that it is one, but of the entries' own column of values.
      guard !said.contains(where: { known.contains($0) && $0.hasPrefix(name + ".") }),
        let keys = keys(of: name),
        isMap(keys)
      else { continue }
      names.append(name)
    }
    return names
  }

  /// The columns of an object whose values are neither objects nor arrays; nil if it has others.
  private func keys(of object: String) -> [Int]? {
    let keys = members(of: object)
    let isFlat = keys.allSatisfy { index in
      !columns[index].isList && !header[index].dropFirst(object.count + 1).contains(".")
    }
    return isFlat ? keys : nil
  }

  /// Whether an object has many keys, each in at most half of its rows, with values of one form, and
  /// several in some row.
  private func isMap(_ keys: [Int]) -> Bool {
    guard keys.count >= Self.leastKeys,
      let form = columns[keys[0]].forms.isEmpty ? nil : columns[keys[0]].forms,
      [JSONForms.text, .number, .boolean].contains(form),
      keys.allSatisfy({ columns[$0].forms == form })
    else { return false }
    var counts = [Int](repeating: 0, count: rowCount)
    var rows: [Int] = []
    for key in keys {
      rows.append(columns[key].codes.count { $0 >= 0 })
      for (row, code) in columns[key].codes.enumerated() where code >= 0 { counts[row] += 1 }
    }
    let present = counts.count { $0 > 0 }
    return present >= Self.leastRows && counts.contains { $0 > 1 }
      && rows.allSatisfy { 2 * $0 <= present }
  }

  /// Returns the table with objects as columns of lists of entries, in the place of their first key.
  ///
  /// - Parameter names: of objects.
  func foldingMaps(_ names: [String]) -> RawTable {
    names.reduce(self) { $0.foldingMap($1) }
  }

  private func foldingMap(_ name: String) -> RawTable {
    // Which keys the table shows first says nothing: entries stand in the order of their keys.
    let keys = members(of: name).sorted {
      header[$0].utf8.lexicographicallyPrecedes(header[$1].utf8)
    }
    let prefixes = keys.map { key in
      let own = String(header[key].dropFirst(name.count + 1))
      return "{\"\(Self.keyName)\":\(RecordFormatter.jsonString(own)),\"\(Self.entryName)\":"
    }
    let values = keys.map { key in
      (0..<columns[key].texts.count).map {
        RecordFormatter.jsonString(columns[key].texts[$0]) + "}"
      }
    }
    // Without anything else in the object around it there is no map either.
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let own = Set(keys)
    let others =
      parts.count > 1
      ? members(of: parts.dropLast().joined(separator: ".")).filter { !own.contains($0) } : []
    var map = RawColumn()
    (map.isList, map.isMap, map.isNested) = (true, true, parts.count > 1)
    for row in 0..<rowCount {
      var entries: [String] = []
      for (place, key) in keys.enumerated() where columns[key].codes[row] >= 0 {
        entries.append(prefixes[place] + values[place][Int(columns[key].codes[row])])
      }
      let isAbsent =
        entries.isEmpty && parts.count > 1 && others.allSatisfy { columns[$0].codes[row] < 0 }
      map.append(isAbsent ? nil : "[\(entries.joined(separator: ","))]")
    }
    var table = self
    let kept = header.indices.filter { !own.contains($0) }
    let place = keys.min().map { first in kept.count { $0 < first } } ?? kept.count
    table.header = kept.map { header[$0] }
    table.columns = kept.map { columns[$0] }
    table.header.insert(name, at: place)
    table.columns.insert(map, at: place)
    return table
  }
}

extension TablePlan {
  /// Returns a table with the objects that the plan takes for maps as columns of lists of entries, and
  /// with absent keys as the declared message says, if there is one.
  ///
  /// - Parameter table: as it was read, or so already.
  /// - Throws: `InferenceError` if it is not as the message says.
  public func conforming(_ table: RawTable) throws(InferenceError) -> RawTable {
    let table =
      try messages.map { messages throws(InferenceError) in
        try DeclaredTable(table, messages: messages, nullWords: nullWords).table
      } ?? table
    return table.foldingMaps(maps.filter { !table.header.contains($0) })
  }
}
