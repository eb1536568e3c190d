import CSystem
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

  /// Runs the command with what C's `main` gets; `report` gets the line that says what is wrong.
  static func run(
    count: Int32, arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>, report: (String) -> Void
  ) -> Outcome {
    reserveStandardDescriptors()
    do throws(Failure) {
      if let notice = try execute(parse(texts(of: arguments, count: Int(count)))) {
        report("fakegen: \(notice)")
      }
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

  /// Returns the arguments after the program's name.
  private static func texts(
    of arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>, count: Int
  ) throws(Failure) -> [String] {
    var texts: [String] = []
    for index in 1..<max(count, 1) {
      guard let argument = arguments[index] else { continue }
      let text = String(cString: argument)
      // Bytes that are no UTF-8 were replaced: as a name they would be another file's.
      guard text.utf8.count == strlen(argument), memcmp(argument, text, text.utf8.count) == 0 else {
        throw .usage(.notUTF8(position: index, found: text))
      }
      texts.append(text)
    }
    return texts
  }

  private static func parse(_ arguments: [String]) throws(Failure) -> Command {
    do throws(UsageError) {
      return try CommandParser.parse(arguments)
    } catch {
      throw .usage(error)
    }
  }

  /// Does what the arguments ask for.
  ///
  /// - Returns: what there is to say of it, if anything.
  private static func execute(_ command: Command) throws(Failure) -> String? {
    switch command {
    case .generate(let options): return try RowCommand(options).run()
    case .show(let view, let path, let output):
      let model = try ModelFile.load(path)
      switch view {
      case .information: try write(modelDescription(model), to: output, sparing: path)
      case .fields: try write(fieldList(model.columns), to: output, sparing: path)
      case .protobufSource:
        let source = ModelFile.name(path)
        try write(ProtobufSource.text(model, source: source), to: output, sparing: path)
      }
    case .selfTest: try write(SelfTest.run(), to: nil)
    case .printVersion: try write("fakegen \(version)\n", to: nil)
    case .printHelp: try write(Help.text, to: nil)
    }
    return nil
  }

  private static func write(
    _ text: String, to path: String?, sparing model: String? = nil
  ) throws(Failure) {
    let output = try OutputFile(path: path, sparing: model)
    try output.write(Array(text.utf8))
    try output.finish()
  }
}
