import FakeGen
import Schema

/// A table as a declared message has it: which column is which field, and what an absent key is, as
/// protobuf's JSON mapping says.
struct DeclaredTable {
  /// A column that is a field.
  struct Column {
    /// Name of the table's column.
    var name: String
    /// Names of the fields of its path.
    var path: [String]
    var field: MessageDeclaration.Field
    /// How the message declares it.
    var protobuf: ProtobufField
    /// Of a list's elements, if it is one.
    var elements: DeclaredMessages?
    /// Whether some row has a value.
    var hasValue: Bool
  }

  /// The table, with the default values of fields that are absent and have no presence.
  private(set) var table: RawTable
  /// The columns that are fields, in the order of declaration.
  private(set) var columns: [Column] = []
  /// Names of keys of which each row has one at most, group by group.
  private(set) var alternatives: [[String]] = []
  /// Paths of fields of which no row has a value.
  private(set) var absent: [String] = []

  private let messages: DeclaredMessages
  private let nullWords: Set<String>
  /// Columns by name.
  private var positions: [String: Int] = [:]
  /// Names of objects: of columns before each of their dots.
  private var objects: Set<String> = []

  /// Finds the columns of a message.
  ///
  /// - Parameter nullWords: words that are nothing; nil for the standard ones.
  /// - Throws: `InferenceError.unknownColumn` for a field that a table of cells lacks, `.badCells`
  ///   for values that an enumeration lacks.
  init(
    _ table: RawTable, messages: DeclaredMessages, nullWords: [String]?
  ) throws(InferenceError) {
    self.messages = messages
    self.nullWords = Set(nullWords ?? InferenceOptions.standardNullWords)
    self.table = table
    index()
    let maps = mapNames(messages.root, keys: [], depth: 0)
    self.table = self.table.foldingMaps(maps.filter { positions[$0] == nil })
    index()
    try expand(messages.root, keys: [], path: [], numbers: [])
  }

  private mutating func index() {
    positions = [:]
    objects = []
    for (position, name) in table.header.enumerated() {
      positions[name] = position
      for dot in name.indices where name[dot] == "." { objects.insert(String(name[..<dot])) }
    }
  }

  private func names(_ field: MessageDeclaration.Field, in keys: [String]) -> [String] {
    if let column = field.column { return [column] }
    let keys = [field.jsonName, field.name].map { (keys + [$0]).joined(separator: ".") }
    return keys[0] == keys[1] ? [keys[0]] : keys
  }

  private func message(of field: MessageDeclaration.Field) -> MessageDeclaration? {
    guard case .message(let name) = field.type, field.cardinality != .repeated else { return nil }
    return name == messages.root.name ? messages.root : messages.others[name]
  }

  /// Keys of the objects that are maps.
  private func mapNames(_ message: MessageDeclaration, keys: [String], depth: Int) -> [String] {
    // Cells have no maps.
    if depth >= ModelFormat.maximumDepth || !table.isOfDocuments { return [] }
    var found: [String] = []
    for field in message.fields {
      if case .map = field.cardinality {
        found += names(field, in: keys).filter(objects.contains)
      } else if let inner = self.message(of: field) {
        for name in names(field, in: keys) where objects.contains(name) {
          found += mapNames(inner, keys: [name], depth: depth + 1)
        }
      }
    }
    return found
  }

