import ArgumentParser
import Foundation

/// The `trainer` command.
///
/// Exit status: 0 done, 1 something failed (a bad file, a failed write), 2 wrong usage, 130 stopped
/// by a second signal.
public struct Trainer: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "trainer",
    abstract: "Trains generators of realistic records.",
    subcommands: [
      TrainCommand.self, GenerateCommand.self,
    ])

  public init() {}
}
