import SwiftProtobuf
import Testing

@testable import ProtobufSchema
@testable import Schema

/// Descriptors of editions are made by hand: not every `protoc` in use can.
@Suite("Presence in editions")
struct EditionTests {
  private func schema(
    file: Google_Protobuf_FeatureSet.FieldPresence?,
    field: Google_Protobuf_FeatureSet.FieldPresence?, isMessage: Bool = false
  ) throws -> RecordSchema {
    var value = Google_Protobuf_FieldDescriptorProto()
    value.name = "a"
    value.number = 1
    value.label = .optional
    value.type = isMessage ? .message : .string
    if isMessage { value.typeName = ".N" }
    if let field { value.options.features.fieldPresence = field }
    var inner = value
    inner.type = .string
    inner.clearTypeName()
    inner.clearOptions()
    let message = Google_Protobuf_DescriptorProto.with {
      $0.name = "M"
      $0.field = [value]
    }
    let nested = Google_Protobuf_DescriptorProto.with {
      $0.name = "N"
      $0.field = [inner]
    }
    let descriptor = Google_Protobuf_FileDescriptorProto.with {
      $0.name = "m.proto"
      $0.syntax = "editions"
      $0.edition = .edition2023
      $0.messageType = [message, nested]
      if let file { $0.options.features.fieldPresence = file }
    }
    return try SchemaBuilder.build(
      .with { $0.file = [descriptor] }, options: SchemaOptions(message: "M"), path: "m.binpb")
  }

  @Test("Explicit unless the file or the field says otherwise")
  func fields() throws {
    #expect(try schema(file: nil, field: nil).leaves[0].isOptional)
    #expect(try !schema(file: .implicit, field: nil).leaves[0].isOptional)
    #expect(try schema(file: .implicit, field: .explicit).leaves[0].isOptional)
    #expect(try !schema(file: nil, field: .implicit).leaves[0].isOptional)
    #expect(try !schema(file: nil, field: .legacyRequired).leaves[0].isOptional)
  }

  @Test("Messages may be absent unless they are required")
  func messages() throws {
    #expect(
      try schema(file: .implicit, field: nil, isMessage: true).optionalMessages == [[0]])
    #expect(
      try schema(file: nil, field: .legacyRequired, isMessage: true).optionalMessages.isEmpty)
  }
}
