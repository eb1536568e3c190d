import FakeGen

/// The alternatives that the leaves of rows, or of a list's elements, are of.
struct LeafAlternatives {
  /// An alternative: the leaf that chooses it, and what that is then.
  struct Choice: Equatable, Sendable {
    /// The leaf.
    var leaf: Int
    /// What it is.
    var choice: Int64
  }

  /// Those of each leaf, outer ones first.
  private(set) var choices: [[Choice]]
  /// Those of the elements of each leaf that is a list.
  private(set) var elements: [LeafAlternatives?]

  /// Creates those of leaves that are of none.
  init(_ schema: RowSchema) {
    choices = [[Choice]](repeating: [], count: schema.leaves.count)
    elements = [LeafAlternatives?](repeating: nil, count: schema.leaves.count)
  }

  /// Gathers those that modules and rules say.
  ///
  /// - Parameters:
  ///   - schema: of the rows or elements.
  ///   - rules: what no module makes of them.
  ///   - modules: what makes them.
  init(_ schema: RowSchema, rules: RowRules, modules: [DecoderModule]) {
    self.init(schema)
    for module in modules { gather(module, [], schema) }
    for leaf in rules.derived {
      switch leaf.rule {
      // Keys are in every row, and so may be what a table has for null.
      case .sequence, .shapes: break
      case .lookup(_, let table) where table.nullChoice > 0: break
      case .pairLookup: break
      default:
        for source in leaf.sources {
          for choice in choices[source] where !choices[leaf.leaf].contains(choice) {
            choices[leaf.leaf].append(choice)
          }
        }
      }
    }
  }

  private mutating func gather(_ module: DecoderModule, _ outer: [Choice], _ schema: RowSchema) {
    switch module {
    case .chosen(let decoder):
      gather(
        decoder.child, outer + [Choice(leaf: decoder.leaf, choice: decoder.choice)], schema)
    case .optional(let decoder): gather(decoder.child, outer, schema)
    case .tuple(let decoder):
      for element in decoder.elements { gather(element.child, outer, schema) }
    case .string(let field): choices[field.leaf] = outer
    case .vocabulary(let decoder): choices[decoder.leaf] = outer
    case .number(let decoder): choices[decoder.leaf] = outer
    case .categorical(let decoder): choices[decoder.leaf] = outer
    case .repeated(let decoder):
      choices[decoder.leaf] = outer
      guard case .list(let list) = schema.leaves[decoder.leaf].kind else { break }
      elements[decoder.leaf] = LeafAlternatives(
        list.schema, rules: decoder.rules, modules: [decoder.child])
    case .scalars(let decoder):
      for output in decoder.outputs { choices[output.leaf] = outer }
    }
  }
}
