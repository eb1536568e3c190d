import ArgumentParser
import Schema

/// Options that say what a record is.
struct SchemaArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The record type: a .proto file or a compiled descriptor set.", valueName: "file"))
  var schema: String

  @Option(help: "The message, where the file has several.")
  var message: String?

  @Option(
    help: ArgumentHelp(
      "Column of a field, as in home.city=CITY (repeatable).", valueName: "field=column"))
  var column: [String] = []

  @Option(
    help: ArgumentHelp(
      "How a field is modelled: FIELD=digits, FIELD=scalar or FIELD=decimals:N (repeatable).",
      valueName: "field=how"))
  var field: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder for protoc to look for imports in (repeatable).", valueName: "folder")
  )
  var importPath: [String] = []

  func load() throws -> RecordSchema {
    try RecordSchema(path: schema, options: options())
  }

  func options() throws -> SchemaOptions {
    var options = SchemaOptions(message: message, importPaths: importPath)
    for text in column { try options.addColumn(text) }
    for text in field { try options.addField(text) }
    return options
  }
}
