import Records

/// A uniform sample of the rows of one or several files (reservoir sampling).
struct RowSampler {
  private var table: RawTable
  private let reading: RawTable.Reading
  private var random: SeededDraws
  private var badRows: BadRows
  private var hasHeader = false
  private var hasObjects = false
  /// Whether a column has had a value so far, for objects.
  private var hasValue: Set<Int> = []
  /// Numbers of the columns by name, for objects.
  private var columnNumbers: [[UInt8]: Int] = [:]
  /// Number of each kept row among all rows.
  private var numbers: [Int] = []

  init(files: [String], reading: RawTable.Reading) {
    table = RawTable(header: [], files: files.map { $0 == "-" ? "standard input" : $0 })
    self.reading = reading
    random = SeededDraws(seed: reading.seed)
    badRows = BadRows(limit: reading.skipBad)
  }

  /// Takes in the rows of a CSV file.
  ///
  /// - Throws: `TableError` or `InferenceError`.
  mutating func read(_ reader: inout CSVReader, file: Int) throws {
    let header = RawTable.named(try readHeader(&reader))
    table.delimiter = table.delimiter ?? reader.dialect.delimiter
    let place = "\(reader.path):\(reader.line)"
    if hasHeader {
      guard header.elementsEqual(table.header, by: { $0.utf8.elementsEqual($1.utf8) }) else {
        throw InferenceError.otherColumns(
          place: place, expected: table.header, found: header)
      }
    } else {
      try RawTable.check(header, place: place)
      addColumns(header)
    }
    hasHeader = true
    while try reader.next() {
      if let fault = rowFault(reader, header: header) {
        badRows.add([fault])
        continue
      }
      guard let slot = try nextSlot(file: file, line: reader.line) else { continue }
      for column in table.columns.indices {
        let text = reader.isNull(column) ? nil : reader.cell(column)
        set(column, slot, text)
      }
    }
  }

  /// Takes in the objects of a file.
  ///
  /// - Throws: `TableError` or `InferenceError`.
  mutating func read(_ reader: inout some DocumentReader, file: Int) throws {
    (hasHeader, hasObjects) = (true, true)
    while try reader.next() {
      let members: [FlatObject.Member]
      do {
        members = try FlatObject.parse(reader.rawLine)
      } catch let problem as FlatObject.Problem {
        switch problem {
        case .malformed(let reason):
          badRows.add([
            RowDiagnostic(path: reader.path, line: reader.line, problem: .notJSON(reason: reason))
          ])
          continue
        case .dotted(let key):
          throw InferenceError.dottedKey(place: "\(reader.path):\(reader.line)", key: key)
        }
      }
      guard let slot = try nextSlot(file: file, line: reader.line) else { continue }
      for column in table.columns.indices where slot < table.columns[column].codes.count {
        set(column, slot, nil)
      }
      for member in members {
        let key = Array(member.key.utf8)
        let column: Int
        if let known = columnNumbers[key] {
          column = known
        } else {
          column = table.columns.count
          addColumns([member.key])
          try RawTable.check(table.header, place: "\(reader.path):\(reader.line)")
          table.columns[column].appendNulls(slot)
        }
        try check(member, column, place: { "\(reader.path):\(reader.line)" })
        set(column, slot, member.value)
      }
      for column in table.columns.indices where table.columns[column].codes.count < numbers.count {
        table.columns[column].appendNulls(numbers.count - table.columns[column].codes.count)
      }
    }
  }

  /// Checks that a column has arrays alone, or none.
  private mutating func check(
    _ member: FlatObject.Member, _ column: Int, place: () -> String
  ) throws(InferenceError) {
    if member.isNested { table.columns[column].isNested = true }
    guard member.value != nil else { return }
    table.columns[column].forms.formUnion(member.form)
    if hasValue.insert(column).inserted { table.columns[column].isList = member.isList }
    let words = ["a text, a number, true or false", "an array"]
    guard table.columns[column].isList == member.isList else {
      throw .mixed(
        place: place(), key: member.key, expected: words[member.isList ? 0 : 1],
        found: words[member.isList ? 1 : 0])
    }
  }

  /// Returns the sample in the order of the files.
  ///
  /// - Throws: `InferenceError.table` for too many bad rows, or too few good ones.
  consuming func finish() throws(InferenceError) -> RawTable {
    do {
      _ = try badRows.finish()
    } catch {
      throw .table(error)
    }
    guard !numbers.isEmpty else {
      throw .table(
        .noRows(path: table.files.first ?? "table", skipped: badRows.rowCount))
    }
    table.isOfDocuments = hasObjects
    if hasObjects { try table.arrangeNestedColumns() }
    if table.totalRows > numbers.count {
      let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
      return table.rows(order)
    }
    return table
  }

  private mutating func addColumns(_ names: [String]) {
    for name in names {
      columnNumbers[Array(name.utf8)] = table.header.count
      table.header.append(name)
      table.columns.append(RawColumn())
    }
  }

  /// Where the next row goes, nil if it is not kept.
  ///
  /// - Throws: `InferenceError.tooManyRows`.
  private mutating func nextSlot(file: Int, line: Int) throws(InferenceError) -> Int? {
    if let most = reading.mostRows, table.totalRows >= most {
      throw .tooManyRows(place: "\(table.files[file]):\(line)", limit: most)
    }
    let number = table.totalRows
    table.totalRows += 1
    let place = RowPlace(file: file, line: line)
    if numbers.count < reading.limit {
      numbers.append(number)
      table.places.append(place)
      return numbers.count - 1
    }
    let slot = random.below(table.totalRows)
    guard slot < numbers.count else { return nil }
    numbers[slot] = number
    table.places[slot] = place
    return slot
  }

  private mutating func set(_ column: Int, _ slot: Int, _ text: String?) {
    if slot < table.columns[column].codes.count {
      table.columns[column].replace(slot, with: text)
    } else {
      table.columns[column].append(text)
    }
  }
}
