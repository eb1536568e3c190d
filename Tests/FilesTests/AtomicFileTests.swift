import Files
import Foundation
import TestSupport
import Testing

@Suite("Files that appear whole or not at all")
struct AtomicFileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Names as long as the system takes them: the temporary file's is no longer.
  @Test("A name has as many bytes as there may be")
  func longNames() throws {
    for name in [String(repeating: "n", count: 255), String(repeating: "é", count: 127)] {
      try AtomicFile.write("rows", to: folder.path(name))
      #expect(try folder.readText(name) == "rows")
    }
    #expect(try folder.names().count == 2)
  }

  @Test("The name holds what it held until the file is finished")
  func finish() throws {
    let path = try folder.write("before", to: "f")
    let file = try AtomicFile(path: path)
    let text = String(repeating: "line\n", count: 100_000)
    try file.write(text)
    #expect(try folder.readText("f") == "before")
    #expect(try folder.names().count == 2)
    try file.finish()
    #expect(try folder.readText("f") == text)
    #expect(try folder.names() == ["f"])
    #expect(throws: FileError.self) { try file.finish() }
  }

  @Test("A file that is not finished leaves nothing behind")
  func abandon() throws {
    do {
      let file = try AtomicFile(path: folder.path("f"))
      try file.write([1, 2, 3])
      #expect(try folder.names().count == 1)
    }
    #expect(try folder.names().isEmpty)
  }

  @Test("A file written whole has the bytes and ordinary permissions")
  func whole() throws {
    try AtomicFile.write([0, 255, 10], to: folder.path("f"))
    #expect(try folder.read("f") == [0, 255, 10])
    let file = FileManager.default.createFile(atPath: folder.path("g"), contents: nil)
    try #require(file)
    let modes = try ["f", "g"].map {
      try FileManager.default.attributesOfItem(atPath: folder.path($0))[.posixPermissions] as? Int
    }
    #expect(modes[0] == modes[1])
  }

  @Test("A file that is replaced keeps its permissions")
  func permissions() throws {
    let path = try folder.write("private", to: "f")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try AtomicFile.write("still private", to: path)
    #expect(try folder.readText("f") == "still private")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test("Small and large pieces keep their order")
  func pieces() throws {
    let file = try AtomicFile(path: folder.path("f"))
    var expected: [UInt8] = []
    for size in [3, 100_000, 0, 65_536, 65_535, 1] {
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 ^ size) }
      try file.write(piece)
      expected += piece
    }
    try file.finish()
    #expect(try folder.read("f") == expected)
  }

  @Test("A symbolic link goes on pointing to the file, which is replaced")
  func link() throws {
    let path = try folder.write("before", to: "target")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: path)
    try AtomicFile.write("after", to: folder.path("link"))
    #expect(try folder.readText("target") == "after")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == path)
  }

  @Test("A symbolic link to a file that is not there yet, through another link, makes that file")
  func danglingLink() throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: false)
    try manager.createSymbolicLink(
      atPath: folder.path("first"), withDestinationPath: "sub/second")
    try manager.createSymbolicLink(
      atPath: folder.path("sub/second"), withDestinationPath: "target")
    try AtomicFile.write("text", to: folder.path("first"))
    #expect(try folder.readText("sub/target") == "text")
    #expect(
      try manager.destinationOfSymbolicLink(atPath: folder.path("first")) == "sub/second")
    #expect(
      try manager.destinationOfSymbolicLink(atPath: folder.path("sub/second")) == "target")

    try manager.createSymbolicLink(atPath: folder.path("loop"), withDestinationPath: "loop")
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write("text", to: folder.path("loop"))
    }
    #expect("\(String(describing: error))".contains("loop"))
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.path("loop")) == "loop")
  }

  @Test("A device is written to and stays a device")
  func device() throws {
    try AtomicFile.write("nothing", to: "/dev/null")
    let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(kind as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test("Folders, missing folders and full devices are errors")
  func errors() throws {
    #expect(throws: FileError.self) { try AtomicFile(path: folder.path) }
    let error = #expect(throws: FileError.self) {
      try AtomicFile(path: folder.path("none/f"))
    }
    #expect(
      error
        == .cannotWrite(path: folder.path("none/f"), reason: "No such file or directory"))
    #expect(throws: FileError.cannotWrite(path: "/dev/full", reason: "No space left on device")) {
      try AtomicFile.write("x", to: "/dev/full")
    }
  }
}
