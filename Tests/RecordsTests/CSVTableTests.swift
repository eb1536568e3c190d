import Foundation
import Schema
import TestSupport
import Testing

@testable import Records

@Suite("Reading CSV")
struct CSVTableTests {
  let folder: TemporaryFolder
  let address: RecordSchema

  init() throws {
    folder = try TemporaryFolder()
    address = try RecordSchema(path: example("address.proto"))
  }

  static let header = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE\n"

  @Test("Columns are bound by the header, in its order")
  func columns() throws {
    let path = try folder.write(
      Self.header + "-73.5,44.25,12,\"MAIN ST, \"\"OLD\"\"\",,SOMEWHERE,,,05001\n", to: "a.csv")
    let table = try readTable(path: path, schema: address)
    #expect(table.schema.columns == [1, 0, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      table.records == [
        Record(values: [
          .real(44.25), .real(-73.5), .text("12"), .text("MAIN ST, \"OLD\""), .text(""),
          .text("SOMEWHERE"), .text(""), .text(""), .text("05001"),
        ])
      ])
    #expect(table.skipped.isEmpty)
    #expect(table.ignoredColumns.isEmpty)
  }
}