  /// Finds the columns of a message's fields.
  ///
  /// - Parameters:
  ///   - keys: of the objects around them.
  ///   - path: names of the fields around them.
  ///   - numbers: theirs.
  private mutating func expand(
    _ message: MessageDeclaration, keys: [String], path: [String], numbers: [Int]
  ) throws(InferenceError) {
    let isPresent = presence(of: keys)
    var oneofs: [(name: String, keys: [String])] = []
    for field in message.fields {
      let path = path + [field.name]
      let names = names(field, in: keys)
      var found: String?
      if let inner = self.message(of: field) {
        found = names.first(where: objects.contains)
        if let found, path.count < ModelFormat.maximumDepth {
          try expand(inner, keys: [found], path: path, numbers: numbers + [field.number])
        }
      } else {
        found = try column(of: field, named: names)
        if let found {
          try add(
            field, column: found, path: path, numbers: numbers + [field.number], isPresent)
        }
      }
      guard let found else {
        guard table.isOfDocuments else {
          throw .unknownColumn(
            option: "field '\(path.joined(separator: "."))'", column: names[0],
            known: table.header)
        }
        absent.append(path.joined(separator: "."))
        continue
      }
      guard let oneof = field.oneof else { continue }
      if let place = oneofs.firstIndex(where: { $0.name == oneof }) {
        oneofs[place].keys.append(found)
      } else {
        oneofs.append((oneof, [found]))
      }
    }
    alternatives += oneofs.map(\.keys).filter { $0.count > 1 }
  }

  /// Name of the column of a field that is no message; nil for a list or map that no row has.
  ///
  /// - Throws: `InferenceError.mixed` for values of a list that are no arrays.
  private mutating func column(
    of field: MessageDeclaration.Field, named names: [String]
  ) throws(InferenceError) -> String? {
    let found = names.compactMap { name in positions[name].map { (name, $0) } }
    guard let (name, position) = found.first else { return nil }
    // Some rows may have the one key, some the other.
    for (_, other) in found.dropFirst() {
      for row in 0..<table.rowCount where table.columns[position].codes[row] < 0 {
        if let text = table.columns[other].text(row) {
          table.columns[position].replace(row, with: text)
        }
      }
    }
    switch field.cardinality {
    case .implicit, .optional: return name
    case .repeated, .map: break
    }
    if table.columns[position].isList { return name }
    guard let row = table.columns[position].codes.firstIndex(where: { $0 >= 0 }) else { return nil }
    throw .mixed(
      place: table.place(row), key: name, expected: "an array or, of a map, an object",
      found: shortened(table.columns[position].text(row) ?? ""))
  }

  /// The alternatives without some keys: groups of two keys or more. Alternatives in an alternative are
  /// none: they are learned.
  func alternatives(without left: [String]) -> [[String]] {
    var outer: [String] = []
    var groups: [[String]] = []
    for group in alternatives.sorted(by: { Self.depth($0) < Self.depth($1) }) {
      let names = group.filter { name in
        !left.contains(name) && !left.contains { $0.hasPrefix(name + ".") }
      }
      guard names.count > 1,
        !names.contains(where: { name in outer.contains { name.hasPrefix($0 + ".") } })
      else { continue }
      outer += names
      groups.append(names)
    }
    return groups
  }

  private static func depth(_ group: [String]) -> Int {
    group.first?.count { $0 == "." } ?? 0
  }

  /// Whether each row has an object; nil if all have.
  private func presence(of keys: [String]) -> [Bool]? {
    guard let object = keys.last else { return nil }
    let members = table.header.indices.filter { table.header[$0].hasPrefix(object + ".") }
    return (0..<table.rowCount).map { row in
      members.contains { table.columns[$0].codes[row] >= 0 }
    }
  }

