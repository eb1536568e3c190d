/// Why a record type cannot be read from a protobuf file, or does not fit a table. Each description
/// is one line: what was expected, what was found, where, and what to do.
public enum SchemaError: Error, Hashable, Sendable {
  /// The file cannot be read, or is larger than a descriptor set can sensibly be.
  case unreadableFile(path: String, reason: String)
  /// No `protoc` on the search path.
  case protocMissing(path: String)
  /// `protoc` refused the file; its own words.
  case protocFailed(path: String, output: String)
  /// The bytes are no serialized `FileDescriptorSet`.
  case notADescriptorSet(path: String)
  /// A descriptor set that `protoc` would not have written.
  case malformedDescriptor(path: String, reason: String)
  /// The file declares no message.
  case noMessage(path: String)
  /// The file declares several messages and none was named.
  case messageNameNeeded(path: String, candidates: [String])
  /// The file declares no message of this name.
  case unknownMessage(name: String, path: String, candidates: [String])
  /// A construct that no module models yet.
  case unsupported(field: String, message: String, construct: UnsupportedConstruct)
  /// A message without fields: the root, or that of `field`.
  case emptyMessage(message: String, field: String?)
  /// A message that contains itself; `chain` begins and ends with it.
  case recursion(field: String, chain: [String])
  /// Messages inside one another beyond the limit.
  case tooDeep(field: String, limit: Int)
  /// More fields than the limit.
  case tooManyFields(message: String, limit: Int)
  /// An override that is not of the form its option asks for.
  case malformedOption(option: String, text: String, expected: String)
  /// An override for a field that the message does not have.
  case unknownField(option: String, field: String, candidates: [String])
  /// An override that does not suit the field's type.
  case unsuitableOption(option: String, field: String, reason: String)
  /// Two fields bound to one column.
  case sharedColumn(column: String, fields: [String])
  /// Columns that the table's header lacks; `fields` runs parallel to `columns`.
  case missingColumns(place: String, fields: [String], columns: [String], found: [String])
  /// A column that a field is read from appears twice in the header.
  case repeatedColumn(place: String, column: String)
}

/// Protobuf constructs that are refused.
public enum UnsupportedConstruct: String, Hashable, Sendable {
  /// A repeated field.
  case repeated
  /// A map.
  case map
  /// A field of a oneof.
  case oneof
  /// A field of bytes.
  case bytes
  /// A group.
  case group
  /// A map whose values are messages.
  case mapOfMessages = "map of messages"
  /// A message of protobuf's own whose fields are not declared, such as `google.protobuf.Struct`.
  case undeclared = "Struct, Value, ListValue and Any"
}

extension UnsupportedConstruct {
  /// What to do about it.
  var advice: String {
    switch self {
    case .repeated:
      "declare as many single fields as are wanted, or leave it out; trainer learn --schema takes it"
    case .map:
      "declare a field for each key that is wanted, or leave it out; trainer learn --schema takes it"
    case .oneof:
      "declare its members as 'optional' fields, or leave it out; trainer learn --schema takes it"
    case .bytes: "use a string field for text, or leave it out"
    case .group: "use a field of a message type"
    case .mapOfMessages: "make it a repeated field of messages with a field for the key"
    case .undeclared: "declare a message with the fields that it has"
    }
  }
}

extension SchemaError: CustomStringConvertible {
  /// The error in one line.
  public var description: String {
    switch self {
    case .unreadableFile(let path, let reason):
      "\(path): \(reason)"
    case .protocMissing(let path):
      "\(path): protoc, which compiles .proto files, is not on the PATH; install it "
        + "(Debian, Ubuntu: apt install protobuf-compiler; macOS: brew install protobuf) or give "
        + "a descriptor set that 'protoc --include_imports --descriptor_set_out=FILE' wrote"
    case .protocFailed(let path, let output):
      "\(path): protoc does not accept it: \(output)"
    case .notADescriptorSet(let path):
      "\(path): expected a .proto file or a descriptor set that "
        + "'protoc --include_imports --descriptor_set_out=FILE' wrote, found neither"
    case .malformedDescriptor(let path, let reason):
      "\(path): the descriptor set is damaged: \(reason)"
    case .noMessage(let path):
      "\(path): expected a message, found none; declare one"
    case .messageNameNeeded(let path, let candidates):
      "\(path): several messages (\(list(candidates))); choose one with --message NAME"
    case .unknownMessage(let name, let path, let candidates):
      "\(path): no message '\(name)'; it has \(list(candidates))"
    case .unsupported(let field, let message, let construct):
      "field '\(field)' of message \(message): \(construct.rawValue) fields cannot be modelled; "
        + construct.advice
    case .emptyMessage(let message, let field):
      field.map { "field '\($0)': message \(message) has no fields; give it some or leave it out" }
        ?? "message \(message) has no fields; give it some"
    case .recursion(let field, let chain):
      "field '\(field)': a message that contains itself (\(chain.joined(separator: " > "))) "
        + "cannot be modelled; leave the field out"
    case .tooDeep(let field, let limit):
      "field '\(field)': messages may be nested \(limit) deep at most; flatten the message"
    case .tooManyFields(let message, let limit):
      "message \(message): a record may have \(limit) fields at most, nested ones counted; "
        + "leave some out"
    case .malformedOption(let option, let text, let expected):
      "\(option) \(text): expected \(expected)"
    case .unknownField(let option, let field, let candidates):
      "\(option): no field '\(field)'; the message has \(list(candidates))"
    case .unsuitableOption(let option, let field, let reason):
      "\(option): field '\(field)' \(reason)"
    case .sharedColumn(let column, let fields):
      "fields \(list(fields)) are all bound to column '\(column)'; give each its own with "
        + "json_name or --column FIELD=COLUMN"
    case .missingColumns(let place, let fields, let columns, let found):
      "\(place): no column for "
        + list(zip(fields, columns).map { "field '\($0)' (column '\($1)')" })
        + "; the header has \(found.isEmpty ? "no columns" : list(found)); "
        + "bind fields with json_name or --column FIELD=COLUMN"
    case .repeatedColumn(let place, let column):
      "\(place): column '\(column)' appears more than once in the header; rename or remove one"
    }
  }
}

/// Returns the names separated by commas; of many only the first ones.
private func list(_ names: [String]) -> String {
  let shown = 20
  let first = names.prefix(shown).joined(separator: ", ")
  return names.count > shown ? "\(first) and \(names.count - shown) more" : first
}
