import ArgumentParser
import Foundation

/// Options that were given twice though they have one value, of which the parser would take the last
/// without a word.
package enum RepeatedOptions {
  /// A command as `_dumpHelp` describes it.
  private struct Description: Decodable {
    struct Command: Decodable {
      var commandName: String
      var arguments: [Argument]?
      var subcommands: [Command]?
    }

    struct Argument: Decodable {
      struct Name: Decodable {
        var kind: String
        var name: String
      }

      var kind: String
      var isRepeating: Bool
      var names: [Name]?
    }

    var command: Command
  }

  /// Refuses arguments with an option that is given twice and can be given once.
  ///
  /// - Parameters:
  ///   - arguments: those after the program's name.
  ///   - command: the program's.
  /// - Throws: `ValidationError`.
  package static func check(
    _ arguments: [String], of command: (some ParsableCommand).Type
  ) throws {
    let dump = Data(command._dumpHelp().utf8)
    guard var current = try? JSONDecoder().decode(Description.self, from: dump).command else {
      return
    }
    if let name = arguments.first,
      let subcommand = current.subcommands?.first(where: { $0.commandName == name })
    {
      current = subcommand
    }
    var longNames: [String: String] = [:]
    for argument in current.arguments ?? [] where argument.kind == "option" {
      guard !argument.isRepeating, let names = argument.names else { continue }
      let long = names.first { $0.kind == "long" }?.name ?? ""
      for name in names { longNames[(name.kind == "long" ? "--" : "-") + name.name] = "--" + long }
    }
    var seen: Set<String> = []
    for argument in arguments.prefix(while: { $0 != "--" }) {
      let name = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
      guard let option = longNames[name] else { continue }
      guard seen.insert(option).inserted else {
        throw ValidationError("\(option): expected once, found twice; leave one out")
      }
    }
  }
}
