import Foundation
import TestSupport
import Testing

@testable import ProtobufSchema
@testable import Schema

/// Damaged descriptor sets give an error or a schema that `protoc` agrees with; they never crash.
@Suite("Mutated descriptor sets")
struct MutatedDescriptorTests {
  static let mutationCount = 10_000
  static let comparedCount = 150

  @Test("An error or a schema, and protoc accepts a message with the schema's fields")
  func mutations() throws {
    let folder = try TemporaryFolder()
    let examples = try ["address", "customer"].map { name in
      let source = example("\(name).proto")
      let output = folder.path("\(name).binpb")
      let result = try run(
        "protoc",
        [
          "--include_imports", "--descriptor_set_out=\(output)",
          "-I", String(source.dropLast("/\(name).proto".count)), source,
        ])
      try #require(result.status == 0)
      return (
        bytes: try folder.read("\(name).binpb"),
        message: name == "address" ? "fakegen.examples.Address" : "fakegen.examples.Customer",
        schema: try RecordSchema(path: output)
      )
    }

    var random = SplitMix(seed: 20_260_401)
    var errors = 0
    var changed = 0
    var compared = 0
    var agreed = 0
    for index in 0..<Self.mutationCount {
      let original = examples[index % examples.count]
      let mutant = mutate(original.bytes, &random)
      do throws(SchemaError) {
        let schema = try RecordSchema(
          descriptorSet: mutant, name: "mutant", options: SchemaOptions(message: original.message))
        checkConsistency(schema)
        guard schema != original.schema else { continue }
        changed += 1
        guard compared < Self.comparedCount else { continue }
        compared += 1
        if try agrees(schema, mutant, folder) { agreed += 1 }
      } catch {
        errors += 1
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(errors > Self.mutationCount / 4)
    #expect(changed >= Self.comparedCount)
    #expect(agreed > Self.comparedCount / 2)
  }

  /// The messages of `trainer learn`: maps, oneofs, lists, imports.
  @Test("An error or declarations, whose types are all there")
  func declaredMessages() throws {
    let folder = try TemporaryFolder()
    let output = folder.path("order.binpb")
    _ = try folder.write(
      "syntax = \"proto3\"; package google.protobuf;"
        + "message Timestamp { int64 seconds = 1; int32 nanos = 2; }", to: "timestamp.proto")
    try folder.makeFolder("google")
    try folder.makeFolder("google/protobuf")
    _ = try folder.write(folder.readText("timestamp.proto"), to: "google/protobuf/timestamp.proto")
    let source = example("order.proto")
    let result = try run(
      "protoc",
      [
        "--include_imports", "--descriptor_set_out=\(output)", "-I", folder.path,
        "-I", String(source.dropLast("/order.proto".count)), source,
      ])
    try #require(result.status == 0, "\(result)")
    let bytes = try folder.read("order.binpb")
    let original = try DeclaredMessages(descriptorSet: bytes, name: "order")
    #expect(original.root.fields.count == 12)
    var random = SplitMix(seed: 20_261_129)
    var (errors, changed) = (0, 0)
    for _ in 0..<Self.mutationCount {
      let mutant = mutate(bytes, &random)
      do throws(SchemaError) {
        let messages = try DeclaredMessages(
          descriptorSet: mutant, name: "mutant", message: "shop.Order")
        if messages != original { changed += 1 }
        for message in [messages.root] + messages.others.values {
          #expect(!message.fields.isEmpty)
          for field in message.fields {
            guard case .message(let name) = field.type else { continue }
            #expect(messages.others[name] != nil || messages.root.name == name)
          }
        }
      } catch {
        errors += 1
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(errors > Self.mutationCount / 4 && changed > 500)
  }

  private func mutate(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let position = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, position + Int.random(in: 1...20, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0...3: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 4: bytes[position] = UInt8.random(in: .min ... .max, using: &random)
      case 5: bytes.removeSubrange(position..<end)
      case 6: bytes.insert(contentsOf: bytes[position..<end], at: position)
      default: bytes.removeSubrange(max(position, 1)...)
      }
      if bytes.isEmpty { bytes = [0] }
    }
    return bytes
  }

  /// The tree holds every leaf once, and the schema's own columns are a header that fits.
  private func checkConsistency(_ schema: RecordSchema) {
    #expect(schema.root.leaves.sorted() == Array(schema.leaves.indices))
    let description = schema.describe()
    #expect(schema.leaves.allSatisfy { description.contains($0.path) })
    #expect(throws: Never.self) {
      try schema.bound(toHeader: schema.leaves.map(\.column), place: "header")
    }
  }

  /// Whether `protoc` accepts the descriptor set. If so it must accept every field of the schema.
  private func agrees(
    _ schema: RecordSchema, _ bytes: [UInt8], _ folder: TemporaryFolder
  ) throws(SchemaError) -> Bool {
    do {
      let set = try folder.write(bytes, to: "mutant.binpb")
      let text = try folder.write(textFormat(schema, schema.leaves[...], depth: 0), to: "text")
      let arguments = ["--descriptor_set_in=\(set)"]
      let encoded = try run("protoc", arguments + ["--encode=\(schema.messageName)"], input: text)
      if encoded.status == 0 { return true }
      let accepted = try run("protoc", arguments + ["--decode=\(schema.messageName)"])
      #expect(accepted.status != 0, "protoc knows other fields than \(schema.leaves.map(\.path))")
    } catch {
      Issue.record(error)
    }
    return false
  }

  /// A message with all the schema's fields in protobuf's text format.
  private func textFormat(
    _ schema: RecordSchema, _ leaves: ArraySlice<Leaf>, depth: Int
  ) -> String {
    var text = ""
    var rest = leaves
    while let first = rest.first {
      let names = first.path.split(separator: ".")
      if names.count == depth + 1 {
        text += "\(names[depth]): \(sample(first.kind))\n"
        rest = rest.dropFirst()
      } else {
        let below = rest.prefix {
          $0.path.split(separator: ".").starts(with: names.prefix(depth + 1))
        }
        text += "\(names[depth]) {\n\(textFormat(schema, below, depth: depth + 1))}\n"
        rest = rest.dropFirst(below.count)
      }
    }
    return text
  }

  private func sample(_ kind: LeafKind) -> String {
    switch kind {
    case .text: "\"x\""
    case .digits, .integer, .moment: "7"
    case .real: "1.5"
    case .list: "x"
    case .boolean: "true"
    case .enumeration(let names, _): names[names.count - 1]
    }
  }
}
