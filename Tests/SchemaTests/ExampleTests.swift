import TestSupport
import Testing

@testable import ProtobufSchema
@testable import Schema

@Suite("The example messages")
struct ExampleTests {
  @Test("The address becomes seven strings and one pair of scalars")
  func address() throws {
    let schema = try RecordSchema(path: example("address.proto"))
    #expect(schema.messageName == "fakegen.examples.Address")
    #expect(
      schema.leaves.map(\.path) == [
        "lat", "long", "number", "street", "unit", "city", "district", "region", "postcode",
      ])
    #expect(
      schema.leaves.map(\.column) == [
        "LAT", "LON", "NUMBER", "STREET", "UNIT", "CITY", "DISTRICT", "REGION", "POSTCODE",
      ])
    #expect(schema.leaves.prefix(2).allSatisfy { $0.kind == .real(decimals: 6) })
    #expect(schema.leaves.dropFirst(2).allSatisfy { $0.kind == .text })
    #expect(schema.leaves.allSatisfy { !$0.isOptional })
    #expect(schema.columns == Array(0..<9))
    let strings = (2...8).map { ModuleNode.stringLiteral(leaf: $0) }
    #expect(
      schema.root == .tuple(name: "", elements: strings + [.scalarTuple(leaves: [0, 1])]))
  }

  @Test("The customer has a module of each kind")
  func customer() throws {
    let schema = try RecordSchema(path: example("customer.proto"))
    #expect(
      schema.root
        == .tuple(
          name: "",
          elements: [
            .stringLiteral(leaf: 0),
            .optional(.stringLiteral(leaf: 1)),
            .categorical(leaf: 2, classes: 3),
            .categorical(leaf: 3, classes: 2),
            .optional(
              .tuple(
                name: "home",
                elements: [
                  .stringLiteral(leaf: 6), .stringLiteral(leaf: 7), .stringLiteral(leaf: 8),
                  .scalarTuple(leaves: [9, 10]),
                ])),
            .scalarTuple(leaves: [4, 5]),
          ]))
    #expect(schema.leaves[8].kind == .digits)
    #expect(schema.leaves[8].column == "home.postcode")
    #expect(schema.leaves[4].kind == .integer)
    #expect(
      schema.leaves[2].kind
        == .enumeration(names: ["FREE", "BASIC", "PREMIUM"], numbers: [0, 1, 2]))
    #expect(schema.leaves.filter(\.isOptional).map(\.path) == ["email", "balance"])
    #expect(schema.optionalMessages == [[6, 7, 8, 9, 10]])
  }
}
