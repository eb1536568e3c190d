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
    let output = try OutputFile(path: options.outputPath, sparing: options.modelPath)
    var printer = RowPrinter(
      format,
      options: PrintOptions(
        rows: rows, filter: filter, maximumTries: options.maximumTries,
        threads: options.threads ?? SystemThread.available),
      output: output, progress: options.showsProgress ? Progress(total: rows.count) : nil)
    try printer.print(
      Generator(
        model: model, seed: options.seed, batchSize: model.batchSize(limit: Int(RowChunk.size))))
    try output.finish()
    return printer.leftOut?.description
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
    switch options.format {
    case .csv, .tsv: try refuseLists()
    case .jsonl, .json, .sql, .proto, .delimited: break
    }
    switch options.format {
    case .csv:
      return .csv(
        CSVFormat(
          formatOptions, delimiter: options.delimiter ?? .comma,
          cells: ChosenCells(
            null: options.nullText ?? [],
            isGuarded: options.isSafeForSpreadsheets
              ? model.columns.map { $0.kind.valueType == .text } : [])))
    case .tsv: return .tsv(TSVFormat(formatOptions))
    case .jsonl, .json:
      let format = JSONFormat(
        formatOptions, isArray: options.format == .json,
        integersAreStrings: options.jsonIntegers != .number, usesFieldNames: options.isNested)
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