  private mutating func add(
    _ field: MessageDeclaration.Field, column: String, path: [String], numbers: [Int],
    _ isPresent: [Bool]?
  ) throws(InferenceError) {
    guard let position = positions[column] else { return }
    var protobuf = ProtobufField(
      numbers: numbers, type: .message,
      isExplicit: field.cardinality == .optional || field.isNullable)
    let hasValue = table.columns[position].codes.contains { $0 >= 0 }
    switch field.type {
    case .value(let type, let isWrapped):
      (protobuf.type, protobuf.isWrapped) = (type, isWrapped)
      if type == .duration, !table.columns[position].isList {
        // Seconds with an s behind them, or without it, as they are here.
        try rename(position, expected: "a duration such as 1.5s") { text in
          let number = text.hasSuffix("s") ? text.dropLast() : text[...]
          return DecimalText(Array(number.utf8)[...]) == nil ? nil : String(number)
        }
      }
    case .enumeration(let values):
      (protobuf.type, protobuf.values) = (.enumeration, values)
      if !table.columns[position].isList { try nameValues(of: position, values) }
    case .message: break
    }
    var elements: DeclaredMessages?
    switch field.cardinality {
    case .implicit, .optional: break
    case .repeated:
      if case .message(let name) = field.type {
        elements = messages.rooted(at: name)
      } else {
        let value = MessageDeclaration.Field(
          name: RawElements.valueName, number: 1, jsonName: RawElements.valueName,
          type: field.type, cardinality: .implicit)
        elements = DeclaredMessages(root: MessageDeclaration(name: field.name, fields: [value]))
      }
    case .map(let key):
      protobuf.type = .message
      elements = DeclaredMessages(
        root: MessageDeclaration(
          name: field.name,
          fields: [
            .init(
              name: RawTable.keyName, number: 1, jsonName: RawTable.keyName,
              type: .value(key, isWrapped: false), cardinality: .implicit),
            .init(
              name: RawTable.entryName, number: 2, jsonName: RawTable.entryName, type: field.type,
              cardinality: .implicit),
          ]))
    }
    if table.isOfDocuments, field.oneof == nil, !field.isNullable, let text = field.absentText {
      for row in 0..<table.rowCount where isPresent?[row] ?? true {
        if table.columns[position].codes[row] < 0 {
          table.columns[position].replace(row, with: text)
        }
      }
    }
    columns.append(
      Column(
        name: column, path: path, field: field, protobuf: protobuf, elements: elements,
        hasValue: hasValue))
  }

  /// Puts the names of an enumeration's values in the place of their numbers.
  ///
  /// - Throws: `InferenceError.badCells` for other texts than its names and numbers.
  private mutating func nameValues(
    of position: Int, _ values: [ProtobufField.EnumerationValue]
  ) throws(InferenceError) {
    let known = values.prefix(8).map(\.name).joined(separator: ", ")
    try rename(position, expected: "a value of the field's enum (\(known))") { text in
      if values.contains(where: { $0.name == text }) { return text }
      let number = Int32(text)
      return values.first { $0.number == number }?.name
    }
  }

  /// Puts other texts in the place of those that a column has.
  ///
  /// - Parameters:
  ///   - expected: what its texts should be.
  ///   - name: gives the other text, nil for a text that should not be there.
  /// - Throws: `InferenceError.badCells`.
  private mutating func rename(
    _ position: Int, expected: String, _ name: (String) -> String?
  ) throws(InferenceError) {
    let column = table.columns[position]
    let counts = column.counts()
    var renamed: [Int32: String] = [:]
    for code in counts.indices where counts[code] > 0 {
      let text = column.texts[code]
      if nullWords.contains(text) { continue }
      guard let other = name(text) else {
        let row = column.codes.firstIndex(of: Int32(code)) ?? 0
        throw .badCells(
          count: counts[code],
          first: [
            BadCell(
              place: table.place(row), column: table.header[position],
              problem: "expected \(expected), found \(shortened(text))")
          ])
      }
      if other != text { renamed[Int32(code)] = other }
    }
    if renamed.isEmpty { return }
    for row in 0..<table.rowCount {
      guard let text = renamed[column.codes[row]] else { continue }
      table.columns[position].replace(row, with: text)
    }
  }
}

extension MessageDeclaration.Field {
  /// What an absent key stands for in JSON; nil for nothing.
  fileprivate var absentText: String? {
    switch cardinality {
    case .optional: return nil
    case .repeated, .map: return "[]"
    case .implicit: break
    }
    switch type {
    case .enumeration(let values): return values.first?.name
    case .message, .value(_, isWrapped: true), .value(.timestamp, _), .value(.duration, _):
      return nil
    case .value(.string, _), .value(.bytes, _): return ""
    case .value(.bool, _): return "false"
    case .value: return "0"
    }
  }
}
