import FakeGen
import Foundation
import TestSupport
import Testing

@testable import Checkpoint

@Suite struct CheckpointFileTests {
  private static let sample = Checkpoint(
    metadata: Array(#"{"model":{"name":"sample"}}"#.utf8),
    tensors: [
      "a/weight": CheckpointTensor(
        shape: [2, 3], elements: .float32([1, -2, 0.5, .pi, 0, 1e-30])),
      "b": CheckpointTensor(shape: [2], elements: .float64([1.0 / 3, -7])),
      "state": CheckpointTensor(shape: [5], elements: .bytes([0, 255, 3, 4, 5])),
      "empty": CheckpointTensor(shape: [0, 4], elements: .float32([])),
    ])

  @Test func roundTrip() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("x.checkpoint").path
    try Self.sample.save(path)
    #expect(try Checkpoint.load(path) == Self.sample)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.checkpoint"])
  }

  @Test func missingFileNamesThePath() {
    let reason = "No such file or directory"
    #expect(throws: CheckpointError.unreadable(path: "/nowhere/x", reason: reason)) {
      try Checkpoint.load("/nowhere/x")
    }
  }

  /// The file has a size but no blocks.
  @Test func filesBeyondTheLimitAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([], to: "x")
    let limit = Checkpoint.maximumFileSize
    try #require(truncate(path, limit + 1) == 0)
    #expect(throws: CheckpointError.tooLarge(path: path, size: limit + 1, limit: limit)) {
      try Checkpoint.load(path)
    }
  }

  @Test func whatCouldNotBeLoadedIsNotSaved() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x")
    let size = Self.sample.encoded().count
    try Self.sample.save(path, limit: size)
    #expect(throws: CheckpointError.tooLarge(path: path, size: size, limit: size - 1)) {
      try Self.sample.save(path, limit: size - 1)
    }
    #expect(try Checkpoint.load(path) == Self.sample)
  }

  @Test func devicesStayDevices() throws {
    try Self.sample.save("/dev/null")
    let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(kind as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func everyTruncationIsAnError() {
    let bytes = Self.sample.encoded()
    for length in 0..<bytes.count {
      #expect(throws: CheckpointError.self) {
        try Checkpoint(decoding: Array(bytes.prefix(length)), path: "x")
      }
    }
    #expect(throws: CheckpointError.self) {
      try Checkpoint(decoding: bytes + [0], path: "x")
    }
  }

  @Test func everyBitFlipIsAnError() {
    let bytes = Self.sample.encoded()
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: CheckpointError.self) { try Checkpoint(decoding: flipped, path: "x") }
    }
  }

  /// With the checksum made right again, the reader itself must hold: an error or a checkpoint no
  /// larger than the file.
  @Test func mutationsWithAValidChecksumNeverCrash() {
    var generator = Draws(state: 7)
    var accepted = 0
    for _ in 0..<4000 {
      var bytes = Array(Self.sample.encoded().dropLast(4))
      for _ in 0...generator.below(3) {
        let at = generator.below(bytes.count)
        switch generator.below(4) {
        case 0: bytes[at] = UInt8(generator.below(256))
        case 1: bytes[at] = [0, 1, 127, 128, 255][generator.below(5)]
        case 2: bytes.remove(at: at)
        default: bytes.insert(UInt8(generator.below(256)), at: at)
        }
      }
      let checksum = CRC32.checksum(of: bytes)
      for shift in 0..<4 {
        bytes.append(UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(shift))))
      }
      if let checkpoint = try? Checkpoint(decoding: bytes, path: "x") {
        accepted += 1
        let held = checkpoint.tensors.values.reduce(checkpoint.metadata.count) {
          $0 + $1.elements.count
        }
        #expect(held <= bytes.count)
      }
    }
    #expect(accepted > 0)
  }
}

private struct Draws {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}
