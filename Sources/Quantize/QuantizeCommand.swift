import ArgumentParser
import Checkpoint
import FakeGen
import Files
import Foundation
import Records

/// The command `quantize`: checkpoint in, model file out.
public struct QuantizeCommand: ParsableCommand {
  /// The command's name and help.
  public static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Turn a trained checkpoint into a model file for fakegen.",
    discussion: """
      Prints each tensor's error, the proof that no accumulator overflows, and the formats chosen. \
      Exits 1 if a file is bad, 2 on wrong usage.
      """,
    version: "quantize \(FakeGenVersion.current)")

  /// Bytes of a text of figures, 1 MiB.
  private static let maximumMetricsSize = 1 << 20

  enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(help: "The checkpoint that trainer wrote.")
  var checkpoint: String

  @Option(name: .shortAndLong, help: "The model file to write.")
  var output: String

  @Option(help: "A UTF-8 text file to put into the model: the figures it reached.")
  var metrics: String?

  @Option(help: "A table whose rows fakegen must never print: the training rows.")
  var exclude: String?

  @Option(
    help: ArgumentHelp(
      "Comma-separated columns that identify a row to exclude; by default all but keys and reals. "
        + "Given several times, a row that is excluded by any of these sets is never printed.",
      valueName: "columns"))
  var excludeFields: [String] = []

  @OptionGroup var readingOptions: ReadingOptions

  @Option(
    help: ArgumentHelp(
      "Comma-separated columns with vocabularies that never have another value than the known "
        + "ones, which are those that the training rows have often enough.",
      valueName: "columns"))
  var close: String?

  @Option(help: "Form of the report on standard output: text or json.")
  var report: ReportFormat = .text

  /// Creates a command without arguments, as the parser asks.
  public init() {}

  /// Checks the arguments together.
  ///
  /// - Throws: `ValidationError` on wrong usage.
  public func validate() throws {
    let same = URL(fileURLWithPath: output).standardizedFileURL
    if [checkpoint, metrics, exclude].compactMap({ $0 }).contains(where: {
      URL(fileURLWithPath: $0).standardizedFileURL == same
    }) {
      throw ValidationError("--output \(output) would overwrite an input; name another file")
    }
    if readingOptions.reading != TableReading(), exclude == nil {
      throw ValidationError(
        "--skip-bad, --null and --delimiter need --exclude and a table; name one")
    }
    if !excludeFields.isEmpty, exclude == nil {
      throw ValidationError("--exclude-fields needs --exclude and a table; name one")
    }
  }

  /// Returns what goes to standard output, and to standard error.
  func perform() throws(CommandError) -> Outcome {
    let text = try metrics.map { path throws(CommandError) in try Self.readText(path) } ?? ""
    let (bytes, report) = try quantizedCheckpoint(metrics: text)
    do {
      try AtomicFile.write(bytes, to: output)
    } catch {
      throw CommandError(message: error.description)
    }
    var remarks = report.skipped.map { "quantize: left out: \($0)\n" }.joined()
    if !report.filters.isEmpty, let row = Self.excludedRow(bytes) {
      let sets = report.filters.map { $0.columns.joined(separator: ",") }
      remarks +=
        "quantize: the model cannot print row \(row) of seed 1, and perhaps none: the columns "
        + "\(sets.joined(separator: " or ")) do not tell new rows from those to exclude; "
        + "name more --exclude-fields\n"
    }
    remarks += report.identifiers.map(Self.remark).joined()
    switch self.report {
    case .text: return Outcome(output: "\(report)\n", error: remarks)
    case .json: return Outcome(output: try Self.json(report), error: remarks)
    }
  }

  private func quantizedCheckpoint(
    metrics: String
  ) throws(CommandError) -> (bytes: [UInt8], report: QuantizationReport) {
    let loaded: Checkpoint
    do {
      loaded = try Checkpoint.load(checkpoint)
    } catch {
      throw CommandError(message: error.description)
    }
    do {
      return try quantize(
        loaded, path: checkpoint, metrics: metrics, excluding: exclusion,
        closing: close?.split(separator: ",").map(String.init) ?? [])
    } catch .badCheckpoint(let error) {
      throw CommandError(message: error.description)
    } catch .unreadableTable(let reason) {
      throw CommandError(message: reason)
    } catch .unknownField(let name, let columns) {
      throw CommandError(
        message: QuantizationError.unknownField(name: name, columns: columns).description, status: 2
      )
    } catch .notAVocabulary(let name, let columns) {
      throw CommandError(
        message: QuantizationError.notAVocabulary(name: name, columns: columns).description,
        status: 2)
    } catch {
      throw CommandError(message: "\(checkpoint): \(error.description)")
    }
  }

  /// Returns the first of a few rows that the model's filter excludes at every attempt, if there is
  /// one.
  private static func excludedRow(_ bytes: [UInt8]) -> UInt64? {
    guard let model = try? Model(bytes: bytes) else { return nil }
    var generator = Generator(model: model, seed: 1)
    return (0..<16 as Range<UInt64>).first { row in (try? generator.select(row: row)) == nil }
  }

  private static func remark(_ identifier: QuantizationReport.Identifier) -> String {
    "quantize: the column \(identifier.column) identifies rows on its own (\(identifier.distinct) "
      + "distinct among \(identifier.values) values), and "
      + "\(String(format: "%.0f", 100 * identifier.share)) % of 1,000 rows have one of its real "
      + "values; keep them back too with --exclude-fields \(identifier.column), or train without it\n"
  }

  private var exclusion: Exclusion? {
    exclude.map { path in
      Exclusion(
        path: path, fieldSets: excludeFields.map { $0.split(separator: ",").map(String.init) },
        reading: readingOptions.reading)
    }
  }

  private static func readText(_ path: String) throws(CommandError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try fileBytes(path, limit: maximumMetricsSize)
    } catch {
      throw CommandError(message: error.description)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError(message: "\(path): should be UTF-8 text, found other bytes")
    }
    return text
  }

  private static func json(_ report: QuantizationReport) throws(CommandError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    } catch {
      throw CommandError(message: "the report cannot be written as JSON: \(error)")
    }
  }
}

