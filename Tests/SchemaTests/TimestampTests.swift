import TestSupport
import Testing

@testable import ProtobufSchema
@testable import Schema

@Suite("Timestamps")
struct TimestampTests {
  @Test("A Timestamp follows from hidden weeks, weekdays and times, all there or none")
  func timestamps() throws {
    let folder = try TemporaryFolder()
    let schema = try RecordSchema(
      path: folder.write(
        """
        syntax = "proto3";
        import "google/protobuf/timestamp.proto";
        message M { string name = 1; google.protobuf.Timestamp made_at = 2; int32 size = 3; }
        """, to: "test.proto"))
    let layout = "%Y-%m-%dT%H:%M:%SZ"
    #expect(
      schema.leaves.map(\.path) == [
        "name", "made_at", "size", "made_at.week", "made_at.weekday", "made_at.time",
      ])
    #expect(schema.leaves[1].kind == .moment(layout: layout))
    #expect(schema.leaves[1].isOptional && schema.leaves[1].column == "madeAt")
    #expect(schema.columns == [0, 1, 2])
    #expect(
      schema.root
        == .tuple(
          name: "",
          elements: [
            .stringLiteral(leaf: 0),
            .optional(.tuple(name: "made_at", elements: [.scalarTuple(leaves: [3, 4, 5])])),
            .scalarTuple(leaves: [2]),
          ]))
    #expect(
      schema.derived == [
        RuledLeaf(
          leaf: 1,
          rule: .sum(
            terms: [
              .init(leaf: 3, factor: 604_800), .init(leaf: 4, factor: 86_400),
              .init(leaf: 5, factor: 1),
            ], constant: -259_200))
      ])
    #expect(schema.hiddenLeaves == [3, 4, 5])
    #expect(schema.ruleProblem == nil)
    #expect(schema.optionalMessages == [[3, 4, 5]])
  }

  @Test(
    "Moments are put together from what their layouts show",
    arguments: [
      ("%Y-%m-%d", ["week 604800", "weekday 86400"]), ("%H:%M", ["time 60 of 1440"]),
      ("%d.%m.%Y %H:%M", ["week 604800", "weekday 86400", "time 60 of 1440"]),
      ("%Y-%m-%d %H:%M:%S.%3f", ["week 604800000", "weekday 86400000", "time 1 of 86400000"]),
    ])
  func parts(layout: String, expected: [String]) throws {
    let parts = try #require(MomentPart.parts(ofLayout: layout))
    #expect(
      parts.map { part in
        "\(part.name) \(part.unit)"
          + (part.name == "time" ? " of \(part.count.map(String.init) ?? "")" : "")
      } == expected)
    #expect(MomentPart.parts(ofLayout: "%Q") == nil)
  }
}
