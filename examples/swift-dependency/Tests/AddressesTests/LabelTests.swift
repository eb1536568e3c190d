import FakeGen
import Testing

@testable import Addresses

@Suite(.fakeRows) struct LabelTests {
  @Test func labelsHaveTheirParts() throws {
    var rows = FakeRows.current
    for index in 0..<100 as Range<UInt64> {
      let row = try rows.row(index)
      guard case .text(let city) = row.fields[5], case .text(let postcode) = row.fields[8] else {
        Issue.record("expected texts, found \(row)")
        return
      }
      #expect(label(row, rows.model).hasSuffix(", \(city) \(postcode)"))
    }
  }

  @Test func everyTestHasASeedOfItsOwn() {
    let name = "AddressesTests/LabelTests.swift everyTestHasASeedOfItsOwn()"
    #expect(FakeRows.current.seed == FakeRows.seed(of: name.utf8))
    // The published value for this text.
    #expect(FakeRows.seed(of: "foobar".utf8) == 0x8594_4171_F739_67E8)
  }
}
