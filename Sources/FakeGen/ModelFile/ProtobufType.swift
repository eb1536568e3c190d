/// A type of values in protobuf's binary format, with the numbers of
/// `google.protobuf.FieldDescriptorProto.Type`, and those of two messages that are values here.
package enum ProtobufType: UInt32, Sendable, Hashable {
  case double = 1
  case float = 2
  case int64 = 3
  case uint64 = 4
  case int32 = 5
  case fixed64 = 6
  case fixed32 = 7
  case bool = 8
  case string = 9
  case message = 11
  case bytes = 12
  case uint32 = 13
  case enumeration = 14
  case sfixed32 = 15
  case sfixed64 = 16
  case sint32 = 17
  case sint64 = 18
  /// `google.protobuf.Timestamp`.
  case timestamp = 32
  /// `google.protobuf.Duration`.
  case duration = 33

  /// Whether values are whole numbers.
  package var isInteger: Bool {
    switch self {
    case .int64, .uint64, .int32, .fixed64, .fixed32, .uint32, .sfixed32, .sfixed64, .sint32,
      .sint64:
      true
    case .double, .float, .bool, .string, .message, .bytes, .enumeration, .timestamp, .duration:
      false
    }
  }

  /// What a `.proto` file calls it, but for enums and messages, which have names of their own.
  ///
  /// - Parameter isWrapped: whether it is the message around the value, where there is one.
  package func name(isWrapped: Bool) -> String {
    if isWrapped {
      // uint32 lies in a UInt32Value, string in a StringValue.
      var letters = Array(name(isWrapped: false).utf8)
      for index in 0..<(letters[0] == UInt8(ascii: "u") ? 2 : 1) { letters[index] -= 32 }
      return "google.protobuf." + String(decoding: letters, as: UTF8.self) + "Value"
    }
    return switch self {
    case .double: "double"
    case .float: "float"
    case .int64: "int64"
    case .uint64: "uint64"
    case .int32: "int32"
    case .fixed64: "fixed64"
    case .fixed32: "fixed32"
    case .bool: "bool"
    case .string, .message, .enumeration: "string"
    case .bytes: "bytes"
    case .uint32: "uint32"
    case .sfixed32: "sfixed32"
    case .sfixed64: "sfixed64"
    case .sint32: "sint32"
    case .sint64: "sint64"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    }
  }

  /// Whether protobuf has a message around one such value.
  package var hasWrapper: Bool {
    switch self {
    case .double, .float, .int64, .uint64, .int32, .uint32, .bool, .string, .bytes: true
    case .fixed64, .fixed32, .message, .enumeration, .sfixed32, .sfixed64, .sint32, .sint64,
      .timestamp, .duration:
      false
    }
  }
}
