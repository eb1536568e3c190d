import Foundation
import Records
import Schema

/// A record as comma-separated text: its varying fields, numbers last, reals with five decimals
/// (paper, App. F).
struct RecordText: Sendable {
  /// Digits of a real after the point.
  static let decimals = 5

  /// In the order of the text: strings and classes, then numbers.
  let leaves: [Int]
  /// Numbers among them.
  let scalarCount: Int
  /// Leaves whose field may be empty: those with explicit presence, and all of a message that may be
  /// absent.
  private let nullable: Set<Int>
  private let schema: RecordSchema

  /// - Parameter schema: whose constants are left out.
  init(_ schema: RecordSchema) {
    let constants = schema.root.constantLeaves
    let varying = schema.leaves.indices.filter { !constants.contains($0) }
    let scalars = varying.filter { schema.leaves[$0].kind.isScalar }
    leaves = varying.filter { !schema.leaves[$0].kind.isScalar } + scalars
    scalarCount = scalars.count
    nullable = schema.root.optionalLeaves.union(
      schema.leaves.indices.filter { schema.leaves[$0].isOptional })
    self.schema = schema
  }

  func text(_ record: Record) -> String {
    leaves.map { field(record.values[$0], schema.leaves[$0].kind) }.joined(separator: ",")
  }

  private func field(_ value: FieldValue, _ kind: LeafKind) -> String {
    switch value {
    case .null: return ""
    case .text(let text): return text
    case .real(let real): return String(format: "%.\(Self.decimals)f", real)
    case .integer(let integer): return String(integer)
    case .choice(let choice):
      if case .enumeration(let names, _) = kind { return names[choice] }
      return choice == 1 ? "true" : "false"
    }
  }

  /// Sets the values that a text holds; false, and nothing is set, if it is malformed: too few
  /// fields, or one at its end that is no number. Further fields before the numbers are ignored.
  func read(_ text: String, into record: inout Record) -> Bool {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= leaves.count else { return false }
    let used =
      fields.prefix(leaves.count - scalarCount) + fields.suffix(scalarCount)
    var values: [FieldValue] = []
    for (leaf, field) in zip(leaves, used) {
      guard let value = value(field, leaf) else { return false }
      values.append(value)
    }
    for (leaf, value) in zip(leaves, values) { record.values[leaf] = value }
    return true
  }

  private func value(_ field: String, _ leaf: Int) -> FieldValue? {
    if field.isEmpty, nullable.contains(leaf) { return .null }
    switch schema.leaves[leaf].kind {
    case .text, .digits: return .text(field)
    case .real:
      let trimmed = field.trimmingCharacters(in: .whitespaces)
      guard let real = Double(trimmed), real.isFinite else { return nil }
      return .real(real)
    case .integer:
      return Int64(field.trimmingCharacters(in: .whitespaces)).map { .integer($0) }
    case .boolean:
      return field == "true" ? .choice(1) : field == "false" ? .choice(0) : nil
    case .enumeration(let names, _): return names.firstIndex(of: field).map { .choice($0) }
    }
  }

  /// Whether a generated record is what a malformed text leaves: no varying field has a value.
  func isMalformed(_ record: Record) -> Bool {
    leaves.allSatisfy { record.values[$0] == .null }
  }
}

extension ModuleNode {
  /// Leaves below a node that may be absent.
  fileprivate var optionalLeaves: Set<Int> {
    switch self {
    case .optional(let child): child.leaves
    case .tuple(_, let elements): elements.reduce(into: []) { $0.formUnion($1.optionalLeaves) }
    case .stringLiteral, .vocabulary, .constant, .scalarTuple, .categorical: []
    }
  }

  private var leaves: Set<Int> {
    switch self {
    case .stringLiteral(let leaf), .vocabulary(let leaf), .constant(let leaf): [leaf]
    case .categorical(let leaf, _): [leaf]
    case .scalarTuple(let leaves): Set(leaves)
    case .optional(let child): child.leaves
    case .tuple(_, let elements): elements.reduce(into: []) { $0.formUnion($1.leaves) }
    }
  }
}

extension FloatGenerator {
  /// Share of generated records that were malformed text, which have no values and the p-value 0 (paper,
  /// App. F); nil for other models.
  func malformedShare(of records: [Record]) -> Double? {
    guard let format = model.description.recordText, !records.isEmpty else { return nil }
    return Double(records.count(where: format.isMalformed)) / Double(records.count)
  }
}

extension ModelDescription {
  /// How records become text, for a model of comma-separated text.
  var recordText: RecordText? { options.tree == .text ? RecordText(schema) : nil }
}
