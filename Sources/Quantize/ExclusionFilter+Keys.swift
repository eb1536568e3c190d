import FakeGen
import Foundation

extension ExclusionFilter {
  /// Creates the filter of `keys`, always the same for the same keys in any order; nil if none was
  /// found for any of 100 seeds, which no set of a few billion keys should bring about.
  init?(columns: [Int], keys: Set<UInt64>) {
    let keys = keys.sorted()
    let (segmentLength, count) = Self.size(keys.count)
    for seed in 0..<100 as Range<UInt64> {
      let fingerprints = Self.fingerprints(
        keys, seed: seed, segmentLength: segmentLength, count: count)
      guard let fingerprints else { continue }
      self.init(
        columns: columns, entries: keys.count, seed: seed, segmentLength: segmentLength,
        fingerprints: Numbers(fingerprints))
      return
    }
    return nil
  }

  /// Computes the length of a segment and the number of bytes, by the paper's formulas for three
  /// places a key.
  private static func size(_ entries: Int) -> (segmentLength: Int, count: Int) {
    let entries = Double(max(entries, 2))
    let exponent = Int((log(entries) / log(3.33) + 2.25).rounded(.down))
    let segmentLength = min(1 << exponent, maximumSegmentLength)
    let factor = max(1.125, 0.875 + 0.25 * log(1e6) / log(entries))
    let capacity = Int((entries * factor).rounded())
    let segments = max((capacity + segmentLength - 1) / segmentLength, 3)
    return (segmentLength, segments * segmentLength)
  }

  /// Takes keys away one by one that have a place to themselves, then fills in their fingerprints
  /// in the opposite order; nil if keys are left that share all their places.
  private static func fingerprints(
    _ keys: [UInt64], seed: UInt64, segmentLength: Int, count: Int
  ) -> [UInt8]? {
    func places(_ key: UInt64) -> (places: [Int], fingerprint: UInt8) {
      let (first, second, third, fingerprint) = Self.places(
        of: key, seed: seed, segmentLength: segmentLength, count: count)
      return ([first, second, third], fingerprint)
    }
    var users = [Int](repeating: 0, count: count)
    // The exclusive-or of a place's keys: the key, where there is one.
    var merged = [UInt64](repeating: 0, count: count)
    for key in keys {
      for place in places(key).places {
        users[place] += 1
        merged[place] ^= key
      }
    }
    var single = users.indices.filter { users[$0] == 1 }
    var order: [(key: UInt64, place: Int)] = []
    while let place = single.popLast() {
      guard users[place] == 1 else { continue }
      let key = merged[place]
      order.append((key, place))
      for other in places(key).places {
        users[other] -= 1
        merged[other] ^= key
        if users[other] == 1 { single.append(other) }
      }
    }
    guard order.count == keys.count else { return nil }
    var fingerprints = [UInt8](repeating: 0, count: count)
    for (key, place) in order.reversed() {
      let (all, fingerprint) = places(key)
      fingerprints[place] = all.reduce(fingerprint) { $1 == place ? $0 : $0 ^ fingerprints[$1] }
    }
    return fingerprints
  }
}
