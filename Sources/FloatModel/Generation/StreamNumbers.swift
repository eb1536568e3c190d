import FakeGen

/// Gives each module the number of its stream of draws: the CRC-32 of its field's path, so that a
/// further field leaves the draws of the others as they are. A number already taken moves up by
/// one.
struct StreamNumbers {
  private var taken: Set<UInt32> = [LatentSampler.stream]

  mutating func take(_ path: String) -> UInt32 {
    var number = CRC32.checksum(of: Array(path.utf8))
    while !taken.insert(number).inserted { number &+= 1 }
    return number
  }
}
