import FakeGen
import Foundation
import SwiftProtobuf
import TestModels
import TestSupport
import Testing

@Suite struct ProtobufTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  static let source = """
    syntax = "proto3";

    package test;

    // What --format proto writes.
    message Rows {
      repeated Parcel row = 1;
    }

    // One row; --format delimited writes each with its size before it.
    message Parcel {
      string name = 1;
      int64 code = 2;
      message KindEnum {
        enum Value {
          BOX = 0;
          BAG = 1;
        }
      }
      KindEnum.Value kind = 3;
      bool sold = 4;
      message Place {
        string note = 1;
        double long = 2;
        int64 age = 3;
      }
      Place place = 5;
    }

    """

  @Test func sourceInFull() throws {
    #expect(
      try Fakegen.run("--model", folder.model, "--print-proto")
        == RunResult(status: 0, output: Self.source, error: ""))
  }

  /// 400 rows of seed 7 as protoc decodes them: what Python finds in its text, in the order of the
  /// table's columns.
  func decodedRows(_ model: String) throws -> [[String?]] {
    let result = try Fakegen.shell(
      #"""
      set -e; program=$1 model=$2; cd "$3"
      "$program" --model "$model" --print-proto -o rows.proto
      "$program" --model "$model" -n 400 --seed 7 -f proto -o rows.binpb
      protoc --decode=test.Rows rows.proto < rows.binpb > rows.txt
      # What protoc writes itself is the same to the byte.
      protoc --encode=test.Rows rows.proto < rows.txt | cmp - rows.binpb
      """#, model, folder.path)
    #expect(result == RunResult(status: 0, output: "", error: ""))
    let parsed = try Fakegen.python(
      """
      import ast, json, sys
      # An optional field has no default.
      age = None if "optional int64 age" in open(sys.argv[1], encoding="utf-8").read() else "0"
      rows = []
      for line in open(sys.argv[2], encoding="ascii"):
          line = line.strip()
          if line == "row {": rows.append({})
          elif line == "place {": rows[-1]["place"] = True
          elif line != "}":
              name, value = line.split(": ", 1)
              rows[-1][name] = (ast.literal_eval("b" + value).decode() if value[0] == '"' else value)
      def row(found):
          inside = "place" in found
          return [f'{float(found.get("long", 0)):.4f}' if inside else None, found.get("code", "0"),
              found.get("name", ""), found.get("kind", "BOX"), found.get("sold", "false"),
              found.get("age", age) if inside else None, found.get("note", "") if inside else None]
      print(json.dumps([row(found) for found in rows]))
      """, folder.path("rows.proto"), folder.path("rows.txt"))
    return try JSONDecoder().decode([[String?]].self, from: Data(parsed.output.utf8))
  }

  /// With long texts some rows have more than 127 bytes, a number that takes two.
  @Test(arguments: [6, 100]) func protocDecodesTheRows(maximumLength: Int) throws {
    let bytes = TestModel.content(maximumLength: maximumLength).encoded()
    let table = try decodedRows(folder.write(bytes, to: "texts.fakegen"))
    #expect(try table == TestModel.rows(0..<400, seed: 7, of: bytes))
  }

  @Test(arguments: [0, -42]) func aNumberThatMayBeNull(age: Int64) throws {
    let bytes = TestModel.content(age: age, ageIsOptional: true).encoded()
    let table = try decodedRows(folder.write(bytes, to: "ages.fakegen"))
    #expect(try table == TestModel.rows(0..<400, seed: 7, of: bytes))
    let ages = table.filter { $0[6] != nil }.map { $0[5] }
    #expect(ages.contains("\(age)") && ages.contains(nil))
  }

  @Test(arguments: [6, 100]) func swiftProtobufReadsDelimitedRows(maximumLength: Int) throws {
    let model = try folder.write(
      TestModel.content(maximumLength: maximumLength).encoded(), to: "texts.fakegen")
    func bytes(_ format: String) throws -> [UInt8] {
      let path = folder.path("rows.\(format)")
      let result = try Fakegen.run("--model", model, "-n", "300", "-f", format, "-o", path)
      #expect(result == RunResult(status: 0, output: "", error: ""))
      return try folder.read("rows.\(format)")
    }
    let delimited = try bytes("delimited")
    let stream = InputStream(data: Data(delimited))
    stream.open()
    defer { stream.close() }
    // A message without fields keeps all of another's as unknown ones.
    var row = Google_Protobuf_Empty()
    var rows: [UInt8] = []
    var sizes: [Int] = []
    for _ in 0..<300 {
      try BinaryDelimited.merge(into: &row, from: stream)
      let size = row.unknownFields.data.count
      sizes.append(size)
      rows += [10] + (size < 128 ? [UInt8(size)] : [UInt8(size & 127 | 128), UInt8(size >> 7)])
      rows += row.unknownFields.data
      row = Google_Protobuf_Empty()
    }
    #expect(try rows == bytes("proto"))
    // Without the field number before each, nothing is left over.
    #expect(delimited.count == rows.count - 300)
    #expect(sizes.contains { $0 < 128 } && sizes.contains { $0 >= 128 } == (maximumLength == 100))
  }

  /// Objects lie in each other as the message's fields do, in its order and by its names.
  @Test func nestedJSON() throws {
    let expected = #"""
      {"name":"漢\\\"3\na","code":"533045","kind":"BOX","sold":true,"place":null}
      {"name":"\u007f93\u000151","code":"107719","kind":"BOX","sold":true,"place":{"note":"296\r6 ","long":-72.5000,"age":"42"}}

      """#
    #expect(
      try Fakegen.run("--model", folder.model, "-n2", "-fjsonl", "--nested")
        == RunResult(status: 0, output: expected, error: ""))
    let some = #"""
      [
      {"code":533045,"place":null},
      {"code":107719,"place":{"age":42}}
      ]

      """#
    #expect(
      try Fakegen.run(
        "--model", folder.model, "-n2", "-fjson", "--nested", "--fields=AGE,CODE",
        "--json-integers=number") == RunResult(status: 0, output: some, error: ""))
    // A null beside a value is one of the message's fields.
    let optional = try folder.write(
      TestModel.content(ageIsOptional: true).encoded(), to: "optional.fakegen")
    let rows = try Fakegen.run("--model", optional, "-n40", "-fjsonl", "--nested").output
    #expect(rows.contains(",\"long\":-72.5000,\"age\":null}}\n"))
    // The flat objects hold the same values.
    let flat = try Fakegen.run("--model", optional, "-n40", "-fjsonl").output
    let names = [
      "name": "A \"NAME\", QUOTED", "code": "CODE", "kind": "KIND", "sold": "SOLD", "long": "LON",
      "age": "AGE", "note": "NOTE",
    ]
    for (line, flatLine) in zip(rows.split(separator: "\n"), flat.split(separator: "\n")) {
      let row = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let place = row["place"] as? [String: Any]
      let expected = try #require(
        try JSONSerialization.jsonObject(with: Data(flatLine.utf8)) as? NSDictionary)
      var found: [String: Any] = [:]
      for (field, column) in names {
        found[column] = row[field] ?? place?[field] ?? NSNull()
      }
      #expect(NSDictionary(dictionary: found) == expected)
    }
  }

  /// A message that declares other numbers and types has the same values, as protoc reads both.
  @Test func declaredFields() throws {
    try folder.makeFolder("google")
    try folder.makeFolder("google/protobuf")
    for (name, messages) in [
      ("timestamp", "message Timestamp { int64 seconds = 1; int32 nanos = 2; }"),
      ("duration", "message Duration { int64 seconds = 1; int32 nanos = 2; }"),
      (
        "wrappers",
        "message DoubleValue { double value = 1; } message UInt32Value { uint32 value = 1; }"
      ),
    ] {
      _ = try folder.write(
        "syntax = \"proto3\"; package google.protobuf; \(messages)",
        to: "google/protobuf/\(name).proto")
    }
    for (name, bytes) in [("plain", KindModel.bytes), ("declared", KindModel.declared)] {
      let model = try folder.write(bytes, to: "\(name).fakegen")
      let result = try Fakegen.shell(
        #"""
        set -e; program=$1 model=$2 name=$4; cd "$3"
        "$program" --model "$model" --print-proto -o "$name.proto"
        "$program" --model "$model" -n 300 --seed 7 -f proto -o "$name.binpb"
        protoc --decode=test.Rows "$name.proto" < "$name.binpb" > "$name.txt"
        protoc --encode=test.Rows "$name.proto" < "$name.txt" | cmp - "$name.binpb"
        """#, model, folder.path, name)
      #expect(result == RunResult(status: 0, output: "", error: ""))
    }
    let source = try folder.readText("declared.proto")
    for line in [
      "fixed64 field_0 = 100 [json_name = \"key 0\"];",
      "google.protobuf.UInt32Value field_16 = 84 [json_name = \"key 16\"];",
      "BOX = -1;",
    ] { #expect(source.contains(line), "\(line)") }
    let compared = try Fakegen.python(
      """
      import struct, sys
      def rows(path):
          rows, inner = [], None
          for line in open(path, encoding="ascii"):
              words = line.strip().split(": ", 1)
              if words[0] == "row {": rows.append({})
              elif words[0].endswith(" {"): inner = words[0][:-2]; rows[-1].setdefault(inner, "0")
              elif words[0] == "}": inner = None
              elif inner == "field_12": rows[-1][inner] += " ".join(words)
              elif inner: rows[-1][inner] = words[1]
              else: rows[-1][words[0]] = words[1]
          return rows
      def close(name, one, other):
          if one == other: return True
          if name == "field_6":
              return struct.pack("f", float(one)) == struct.pack("f", float(other))
          return name == "field_5" and float(one) == float(other)
      # Zero of another type is absent.
      defaults = {"field_8": ("BOX", "TUBE"), "field_7": ("false", "false")}
      plain, declared = rows(sys.argv[1]), rows(sys.argv[2])
      assert len(plain) == len(declared) == 300
      seen = set()
      for one, other in zip(plain, declared):
          for name in one.keys() | other.keys():
              seen.add((name, other.get(name)) if name == "field_8" else name)
              first = one.get(name, defaults.get(name, ("0", "0"))[0])
              second = other.get(name, defaults.get(name, ("0", "0"))[1])
              assert close(name, first, second), (name, first, second)
      print(len(seen))
      """, folder.path("plain.txt"), folder.path("declared.txt"))
    #expect(compared.error == "" && Int(compared.output.dropLast()) ?? 0 >= 20, "\(compared)")
    let json = try Fakegen.run(
      "--model", folder.path("declared.fakegen"), "-n1", "-fjsonl", "--nested")
    #expect(json.output.contains(#""key 0":"#))
    #expect(json.output.contains(/"key 15":"[0-9]s"/))
  }

  @Test func someFieldsOnly() throws {
    let result = try Fakegen.shell(
      #"""
      "$1" --model "$2" --print-proto -o "$3"/rows.proto
      "$1" --model "$2" -n 2 -f proto --fields LON,SOLD | protoc --decode=test.Rows -I"$3" rows.proto
      """#, folder.model, folder.path)
    let expected = """
      row {
        sold: true
      }
      row {
        sold: true
        place {
          long: -72.5
        }
      }

      """
    #expect(result == RunResult(status: 0, output: expected, error: ""))
  }

  @Test func theShippedModelsSourceIsTheExamplesMessage() throws {
    let text = try Fakegen.run("--print-proto").output
    let example = try String(contentsOfFile: example("address.proto"), encoding: .utf8)
    let fields = example.split(separator: "\n").filter { $0.contains("[json_name") }
    #expect(fields.count == 9)
    for line in fields {
      let field = line.replacing(#/ \[.*/#, with: "")
      #expect(text.contains("\n\(field);\n"))
    }
  }

  /// Names that would clash get an underscore, and protoc takes the result.
  @Test func namesThatWouldClash() throws {
    var content = TestModel.content()
    content.schema.messageName = "Rows"
    let paths = ["name", "KindEnum", "kind", "sold", "place_holder.a", "place_holder.b.c"]
    for (leaf, path) in paths.enumerated() { content.schema.leaves[leaf].path = path }
    content.schema.leaves[2].kind = .enumeration(names: ["Value", "BAG"])
    content.schema.leaves[6].path = "place_holder.b.d"
    let model = try folder.write(content.encoded(), to: "clash.fakegen")
    let result = try Fakegen.shell(
      #"""
      set -e; "$1" --model "$2" --print-proto -o "$3"/clash.proto
      "$1" --model "$2" -f proto | protoc --decode=Rows_ -I"$3" clash.proto > /dev/null
      grep -o -e 'KindEnum_[.]Value_ kind' -e 'PlaceHolder place_holder' "$3"/clash.proto
      """#, model, folder.path)
    #expect(
      result
        == RunResult(
          status: 0, output: "KindEnum_.Value_ kind\nPlaceHolder place_holder\n", error: ""))
  }

  @Test(arguments: ["", "a b", "1a", "a..b", "kind", "kind.a", "é"])
  func pathsThatAreNone(path: String) throws {
    var content = TestModel.content()
    content.schema.leaves[6].path = path
    let model = try folder.write(content.encoded(), to: "bad.fakegen")
    for arguments in [["--print-proto"], ["-f", "proto"], ["-f", "delimited"]] {
      let result = try Fakegen.run(Fakegen.path, ["--model", model] + arguments)
      #expect(result.status == 1 && result.output == "")
      #expect(
        result.error
          == "fakegen: \(model): expected the path of a protobuf field, found '\(path)'\n")
    }
    #expect(try Fakegen.run("--model", model, "-f", "jsonl").status == 0)
  }
}
