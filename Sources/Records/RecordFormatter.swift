import FakeGen
import Foundation
import Schema

/// A formatter of records as text: one line each, in CSV or JSON Lines, the same in every locale.
public struct RecordFormatter: Sendable {
  /// The schema of the records.
  public let schema: RecordSchema
  /// The format of the lines.
  public let format: TableFormat
  private let tree: [JSONMember]
  /// By their texts.
  private let layouts: [String: MomentLayout]
  /// Per leaf: whether it may be null, so that an empty text needs quotes.
  private let mayBeNull: [Bool]
  /// What writes the elements of lists, by the names of their types.
  private let elements: [String: ElementFormatter]

  /// Creates a formatter of a schema's records.
  public init(schema: RecordSchema, format: TableFormat) {
    self.schema = schema
    self.format = format
    tree = JSONMember.tree(schema)
    var mayBeNull = schema.leaves.map(\.isOptional)
    for leaf in schema.optionalMessages.joined() { mayBeNull[leaf] = true }
    for leaf in schema.root.chosenLeaves { mayBeNull[leaf] = true }
    self.mayBeNull = mayBeNull
    var layouts: [String: MomentLayout] = [:]
    for case .moment(let layout) in schema.leaves.map(\.kind) {
      layouts[layout] = try? MomentLayout(layout)
    }
    self.layouts = layouts
    elements = Dictionary(
      schema.lists.map { ($0.type.elements.messageName, ElementFormatter($0.type)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// What comes before the first record: the names of the columns in CSV, else nothing.
  public var header: String {
    switch format {
    case .csv: csvLine(schema.columns.map { Self.csvCell(schema.leaves[$0].column) })
    case .jsonLines: ""
    }
  }

  /// The text of a value as the table spells it, in quotes where CSV asks for them.
  private func cell(_ value: FieldValue, leaf: Int) -> String {
    let (kind, spelling) = (schema.leaves[leaf].kind, schema.leaves[leaf].spelling)
    if value == .text(""), mayBeNull[leaf] { return "\"\"" }
    guard let spelling, let units = value.units(kind) else {
      return Self.csvCell(text(value, kind))
    }
    let decimals = if case .real(let count) = kind { count } else { 0 }
    var bytes: [UInt8] = []
    spelling.append(units, decimals: decimals, to: &bytes)
    return Self.csvCell(String(decoding: bytes, as: UTF8.self))
  }

  /// Returns a record as text, its line end included.
  public func line(_ record: Record) -> String {
    switch format {
    case .csv: csvLine(schema.columns.map { cell(record.values[$0], leaf: $0) })
    case .jsonLines: object(tree, record) + "\n"
    }
  }

  /// Returns the text of a value: null is empty, a real has its kind's digits after the point, a
  /// boolean is `true` or `false`, an enum's value its name, a moment as its layout says, a list a
  /// JSON array.
  public func text(_ value: FieldValue, _ kind: LeafKind) -> String {
    switch (value, kind) {
    case (.null, _): ""
    case (.text(let text), _): text
    case (.integer(let value), .moment(let layout)): text(value, layout: layout)
    case (.integer(let value), _): String(value)
    case (.real(let value), .real(let decimals)): Self.text(value, decimals: decimals)
    case (.real(let value), _): Self.text(value, decimals: 6)
    case (.choice(let choice), .enumeration(let names, _)) where names.indices.contains(choice):
      names[choice]
    case (.choice(let choice), .boolean): choice == 0 ? "false" : "true"
    case (.choice(let choice), _): String(choice)
    case (.list(let list), .list(let type)):
      (elements[type.elements.messageName] ?? ElementFormatter(type)).text(list)
    case (.list, _): ""
    }
  }

  private func text(_ units: Int64, layout: String) -> String {
    guard let layout = layouts[layout] ?? (try? MomentLayout(layout)) else { return String(units) }
    var bytes: [UInt8] = []
    layout.append(units, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Formats a number with so many digits after the point; one that rounds to zero has no sign.
  static func text(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    let isZero = text.utf8.allSatisfy { "-0.".utf8.contains($0) }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }

  private func csvLine(_ cells: [String]) -> String {
    // A lone empty cell would be an empty line, which holds no row.
    if cells == [""] { return "\"\"\n" }
    return cells.joined(separator: ",") + "\n"
  }

  /// Writes a cell, in quotes where RFC 4180 asks for them.
  static func csvCell(_ text: String) -> String {
    let special: [UInt8] = [.quote, .comma, .lineFeed, .carriageReturn]
    guard text.utf8.contains(where: special.contains) else { return text }
    // Byte by byte: a quote and the mark that combines with it are one character of a String.
    var bytes: [UInt8] = [.quote]
    for byte in text.utf8 {
      if byte == .quote { bytes.append(.quote) }
      bytes.append(byte)
    }
    bytes.append(.quote)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func object(_ members: [JSONMember], _ record: Record) -> String {
    let texts = members.map { member in
      let value: String =
        if let leaf = member.leaf {
          json(record.values[leaf], schema.leaves[leaf].kind)
        } else if member.isOptional, member.leaves.allSatisfy({ record.values[$0] == .null }) {
          "null"
        } else {
          object(member.members, record)
        }
      return "\(Self.jsonString(member.name)):\(value)"
    }
    return "{\(texts.joined(separator: ","))}"
  }

  func json(_ value: FieldValue, _ kind: LeafKind) -> String {
    switch (value, kind) {
    case (.null, _): "null"
    case (.text, _), (.choice, .enumeration), (.integer, .moment):
      Self.jsonString(text(value, kind))
    case (.real, _), (.integer, _), (.choice, _), (.list, _): text(value, kind)
    }
  }

  /// Writes a JSON string; all characters but quotes, backslashes and control characters as they
  /// are.
  package static func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
