import Foundation

@testable import Schema

/// A folder of its own for a test's files, removed with the value.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("fakegen-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// Writes a file and gives its path.
  func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}

/// The repository's examples.
func example(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("examples/\(name)").path
}

/// The schema of a message declared in the text of a `.proto` file.
func schema(
  _ proto: String, options: SchemaOptions = SchemaOptions()
) throws -> RecordSchema {
  let folder = try TemporaryFolder()
  return try RecordSchema(path: folder.write(proto, to: "test.proto"), options: options)
}
