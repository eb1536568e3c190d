import ArgumentParser
import Files

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the module tree that a message becomes.")

  @Argument(help: ArgumentHelp("A .proto file or a compiled descriptor set.", valueName: "file"))
  var file: String

  @OptionGroup var modelling: SchemaModelling

  func run() throws {
    try StandardOutput.print(modelling.load(file).describe())
  }
}
