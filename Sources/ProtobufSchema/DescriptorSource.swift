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
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("fakegen-\(UUID().uuidString).binpb")
    defer { try? FileManager.default.removeItem(at: output) }

    let wellKnown = try wellKnownTypes()
    defer { try? FileManager.default.removeItem(at: wellKnown) }
    let process = Process()
    process.executableURL = compiler
    process.arguments =
      ["--include_imports", "--descriptor_set_out=\(output.path)"]
      + ([folder] + importPaths + [wellKnown.path]).map { "--proto_path=\($0)" } + [file.path]
    let complaints = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = complaints
    do {
      try process.run()
    } catch {
      throw .protocFailed(path: path, output: error.localizedDescription)
    }
    let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw .protocFailed(path: path, output: summary(complaint))
    }
    return try readFile(output.path)
  }

  /// Writes a folder with the well-known types that a message may have, since `protoc` does not always
  /// come with them.
  private static func wellKnownTypes() throws(SchemaError) -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fakegen-\(UUID().uuidString)")
    let file = folder.appendingPathComponent("google/protobuf/timestamp.proto")
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(timestampSource.utf8).write(to: file)
    } catch {
      throw .unreadableFile(path: file.path, reason: "cannot be written")
    }
    return folder
  }

  private static let timestampSource = """
    syntax = "proto3";
    package google.protobuf;
    message Timestamp {
      int64 seconds = 1;
      int32 nanos = 2;
    }
    """

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
