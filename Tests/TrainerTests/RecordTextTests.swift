import FloatModel
import Foundation
import ProtobufSchema
import Records
import Schema
import TestSupport
import Testing

@testable import Trainer

/// Records as comma-separated text and back (paper, App. F).
@Suite struct RecordTextTests {
  /// Every kind of leaf in an order that is not the text's; the state never changes.
  private static let schema = RecordSchema(
    messageName: "House",
    leaves: [
      Leaf(path: "lat", column: "lat", kind: .real(decimals: 6), isOptional: false),
      Leaf(path: "floor", column: "floor", kind: .integer, isOptional: true),
      Leaf(path: "number", column: "number", kind: .text, isOptional: false),
      Leaf(path: "state", column: "state", kind: .text, isOptional: false),
      Leaf(
        path: "use", column: "use", kind: .enumeration(names: ["SHOP", "FLAT"], numbers: [0, 1]),
        isOptional: false),
      Leaf(path: "rooms", column: "rooms", kind: .integer, isOptional: false),
      Leaf(path: "sold", column: "sold", kind: .boolean, isOptional: true),
      Leaf(path: "owner", column: "owner", kind: .digits, isOptional: true),
    ], columns: Array(0..<8),
    root: .tuple(
      name: "",
      elements: [
        .stringLiteral(leaf: 2), .constant(leaf: 3), .categorical(leaf: 4, classes: 2),
        .optional(.categorical(leaf: 6, classes: 2)), .optional(.stringLiteral(leaf: 7)),
        .scalarTuple(leaves: [0, 1, 5]),
      ]))
  private static let format = RecordText(schema)

  private static func house(
    latitude: Double = 44.12346, floor: FieldValue = .integer(-1), state: FieldValue = .null,
    sold: FieldValue = .choice(0), owner: FieldValue = .text("007")
  ) -> Record {
    Record(values: [
      .real(latitude), floor, .text("12 B"), state, .choice(1), .integer(3), sold, owner,
    ])
  }

  private static let blank = Record(values: Array(repeating: .null, count: 8))

  /// Strings and classes, then the numbers, each in the order of the message; what never changes is
  /// left out, reals have five decimals, and null is nothing.
  @Test func textOfARecord() {
    #expect(Self.format.leaves == [2, 4, 6, 7, 0, 1, 5])
    #expect(Self.format.scalarCount == 3)
    let whole = Self.house(latitude: 44.1234567, state: .text("VT"))
    #expect(Self.format.text(whole) == "12 B,FLAT,false,007,44.12346,-1,3")
    let nulls = Self.house(latitude: -72.5, floor: .null, sold: .null, owner: .null)
    #expect(Self.format.text(nulls) == "12 B,FLAT,,,-72.50000,,3")
    #expect(Self.format.text(Self.house(sold: .choice(1))).hasPrefix("12 B,FLAT,true,"))
  }

  /// The paper's message has number, street, city and postcode, then latitude and longitude.
  @Test func textOfAnAddress() throws {
    let preset = try Preset.load(
      path: nil,
      overrides: ["architecture.tree=text", "model.constants=true", "maximumStringLength=128"])
    let source = try TrainingSource(
      table: try readTable(
        path: example("addresses.csv"),
        schema: RecordSchema(path: example("address.proto"), options: SchemaOptions())),
      name: "addresses.csv", hash: "", preset: preset, attribution: "")
    let format = try #require(source.description.recordText)
    let paths = format.leaves.map { source.description.schema.leaves[$0].path }
    #expect(paths == ["number", "street", "city", "postcode", "lat", "long"])
  }

  /// Values come back as they were, null included, and what the text leaves out stays as it is.
  @Test func readsItsOwnText() {
    for record in [
      Self.house(), Self.house(floor: .null, sold: .null, owner: .null), Self.house(latitude: -0.5),
      Self.house(state: .text("VT")),
    ] {
      var found = Self.blank
      found.values[3] = record.values[3]
      #expect(Self.format.read(Self.format.text(record), into: &found))
      #expect(found == record)
    }
  }

