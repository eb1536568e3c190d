import FakeGen

/// Finds the columns that arguments name.
struct FieldSelection {
  let columns: [Column]
  private let possible: PossibleValues

  init(_ model: Model) {
    columns = model.columns
    possible = PossibleValues(model)
  }

  /// Indices of the columns with these names, all if there are none.
  ///
  /// - Throws: `UsageError.unknownField` or `.repeatedField`.
  func columns(
    named names: [String]?, by option: CommandOption
  ) throws(UsageError) -> [Int] {
    guard let names else { return Array(columns.indices) }
    var selected: [Int] = []
    for name in names {
      guard let column = columns.firstIndex(where: { isSame($0.name, name) }) else {
        throw unknown(name, option: option.name)
      }
      if selected.contains(column) { throw .repeatedField(option: option.name, name) }
      selected.append(column)
    }
    return selected
  }

  /// Parses what rows must meet by arguments `FIELD=VALUE`: any of the values given for a field,
  /// and that for each of the fields.
  ///
  /// - Throws: `UsageError.unknownField` or `.impossibleValue`.
  func conditions(_ arguments: [String]) throws(UsageError) -> [Condition] {
    var conditions: [Condition] = []
    for argument in arguments {
      let (column, text) = try split(argument)
      let value = try Condition.plainText(text, in: columns[column])
      let isNull = value.isEmpty && columns[column].isOptional
      if !isNull, let expected = possible.expectation(insteadOf: value, in: column) {
        throw .impossibleValue(field: columns[column].name, expected: expected, found: text)
      }
      if let known = conditions.firstIndex(where: { $0.column == column }) {
        conditions[known].values.append(value)
      } else {
        conditions.append(Condition(column: column, values: [value]))
      }
    }
    return conditions
  }

  /// Finds the column with the longest name that stands before an equals sign, and what is behind
  /// it.
  private func split(_ argument: String) throws(UsageError) -> (column: Int, value: String) {
    let bytes = Array(argument.utf8)
    var found: (column: Int, length: Int)?
    for (index, column) in columns.enumerated() {
      let beginning = Array(column.name.utf8) + [UInt8(ascii: "=")]
      if bytes.starts(with: beginning), beginning.count >= found?.length ?? 0 {
        found = (index, beginning.count)
      }
    }
    guard let found else { throw unknown(argument, option: "--where FIELD=VALUE") }
    return (found.column, String(decoding: bytes[found.length...], as: UTF8.self))
  }

  private func unknown(_ name: String, option: String) -> UsageError {
    .unknownField(
      option: option, found: name, columns: columns.map { $0.name }.joined(separator: ","))
  }
}
