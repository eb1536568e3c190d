import FakeGen
import Schema

/// Composes a text of a record's values, as the generator does.
///
/// - Parameters:
///   - composition: how.
///   - choice: the leaf that has the number of the template, nil for the first one.
///   - numbers: the leaves that have the text's own numbers.
///   - record: the record.
///   - schema: of the record.
func composed(
  _ composition: Composition, choice: Int?, numbers: [Int], of record: Record,
  _ schema: RecordSchema
) -> FieldValue {
  var wanted = 0
  if let choice {
    guard case .integer(let number) = record.values[choice] else { return .null }
    wanted = Int(min(max(number, 0), Int64(composition.templates.count - 1)))
  }
  func text(_ template: [Composition.Piece]) -> [UInt8]? {
    var text: [UInt8] = []
    for piece in template {
      let (leaf, form): (Int, TextForm)
      switch piece {
      case .literal(let literal):
        text += literal.utf8
        continue
      case .value(let source, let shown): (leaf, form) = (source, shown)
      case .number(let place, let width):
        (leaf, form) = (numbers[place], TextForm(width: UInt8(width)))
      }
      guard let value = record.values[leaf].plainText(schema.leaves[leaf].kind) else { return nil }
      let start = text.count
      text += value.utf8
      form.apply(to: &text, from: start)
    }
    return text
  }
  for template in [composition.templates[wanted]] + composition.templates {
    if let text = text(template) { return .text(String(decoding: text, as: UTF8.self)) }
  }
  return .null
}

extension Composition {
  /// Reads the text of a record's leaf; nil for null.
  ///
  /// - Parameters:
  ///   - leaf: the text.
  ///   - record: has the leaves that the text is made of.
  ///   - schema: of the record.
  public func reading(_ leaf: Int, of record: Record, _ schema: RecordSchema) -> Reading? {
    guard case .text(let text) = record.values[leaf] else { return nil }
    return usualReading(of: Array(text.utf8)) {
      record.values[$0].plainText(schema.leaves[$0].kind).map { Array($0.utf8) }
    }
  }
}

extension FieldValue {
  /// The value as text, without a spelling of its column; nil for null and lists.
  ///
  /// - Parameter kind: of its leaf.
  public func plainText(_ kind: LeafKind) -> String? {
    switch (self, kind) {
    case (.null, _), (.list, _): nil
    case (.integer(let units), .moment(let layout)): Self.text(units, layout: layout)
    case (.text(let text), _): text
    case (.integer(let number), _): String(number)
    case (.real(let value), .real(let decimals)): RecordFormatter.text(value, decimals: decimals)
    case (.choice(let choice), .enumeration(let names, _)):
      names.indices.contains(choice) ? names[choice] : nil
    case (.choice(let choice), .boolean): choice == 0 ? "false" : "true"
    case (.real, _), (.choice, _): nil
    }
  }

  private static func text(_ units: Int64, layout: String) -> String? {
    guard let layout = try? MomentLayout(layout) else { return nil }
    var bytes: [UInt8] = []
    layout.append(units, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
