/// A model file's bytes, in which the numbers of a decoded network lie.
struct ModelBytes {
  private let start: UnsafeRawPointer
  let count: Int
  /// Nil if the memory is there for good.
  private let owner: NumberMemory?
  /// Whether the checksum and each number are to be checked: always, but for a model that is part
  /// of the program, whose checks give the same each time.
  let checksNumbers: Bool

  /// Copies `bytes`.
  init(_ bytes: [UInt8]) {
    let memory = NumberMemory(byteCount: bytes.count)
    bytes.withUnsafeBytes { source in
      if let first = source.baseAddress {
        memory.start.copyMemory(from: first, byteCount: source.count)
      }
    }
    self.init(memory, count: bytes.count)
  }

  /// Refers to the first `count` bytes of `memory`, which never change.
  init(_ memory: NumberMemory, count: Int) {
    start = UnsafeRawPointer(memory.start)
    self.count = count
    owner = memory
    checksNumbers = true
  }

  /// Refers to bytes that are there for good.
  ///
  /// - Parameters:
  ///   - start: aligned to four bytes, in memory that never changes or goes away.
  ///   - checksNumbers: false if a test does.
  init(lastingAt start: UnsafeRawPointer, count: Int, checksNumbers: Bool = true) {
    precondition(Int(bitPattern: start) % 4 == 0, "a model must be aligned to four bytes")
    self.start = start
    self.count = count
    owner = nil
    self.checksNumbers = checksNumbers
  }

  /// Whether the memory is there for good: perhaps because there is no other for a copy.
  var isLasting: Bool { owner == nil }

  /// Returns the bytes in `range`, which lies in `0..<count`.
  func raw(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
  }

  /// Returns the little-endian number at `offset`.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type
  ) -> Number {
    let size = MemoryLayout<Number>.size
    return Number(littleEndian: raw(offset..<offset + size).loadUnaligned(as: type))
  }

  /// Returns the `count` little-endian numbers from `offset` on: where they lie, if they can be
  /// used there.
  func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, count: Int, as type: Number.Type
  ) -> Numbers<Number> {
    let size = MemoryLayout<Number>.size
    let bytes = raw(offset..<offset + count * size)
    let isAligned = Int(bitPattern: start + offset) % MemoryLayout<Number>.alignment == 0
    if isAligned, let first = bytes.baseAddress, Number(littleEndian: 1) == 1 {
      return Numbers(at: first, count: count, owner: owner)
    }
    return Numbers(count: count) { numbers in
      for index in 0..<count {
        let number = self.number(at: offset + index * size, as: type)
        (numbers + index).initialize(to: number)
      }
    }
  }
}
