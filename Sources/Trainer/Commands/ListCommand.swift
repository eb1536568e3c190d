import ArgumentParser
import Files
import Foundation

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the presets of a folder and its subfolders.",
    discussion: "Rows that the paper prints twice are listed under both names.")

  @Option(help: ArgumentHelp("Folder of presets, YAML files.", valueName: "folder"))
  var folder = "experiments"

  func run() throws {
    let names: [String]
    do {
      // A link would not be followed.
      let target = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
      names = try FileManager.default.subpathsOfDirectory(atPath: target)
    } catch {
      throw TrainerError.unreadableFolder(path: folder, reason: error.localizedDescription)
    }
    let presets = try names.filter { $0.hasSuffix(".yaml") }.map {
      try Preset.load(path: "\(folder)/\($0)", overrides: [])
    }
    var lines = presets.map { (name: $0.name, text: Self.firstSentence($0.about)) }
    for preset in presets {
      lines += preset.aliases.map { ($0, "= \(preset.name)") }
    }
    lines.sort { $0.name < $1.name }
    let width = lines.map(\.name.count).max() ?? 0
    try StandardOutput.print(
      lines.map { line in
        line.name + String(repeating: " ", count: width - line.name.count) + "  " + line.text
      }.joined(separator: "\n"))
  }

  private static func firstSentence(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard let end = line.range(of: ". ") else { return line }
    return String(line[..<end.lowerBound]) + "."
  }
}
