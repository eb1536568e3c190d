import ProtobufSchema
import Schema
import TestSupport
import Testing

/// The schema of a message declared in the text of a `.proto` file.
func schema(_ proto: String, options: SchemaOptions = SchemaOptions()) throws -> RecordSchema {
  let folder = try TemporaryFolder()
  return try RecordSchema(path: folder.write(proto, to: "test.proto"), options: options)
}

/// The error that a message gives.
func schemaError(
  _ proto: String, options: SchemaOptions = SchemaOptions(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> SchemaError? {
  let error = #expect(throws: SchemaError.self, sourceLocation: sourceLocation) {
    try schema(proto, options: options)
  }
  return error
}

/// A proto3 file with one message `M` that has the given lines.
func proto3(_ lines: String) -> String { "syntax = \"proto3\"; message M { \(lines) }" }
