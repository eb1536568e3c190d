import Autodiff
import Foundation
import Records
import Schema

/// Rows with a secret, put into the training data to find out how much a model remembers of what it
/// saw n times (Carlini et al. 2018).
///
/// A canary is a training row whose text in one field is replaced by letters drawn uniformly: the
/// letters that occur in the field, `length` of them. A run's folder keeps the rows' places, not
/// the rows.
struct Canaries: Codable, Hashable, Sendable {
  struct Canary: Codable, Hashable, Sendable {
    /// Place of the copied row in the training table.
    var row: Int
    /// What its field holds instead.
    var secret: String
    /// How many times the row is put into the training data.
    var insertions: Int
  }

  /// Path of the field.
  var field: String
  /// Letters of a secret.
  var length: Int
  /// What they are drawn from.
  var letters: [String]
  /// SHA-256 of the training file, hexadecimal.
  var trainingDataHash: String
  var canaries: [Canary]

  /// Binary logarithm of the number of possible secrets.
  var spaceBits: Double { Double(length) * log2(Double(letters.count)) }

  /// Draws a canary for each element of `insertions`, each from a row and with a secret of its own.
  ///
  /// - Parameters:
  ///   - field: path of a text field; nil for the address's street, or else the first text field.
  ///   - insertions: how many times each is to be put into the training data.
  /// - Throws: `TrainerError.noCanaryField` or `.tooManyCanaries`.
  init(
    table: Table, hash: String, field: String?, length: Int, insertions: [Int], seed: UInt64
  ) throws(TrainerError) {
    let leaf = try Self.leaf(field, schema: table.schema)
    var letters = Set<Unicode.Scalar>()
    for record in table.records {
      guard case .text(let text) = record.values[leaf] else { continue }
      letters.formUnion(text.unicodeScalars.filter(\.properties.isAlphabetic))
    }
    guard letters.count > 1 else {
      throw .noCanaryField(
        reason: "field '\(table.schema.leaves[leaf].path)' has fewer than two letters in the data")
    }
    self.field = table.schema.leaves[leaf].path
    self.length = length
    self.letters = letters.sorted().map { String($0) }
    trainingDataHash = hash
    canaries = []
    let possible = min(spaceBits < 62 ? Int(exp2(spaceBits).rounded()) : .max, table.records.count)
    guard insertions.count <= possible / 2 else {
      throw .tooManyCanaries(count: insertions.count, maximum: possible / 2)
    }
    let random = RandomGenerator(seed: seed, stream: RandomStreams.canaries.first)
    var (rows, secrets) = (Set<Int>(), Set<String>())
    for count in insertions {
      var row: Int
      repeat { row = random.uniform(below: table.records.count) } while !rows.insert(row).inserted
      var secret: String
      repeat { secret = self.secret(random) } while !secrets.insert(secret).inserted
      canaries.append(Canary(row: row, secret: secret, insertions: count))
    }
  }

  private static func leaf(_ path: String?, schema: RecordSchema) throws(TrainerError) -> Int {
    func isText(_ leaf: Int) -> Bool { schema.leaves[leaf].kind == .text }
    guard let path else {
      let street = schema.leaves.indices.filter {
        schema.leaves[$0].path.split(separator: ".").last == "street" && isText($0)
      }
      guard let leaf = street.first ?? schema.leaves.indices.first(where: isText) else {
        throw .noCanaryField(reason: "the message has no text field")
      }
      return leaf
    }
    guard let leaf = schema.leaves.firstIndex(where: { $0.path == path }) else {
      throw .noCanaryField(
        reason: "there is no field '\(path)'; the fields are "
          + schema.leaves.map(\.path).joined(separator: ", "))
    }
    guard isText(leaf) else { throw .noCanaryField(reason: "field '\(path)' is no text") }
    return leaf
  }

  /// Letters drawn uniformly.
  func secret(_ random: RandomGenerator) -> String {
    (0..<length).map { _ in letters[random.uniform(below: letters.count)] }.joined()
  }

  /// Returns the canary's row with the given secret in place of its own.
  ///
  /// - Parameter records: the training table, without canaries.
  func record(_ canary: Canary, secret: String, in records: [Record], leaf: Int) -> Record {
    var record = records[canary.row]
    record.values[leaf] = .text(secret)
    return record
  }

  /// Returns the training table with every canary after its rows, as often as it is to be inserted.
  func inserted(into table: Table) -> Table {
    guard let leaf = table.schema.leaves.firstIndex(where: { $0.path == field }) else {
      return table
    }
    var result = table
    for canary in canaries {
      let record = record(canary, secret: canary.secret, in: table.records, leaf: leaf)
      result.records += Array(repeating: record, count: canary.insertions)
    }
    return result
  }
}
