import ArgumentParser
import Records

/// Options that say how the file of a table is read.
package struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Words that mean nothing, separated by commas (repeatable; NA, NULL and the like in other "
        + "columns than texts unless given).", valueName: "words"))
  package var null: [String] = []

  @Option(
    help: ArgumentHelp(
      "The character between the cells of a CSV file, as ';' or \\t (the one that is found).",
      valueName: "character"))
  package var delimiter: String?

  @Option(help: ArgumentHelp("Bad rows to leave out before giving up.", valueName: "n"))
  package var skipBad = 0

  /// Creates options that were not parsed, as the parser asks.
  package init() {}

  /// Checks the values.
  ///
  /// - Throws: `ValidationError` on wrong usage.
  package func validate() throws {
    if let delimiter, separator == nil {
      throw ValidationError("--delimiter \(delimiter): expected one ASCII character, as ';' or \\t")
    }
    if skipBad < 0 { throw ValidationError("--skip-bad: expected at least 0, found \(skipBad)") }
  }

  /// The character between cells; nil for the one that is found.
  private var separator: UInt8? {
    guard let delimiter else { return nil }
    if delimiter == "\\t" { return UInt8(ascii: "\t") }
    guard delimiter.utf8.count == 1, let byte = delimiter.utf8.first, byte < 0x80,
      ![0, 10, 13, UInt8(ascii: "\"")].contains(byte)
    else { return nil }
    return byte
  }

  /// What the options say.
  package var reading: TableReading {
    TableReading(delimiter: separator, nullWords: words, skipBad: skipBad)
  }

  /// The words of `--null`; nil if there are none.
  private var words: [String]? {
    null.isEmpty ? nil : null.flatMap { $0.split(separator: ",").map(String.init) }
  }
}