  /// A message that is absent leaves its fields empty, numbers included, and is absent again.
  @Test func absentMessages() {
    let format = RecordText(fixtureSchema())
    let records = fixtureRecords(200)
    #expect(records.contains { $0.values[7] == .null })
    #expect(records.contains { $0.values[6] == .text("") && $0.values[7] != .null })
    for record in records {
      guard case .real(let height) = record.values[4] else { continue }
      var expected = record
      expected.values[4] = .real(Double(String(format: "%.5f", height))!)
      var found = Record(values: Array(repeating: .null, count: 8))
      #expect(format.read(format.text(record), into: &found))
      #expect(found == expected)
    }
    // A home without its floor is none.
    var found = Record(values: Array(repeating: .null, count: 8))
    #expect(!format.read("E,,A,,OSLO,1.5,20,", into: &found))
  }

  /// What a text model samples is what it is scored by and encodes anew, malformed or not.
  @Test func sampledTextsAreKept() throws {
    let preset = try fixturePreset([
      "architecture.tree=text", "maximumStringLength=40", "steps=3",
    ])
    let run = TrainingRun(preset: preset, source: try fixtureSource(preset), threads: 1)
    for _ in 0..<3 { _ = run.advance() }
    let generator = try newGenerator(run)
    let rows = generator.generate(
      count: 300, seed: 1, stream: RandomStreams.generation.first, pool: run.pool)
    let share = try #require(generator.malformedShare(of: rows))
    #expect(share > 0.9 && rows.texts.count == 300 && Set(rows.texts).count > 250)
    let table = generator.encoded(rows)
    let codes = generator.model.description.stringCodes
    let read = table.columns[8].strings.map { string in
      codes.decode(table.codes[table.starts[Int(string)]..<table.starts[Int(string) + 1]])
    }
    #expect(read == rows.texts)
    let again = generator.reconstruct(
      rows, seed: 2, stream: RandomStreams.reconstruction.first, pool: run.pool)
    let blank = generator.reconstruct(
      GeneratedRows(rows.records), seed: 2, stream: RandomStreams.reconstruction.first,
      pool: run.pool)
    #expect(again.texts != blank.texts)
  }

  /// The numbers are the last fields, whatever stands before them.
  @Test func surplusFieldsBeforeTheNumbersAreIgnored() {
    var found = Self.blank
    #expect(Self.format.read("12 B,FLAT,false,007,SURPLUS,,9,44.12346,-1,3", into: &found))
    #expect(found == Self.house())
    #expect(Self.format.read("12 B,FLAT,false,007, 44.12346,-1, 3 ", into: &found))
    #expect(found == Self.house())
  }

  /// Too few fields, or numbers that are none, and nothing at all is set.
  @Test(arguments: [
    "", "12 B", "12 B,FLAT,false,007,44.1,-1", "12 B,FLAT,false,007,abc,-1,3",
    "12 B,FLAT,false,007,nan,-1,3", "12 B,FLAT,false,007,inf,-1,3",
    "12 B,FLAT,false,007,-inf,-1,3", "12 B,FLAT,false,007,,-1,3", "12 B,FLAT,false,007,44.1,-1,",
    "12 B,FLAT,false,007,44.1,-1,3.5", "12 B,FLAT,false,007,44.1,-1,x",
    "12 B,CASTLE,false,007,44.1,-1,3", "12 B,,false,007,44.1,-1,3",
    "12 B,FLAT,perhaps,007,44.1,-1,3", "12 B,FLAT,false,007,44.1,-1,3,SURPLUS",
  ])
  func malformed(text: String) {
    for before in [Self.blank, Self.house(latitude: 1, state: .text("VT"))] {
      var found = before
      #expect(!Self.format.read(text, into: &found))
      #expect(found == before)
    }
  }

  @Test func malformedTextsAreTold() {
    #expect(Self.format.isMalformed("12 B,FLAT"))
    #expect(!Self.format.isMalformed(Self.format.text(Self.house())))
  }

  /// What never changes is absent with its message.
  @Test func constantsOfAbsentMessages() {
    var schema = fixtureSchema()
    schema.leaves.append(Leaf(path: "home.state", column: "state", kind: .text, isOptional: false))
    schema.root = .tuple(
      name: "",
      elements: [
        .stringLiteral(leaf: 0),
        .optional(
          .tuple(
            name: "home",
            elements: [.stringLiteral(leaf: 6), .constant(leaf: 8), .scalarTuple(leaves: [7])])),
      ])
    let format = RecordText(schema)
    var record = Record(values: Array(repeating: .null, count: 9))
    #expect(format.isAbsent(8, in: record) && !format.isAbsent(0, in: record))
    record.values[7] = .integer(2)
    #expect(!format.isAbsent(8, in: record))
  }
}
