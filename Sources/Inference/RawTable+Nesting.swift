import Schema

extension RawTable {
  /// Puts columns that come from the same inner object beside each other, and drops those of inner
  /// objects that are null wherever they are no object.
  ///
  /// - Throws: `InferenceError.mixed` for a key that has objects and other values.
  mutating func arrangeNestedColumns() throws(InferenceError) {
    guard columns.contains(where: \.isNested) else { return }
    var order = Array(header.indices)
    var objects: Set<String> = []
    for (name, column) in zip(header, columns) where column.isNested {
      let keys = name.split(separator: ".", omittingEmptySubsequences: false)
      for count in 1..<keys.count { objects.insert(keys[..<count].joined(separator: ".")) }
    }
    for (index, name) in header.enumerated() where objects.contains(name) {
      if let row = columns[index].codes.firstIndex(where: { $0 >= 0 }) {
        throw .mixed(
          place: place(row), key: name, expected: "an object",
          found: columns[index].isList ? "an array" : "a text, a number, true or false")
      }
      order.removeAll { $0 == index }
    }
    // Columns stand where the first one of their object does, level by level.
    var places: [[Substring]: Int] = [:]
    var sortKeys: [[Int]] = Array(repeating: [], count: header.count)
    for index in order {
      let keys =
        columns[index].isNested
        ? header[index].split(separator: ".", omittingEmptySubsequences: false)
        : [header[index][...]]
      sortKeys[index] = keys.indices.map { depth in
        let path = Array(keys[...depth])
        let place = places[path] ?? places.count
        places[path] = place
        return place
      }
    }
    order.sort { sortKeys[$0].lexicographicallyPrecedes(sortKeys[$1]) }
    header = order.map { header[$0] }
    columns = order.map { columns[$0] }
  }
}

/// The elements of a column's lists, as a table of their own.
struct RawElements {
  /// The elements of all rows, one after the other.
  var table: RawTable
  /// Where each row's elements begin, and where those of the last one end; `[rows + 1]`.
  var starts: [Int]
  /// Whether elements are objects; if not, the table has one column.
  var isMessage: Bool

  /// Name of the column of elements that are no objects.
  static let valueName = "value"

  /// Parses a column's lists.
  ///
  /// - Parameters:
  ///   - column: of the table.
  ///   - outer: the table.
  /// - Throws: `InferenceError.mixed`, `.badHeader`, `.tooManyColumns` or `.tooManyElements`.
  init(of column: Int, in outer: RawTable) throws(InferenceError) {
    if let joined = outer.columns[column].joined {
      (table, starts) = joined.elements(in: outer)
      isMessage = true
      return
    }
    let name = outer.header[column]
    table = RawTable(header: [], files: outer.files)
    table.hash = outer.hash
    table.isOfElements = true
    var groups: [Int32] = []
    starts = [0]
    isMessage = false
    var numbers: [String: Int] = [:]
    var listColumns: [Int: Bool] = [:]
    var isObject: Bool?
    for row in 0..<outer.rowCount {
      let elements: [FlatObject.Element]
      if let text = outer.columns[column].text(row) {
        // It was parsed when it was read.
        elements = (try? FlatObject.elements(Array(text.utf8)[...])) ?? []
      } else {
        elements = []
      }
      guard elements.count <= ListType.maximumCount else {
        throw .tooManyElements(place: outer.place(row), key: name, count: elements.count)
      }
      for element in elements {
        func mixed(_ key: String, _ words: [String], isFirst: Bool) -> InferenceError {
          .mixed(
            place: outer.place(row), key: key, expected: words[isFirst ? 0 : 1],
            found: words[isFirst ? 1 : 0])
        }
        if isObject ?? element.isObject != element.isObject {
          throw mixed(
            name, ["elements that are no objects", "elements that are objects"],
            isFirst: element.isObject)
        }
        isObject = element.isObject
        let slot = table.places.count
        for member in element.members {
          let key = element.isObject ? member.key : Self.valueName
          let number: Int
          if let known = numbers[key] {
            number = known
          } else {
            number = table.header.count
            numbers[key] = number
            table.header.append(key)
            var column = RawColumn()
            column.appendNulls(slot)
            table.columns.append(column)
            try RawTable.check(table.header, place: "\(outer.place(row)): key '\(name)'")
          }
          if member.isNested { table.columns[number].isNested = true }
          if member.value != nil {
            table.columns[number].forms.formUnion(member.form)
            if listColumns[number] ?? member.isList != member.isList {
              throw mixed(
                "\(name).\(key)", ["a text, a number, true or false", "an array"],
                isFirst: member.isList)
            }
            listColumns[number] = member.isList
            table.columns[number].isList = member.isList
          }
          // Of a key that is there twice the last value counts.
          if table.columns[number].codes.count > slot {
            table.columns[number].replace(slot, with: member.value)
          } else {
            table.columns[number].append(member.value)
          }
        }
        table.places.append(outer.places[row])
        groups.append(outer.groups?[row] ?? Int32(row))
        for number in table.columns.indices where table.columns[number].codes.count <= slot {
          table.columns[number].appendNulls(1)
        }
      }
      starts.append(table.places.count)
    }
    table.totalRows = table.rowCount
    table.groups = groups
    table.listStarts = starts
    isMessage = isObject ?? false
    table.isOfDocuments = isMessage
    try table.arrangeNestedColumns()
  }
}
