import ArgumentParser
import Foundation

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the module tree that a message becomes.")

  @Argument(help: ArgumentHelp("A .proto file or a compiled descriptor set.", valueName: "file"))
  var file: String

  @OptionGroup var modelling: SchemaModelling

  func run() throws {
    try printText(modelling.load(file).describe())
  }
}

/// Text on standard output, with a line end.
func printText(_ text: String) throws {
  let line = text.hasSuffix("\n") ? text : text + "\n"
  try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
}
