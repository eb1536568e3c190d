import FakeGen

/// The `fakegen` command.
enum Program {
  static let version = FakeGenVersion.current

  /// What a run came to.
  enum Outcome: Int32 {
    case success = 0
    case failure = 1
    case usageError = 2
    /// Too few rows pass `--where` or `--unique`, or the model must not print a row.
    case ranDry = 3
    /// Whoever read standard output went away: what a shell reports of death by SIGPIPE.
    case readerGone = 141
  }

  /// Runs the command with the arguments after its name; `report` gets the line that says what is
  /// wrong.
  static func run(_ arguments: [String], report: (String) -> Void) -> Outcome {
    reserveStandardDescriptors()
    do throws(Failure) {
      try execute(parse(arguments))
      return .success
    } catch {
      let outcome = outcome(of: error)
      if outcome != .readerGone { report("fakegen: \(error.description)") }
      return outcome
    }
  }

  private static func outcome(of failure: Failure) -> Outcome {
    switch failure {
    case .usage: .usageError
    case .ranDry, .rowExcluded: .ranDry
    case .readerGone: .readerGone
    case .cannotRead, .cannotWrite, .badModel, .interrupted, .noThreads, .noMemory,
      .wrongRows:
      .failure
    }
  }

  private static func parse(_ arguments: [String]) throws(Failure) -> Command {
    do throws(UsageError) {
      return try CommandParser.parse(arguments)
    } catch {
      throw .usage(error)
    }
  }

  private static func execute(_ command: Command) throws(Failure) {
    switch command {
    case .generate(let options): try RowCommand(options).run()
    case .show(let view, let path, let output):
      let model = try ModelFile.load(path)
      switch view {
      case .information: try write(modelDescription(model), to: output)
      case .fields: try write(fieldList(model.columns), to: output)
      case .protobufSource:
        let source = ModelFile.name(path)
        try write(ProtobufSource.text(model, source: source), to: output)
      }
    case .selfTest: try write(SelfTest.run(), to: nil)
    case .printVersion: try write("fakegen \(version)\n", to: nil)
    case .printHelp: try write(Help.text, to: nil)
    }
  }

  private static func write(_ text: String, to path: String?) throws(Failure) {
    let output = try OutputFile(path: path)
    try output.write(Array(text.utf8))
    try output.finish()
  }
}
