import Testing

@testable import FakeGen

/// What a column's values are to others.
@Suite struct ValueTypeTests {
  @Test(
    arguments: [
      ("%Y-%m-%d", .date), ("%H:%M", .time(fractionDigits: 0)),
      ("%H:%M:%S", .time(fractionDigits: 0)), ("%H:%M:%S.%3f", .time(fractionDigits: 3)),
      ("%Y-%m-%d %H:%M", .timestamp(fractionDigits: 0, hasZone: false)),
      ("%Y-%m-%dT%H:%M:%S", .timestamp(fractionDigits: 0, hasZone: false)),
      ("%Y-%m-%d %H:%M:%S%-6f", .timestamp(fractionDigits: 6, hasZone: false)),
      ("%Y-%m-%dT%H:%M:%S%-3fZ", .timestamp(fractionDigits: 3, hasZone: true)),
      ("%Y-%m-%d %H:%M:%S.%9f", .timestamp(fractionDigits: 9, hasZone: false)),
      ("%Y-%m-%dT%H:%MZ", .timestamp(fractionDigits: 0, hasZone: true)),
      ("%Y-%m-%dT%H:%M%:z", .timestamp(fractionDigits: 0, hasZone: true)),
      ("%Y-%m-%d %H:%M:%S.%6f%:z", .timestamp(fractionDigits: 6, hasZone: true)),
      ("%Y-%m-%d %H:%M%z", .text), ("%H:%M%:z", .text),
      ("%Y-%m-%dT%H:%M:%SZ", .timestamp(fractionDigits: 0, hasZone: true)),
      ("%Y-%m-%d %H:%M:%S+00:00", .timestamp(fractionDigits: 0, hasZone: true)),
      ("%Y-%m-%dT%H:%M:%S.%6f-14:59", .timestamp(fractionDigits: 6, hasZone: true)),
      // Not as ISO 8601 has them.
      ("%Y", .text), ("%y-%m-%d", .text), ("%Y-%-m-%d", .text), ("%d.%m.%Y", .text),
      ("%Y-%m-%d ", .text), ("%Y-%m-%d%H:%M", .text), ("%Y-%m-%d_%H:%M", .text), ("%H", .text),
      ("%I:%M %p", .text), ("%H:%M:%SZ", .text), ("%Y-%m-%d %H:%M:%S UTC", .text),
      ("%Y-%m-%d %H:%M:%S+15:00", .text), ("%Y-%m-%d %H:%M:%S+1:00", .text),
      ("%Y-%m-%d %H:%M:%S,%3f", .text), ("%Y-%m-%d %H:%M:%S.", .text), ("at %Y-%m-%d", .text),
    ] as [(String, ValueType)])
  func moments(layout: String, type: ValueType) throws {
    #expect(try ColumnKind.moment(MomentLayout(layout)).valueType == type)
  }

  @Test func otherKinds() {
    #expect(ColumnKind.digits.valueType == .integer && ColumnKind.integer.valueType == .integer)
    #expect(ColumnKind.real(decimals: 3).valueType == .decimal(decimals: 3))
    #expect(ColumnKind.boolean.valueType == .boolean && ColumnKind.text.valueType == .text)
    #expect(ColumnKind.enumeration(names: ["A"]).valueType == .text)
  }
}
