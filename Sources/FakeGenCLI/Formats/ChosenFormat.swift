import FakeGen

/// The format that the options chose. What prints rows is compiled for this type alone: for each
/// format anew it took 40 KB more, and choosing once a row costs nothing that shows.
enum ChosenFormat: RowFormat {
  case csv(CSVFormat<ChosenCells>)
  case tsv(TSVFormat)
  case json(JSONFormat)
  case nestedJSON(NestedJSONFormat)
  case sql(SQLFormat)
  case protobuf(ProtobufFormat)
  case tableFiles(TableFilesFormat)
  case tableSQL(TableSQLFormat)

  func appendStart(to bytes: inout [UInt8]) {
    switch self {
    case .csv(let format): format.appendStart(to: &bytes)
    case .tsv(let format): format.appendStart(to: &bytes)
    case .json(let format): format.appendStart(to: &bytes)
    case .nestedJSON(let format): format.appendStart(to: &bytes)
    case .sql(let format): format.appendStart(to: &bytes)
    case .protobuf(let format): format.appendStart(to: &bytes)
    case .tableFiles(let format): format.appendStart(to: &bytes)
    case .tableSQL(let format): format.appendStart(to: &bytes)
    }
  }

  func appendSeparator(before ordinal: UInt64, to bytes: inout [UInt8]) {
    switch self {
    case .csv(let format): format.appendSeparator(before: ordinal, to: &bytes)
    case .tsv(let format): format.appendSeparator(before: ordinal, to: &bytes)
    case .json(let format): format.appendSeparator(before: ordinal, to: &bytes)
    case .nestedJSON(let format): format.appendSeparator(before: ordinal, to: &bytes)
    case .sql(let format): format.appendSeparator(before: ordinal, to: &bytes)
    case .protobuf(let format): format.appendSeparator(before: ordinal, to: &bytes)
    case .tableFiles(let format): format.appendSeparator(before: ordinal, to: &bytes)
    case .tableSQL(let format): format.appendSeparator(before: ordinal, to: &bytes)
    }
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    switch self {
    case .csv(let format): format.appendRow(of: generator, to: &bytes)
    case .tsv(let format): format.appendRow(of: generator, to: &bytes)
    case .json(let format): format.appendRow(of: generator, to: &bytes)
    case .nestedJSON(let format): format.appendRow(of: generator, to: &bytes)
    case .sql(let format): format.appendRow(of: generator, to: &bytes)
    case .protobuf(let format): format.appendRow(of: generator, to: &bytes)
    case .tableFiles(let format): format.appendRow(of: generator, to: &bytes)
    case .tableSQL(let format): format.appendRow(of: generator, to: &bytes)
    }
  }

  func appendEnd(count: UInt64, to bytes: inout [UInt8]) {
    switch self {
    case .csv(let format): format.appendEnd(count: count, to: &bytes)
    case .tsv(let format): format.appendEnd(count: count, to: &bytes)
    case .json(let format): format.appendEnd(count: count, to: &bytes)
    case .nestedJSON(let format): format.appendEnd(count: count, to: &bytes)
    case .sql(let format): format.appendEnd(count: count, to: &bytes)
    case .protobuf(let format): format.appendEnd(count: count, to: &bytes)
    case .tableFiles(let format): format.appendEnd(count: count, to: &bytes)
    case .tableSQL(let format): format.appendEnd(count: count, to: &bytes)
    }
  }
}
