import ArgumentParser
import ProtobufSchema
import Schema

/// Options that say how a record type is read, beyond its file.
struct SchemaModelling: ParsableArguments {
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

  func load(_ path: String) throws -> RecordSchema {
    var options = SchemaOptions(message: message, importPaths: importPath)
    for text in column { try options.addColumn(text) }
    for text in field { try options.addField(text) }
    return try RecordSchema(path: path, options: options)
  }
}

/// Options that say what a record is.
struct SchemaArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The record type: a .proto file or a compiled descriptor set.", valueName: "file"))
  var schema: String

  @OptionGroup var modelling: SchemaModelling

  func load() throws -> RecordSchema { try modelling.load(schema) }
}
