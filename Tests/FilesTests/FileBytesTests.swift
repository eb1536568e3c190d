import Files
import Foundation
import TestSupport
import Testing

@Suite("Files read whole")
struct FileBytesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("All bytes up to the limit, no more", arguments: [0, 1, 1 << 16, 300_000])
  func limit(size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let path = try folder.write(bytes, to: "f")
    #expect(try fileBytes(path, limit: size) == bytes)
    #expect(throws: FileError.tooLarge(path: path, size: size, limit: size - 1)) {
      try fileBytes(path, limit: size - 1)
    }
  }

  @Test("A device without an end stops at the limit; a folder and a missing file are errors")
  func errors() {
    #expect(throws: FileError.self) { try fileBytes("/dev/zero", limit: 100_000) }
    #expect(throws: FileError.self) { try fileBytes(folder.path, limit: 1) }
    let none = folder.path("none")
    #expect(
      throws: FileError.cannotOpen(path: none, reason: "No such file or directory")
    ) { try fileBytes(none, limit: 1) }
  }
}
