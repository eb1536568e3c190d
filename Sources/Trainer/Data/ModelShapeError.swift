/// A model's shape that does not suit the message.
enum ModelShapeError: Error, Hashable, CustomStringConvertible {
  case unknownField(key: String, name: String, known: [String])

  var description: String {
    switch self {
    case .unknownField(let key, let name, let known):
      "preset: \(key): the message has no '\(name)'; it has \(known.joined(separator: ", "))"
    }
  }
}
