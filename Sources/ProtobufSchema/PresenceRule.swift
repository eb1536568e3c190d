import Schema
import SwiftProtobuf

/// What a `.proto` file's syntax says about the presence of its fields.
struct PresenceRule: Hashable {
  enum Presence: Hashable {
    /// Unset and the default value are the same.
    case implicit
    /// Unset differs from every value.
    case explicit
    /// Always set.
    case required
  }

  private enum Syntax: Hashable {
    case proto2
    case proto3
    /// With the file's own default.
    case editions(Presence)
  }

  private let syntax: Syntax

  init(_ file: Google_Protobuf_FileDescriptorProto) {
    syntax =
      switch file.syntax {
      case "proto3": .proto3
      case "editions": .editions(Self.presence(file.options.features) ?? .explicit)
      default: .proto2
      }
  }

  /// Returns the presence of a singular field; that of a message is never implicit.
  func presence(of field: Google_Protobuf_FieldDescriptorProto) -> Presence {
    let declared: Presence =
      switch syntax {
      case .proto2: field.label == .required ? .required : .explicit
      case .proto3: field.proto3Optional ? .explicit : .implicit
      case .editions(let standard): Self.presence(field.options.features) ?? standard
      }
    return field.type == .message && declared == .implicit ? .explicit : declared
  }

  private static func presence(_ features: Google_Protobuf_FeatureSet) -> Presence? {
    switch features.fieldPresence {
    case .explicit: .explicit
    case .implicit: .implicit
    case .legacyRequired: .required
    case .unknown: nil
    }
  }
}
