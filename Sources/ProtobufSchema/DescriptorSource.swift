import Files
import Foundation
import Schema
import SwiftProtobuf

/// Reads descriptor sets: compiled ones from a file, `.proto` files through `protoc`.
enum DescriptorSource {
  /// Descriptor sets larger than this, in bytes, are refused unread; a thousand files' set takes
  /// a few million.
  static let maximumSize = 64 << 20

  /// Reads the descriptor set that a path names. A path that ends in `.proto` is compiled by the
  /// `protoc` in the first of the `searchPath`'s folders that has one.
  ///
  /// - Throws: `SchemaError` if the file, or what `protoc` makes of it, is no descriptor set.
  static func read(
    path: String, importPaths: [String],
    searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
  ) throws(SchemaError) -> Google_Protobuf_FileDescriptorSet {
    let bytes =
      path.hasSuffix(".proto")
      ? try compile(path: path, importPaths: importPaths, searchPath: searchPath)
      : try readFile(path)
    return try parse(bytes, path: path)
  }

  /// Parses a descriptor set.
  ///
  /// - Throws: `SchemaError.notADescriptorSet`.
  static func parse(
    _ bytes: Data, path: String
  ) throws(SchemaError) -> Google_Protobuf_FileDescriptorSet {
    do {
      return try Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)
    } catch {
      throw .notADescriptorSet(path: path)
    }
  }

  private static func readFile(_ path: String) throws(SchemaError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .unreadableFile(path: path, reason: "no such file; check the path")
    }
    guard !isFolder.boolValue else {
      throw .unreadableFile(path: path, reason: "expected a file, found a folder")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw .unreadableFile(path: path, reason: "cannot be opened; check its permissions")
    }
    do {
      // One byte more than is allowed tells a file that is too large, whatever its kind.
      let bytes = try handle.read(upToCount: maximumSize + 1) ?? Data()
      guard bytes.count <= maximumSize else {
        throw SchemaError.unreadableFile(
          path: path, reason: "expected a descriptor set of at most \(maximumSize) bytes")
      }
      return bytes
    } catch let error as SchemaError {
      throw error
    } catch {
      throw .unreadableFile(path: path, reason: "cannot be read: \(error.localizedDescription)")
    }
  }

  private static func compile(
    path: String, importPaths: [String], searchPath: String
  ) throws(SchemaError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
    else {
      throw .unreadableFile(path: path, reason: "no such file; check the path")
    }
    guard let compiler = findCompiler(searchPath) else { throw .protocMissing(path: path) }

    let file = URL(fileURLWithPath: path)
    let folder = file.deletingLastPathComponent().path
    let temporary = FileManager.default.temporaryDirectory
      .appendingPathComponent("fakegen-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: temporary) }
    let output = temporary.appendingPathComponent("descriptors.binpb")
    try write(FakegenOptions.text, FakegenOptions.path, in: temporary, for: path)
    // protoc does not always come with the well-known types.
    for (name, text) in wellKnownTypes {
      try write(text, "google/protobuf/\(name).proto", in: temporary, for: path)
    }

    func run() throws(SchemaError) -> Data? {
      let process = Process()
      process.executableURL = compiler
      process.arguments =
        ["--include_imports", "--descriptor_set_out=\(output.path)"]
        + ([folder] + importPaths + [temporary.path]).map { "--proto_path=\($0)" } + [file.path]
      let complaints = Pipe()
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = complaints
      do {
        try process.run()
      } catch {
        throw .protocFailed(path: path, output: error.localizedDescription)
      }
      let complaint = complaints.fileHandleForReading.readRest()
      process.waitUntilExit()
      let isDone = process.terminationReason == .exit && process.terminationStatus == 0
      return isDone ? nil : complaint
    }
    var complaint = try run()
    // Some systems install protoc without the file that options need.
    let missing = Data("\(FakegenOptions.descriptorPath): File not found".utf8)
    if let words = complaint, words.range(of: missing) != nil {
      try write(
        FakegenOptions.descriptorText, FakegenOptions.descriptorPath, in: temporary, for: path)
      complaint = try run()
    }
    if let complaint { throw .protocFailed(path: path, output: summary(complaint)) }
    return try readFile(output.path)
  }

  /// Files of protobuf's own messages, by their names.
  private static let wellKnownTypes = [
    ("timestamp", "Timestamp { int64 seconds = 1; int32 nanos = 2; }"),
    ("duration", "Duration { int64 seconds = 1; int32 nanos = 2; }"),
    (
      "wrappers",
      """
      DoubleValue { double value = 1; }
      message FloatValue { float value = 1; }
      message Int64Value { int64 value = 1; }
      message UInt64Value { uint64 value = 1; }
      message Int32Value { int32 value = 1; }
      message UInt32Value { uint32 value = 1; }
      message BoolValue { bool value = 1; }
      message StringValue { string value = 1; }
      message BytesValue { bytes value = 1; }
      """
    ),
    (
      "struct",
      """
      Struct { map<string, Value> fields = 1; }
      enum NullValue { NULL_VALUE = 0; }
      message Value { oneof kind { NullValue null_value = 1; string string_value = 3; } }
      message ListValue { repeated Value values = 1; }
      """
    ),
    ("any", "Any { string type_url = 1; bytes value = 2; }"),
  ].map { name, messages in
    (name, "syntax = \"proto3\";\npackage google.protobuf;\nmessage \(messages)\n")
  }

  private static func write(
    _ text: String, _ name: String, in folder: URL, for path: String
  ) throws(SchemaError) {
    let file = folder.appendingPathComponent(name)
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    } catch {
      throw .protocFailed(
        path: path, output: "no temporary file for it: \(error.localizedDescription)")
    }
  }

  private static func findCompiler(_ searchPath: String) -> URL? {
    searchPath.split(separator: ":").lazy.map { URL(fileURLWithPath: "\($0)/protoc") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Returns the first lines of what `protoc` printed, as one.
  private static func summary(_ output: Data) -> String {
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    return lines.isEmpty ? "it gives no reason" : lines.prefix(3).joined(separator: "; ")
  }
}
