import FakeGen
import ShippedModel

/// Prints a few addresses; the first argument is the seed.
@main
struct Addresses {
  static func main() throws {
    let seed = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
    var generator = Generator(model: try Model.shipped(), seed: seed)
    for index in 0..<3 as Range<UInt64> { print(label(try generator.row(index), generator.model)) }
  }
}

/// An address on one line.
func label(_ row: Row, _ model: Model) -> String {
  func text(_ name: String) -> String {
    guard let column = model.columns.firstIndex(where: { $0.name == name }) else { return "" }
    var bytes: [UInt8] = []
    row.fields[column].append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
  return "\(text("NUMBER")) \(text("STREET")), \(text("CITY")) \(text("POSTCODE"))"
}
