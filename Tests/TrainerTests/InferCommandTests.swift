import Foundation
import TestSupport
import Testing

@Suite struct InferCommandTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    let rows = (0..<60).map { "\($0),\(["yes", "no", "?"][$0 % 3]),\($0 * 37 % 100).50\n" }
    path = try folder.write("order id,paid,price\n" + rows.joined(), to: "shop orders.csv")
  }

  @Test func printsTheMessage() throws {
    let result = try runBuilt("trainer", ["infer", path, "--null", "?", "--kind", "price=text"])
    #expect(result.status == 0)
    #expect(result.error == "")
    for line in [
      "message ShopOrders {",
      "  option (fakegen.null_word) = \"?\";",
      "  int64 order_id = 1 [json_name = \"order id\", "
        + "(fakegen.kind) = \"key sequence start:0 step:1\"];",
      "  optional string paid = 2 [json_name = \"paid\", (fakegen.kind) = \"category\"];",
      "  string price = 3 [json_name = \"price\", (fakegen.kind) = \"text\"];",
    ] {
      #expect(result.output.contains(line + "\n"), "\(line)")
    }
  }

  @Test func readsStandardInputAndWritesAFile() throws {
    let piped = try run(builtProgram("trainer"), ["infer", "-", "--message", "X"], input: path)
    let output = folder.path("x.proto")
    let result = try runBuilt("trainer", ["infer", path, "--message", "X", "--output", output])
    #expect(result.status == 0)
    let text = try folder.readText("x.proto")
    #expect(text.contains("shop orders.csv: 60 rows, 3 columns."))
    let lines = text.split(separator: "\n").dropFirst()
    let pipedText = String(decoding: piped.output, as: UTF8.self)
    #expect(Array(pipedText.split(separator: "\n").dropFirst()) == Array(lines))
  }

  /// Standard input tells by itself whether it is CSV or JSON.
  @Test func readsObjectsFromStandardInput() throws {
    let rows = (0..<60).map { #"{"name": "n\#($0 % 3)", "size": \#($0 * 37 % 100)}"# }
    let files = [
      try folder.write(rows.joined(separator: "\n"), to: "lines.txt"),
      try folder.write("[" + rows.joined(separator: ",\n") + "]\n", to: "array.txt"),
    ]
    let texts = try files.map { file in
      let result = try run(builtProgram("trainer"), ["infer", "-"], input: file)
      #expect(result.status == 0)
      return String(decoding: result.output, as: UTF8.self)
    }
    #expect(texts[0].contains("int32 size = 2") && texts[0] == texts[1])
  }

  @Test(
    arguments: [
      (["--exclude", "x"], "no column 'x'"), (["--kind", "price"], "COLUMN=KIND"),
      (["--kind", "price=nmber"], "--kind: column 'price': \"nmber\": expected number"),
      (["--delimiter", ";;"], "one ASCII character"), (["--delimiter", ";"], "one cell"),
      (["--kind", "paid=number"], "is no number"), (["--rows", "0"], "1 or more"),
    ])
  func failsInOneLine(arguments: [String], words: String) throws {
    let result = try runBuilt("trainer", ["infer", path] + arguments)
    #expect(result.status != 0)
    #expect(result.output == "")
    #expect(result.error.contains(words), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1)
  }

  @Test func warnsOfColumnsThatSayNothing() throws {
    let path = try folder.write("a,b\n1,x\n2,x\n", to: "t.csv")
    let result = try runBuilt("trainer", ["infer", path])
    #expect(result.status == 0)
    #expect(result.error.contains("column 'b': all rows have the same value"))
  }
}
