import FakeGen

/// The `fakegen` command.
enum Program {
  static let version = FakeGenVersion.current
  /// Rows are written in pieces of about this many bytes.
  private static let bufferSize = 1 << 16

  static let help = """
    Usage: fakegen [OPTION]...
    Print made-up rows that look like the data a model was trained on.

      -n, --count N        how many rows to print (default 10)
          --seed S         another seed gives other rows (default 1)
          --start K        number of the first row (default 0)
      -f, --format FORMAT  csv, or jsonl: one JSON object a line (default csv)
          --no-header      leave out CSV's line of column names
      -o, --output FILE    write to FILE, which appears whole or not at all; - is
                           standard output
          --model FILE     use the model in FILE instead of the shipped one
          --model-info     describe the model instead of printing rows
          --version        print the version
      -h, --help           print this help

    A row depends on the model, the seed and its number alone: --start 500 --count
    500 prints the last half of what --count 1000 does.

    Exit status: 1 a file failed, 2 wrong usage, 3 a row could not be made.

    """

  /// What a run came to.
  enum Outcome: Int32 {
    case success = 0
    case fileFailure = 1
    case usageError = 2
    /// Every attempt at a row gave one that the model must not print.
    case rowExcluded = 3
    /// Whoever read standard output went away: what a shell reports of death by SIGPIPE.
    case readerGone = 141
  }

  /// Runs the command with the arguments after its name; `report` gets the line that says what is
  /// wrong.
  static func run(_ arguments: [String], report: (String) -> Void) -> Outcome {
    do {
      try execute(CommandParser.parse(arguments))
      return .success
    } catch let error as UsageError {
      report("fakegen: \(error)")
      return .usageError
    } catch FileFailure.readerGone {
      return .readerGone
    } catch FileFailure.rowExcluded(let error) {
      report("fakegen: \(error)")
      return .rowExcluded
    } catch {
      report("fakegen: \(error)")
      return .fileFailure
    }
  }

  private static func execute(_ command: Command) throws(FileFailure) {
    switch command {
    case .generate(let options):
      try generate(options)
    case .describeModel(let path, let output):
      try write(modelDescription(ModelFile.load(path)), to: output)
    case .printVersion:
      try write("fakegen \(version)\n", to: nil)
    case .printHelp:
      try write(help, to: nil)
    }
  }

  private static func write(_ text: String, to path: String?) throws(FileFailure) {
    let output = try OutputFile(path: path)
    try output.write(Array(text.utf8))
    try output.finish()
  }

  private static func generate(_ options: GenerateOptions) throws(FileFailure) {
    var generator = Generator(
      model: try ModelFile.load(options.modelPath), seed: options.seed)
    let output = try OutputFile(path: options.outputPath)
    let formatter = RowFormatter(columns: generator.model.columns, format: options.format)
    var buffer: [UInt8] = []
    buffer.reserveCapacity(2 * bufferSize)
    if options.hasHeader { formatter.appendHeader(to: &buffer) }
    for index in 0..<options.count {
      do {
        try generator.select(row: options.start + index)
      } catch {
        throw .rowExcluded(error)
      }
      formatter.appendRow(of: generator, to: &buffer)
      if buffer.count >= bufferSize {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try output.write(buffer)
    try output.finish()
  }
}
