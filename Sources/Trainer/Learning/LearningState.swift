import Foundation

/// How far `trainer learn` has come, beside the run's own state.
struct LearningState: Codable, Hashable, Sendable {
  /// A look at the held-out loss.
  struct Look: Codable, Hashable, Sendable {
    var step: Int
    /// Nats per held-out row.
    var heldOut: Double
    /// Nats per training row, the mean over the steps since the last look, with dropout.
    var training: Double
  }

  /// What must be the same to go on: the data, and everything that was asked for.
  struct Origin: Codable, Hashable, Sendable {
    var dataHash: String
    var rows: Int
    /// The message of the columns, which the table and several options decide.
    var message = ""
    /// The values of options, by their names.
    var options: [String: String]

    /// What of it another one has otherwise, in words: this one's, and what it is now.
    func differences(to other: Origin) -> [String] {
      var found: [String] = []
      if dataHash != other.dataHash { found.append("another table") }
      if rows != other.rows { found.append("\(rows) rows of it, now \(other.rows)") }
      for name in Set(options.keys).union(other.options.keys).sorted() {
        let values = [options[name] ?? "", other.options[name] ?? ""]
        guard values[0] != values[1] else { continue }
        let words = values.map { $0.isEmpty ? "none" : $0 }
        found.append("\(name) \(words[0]), now \(words[1])")
      }
      // A table that is another one has other columns anyway.
      if message != other.message, dataHash == other.dataHash, rows == other.rows {
        found.append(
          "columns taken for something else (--schema, --kind, --key, --exclude, --null)")
      }
      return found
    }
  }

  var origin: Origin
  var settings: LearningSettings
  var looks: [Look] = []
  /// Sum of the training losses of the steps since the last look, and their number.
  var lossSum = 0.0
  var lossCount = 0
  /// Seconds of training so far, interruptions left out.
  var seconds = 0.0

  /// Looks without a better one after which training ends.
  static let patience = LearningSettings.looks / 4

  /// The look with the least held-out loss; the first of equal ones.
  var best: Look? { looks.min { ($0.heldOut, $0.step) < ($1.heldOut, $1.step) } }

  /// Whether the held-out loss has stopped falling.
  var hasStoppedFalling: Bool {
    guard let best else { return false }
    return looks.count { $0.step > best.step } >= Self.patience
  }

  /// Forgets looks after a step.
  mutating func goBack(to step: Int) { looks.removeAll { $0.step > step } }
}
