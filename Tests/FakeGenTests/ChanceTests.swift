import FakeGen
import Foundation
import TestSupport
import Testing

@Suite struct ChanceTests {
  /// The chance as a number.
  private func value(_ chance: Chance) -> Double {
    // Halved until it is not above 2^-16, so that shares of it keep all bits.
    var (chance, scale) = (chance, 0x1p-32)
    while !chance.isNone, chance < Chance(1, of: 1 << 16) {
      (chance, scale) = (chance.doubled, scale / 2)
    }
    return Double(chance.share(of: .certain)) * scale
  }

  private func expect(_ found: Chance, _ expected: Double) {
    #expect(abs(value(found) - expected) <= 0x1p-14 * expected, "\(value(found)), \(expected)")
  }

  /// Quotients, products and sums of chances of every size, against floating point.
  @Test func arithmetic() {
    var random = SplitMix(seed: 3)
    var last = (Chance.certain, 1.0)
    for _ in 0..<20_000 {
      let whole = max(1, random.next() >> (random.next() % 64))
      let part = min(whole, random.next() >> (random.next() % 64))
      let quotient = Double(part) / Double(whole)
      let chance = Chance(part, of: whole)
      expect(chance, quotient)
      #expect(chance.isNone == (part == 0))
      expect(chance * last.0, quotient * last.1)
      let (_, sum) = Chance.choice([chance.halved, last.0.halved][...], draw: 0)
      expect(sum, (quotient + last.1) / 2)
      if abs(quotient - last.1) > 0x1p-20 * quotient {
        #expect((chance < last.0) == (quotient < last.1))
      }
      if part > 0 { last = (chance, quotient) }
    }
  }

  @Test func endsOfTheRange() {
    #expect((Chance.none * .certain).isNone && Chance.none.halved.isNone)
    #expect(Chance.none.share(of: .certain) == 0)
    #expect(Chance.certain.doubled == .certain && Chance(.max, of: .max).doubled == .certain)
    #expect(Chance.certain.share(of: .certain) == 1 << 32)
    // A product of ten thousand small chances is one still.
    var chance = Chance.certain
    for _ in 0..<10_000 { chance = chance * Chance(1, of: .max) }
    #expect(!chance.isNone && chance.share(of: .certain) == 0)
    #expect(chance.halved.share(of: chance) == 1 << 31)
    #expect(Chance.choice([.none, .none], draw: 7).sum.isNone)
  }

  /// Each of some chances is chosen as often as it says.
  @Test func choices() {
    let chances = [1, 0, 5, 2, 8].map { Chance($0, of: 1000) }
    var counts = [0, 0, 0, 0, 0]
    for draw in 0..<16_384 as Range<UInt32> {
      counts[Chance.choice(chances[...], draw: draw << 18).index] += 1
    }
    for (count, expected) in zip(counts, [1024, 0, 5120, 2048, 8192]) {
      #expect(abs(count - expected) <= 2)
    }
  }

  @Test func numberSets() {
    let set = NumberSet([5...9, -3...(-1), 8...12, .max ... .max, 20...20])
    #expect(set.ranges == [-3...(-1), 5...12, 20...20, .max ... .max])
    #expect(set.count(in: .min ... .max) == 13 && set.count(in: -2...6) == 4)
    #expect(set.count(in: 13...19) == 0)
    #expect((0..<4).map { set.number($0, in: -2...6) } == [-2, -1, 5, 6])
    #expect(set.contains(12) && !set.contains(13) && set.contains(.max))
    #expect(set.intersection(NumberSet([0...6, 12...30])).ranges == [5...6, 12...12, 20...20])
    #expect(NumberSet.count(.min ... .max) == .max && NumberSet.count(3...3) == 1)
    #expect(NumberSet([.min ... .max]).count(in: .min ... .max) == .max)
  }
}
