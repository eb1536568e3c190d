import Checkpoint
import Foundation

extension ModelDescription {
  /// Reads the description in a checkpoint's metadata, under the key `model`, and checks it.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - path: names the checkpoint in errors.
  /// - Parameter method: tells the method of a checkpoint whose description lacks it; nil if it is to
  ///   be told from the tensors.
  /// - Throws: `CheckpointError.malformed`.
  package init(
    metadataOf checkpoint: Checkpoint, path: String,
    method: (Checkpoint) -> MethodOptions? = { _ in nil }
  ) throws(CheckpointError) {
    struct Metadata: Decodable {
      var model: ModelDescription
    }
    struct Keys: Decodable {
      struct Model: Decodable {
        var method: MethodOptions?
      }
      var model: Model
    }
    let hasMethod: Bool
    do {
      let bytes = Data(checkpoint.metadata)
      self = try JSONDecoder().decode(Metadata.self, from: bytes).model
      hasMethod = try JSONDecoder().decode(Keys.self, from: bytes).model.method != nil
    } catch {
      throw .malformed(path: path, field: "metadata: \(Self.oneLine(error))")
    }
    if !hasMethod {
      self.method = method(checkpoint) ?? MethodOptions(tensorsOf: checkpoint, widths: widths)
    }
    do {
      try check()
    } catch {
      throw .malformed(path: path, field: "metadata: \(error.reason)")
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
}

extension MethodOptions {
  /// Tells the method of a checkpoint whose description does not state it from its
  /// standard-deviation networks; what those do not show is as the paper has it.
  fileprivate init(tensorsOf checkpoint: Checkpoint, widths: Widths) {
    self.init()
    let names = checkpoint.tensors.keys
    func count(_ name: (Int) -> String) -> Int {
      (0...).prefix { names.contains(name($0)) }.count
    }
    let (networks, layers) = (
      count { "deviation/\($0)/0/weight" }, count { "deviation/\($0)/weight" }
    )
    levels = max(1, networks, layers)
    if networks == 0 { deviation = layers > 0 ? .lastLayer : .none }
    // A conditioned layer has one more input.
    let inputs = [widths.embedding, widths.deviation, widths.deviation]
    conditionedLayers =
      zip(0..., inputs).prefix { layer, width in
        checkpoint.tensors["deviation/0/\(layer)/weight"]?.shape.first == width + 1
      }.count
    if conditionedLayers > 0 { deviation = .conditioned }
  }
}
