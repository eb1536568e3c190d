import ProtobufSchema
import Schema
import TestSupport

/// The schema of a proto3 message `M` that has the given lines.
func schema(_ lines: String) throws -> RecordSchema {
  let folder = try TemporaryFolder()
  let proto = "syntax = \"proto3\"; message M { \(lines) }"
  return try RecordSchema(path: folder.write(proto, to: "test.proto"))
}
