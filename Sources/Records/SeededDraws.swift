/// SplitMix64 (Steele, Lea and Flood 2014): draws that a seed repeats on every platform.
package struct SeededDraws: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// A number from 0 up to but not including `bound`, which is at least 1.
  package mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Draws at most `count` of the places 0 ..< `total`, without replacement, in random order.
  package mutating func places(_ count: Int, of total: Int) -> [Int] {
    var places = Array(0..<total)
    let count = min(count, total)
    for place in 0..<count { places.swapAt(place, place + below(total - place)) }
    return Array(places.prefix(count))
  }
}
