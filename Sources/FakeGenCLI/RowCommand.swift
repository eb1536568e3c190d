import FakeGen

/// Prints rows as the options say.
struct RowCommand {
  private let options: GenerateOptions
  private let model: Model
  private let formatOptions: FormatOptions
  private let filter: RowFilter

  /// Loads the model and finds the columns that the options name.
  ///
  /// - Throws: `Failure` if there is no such model, or it has no such columns.
  init(_ options: GenerateOptions) throws(Failure) {
    self.options = options
    let model = try ModelFile.load(options.modelPath, kernels: options.kernels)
    self.model = model
    if model.columns.isEmpty {
      throw .badModel(
        source: ModelFile.name(options.modelPath), reason: "expected columns, found none")
    }
    let selection = FieldSelection(model)
    do throws(UsageError) {
      let selected = try selection.columns(named: options.fields, by: .fields)
      formatOptions = FormatOptions(
        columns: model.columns, selected: selected, hasHeader: options.hasHeader)
      let conditions = try selection.conditions(options.conditions)
      filter = RowFilter(
        conditions: conditions,
        plan: ConditionPlan(conditions.compactMap { $0.ofLeaf(in: model) }, model: model)?
          .bounded(for: model, batchSize: model.batchSize(limit: Int(RowChunk.size))),
        keyColumns: try options.uniqueFields.map { names throws(UsageError) in
          try selection.columns(named: names, by: .uniqueBy)
        } ?? (options.isUnique ? selected : nil),
        skipsExcluded: options.skipsExcluded)
    } catch {
      throw .usage(error)
    }
  }

  /// Prints the rows.
  ///
  /// - Returns: what there is to say of rows that were left out.
  @discardableResult
  func run() throws(Failure) -> String? {
    let format = try chosenFormat()
    let rows = options.rows
    let output = try rowOutput(format)
    var printer = RowPrinter(
      format,
      options: PrintOptions(
        rows: rows, filter: filter, maximumTries: options.maximumTries,
        threads: options.threads ?? SystemThread.available),
      output: output, progress: options.showsProgress ? Progress(total: rows.count) : nil)
    // Rows that are not asked for need no memory.
    let most = filter.isSelective ? RowChunk.size : max(1, min(rows.count, RowChunk.size))
    try printer.print(
      Generator(
        model: model, seed: options.seed, batchSize: model.batchSize(limit: Int(most))))
    try output.finish()
    return printer.leftOut?.description
  }

  /// The tables that the rows are printed as; nil for one of the columns that are asked for.
  private var tables: [TableShape]? {
    options.fields == nil ? TableShape.shapes(of: model) : nil
  }

  /// Opens what a format writes to.
  private func rowOutput(_ format: ChosenFormat) throws(Failure) -> RowOutput {
    guard case .tableFiles = format, let tables else {
      return .file(try OutputFile(path: options.outputPath, sparing: options.modelPath))
    }
    guard let folder = options.outputPath, isFolder(folder) else {
      throw .usage(
        .needsFolder(format: options.format, tables: tables.map { $0.name }))
    }
    return .tables(
      try TableFiles(
        tables.map { $0.name + "." + options.format.name }, in: folder,
        sparing: options.modelPath))
  }

  /// Returns the format of linked tables; nil if the rows are printed as one table.
  private func tablesFormat() throws(Failure) -> ChosenFormat? {
    guard let tables else { return nil }
    switch options.format {
    case .csv, .tsv:
      for table in tables {
        for column in table.selected {
          if case .list = table.columns[column].kind {
            throw .usage(
              .list(
                format: options.format, field: table.name + "." + table.columns[column].name))
          }
        }
      }
      return .tableFiles(
        TableFilesFormat(tables) { table in
          let formatOptions = FormatOptions(
            columns: table.columns, selected: table.selected,
            hasHeader: options.hasHeader)
          return options.format == .tsv
            ? .tsv(TSVFormat(formatOptions)) : .csv(csvFormat(formatOptions))
        })
    case .sql:
      if options.table != nil {
        throw .usage(
          .conflict(
            option: "--table", other: "linked tables",
            reason: "they have names of their own; --fields prints columns of the first one"))
      }
      return .tableSQL(
        TableSQLFormat(
          tables, dialect: options.dialect ?? .standard, hasHeader: options.hasHeader))
    case .jsonl, .json, .proto, .delimited: return nil
    }
  }

  private func csvFormat(_ formatOptions: FormatOptions) -> CSVFormat<ChosenCells> {
    CSVFormat(
      formatOptions, delimiter: options.delimiter ?? .comma,
      cells: ChosenCells(
        null: options.nullText ?? [],
        isGuarded: options.isSafeForSpreadsheets
          ? formatOptions.columns.map { $0.kind.valueType == .text } : []))
  }

  /// Checks that no field to be printed is a list.
  ///
  /// - Throws: `Failure.usage`.
  private func refuseLists() throws(Failure) {
    for column in formatOptions.selected {
      if case .list = model.columns[column].kind {
        throw .usage(.list(format: options.format, field: model.columns[column].name))
      }
    }
  }

  private func chosenFormat() throws(Failure) -> ChosenFormat {
    if let format = try tablesFormat() { return format }
    switch options.format {
    case .csv, .tsv: try refuseLists()
    case .jsonl, .json, .sql, .proto, .delimited: break
    }
    switch options.format {
    case .csv:
      return .csv(csvFormat(formatOptions))
    case .tsv: return .tsv(TSVFormat(formatOptions))
    case .jsonl, .json:
      let format = JSONFormat(
        formatOptions, isArray: options.format == .json,
        integersAreStrings: options.jsonIntegers != .number,
        usesFieldNames: options.isNested && model.content.protobuf.isEmpty,
        protobuf: model.content.protobuf.isEmpty
          ? [] : model.content.schema.columns.map { model.content.protobuf[$0] })
      guard options.isNested else { return .json(format) }
      return .nestedJSON(NestedJSONFormat(format, formatOptions, message: try message()))
    case .sql:
      return .sql(
        SQLFormat(
          formatOptions, table: options.table ?? [tableName],
          dialect: options.dialect ?? .standard))
    case .proto, .delimited:
      return .protobuf(
        ProtobufFormat(
          formatOptions, message: try message(), isDelimited: options.format == .delimited))
    }
  }

  private func message() throws(Failure) -> ProtobufMessage {
    try ProtobufMessage(model, source: ModelFile.name(options.modelPath))
  }

  /// The message's name without its package, in lower case.
  private var tableName: String {
    let name = ProtobufMessage.components(model.information.messageName).last ?? ""
    return String(
      decoding: name.utf8.map {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0
      },
      as: UTF8.self)
  }
}
