import ArgumentParser
import Evaluation
import FakeGen
import Files
import Foundation
import Quantize

/// The `trainer` command.
public struct Trainer: ParsableCommand {
  /// The command's name, help and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "trainer",
    abstract: "Trains generators of realistic records.",
    discussion: "Exit status: 0 done, 1 something failed, 2 wrong usage.",
    version: FakeGenVersion.current,
    subcommands: [
      LearnCommand.self, InferCommand.self, SchemaCommand.self, SplitCommand.self,
      TrainCommand.self, ListCommand.self,
      GenerateCommand.self, EvaluateCommand.self, MeasureCommand.self, ExposureCommand.self,
      ReportCommand.self, BenchCommand.self,
    ])

  /// Creates a command without arguments, as the parser asks.
  public init() {}

  /// Runs the command.
  ///
  /// - Parameter arguments: those after the program's name.
  /// - Returns: the exit status: 0 done, 1 something failed, 2 wrong usage.
  public static func run(_ arguments: [String]) -> Int32 {
    signal(SIGPIPE, SIG_DFL)
    var command: any ParsableCommand
    do {
      command = try parseAsRoot(arguments)
      try RepeatedOptions.check(arguments, of: Self.self)
    } catch {
      let word = arguments.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
      return report(
        error, unknownCommand: word.flatMap { commandNames.contains($0) ? nil : $0 })
    }
    do {
      try command.run()
      return 0
    } catch TrainerError.otherRank {
      return 1
    } catch let status as ExitCode {
      // What there is to say has been said.
      return status.rawValue
    } catch {
      // Asking for help is an error to the argument parser, and a success.
      if error is ValidationError || exitCode(for: error) == .success { return report(error) }
      warn("\(error)")
      return 1
    }
  }

  private static var commandNames: [String] {
    configuration.subcommands.map { $0._commandName } + ["help"]
  }

  /// The command that was meant, as a question.
  private static func suggestion(for word: String) -> String {
    let nearest = commandNames.map { (distance: levenshteinDistance(word, $0), name: $0) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let nearest, nearest.distance <= 2 else { return "" }
    return "; did you mean '\(nearest.name)'?"
  }

  private static func report(_ error: any Error, unknownCommand: String? = nil) -> Int32 {
    if exitCode(for: error) == .success {
      do {
        try StandardOutput.print(fullMessage(for: error))
        return 0
      } catch {
        warn("\(error)")
        return 1
      }
    }
    if let word = unknownCommand {
      warn("unknown command '\(word)'\(suggestion(for: word)); see trainer --help")
      return 2
    }
    let line = message(for: error).split(separator: "\n").joined(separator: " ")
    // The argument parser knows which subcommand's help tells more.
    let help = fullMessage(for: error).firstMatch(of: /See '(.+)' for more information/)?.1
    warn("\(line); see \(help ?? "trainer --help")")
    return 2
  }
}
