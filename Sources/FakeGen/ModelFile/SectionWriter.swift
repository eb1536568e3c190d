/// Writes nested sections. Each has a type, a name and a payload; everything is little endian and
/// aligned to four bytes.
struct SectionWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var architecture = ArchitectureHash()
  private var starts: [Int] = []

  mutating func begin(_ type: SectionType, name: UTF8Text) {
    architecture.begin(type, name: name)
    write(type.rawValue)
    starts.append(bytes.count)
    write(0 as UInt32)
    write(utf8: name.bytes)
  }

  mutating func end() {
    pad()
    let start = starts.removeLast()
    patch(UInt32(bytes.count - start - 4), at: start)
    architecture.end()
  }

  /// Writes a number that is part of the architecture.
  mutating func writeShape(_ number: Int) {
    architecture.add(UInt32(number))
    write(UInt32(number))
  }

  mutating func write<Number: FixedWidthInteger>(_ number: Number) {
    for index in 0..<MemoryLayout<Number>.size {
      bytes.append(UInt8(truncatingIfNeeded: number >> Number(8 * index)))
    }
  }

  mutating func write<Number: FixedWidthInteger>(_ numbers: some Sequence<Number>) {
    for number in numbers { write(number) }
  }

  /// Writes the length in bytes, the UTF-8 bytes, zeros up to a multiple of four.
  mutating func write(_ text: String) {
    write(utf8: text.utf8)
  }

  /// Writes a text's bytes in the same way.
  mutating func write<Bytes: Collection>(utf8: Bytes) where Bytes.Element == UInt8 {
    write(UInt32(utf8.count))
    bytes.append(contentsOf: utf8)
    pad()
  }

  mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  mutating func patch(_ number: UInt32, at offset: Int) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index))
    }
  }
}
