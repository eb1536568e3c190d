import Foundation
import Yams

extension Preset {
  /// The key by which a preset file names the one that it extends.
  private static let extendsKey = "extends"
  /// Keys that tell a file apart from others and are not inherited.
  private static let ownKeys = ["name", "about", "aliases"]

  /// Reads a preset file and those that it extends, one after the other.
  ///
  /// - Parameter path: YAML file; its key `extends` names another, relative to its own folder.
  /// - Returns: The files' paths and what each changes, in the order in which they apply.
  /// - Throws: `PresetError` if a file cannot be read or the files extend one another in a circle.
  static func chain(to path: String) throws -> [(path: String, changes: Node.Mapping)] {
    var files = [(path: path, changes: try changes(path: path))]
    while let base = files[0].changes[extendsKey] {
      let path = files[0].path
      guard let name = base.string, !name.isEmpty else {
        throw PresetError.badValue(
          path: path, key: extendsKey, reason: "expected the path of a YAML file")
      }
      let folder = (path as NSString).deletingLastPathComponent
      let basePath = folder.isEmpty || name.hasPrefix("/") ? name : "\(folder)/\(name)"
      guard !files.contains(where: { isSameFile($0.path, basePath) }) else {
        throw PresetError.badValue(
          path: path, key: extendsKey, reason: "'\(name)' extends this preset in turn")
      }
      files[0].changes[extendsKey] = nil
      do {
        files.insert((basePath, try changes(path: basePath)), at: 0)
      } catch PresetError.unreadable(_, let reason) {
        throw PresetError.badValue(
          path: path, key: extendsKey, reason: "cannot read '\(name)': \(reason)")
      }
      for key in ownKeys { files[0].changes[key] = nil }
    }
    return files
  }

  private static func changes(path: String) throws -> Node.Mapping {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw PresetError.unreadable(path: path, reason: error.localizedDescription)
    }
    return try mapping(text, path: path)
  }

  private static func isSameFile(_ a: String, _ b: String) -> Bool {
    URL(fileURLWithPath: a).resolvingSymlinksInPath().standardizedFileURL
      == URL(fileURLWithPath: b).resolvingSymlinksInPath().standardizedFileURL
  }
}
