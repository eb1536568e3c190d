/// What both reader and writer feed to the architecture hash: the tree of sections and the shapes.
struct ArchitectureHash {
  private var checksum = CRC32()

  mutating func add(_ number: UInt32) {
    checksum.update((0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) })
  }

  mutating func begin(_ type: SectionType, name: UTF8Text) {
    add(type.rawValue)
    checksum.update(name.bytes)
  }

  mutating func end() {
    add(0)
  }

  var value: UInt32 { checksum.value }
}
