import ArgumentParser
import Records

/// Options that put canaries into the training data.
struct CanaryOptions: ParsableArguments {
  @Option(
    name: .customLong("canaries"),
    help: ArgumentHelp(
      "Canaries to put into the training data, how many times each: 0,1,1,16. For trainer "
        + "exposure.",
      valueName: "counts"))
  var counts: String?

  @Option(
    name: .customLong("canary-field"),
    help: ArgumentHelp(
      "Field of a canary's secret (the address's street, or else the first text field).",
      valueName: "field"))
  var field: String?

  @Option(
    name: .customLong("canary-length"),
    help: ArgumentHelp("Letters of a canary's secret.", valueName: "n"))
  var length = 6

  func validate() throws {
    if !(1...64).contains(length) {
      throw ValidationError("--canary-length: expected 1 to 64, found \(length)")
    }
    _ = try insertions()
  }

  /// Returns how many times each canary is to be inserted.
  private func insertions() throws -> [Int] {
    guard let counts else { return [] }
    return try counts.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let count = Int(text), (0...1 << 20).contains(count) else {
        throw ValidationError(
          "--canaries \(counts): expected counts of 0 to 1048576, such as 0,1,1,16")
      }
      return count
    }
  }

  /// Draws the canaries that are asked for, nil for none.
  ///
  /// - Throws: `TrainerError` if the table has none to give.
  func draw(from data: HashedTable, seed: UInt64) throws -> Canaries? {
    let insertions = try insertions()
    guard !insertions.isEmpty else { return nil }
    return try Canaries(
      table: data.table, hash: data.hash, field: field, length: length, insertions: insertions,
      seed: seed)
  }
}
