import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

/// Rows with lists in every format, as other programs read them.
@Suite struct ListOutputTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write(ListModel.bytes, to: "lists.fakegen")
  }

  /// A row as JSON has it: nil for null, texts of numbers, arrays of elements.
  private static func json(_ field: Field, _ kind: ColumnKind, nested: Bool) -> NSObject {
    switch (field, kind) {
    case (.null, _): return NSNull()
    case (.list(let rows), .list(let list)):
      return rows.map { row -> NSObject in
        guard list.isMessage else {
          return json(row.fields[0], list.columns[0].kind, nested: nested)
        }
        let object = NSMutableDictionary()
        for (field, column) in zip(row.fields, list.columns) {
          let value = json(field, column.kind, nested: nested)
          let name = nested ? column.path : column.name
          if name == "size.width" {
            object["size"] = value is NSNull ? NSNull() : ["width": value] as NSDictionary
          } else {
            object[name] = value
          }
        }
        return object
      } as NSArray
    case (.boolean(let value), _): return NSNumber(value: value)
    case (.real(let units, let decimals), _):
      return NSNumber(value: Double(units) / pow(10, Double(decimals)))
    case (.enumeration(let name), _): return name as NSString
    case (.integer(let value), _): return String(value) as NSString
    default: return NSNull()
    }
  }

  private func lines(_ text: String) throws -> [NSDictionary] {
    try text.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary)
    }
  }

  @Test(arguments: [false, true]) func jsonHoldsTheLists(nested: Bool) throws {
    let result = try Fakegen.run(
      Fakegen.path,
      ["--model", model, "--seed", "3", "-n", "200", "--format", "jsonl"]
        + (nested ? ["--nested"] : []))
    #expect(result.status == 0, "\(result.error)")
    let model = try Model(bytes: ListModel.bytes)
    var generator = Generator(model: model, seed: 3)
    var lengths: Set<Int> = []
    for (row, object) in try lines(result.output).enumerated() {
      let fields = try generator.row(UInt64(row)).fields
      for (field, column) in zip(fields, model.columns) {
        let name = nested ? column.path : column.name
        let wanted = Self.json(field, column.kind, nested: nested)
        #expect((object[name] as? NSObject) == wanted, "\(row) \(name)")
        if let list = wanted as? NSArray { lengths.insert(list.count) }
      }
    }
    #expect(lengths.count > 3)
  }

  @Test func csvHasNoLists() throws {
    for format in ["csv", "tsv"] {
      let result = try Fakegen.run("--model", model, "-n", "2", "--format", format)
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(
        result.error
          == "fakegen: --format \(format): expected fields of one value, found the list ITEMS; use "
          + "--format jsonl, or leave it out with --fields\n")
    }
    let flat = try Fakegen.run("--model", model, "-n", "2", "--fields", "ID,PAID", "--no-header")
    #expect(flat.status == 0)
    #expect(flat.output.split(separator: "\n").count == 2)
  }

  @Test func conditionsAreOnValuesAlone() throws {
    let result = try Fakegen.run(
      "--model", model, "-n", "2", "--format", "jsonl", "--where", "ITEMS=[]")
    #expect(result.status == 2)
    #expect(result.error.contains("expected for ITEMS no condition: it is a list"))
    let paid = try Fakegen.run(
      "--model", model, "-n", "20", "--format", "jsonl", "--where", "PAID=true")
    #expect(paid.status == 0)
    let rows = try lines(paid.output)
    #expect(rows.allSatisfy { $0["PAID"] as? Bool == true })
  }

  @Test func rowsDoNotDependOnThreads() throws {
    let outputs = try ["1", "2"].map {
      try Fakegen.run("--model", model, "-n", "700", "--format", "jsonl", "--threads", $0).output
    }
    #expect(outputs[0] == outputs[1])
    let shards = try ["1/2", "2/2"].map {
      try Fakegen.run("--model", model, "-n", "700", "--format", "jsonl", "--shard", $0).output
    }
    #expect(shards.joined() == outputs[0])
  }

  @Test func listsAreShown() throws {
    let fields = try Fakegen.run("--model", model, "--list-fields").output
    #expect(fields.contains("TAGS\tlist(value)\ttags\tmay be null\n"))
    #expect(fields.contains("ITEMS\tlist(quantity,price,gift \"wrap\",sizes,size.width)\titems\t"))
    let information = try Fakegen.run("--model", model, "--model-info").output
    #expect(information.contains("ITEMS: 0 to 4 elements"))
    #expect(information.contains("ITEMS[].quantity: from 1 to 12 in 3 cells"))
    #expect(information.contains("ITEMS[].price: a sum of quantity"))
    #expect(information.contains("TAGS[]: value: 3 names"))
  }

  /// protoc reads the message and the rows, and writes the same bytes.
  @Test func protobufHoldsTheLists() throws {
    let result = try Fakegen.shell(
      #"""
      set -e; program=$1 model=$2; cd "$3"
      "$program" --model "$model" --print-proto -o rows.proto
      "$program" --model "$model" -n 300 --seed 7 -f proto -o rows.binpb
      protoc --decode=test.Rows rows.proto < rows.binpb > rows.txt
      protoc --encode=test.Rows rows.proto < rows.txt > again.binpb
      cmp rows.binpb again.binpb
      cat rows.proto
      """#, model, folder.path(""))
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("repeated Items items = 2;"))
    #expect(result.output.contains("repeated int64 sizes = "))
    #expect(result.output.contains("repeated double point = "))
    let text = try folder.readText("rows.txt")
    let model = try Model(bytes: ListModel.bytes)
    var generator = Generator(model: model, seed: 7)
    var items = 0
    for row in 0..<300 as Range<UInt64> {
      guard case .list(let rows) = try generator.row(row).fields[1] else { continue }
      items += rows.count
    }
    #expect(text.components(separatedBy: "  items {").count - 1 == items)
  }

  /// SQLite takes lists as JSON.
  @Test func sqlHoldsTheLists() throws {
    let result = try Fakegen.shell(
      #"""
      set -e; program=$1 model=$2; cd "$3"
      "$program" --model "$model" -n 50 -f sql --dialect sqlite -o rows.sql
      sqlite3 rows.db < rows.sql
      sqlite3 rows.db 'SELECT sum(json_array_length(ITEMS)), count(*), sum(json_valid(POINT)) FROM "order"'
      """#, model, folder.path(""))
    #expect(result.status == 0, "\(result.error)")
    var generator = Generator(model: try Model(bytes: ListModel.bytes), seed: 1)
    var items = 0
    for row in 0..<50 as Range<UInt64> {
      if case .list(let rows) = try generator.row(row).fields[1] { items += rows.count }
    }
    #expect(result.output == "\(items)|50|50\n")
  }
}
