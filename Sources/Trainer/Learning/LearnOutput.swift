import Files
import Foundation

/// The files that `trainer learn` makes.
struct LearnOutput {
  /// What their names begin with.
  let prefix: String

  /// - Parameters:
  ///   - output: as the option says it, with or without `.fakegen`.
  ///   - files: the tables.
  init(output: String?, files: [String]) {
    if let output {
      prefix = output.hasSuffix(".fakegen") ? String(output.dropLast(8)) : output
      return
    }
    let file = files.first { $0 != "-" } ?? "table"
    var name = file.split(separator: "/").last.map(String.init) ?? "table"
    for ending in [
      ".gz", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".binpb", ".pb", ".sqlite",
      ".sqlite3",
      ".db",
    ]
    where name.lowercased().hasSuffix(ending) && name.count > ending.count {
      name = String(name.dropLast(ending.count))
    }
    prefix = name
  }

  var model: String { prefix + ".fakegen" }
  var message: String { prefix + ".proto" }
  var page: String { prefix + ".html" }
  var folder: LearningFolder { LearningFolder(path: prefix + ".learning") }

  /// Checks, before there is anything to lose, that the files can be written.
  ///
  /// - Parameter given: the message that was brought, which is never overwritten.
  /// - Throws: `TrainerError`.
  func check(overwrites: Bool, resumes: Bool, given: String?) throws(TrainerError) {
    let files = FileManager.default
    guard let name = model.split(separator: "/").last, !["", ".", ".."].contains(name.dropLast(8)),
      !prefix.hasSuffix("/")
    else { throw .cannotCreate(path: "'\(prefix)'", reason: "expected a name for the files") }
    let parent = URL(fileURLWithPath: model).deletingLastPathComponent().path
    guard files.isWritableFile(atPath: parent) else {
      throw .cannotCreate(path: parent, reason: "it is no folder that can be written to")
    }
    if resumes, !folder.exists, files.fileExists(atPath: model) {
      throw .learningFinished(path: model)
    }
    if !resumes, folder.exists, !overwrites { throw .learningExists(path: folder.path) }
    for file in [model, message, page]
    where !Self.areSame(file, given) && !overwrites && !resumes {
      if files.fileExists(atPath: file) { throw .fileExists(path: file) }
    }
  }

  /// Whether two paths are of one file.
  static func areSame(_ path: String, _ other: String?) -> Bool {
    func resolved(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
    return other.map { resolved(path) == resolved($0) } ?? false
  }
}
