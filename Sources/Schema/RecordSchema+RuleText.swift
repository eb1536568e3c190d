import FakeGen

extension RecordSchema {
  /// Returns a rule for a person: `total = price + 2 * tax`, `code: a key like N[0-9]{3}`.
  public func text(of ruled: RuledLeaf) -> String {
    let path = leaves[ruled.leaf].path
    switch ruled.rule {
    case .key(let pattern, let shape):
      return "\(path): a key like \(pattern.summary)"
        + (shape.map { ", the shape by \(leaves[$0].path)" } ?? "")
    case .sum(let terms, let constant, let limits):
      return "\(path) = \(sum(terms, constant))"
        + (limits.map { ", from \($0.least) to \($0.greatest)" } ?? "")
    case .sumOrElse(let terms, let constant, let otherwise):
      return "\(path) = \(sum(terms, constant)), else \(leaves[otherwise].path)"
    case .without(let leaf, let other):
      return "\(path) = \(leaves[leaf].path) without \(leaves[other].path)"
    case .digit(let leaf, let offset, let unit, let count):
      let difference =
        offset == 0
        ? leaves[leaf].path
        : "(\(leaves[leaf].path)\(Self.sign(offset > 0, isFirst: false))\(offset.magnitude))"
      let quotient = unit == 1 ? difference : "\(difference) / \(unit)"
      return "\(path) = \(quotient)" + (count.map { " modulo \($0)" } ?? "")
    case .lookup(let leaf, let entries):
      return "\(path): by a table of \(entries.count) values of \(leaves[leaf].path)"
    case .total(let list, let factors, let factor, let divisor):
      guard case .list(let type) = leaves[list].kind, !factors.isEmpty else {
        return "\(path) = the number of elements of \(leaves[list].path)"
      }
      let names = factors.map { "\(leaves[list].path).\(type.elements.leaves[$0].path)" }
      return "\(path) = total of \(Self.product(names, factor, divisor))"
    case .product(let factors, let factor, let divisor):
      return "\(path) = \(Self.product(factors.map { leaves[$0].path }, factor, divisor))"
    case .pairLookup(let pairs):
      return
        "\(path): by a table of \(pairs.entries.count) pairs of \(leaves[pairs.first].path) and "
        + leaves[pairs.second].path + (pairs.otherwise.map { ", else by \(leaves[$0].path)" } ?? "")
    case .calendar(let leaf, let part, let texts):
      return "\(path) = the \(part.name) of \(leaves[leaf].path)"
        + (texts.isEmpty ? "" : " as one of \(texts.count) texts")
    case .choice(let alternatives):
      let names = alternatives.map { $0.first.map { leaves[$0].path } ?? "" }
      return "\(path): which of \(names.joined(separator: ", ")) is there"
    case .greatest(let others, let factor, let leaf):
      let greatest = "greatest of \(others.map { leaves[$0].path }.joined(separator: ", "))"
      let size = factor.magnitude == 1 ? "" : "\(factor.magnitude) * "
      return
        "\(path) = \(leaves[leaf].path)\(Self.sign(factor < 0, isFirst: false))\(size)\(greatest)"
    case .code(let leaf, let pattern):
      return "\(path): a code like \(pattern.summary), by \(leaves[leaf].path)"
    case .codeNumber(let leaf, _): return "\(path): the number of \(leaves[leaf].path)"
    case .composed(let composition, let choice, let numbers):
      let templates = composition.templates.map { template in
        template.map { piece in
          switch piece {
          case .literal(let text): text
          case .value(let leaf, _): "{\(leaves[leaf].path)}"
          case .number(let place, _): "{\(leaves[numbers[place]].path)}"
          }
        }.joined()
      }
      return "\(path) = \(templates.joined(separator: " or "))"
        + (choice.map { ", by \(leaves[$0].path)" } ?? "")
    case .template(_, let leaf): return "\(path): the template of \(leaves[leaf].path)"
    case .templateNumber(_, let leaf, let place):
      return "\(path): number \(place + 1) in \(leaves[leaf].path)"
    case .shape(let leaf, _): return "\(path): the shape of \(leaves[leaf].path)"
    }
  }

  private func sum(_ terms: [Rule.Term], _ constant: Int64) -> String {
    var text = ""
    for term in terms {
      let factor = term.factor.magnitude == 1 ? "" : "\(term.factor.magnitude) * "
      text += Self.sign(term.factor < 0, isFirst: text.isEmpty) + factor + leaves[term.leaf].path
    }
    if constant != 0 || text.isEmpty {
      text += Self.sign(constant < 0, isFirst: text.isEmpty) + "\(constant.magnitude)"
    }
    return text
  }

  private static func product(_ names: [String], _ factor: Int64, _ divisor: Int64) -> String {
    (names + (factor == 1 ? [] : ["\(factor)"])).joined(separator: " * ")
      + (divisor == 1 ? "" : " / \(divisor)")
  }

  private static func sign(_ isNegative: Bool, isFirst: Bool) -> String {
    isFirst ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
  }

  /// The lines of `describe` on leaves that follow from others, in units of their last digits.
  func ruleLines() -> String {
    func lines(_ title: String, _ ruled: [RuledLeaf]) -> String {
      ruled.isEmpty ? "" : "\n\(title)\n" + ruled.map { "  \(text(of: $0))\n" }.joined()
    }
    return lines("derived, not modelled:", derived)
      + lines("hidden, modelled but in no column:", hidden)
  }
}
