import ArgumentParser
import Files
import Inference
import Quantize
import Schema

/// Options that say how a table is read, and what its columns are.
struct TableArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Tables of the same columns: CSV, JSON Lines (.jsonl, .ndjson), an array of JSON objects "
        + "(.json), protobuf (.binpb, .pb; with --schema), each packed (.gz) or not, or - for standard input.",
      valueName: "file"))
  var files: [String] = []

  @Option(
    name: .customLong("table"),
    help: ArgumentHelp(
      "One of several linked tables, a file, or NAME=FILE; with a database, the name of one of its "
        + "tables (repeatable).", valueName: "file"))
  var tables: [String] = []

  @Option(
    help: ArgumentHelp(
      "A column that holds another table's keys, as in orders.customer_id=customers.id; the first one "
        + "of a table says which table's rows its own lie in (repeatable; found if not given).",
      valueName: "table.column=table.key"))
  var link: [String] = []

  @Option(
    help: ArgumentHelp(
      "A column that is no link, whatever its name and values (repeatable).",
      valueName: "table.column"))
  var noLink: [String] = []

  @Option(
    help: ArgumentHelp(
      "A table that stays as it is: links to it get keys that it has (repeatable).",
      valueName: "file"))
  var lookup: [String] = []

  @OptionGroup var readingOptions: ReadingOptions

  @Option(help: ArgumentHelp("Column to leave out (repeatable).", valueName: "column"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp("Column whose values no two rows share (repeatable).", valueName: "column"))
  var key: [String] = []

  @Option(
    help: ArgumentHelp(
      "What a column is, as in 'price=number decimals:2' (repeatable; docs/Data.md lists the kinds).",
      valueName: "column=kind"))
  var kind: [String] = []

  @Option(
    help: ArgumentHelp(
      "Most rows that are kept; of more a sample is drawn.", valueName: "n"))
  var rows = 500_000

  @Option(help: "Seed of the draws.")
  var seed: UInt64 = 1

  func validate() throws {
    if files.isEmpty, tables.isEmpty {
      throw ValidationError(
        "expected a file with a table, or --table for each of several; found none")
    }
    if database == nil {
      let option = [
        (tables, "--table"), (link, "--link"), (noLink, "--no-link"), (lookup, "--lookup"),
      ].first { !$0.0.isEmpty }
      if !files.isEmpty, let option {
        throw ValidationError(
          "\(option.1): expected linked tables with --table each, or one database, found the file "
            + files[0])
      }
    }
    guard rows >= 1 else { throw ValidationError("--rows \(rows): expected 1 or more") }
  }

  /// The database that is read, if the only argument is one.
  private var database: DatabaseClient? {
    files.count == 1 ? DatabaseClient(files[0]) : nil
  }

  /// Reads the table, or joins linked ones.
  ///
  /// - Parameter messages: the message of a row, if a person has one, which protobuf needs.
  /// - Throws: `InferenceError`, `LinkError` or `DatabaseError`.
  func input(messages: DeclaredMessages? = nil) throws -> TableInput {
    let options = readingOptions.reading
    let reading = RawTable.Reading(
      limit: rows, seed: seed, delimiter: options.delimiter, skipBad: options.skipBad)
    let database = database
    if tables.isEmpty, database == nil {
      return TableInput(raw: try RawTable(paths: files, reading: reading, messages: messages))
    }
    let source = LinkedSource(
      tables: tables, lookups: lookup, links: link, unlinked: noLink, excluded: exclude,
      reading: reading)
    return try source.input(of: database)
  }

  /// What is read, for a person and for names: files, or the database.
  var sources: [String] {
    if let database { return [database.name] }
    return files.isEmpty ? tables.map { LinkedSource.named($0).path } : files
  }

  /// What the options say of the columns.
  ///
  /// - Throws: `InferenceError.malformedKind`.
  func options() throws -> InferenceOptions {
    var options = InferenceOptions(exclude: exclude, keys: key, seed: seed)
    options.nullWords = readingOptions.reading.nullWords
    for text in kind { try options.addKind(text) }
    return options
  }

  /// The name of a message for the table: of its first file, in the manner of protobuf.
  var messageName: String {
    let file = sources.first { $0 != "-" }?.split(separator: "/").last ?? "Row"
    var name = ""
    var beginsWord = true
    for scalar in file.prefix(while: { $0 != "." }).unicodeScalars {
      guard scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) else {
        beginsWord = true
        continue
      }
      name += beginsWord ? String(scalar).uppercased() : String(scalar)
      beginsWord = false
    }
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return "Row" }
    return name
  }
}

struct InferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Prints the message that a table becomes, and why.",
    discussion:
      "Each field has a comment with what was seen and an option with what was chosen; an edited "
      + "file is given back with --schema.")

  @OptionGroup var arguments: TableArguments

  @Option(help: ArgumentHelp("Name of the message.", valueName: "name"))
  var message: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File for the message instead of standard output.", valueName: "file"))
  var output: String?

  func run() throws {
    let input = try arguments.input()
    for note in input.notes { warn(note) }
    let options = try arguments.options()
    let plan = try TablePlan(
      table: input.raw, options: input.joined?.options(options) ?? options,
      messageName: message ?? arguments.messageName)
    _ = try input.joined?.linkedTables(of: plan)
    for warning in plan.warnings { warn(warning.description) }
    let text = plan.messageText(source: arguments.sources.joined(separator: ", "))
    if let output { try AtomicFile.write(text, to: output) } else { try StandardOutput.print(text) }
  }
}
