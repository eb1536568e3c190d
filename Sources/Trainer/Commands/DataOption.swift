import ArgumentParser
import Foundation

/// The option `--data`: one file of training rows. Of two the parser would drop the first silently.
struct DataOption: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "The training rows, CSV or JSON Lines (.jsonl); - is standard input, CSV.",
      valueName: "file"))
  var files: [String]

  /// The file's path, or `-`.
  var path: String { files[0] }

  /// The file's name, for the model's provenance.
  var name: String {
    path == "-" ? "stdin" : URL(fileURLWithPath: path).lastPathComponent
  }

  func validate() throws {
    guard files.count == 1 else {
      throw ValidationError(
        "--data: expected one file, found \(files.joined(separator: " and ")); put their rows into one"
      )
    }
  }
}
