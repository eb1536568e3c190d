import Checkpoint
import FakeGen
import Foundation
import Schema

extension ModelDescription {
  /// The description in a checkpoint's metadata.
  init(metadataOf checkpoint: Checkpoint) throws(QuantizationError) {
    struct Metadata: Decodable {
      struct Preset: Decodable {
        struct Architecture: Decodable {
          var scalarActivation: String?
        }
        var architecture: Architecture?
      }
      var model: ModelDescription
      var preset: Preset?
    }
    let metadata: Metadata
    do {
      metadata = try JSONDecoder().decode(Metadata.self, from: Data(checkpoint.metadata))
    } catch {
      throw .unreadableDescription(reason: Self.oneLine(error))
    }
    self = metadata.model
    // The one method of training that a generator with feedback computes too.
    let activation = metadata.preset?.architecture?.scalarActivation ?? "sigmoid"
    guard options.feedback == .own || activation == "sigmoid" else {
      throw .invalidDescription(
        reason:
          "with feedback \(options.feedback.rawValue) its scalarActivation should be sigmoid, "
          + "found \(activation)")
    }
  }

  private static func oneLine(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return error.localizedDescription }
    switch error {
    case .keyNotFound(let key, let context):
      return "no \((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "wrong type at \(context.codingPath.map(\.stringValue).joined(separator: "."))"
    default: return "it is not JSON of the expected form"
    }
  }

  /// Checks everything that indexing and encoding rely on.
  func checkForQuantization() throws(QuantizationError) {
    do {
      try check()
    } catch {
      throw .invalidDescription(reason: error.reason)
    }
    func require(
      _ condition: Bool, _ reason: @autoclosure () -> String
    ) throws(QuantizationError) {
      if !condition { throw .invalidDescription(reason: reason()) }
    }
    try require(
      options.tree == .tuple,
      "expected the tree 'tuple', found '\(options.tree.rawValue)', which has no fixed-point "
        + "generator; use trainer generate")
    for leaf in schema.leaves {
      try require(
        leaf.digitRange.map(DigitString.isValid) ?? true,
        "the integers of \(leaf.path) should have room for every digit")
    }
    if schema.root.usesStrings {
      try require(!alphabet.isEmpty, "its alphabet is empty but there are strings")
    }
    if schema.leaves.contains(where: { $0.kind == .digits }) {
      try require(
        alphabet.contains { (0x31...0x39).contains($0) },
        "its alphabet has no digits but there are leaves of digits")
    }
  }
}

extension RecordSchema {
  /// The schema as the model file holds it.
  var rowSchema: RowSchema {
    RowSchema(
      messageName: messageName,
      leaves: leaves.map {
        Column(
          name: $0.column, kind: $0.kind.columnKind, path: $0.path, isOptional: $0.isOptional)
      },
      columns: columns)
  }
}

extension LeafKind {
  var columnKind: ColumnKind {
    switch self {
    case .text: .text
    case .digits: .digits
    case .real(let decimals): .real(decimals: decimals)
    case .integer: .integer
    case .boolean: .boolean
    case .enumeration(let names, _): .enumeration(names: names)
    }
  }
}
