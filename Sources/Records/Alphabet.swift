public struct Alphabet: Hashable, Sendable {
  public let scalars: [UInt32]
  private let codes: [UInt32: UInt16]
  public init(scalars: [UInt32]) {
    self.scalars = scalars
    codes = Dictionary(
      uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt16($0 + 2)) })
  }
  public init(texts: some Sequence<String>) {
    var seen: Set<UInt32> = []
    for text in texts { for scalar in text.unicodeScalars { seen.insert(scalar.value) } }
    self.init(scalars: seen.sorted())
  }
  public func encode(_ text: String) -> [UInt16] { text.unicodeScalars.map { codes[$0.value] ?? 1 } }
  public func decode(_ codes: [UInt16]) -> String {
    var s = String.UnicodeScalarView()
    for code in codes { s.append(code < 2 ? "\u{FFFD}" : Unicode.Scalar(scalars[Int(code) - 2])!) }
    return String(s)
  }
}
