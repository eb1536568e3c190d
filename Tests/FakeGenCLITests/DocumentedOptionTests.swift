import FakeGen
import Foundation
import TestSupport
import Testing

@testable import FakeGenCLI

/// Help, man page and completions name every option there is and no other, each with or without a
/// value as the program takes it.
@Suite struct DocumentedOptionTests {
  /// Every spelling of every option, with an equals sign behind those that take a value.
  static let spellings = Set(
    CommandOption.allCases.flatMap { option in
      let letters = (0..<128).compactMap { letter in
        CommandOption(letter: letter) == option
          ? "-" + String(decoding: [letter], as: UTF8.self) : nil
      }
      return ([option.name] + letters).map { $0 + (option.takesValue ? "=" : "") }
    })

  static let formats = FormatName.allCases.map(\.name)

  /// The levels that the program can have.
  static let levels = KernelLevel.allCases.filter { $0 != .simd128 }

  /// A file of the folder share, line by line.
  func lines(_ name: String) throws -> [String] {
    let share = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "share")
    return try String(contentsOf: share.appending(path: name), encoding: .utf8)
      .components(separatedBy: "\n")
  }

  @Test func help() throws {
    let text = try Fakegen.run("--help").output
    let found = text.split(separator: "\n").flatMap { line -> [String] in
      guard let match = line.firstMatch(of: /^ +(-.*?)(?:  |$)/) else { return [] }
      let hasValue = match.1.wholeMatch(of: /.* [A-Z].*/) != nil
      return match.1.components(separatedBy: ", ").map {
        $0.prefix { $0 != " " } + (hasValue ? "=" : "")
      }
    }
    #expect(found.count == Self.spellings.count && Set(found) == Self.spellings)
    let formats = text.replacing(" (default)", with: "")
    #expect(formats.contains(" \(Self.formats.joined(separator: ", "))\n"))
    let words = text.split { !$0.isLetter && !$0.isNumber }
    for level in Self.levels { #expect(words.contains { $0 == level.name }) }
  }

  @Test func manPage() throws {
    let items = try lines("fakegen.1").filter { $0.hasPrefix(".It ") }
    let found = items.flatMap { line in
      line.matches(of: /Fl (-?[a-z][a-z-]*)/).map {
        "-\($0.1)" + (line.contains(" Ar ") ? "=" : "")
      }
    }
    #expect(found.count == Self.spellings.count && Set(found) == Self.spellings)
    #expect(
      items.compactMap { $0.wholeMatch(of: /.It Cm (\w+)/).map { String($0.1) } } == Self.formats)
    let levels = try lines("fakegen.1").compactMap { $0.wholeMatch(of: /.Cm (\w+)( ,)?/)?.1 }
    for level in Self.levels { #expect(levels.contains { $0 == level.name }) }
  }

  /// Bash is told of letters only where a value must be completed after them.
  @Test func bashCompletion() throws {
    let lines = try lines("fakegen.bash")
    let withValue = lines.compactMap { $0.wholeMatch(of: #/ +((?:-[-a-z]+(?: \| )?)+)\)/#)?.1 }
      .flatMap { $0.components(separatedBy: " | ") }
    let list = try #require(lines.joined(separator: " ").firstMatch(of: /compgen -W "(--[^"]*)"/))
    let names = list.1.split(separator: " ").map(String.init)
    let found = Set(withValue.map { $0 + "=" }).union(names.filter { !withValue.contains($0) })
    #expect(found == Self.spellings.filter { $0.hasPrefix("--") || $0.hasSuffix("=") })
    #expect(Set(names) == Set(CommandOption.allCases.map(\.name)))
    #expect(lines.contains { $0.contains("\"\(Self.formats.joined(separator: " "))\"") })
  }

  @Test func zshCompletion() throws {
    let lines = try lines("_fakegen")
    let found = lines.flatMap { line -> [String] in
      guard let match = line.firstMatch(of: /^  '(?:\([^)]*\)'\{([^}]*)\}|\(- \*\)|\*|)([-a-z]*=?)/)
      else { return [] }
      let names = match.1 ?? match.2
      return names.split(separator: ",").map { String($0).replacing("+", with: "=") }
    }
    #expect(found.count == Self.spellings.count && Set(found) == Self.spellings)
    #expect(lines.contains { $0.contains(":(\(Self.formats.joined(separator: " ")))'") })
    let levels = try #require(lines.firstMatch(of: /:level:\(([^)]*)\)/))
    #expect(Set(levels.split(separator: " ")) == Set(Self.levels.map { $0.name[...] }))
  }

  @Test func fishCompletion() throws {
    let lines = try lines("fakegen.fish").filter { $0.hasPrefix("complete ") }
    let found = lines.flatMap { line in
      line.matches(of: #/ (-s|-l) ([-a-z]+)/#).map {
        ($0.1 == "-s" ? "-" : "--") + String($0.2) + (line.contains(#/ -[xr] /#) ? "=" : "")
      }
    }
    #expect(found.count == Self.spellings.count && Set(found) == Self.spellings)
    #expect(lines.contains { $0.contains(" '\(Self.formats.joined(separator: " "))' ") })
    let levels = try #require(lines.firstMatch(of: /-l kernels -x -a '([^']*)'/))
    #expect(Set(levels.split(separator: " ")) == Set(Self.levels.map { $0.name[...] }))
  }
}

extension [String] {
  /// What the group of `pattern` holds in the first line that has a match.
  fileprivate func firstMatch(of pattern: some RegexComponent<(Substring, Substring)>) -> Substring?
  {
    lazy.compactMap { $0.firstMatch(of: pattern)?.output.1 }.first
  }
}
