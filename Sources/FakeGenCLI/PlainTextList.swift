import FakeGen

/// What of a model's training data lies in its file in plain text, column by column: known values and
/// how many, constants, bounds of numbers, patterns of keys, tables; then what all texts are spelled
/// with. (All else is weights, and the hashes of the filter.)
struct PlainTextList {
  private let schema: RowSchema
  /// Per leaf, what the file holds of it.
  private var found: [[String]]
  /// Lines of the columns of lists' elements.
  private var ofElements: [String] = []

  /// Returns a line for each column of which the file holds something, and one for all texts.
  static func lines(_ model: Model) -> [String] {
    var list = PlainTextList(model.content.schema)
    for module in model.content.network.root.elements { list.add(module.child) }
    list.add(model.content.network.root.constants)
    for leaf in model.content.rules.derived { list.add(leaf) }
    var lines = list.lines(hidden: model.content.rules.hidden)
    if let strings = model.content.network.strings {
      let pieces = strings.pieces.count > 0 ? ", \(strings.pieces.count) pieces" : ""
      lines.append("all texts: \(strings.alphabet.count) characters" + pieces)
    }
    return lines
  }

  private func lines(hidden: [Int]) -> [String] {
    var lines: [String] = []
    for leaf in schema.columns + hidden where !found[leaf].isEmpty {
      lines.append(schema.leaves[leaf].name + ": " + found[leaf].joined(separator: ", "))
    }
    return lines + ofElements
  }

  private init(_ schema: RowSchema) {
    self.schema = schema
    found = schema.leaves.map { leaf in
      if case .enumeration(let names) = leaf.kind { return ["\(names.count) names"] }
      return []
    }
  }

  private mutating func add(_ module: DecoderModule) {
    switch module {
    case .vocabulary(let decoder): found[decoder.leaf].append("\(decoder.values.count) values")
    case .number(let decoder):
      let bounds = decoder.bounds
      let range = range(bounds[0], bounds[bounds.count - 1], of: decoder.leaf)
      found[decoder.leaf].append(range + " in \(bounds.count / 2) cells")
    case .scalars(let decoder):
      for output in decoder.outputs {
        guard case .integer = schema.leaves[output.leaf].kind else { continue }
        found[output.leaf].append(range(output.minimum, output.maximum, of: output.leaf))
      }
    case .optional(let decoder): add(decoder.child)
    case .chosen(let decoder): add(decoder.child)
    case .tuple(let decoder):
      for element in decoder.elements { add(element.child) }
      add(decoder.constants)
    case .repeated(let decoder):
      let list = decoder.kind
      found[decoder.leaf].append("\(list.minimumCount) to \(list.maximumCount) elements")
      var inner = PlainTextList(list.schema)
      inner.add(decoder.child)
      for leaf in decoder.rules.derived { inner.add(leaf) }
      let name = schema.leaves[decoder.leaf].name
      ofElements += inner.lines(hidden: decoder.rules.hidden).map {
        name + (list.isMessage ? "[]." : "[]: ") + $0
      }
    case .string, .categorical: break
    }
  }

  private mutating func add(_ constants: [ConstantDecoder]) {
    for constant in constants {
      found[constant.leaf].append(
        "always '" + String(decoding: constant.text, as: UTF8.self) + "'")
    }
  }

  private mutating func add(_ leaf: DerivedLeaf) {
    switch leaf.rule {
    case .sequence: found[leaf.leaf].append("a key like " + pattern(leaf.rule))
    case .shapes(let keys):
      found[leaf.leaf].append(
        "a key like " + pattern(leaf.rule)
          + (keys.leaf.map { ", the shape by " + names([$0]) } ?? ""))
    case .lookup(let source, let table):
      found[leaf.leaf].append(
        "\(table.values.count) values for \(table.keys.count) of "
          + schema.leaves[source].name)
    case .sum(let terms, _, _):
      found[leaf.leaf].append("a sum of " + names(terms.map { $0.leaf }))
    case .digit(let source, _, _, _):
      found[leaf.leaf].append("a digit of " + names([source]))
    case .total(let list, let factors, _):
      let counts = factors.isEmpty ? "the number of elements of " : "a total of "
      found[leaf.leaf].append(counts + names([list]))
    case .greatest(let leaves, _, let source):
      found[leaf.leaf].append(
        "a sum of " + names([source]) + " and the greatest of " + names(leaves))
    case .sumOrElse(let terms, _, let otherwise):
      found[leaf.leaf].append(
        "a sum of " + names(terms.map { $0.leaf }) + ", else " + names([otherwise]))
    case .code(let source, let codes):
      found[leaf.leaf].append(
        "a code like " + codes.shapes.map { $0.pattern.text }.joined(separator: " or ") + " by "
          + names([source]))
    case .composed(let text):
      found[leaf.leaf].append(
        "made like "
          + text.templates.map { $0.map { self.text($0) }.joined() }.joined(separator: " or "))
    case .product(let factors, _):
      found[leaf.leaf].append("a product of " + names(factors))
    case .pairLookup(let first, let second, let table, let otherwise):
      found[leaf.leaf].append(
        "\(table.values.count) values for \(table.choices.count) pairs of "
          + names([first, second]) + (otherwise.map { ", else by " + names([$0.leaf]) } ?? ""))
    case .calendar(let source, _, _, let texts):
      found[leaf.leaf].append(
        "a part of " + names([source]) + (texts.map { " as one of \($0.count) texts" } ?? ""))
    }
  }

  /// A piece of a template: a name in braces, or what always stands there.
  private func text(_ piece: ComposedText.Piece) -> String {
    switch piece {
    case .literal(let text): String(decoding: text, as: UTF8.self)
    case .value(let value): "{" + schema.leaves[value.leaf].name + "}"
    }
  }

  private func names(_ leaves: [Int]) -> String {
    leaves.map { schema.leaves[$0].name }.joined(separator: ", ")
  }

  /// The shapes, or the first keys of a sequence.
  private func pattern(_ rule: DerivedLeaf.Rule) -> String {
    guard case .shapes(let keys) = rule else {
      return (rule.key(row: 0, seed: 0) ?? "") + ", " + (rule.key(row: 1, seed: 0) ?? "")
    }
    return keys.shapes.map { $0.pattern.text }.joined(separator: " or ")
  }

  private func range(_ lower: Int64, _ upper: Int64, of leaf: Int) -> String {
    func text(_ units: Int64) -> String {
      var bytes: [UInt8] = []
      if case .real(let decimals) = schema.leaves[leaf].kind {
        Field.real(units: units, decimals: decimals).append(to: &bytes)
      } else {
        Field.integer(units).append(to: &bytes)
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    return "from " + text(lower) + " to " + text(upper)
  }
}