/// A failure with one line for standard error.
struct CommandError: Error {
  let message: String
  /// 1 for a bad file, 2 for wrong usage.
  var status: Int32 = 1
}

extension QuantizeCommand {
  /// What running the command came to.
  struct Outcome: Hashable, Sendable {
    var output = ""
    var error = ""
    /// 0, 1 for a bad file, 2 for wrong usage.
    var status: Int32 = 0
  }

  /// Runs the command and prints what it has to say.
  ///
  /// - Parameter arguments: those after the program's name.
  /// - Returns: the exit status: 0 done, 1 a file is bad, 2 wrong usage.
  public static func run(_ arguments: [String]) -> Int32 {
    signal(SIGPIPE, SIG_DFL)
    var outcome = outcome(of: arguments)
    do {
      if !outcome.output.isEmpty { try StandardOutput.print(outcome.output) }
    } catch {
      outcome.error += "quantize: \(error)\n"
      outcome.status = 1
    }
    FileHandle.standardError.write(Data(outcome.error.utf8))
    return outcome.status
  }

  /// Runs the command with the arguments after its name.
  static func outcome(of arguments: [String]) -> Outcome {
    do {
      let command = try parse(arguments)
      try RepeatedOptions.check(arguments, of: Self.self)
      return try command.perform()
    } catch let error as CommandError {
      return Outcome(error: "quantize: \(error.message)\n", status: error.status)
    } catch {
      if exitCode(for: error) == .success { return Outcome(output: fullMessage(for: error) + "\n") }
      let message = message(for: error).split(separator: "\n").joined(separator: " ")
      return Outcome(error: "quantize: \(message); see quantize --help\n", status: 2)
    }
  }
}
