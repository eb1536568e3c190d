import ArgumentParser
import Files
import Inference
import Quantize

/// Options that say how a table is read, and what its columns are.
struct TableArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Tables of the same columns: CSV, JSON Lines (.jsonl, .ndjson), either packed (.gz), or - "
        + "for standard input.", valueName: "file"))
  var files: [String]

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
    guard rows >= 1 else { throw ValidationError("--rows \(rows): expected 1 or more") }
  }

  /// Reads the table.
  ///
  /// - Throws: `InferenceError`.
  func table() throws -> RawTable {
    let reading = readingOptions.reading
    return try RawTable(
      paths: files,
      reading: .init(
        limit: rows, seed: seed, delimiter: reading.delimiter, skipBad: reading.skipBad))
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
    let file = files.first { $0 != "-" }?.split(separator: "/").last ?? "Row"
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
    let table = try arguments.table()
    let plan = try TablePlan(
      table: table, options: arguments.options(), messageName: message ?? arguments.messageName)
    for warning in plan.warnings { warn(warning.description) }
    let text = plan.messageText(source: arguments.files.joined(separator: ", "))
    if let output { try AtomicFile.write(text, to: output) } else { try StandardOutput.print(text) }
  }
}
