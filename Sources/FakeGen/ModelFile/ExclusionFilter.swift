/// A binary fuse filter of the keys of rows that must not be made (Graf and Lemire, "Binary Fuse
/// Filters: Fast and Smaller Than Xor Filters", 2022): every key that was put in is found, and one
/// in 256 of all others.
///
/// A row's key is the SipHash-2-4 under key 0 of the texts of some columns, as they are printed,
/// the byte FF after each.
package struct ExclusionFilter: Sendable, Hashable {
  /// Columns whose texts make the key, in this order.
  package let columns: [Int]
  /// Number of keys in the filter.
  package let entries: Int
  /// The seed with which all keys' places differ.
  package let seed: UInt64
  /// Places of a segment, a power of two.
  package let segmentLength: Int
  /// `(segments + 2) * segmentLength` bytes.
  package let fingerprints: Numbers<UInt8>

  /// Creates a filter from its parts.
  ///
  /// - Parameters:
  ///   - columns: columns whose texts make the key, in this order.
  ///   - entries: number of keys.
  ///   - seed: with which all keys' places differ.
  ///   - segmentLength: a power of two.
  ///   - fingerprints: `(segments + 2) * segmentLength` bytes.
  /// - Precondition: `fits(_:segmentLength:)`.
  package init(
    columns: [Int], entries: Int, seed: UInt64, segmentLength: Int,
    fingerprints: Numbers<UInt8>
  ) {
    self.columns = columns
    self.entries = entries
    self.seed = seed
    self.segmentLength = segmentLength
    self.fingerprints = fingerprints
  }

  /// What follows each column's text in a key; no byte of UTF-8.
  package static let fieldEnd: UInt8 = 0xFF
  /// Most attempts at a row that is in the filter, each from other draws.
  package static let maximumAttempts: UInt32 = 64
  /// Greatest length of a segment.
  package static let maximumSegmentLength = 1 << 18

  /// Tells whether a filter may have so many bytes: three segments or more, and a 32-bit number of
  /// places.
  ///
  /// - Parameters:
  ///   - count: number of bytes.
  ///   - segmentLength: places of a segment.
  package static func fits(_ count: Int, segmentLength: Int) -> Bool {
    segmentLength >= 1 && segmentLength <= maximumSegmentLength
      && segmentLength & (segmentLength - 1) == 0 && count % segmentLength == 0
      && count / segmentLength >= 3 && count <= Int(Int32.max)
  }

  /// Computes a key's three places and its fingerprint.
  ///
  /// - Parameters:
  ///   - key: hash of the row.
  ///   - seed: of the filter.
  ///   - segmentLength: of the filter.
  ///   - count: number of the filter's bytes.
  /// - Returns: the places, and what the exclusive-or of their bytes is if the key is in the
  ///   filter.
  @inline(__always)
  package static func places(
    of key: UInt64, seed: UInt64, segmentLength: Int, count: Int
  ) -> (first: Int, second: Int, third: Int, fingerprint: UInt8) {
    let hash = mixed(key &+ seed)
    // All places but those of the last two segments, in which the second and third may lie.
    let range = UInt64(truncatingIfNeeded: count &- 2 &* segmentLength)
    let mask = UInt64(truncatingIfNeeded: segmentLength &- 1)
    let first = ((hash &>> 32) &* range) &>> 32
    let length = UInt64(truncatingIfNeeded: segmentLength)
    let second = (first &+ length) ^ ((hash &>> 18) & mask)
    let third = (first &+ 2 &* length) ^ (hash & mask)
    return (
      Int(truncatingIfNeeded: first), Int(truncatingIfNeeded: second),
      Int(truncatingIfNeeded: third), UInt8(truncatingIfNeeded: hash ^ (hash &>> 32))
    )
  }

  /// MurmurHash3's finalizer: a bijection in which every bit depends on every other.
  @inline(__always)
  private static func mixed(_ word: UInt64) -> UInt64 {
    var word = word
    word ^= word &>> 33
    word &*= 0xFF51_AFD7_ED55_8CCD
    word ^= word &>> 33
    word &*= 0xC4CE_B9FE_1A85_EC53
    return word ^ (word &>> 33)
  }

  /// Tells whether `key` is in the filter: always for a key that was put in, and for one in 256
  /// others.
  package func contains(_ key: UInt64) -> Bool {
    let (first, second, third, fingerprint) = Self.places(
      of: key, seed: seed, segmentLength: segmentLength, count: fingerprints.count)
    return fingerprints[first] ^ fingerprints[second] ^ fingerprints[third] == fingerprint
  }
}

extension ExclusionFilter {
  /// Reads the section of the filter of rows with so many `columns`.
  ///
  /// - Returns: the filter.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func read(
    from sections: inout SectionReader, columns columnCount: Int
  ) throws(ModelError) -> ExclusionFilter {
    try sections.begin(.filter, name: "filter")
    let count = try sections.readShape(1...columnCount)
    var columns: [Int] = []
    for _ in 0..<count { columns.append(try sections.readShape(0...columnCount - 1)) }
    let entries = try sections.readInteger(0...Int(Int32.max))
    let seed = try sections.readNumber(UInt64.self)
    let segmentLength = try sections.readInteger(1...maximumSegmentLength)
    let size = try sections.readInteger(1...Int(Int32.max))
    guard fits(size, segmentLength: segmentLength) else {
      throw sections.invalid("its size should be three or more segments of a power of two")
    }
    let fingerprints = try sections.readNumbers(UInt8.self, count: size)
    try sections.finish()
    return ExclusionFilter(
      columns: columns, entries: entries, seed: seed, segmentLength: segmentLength,
      fingerprints: fingerprints)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.filter, name: "filter")
    writer.writeShape(columns.count)
    for column in columns { writer.writeShape(column) }
    writer.write(UInt32(entries))
    writer.write(seed)
    writer.write(UInt32(segmentLength))
    writer.write(UInt32(fingerprints.count))
    writer.write(fingerprints)
    writer.end()
  }
}
