import Foundation
import Records
import Schema

/// A record as comma-separated text: its varying fields, numbers last, reals with five decimals
/// (paper, App. F).
package struct RecordText: Sendable {
  /// Digits of a real after the point.
  package static let decimals = 5

  /// The leaves in the order of the text: strings and classes, then numbers.
  package let leaves: [Int]
  /// How many of them are numbers.
  package let scalarCount: Int
  /// The leaves of each message that may be absent, and those of them that vary.
  private let optionalMessages: [(all: [Int], varying: [Int])]
  private let schema: RecordSchema

  /// Creates the text form of a schema's records.
  ///
  /// - Parameter schema: whose constants and derived leaves are left out.
  package init(_ schema: RecordSchema) {
    let constants = schema.root.constantLeaves.union(schema.derivedLeaves)
    let varying = schema.leaves.indices.filter { !constants.contains($0) }
    let scalars = varying.filter { schema.leaves[$0].kind.isScalar }
    leaves = varying.filter { !schema.leaves[$0].kind.isScalar } + scalars
    scalarCount = scalars.count
    optionalMessages = schema.optionalMessages.map { ($0, $0.filter(varying.contains)) }
    self.schema = schema
  }

  /// Returns a record as text.
  package func text(_ record: Record) -> String {
    leaves.map { field(record.values[$0], schema.leaves[$0].kind) }.joined(separator: ",")
  }

  private func field(_ value: FieldValue, _ kind: LeafKind) -> String {
    switch value {
    case .null: return ""
    case .text(let text): return text
    case .real(let real): return String(format: "%.\(Self.decimals)f", real)
    case .integer(let integer): return String(integer)
    case .list: return ""
    case .choice(let choice):
      if case .enumeration(let names, _) = kind { return names[choice] }
      return choice == 1 ? "true" : "false"
    }
  }

  /// Sets the values that a text holds. Further fields before the numbers are ignored. A message
  /// that may be absent is so if all of its fields are empty.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - record: whose values are set.
  /// - Returns: false, and nothing is set, if the text is malformed: too few fields, or one at its
  ///   end that is no number.
  package func read(_ text: String, into record: inout Record) -> Bool {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= leaves.count else { return false }
    let used =
      fields.prefix(leaves.count - scalarCount) + fields.suffix(scalarCount)
    let empty = Set(zip(leaves, used).filter { $1.isEmpty }.map { $0.0 })
    let absent = Set(
      optionalMessages.map(\.varying).filter(empty.isSuperset).flatMap { $0 })
    var values: [FieldValue] = []
    for (leaf, field) in zip(leaves, used) {
      let isNull = absent.contains(leaf) || field.isEmpty && schema.leaves[leaf].isOptional
      guard let value = isNull ? .null : value(field, schema.leaves[leaf].kind) else {
        return false
      }
      values.append(value)
    }
    for (leaf, value) in zip(leaves, values) { record.values[leaf] = value }
    return true
  }

  private func value(_ field: String, _ kind: LeafKind) -> FieldValue? {
    switch kind {
    case .text, .digits: return .text(field)
    case .real:
      let trimmed = field.trimmingCharacters(in: .whitespaces)
      guard let real = Double(trimmed), real.isFinite else { return nil }
      return .real(real)
    case .integer, .moment:
      return Int64(field.trimmingCharacters(in: .whitespaces)).map { .integer($0) }
    case .boolean:
      return field == "true" ? .choice(1) : field == "false" ? .choice(0) : nil
    case .enumeration(let names, _): return names.firstIndex(of: field).map { .choice($0) }
    case .list: return nil
    }
  }

  /// Tells whether a text is no record.
  package func isMalformed(_ text: String) -> Bool {
    var record = Record(values: Array(repeating: .null, count: schema.leaves.count))
    return !read(text, into: &record)
  }

  /// Tells whether a leaf, itself one that never changes, lies in a message that is absent from a
  /// record.
  package func isAbsent(_ leaf: Int, in record: Record) -> Bool {
    optionalMessages.contains { all, varying in
      all.contains(leaf) && !varying.isEmpty && varying.allSatisfy { record.values[$0] == .null }
    }
  }
}

extension FloatGenerator {
  /// Returns the share of generated rows that were malformed text, which have no values and the
  /// p-value 0 (paper, App. F).
  ///
  /// - Parameter rows: the generated rows.
  /// - Returns: 0...1; nil for other models.
  package func malformedShare(of rows: GeneratedRows) -> Double? {
    guard let format = model.description.recordText, !rows.texts.isEmpty else { return nil }
    return Double(rows.texts.count(where: format.isMalformed)) / Double(rows.texts.count)
  }
}

extension ModelDescription {
  /// How records become text, for a model of comma-separated text.
  package var recordText: RecordText? { options.tree == .text ? RecordText(schema) : nil }
}
