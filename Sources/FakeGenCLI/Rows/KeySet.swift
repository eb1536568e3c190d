import CSystem

/// A set of 64-bit hashes with room for a number of them that is known before: 16 to 32 bytes each,
/// which the system hands out as they are used.
final class KeySet {
  /// Room for more would take over a GiB.
  static let maximumCount: UInt64 = 1 << 26

  /// Open addressing; 0 is a free slot.
  private let slots: UnsafeMutablePointer<UInt64>
  private let mask: UInt64

  /// Creates an empty set; nil if there is no memory for `count` hashes, which is at most
  /// `maximumCount`.
  init?(count: UInt64) {
    var size: UInt64 = 2
    while size < 2 * count { size *= 2 }
    guard let memory = calloc(Int(size), MemoryLayout<UInt64>.stride) else { return nil }
    slots = memory.bindMemory(to: UInt64.self, capacity: Int(size))
    mask = size - 1
  }

  deinit { free(slots) }

  /// Inserts a hash; false if it was there before.
  func insert(_ hash: UInt64) -> Bool {
    let hash = max(hash, 1)
    var position = hash & mask
    while slots[Int(position)] != 0 {
      if slots[Int(position)] == hash { return false }
      position = (position + 1) & mask
    }
    slots[Int(position)] = hash
    return true
  }
}
