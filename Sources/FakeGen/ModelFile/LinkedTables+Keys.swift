extension LinkedTables {
  /// Checks that rows get the keys of the tables by rules that tell all rows apart.
  ///
  /// - Parameters:
  ///   - schema: of the model's rows.
  ///   - rules: of these.
  ///   - network: that makes the lists.
  /// - Throws: `ModelError.invalid` if a table's rows get their key otherwise.
  func checkKeys(schema: RowSchema, rules: RowRules, network: Network) throws(ModelError) {
    for (index, table) in tables.enumerated() {
      guard let key = table.key, let rows = self.schema(of: index, in: schema) else { continue }
      let own =
        table.link == nil
        ? rules : decoder(of: index, schema: schema, root: .tuple(network.root))?.rules
      guard own?.isKey(rows.columns[key]) == true else {
        throw .invalid(
          section: "tables", reason: "the key of table \(table.name) is not made by a rule of keys")
      }
    }
  }

  /// The decoder of the lists that a table's rows lie in; nil if there is none.
  private func decoder(
    of table: Int, schema: RowSchema, root: DecoderModule
  ) -> RepeatedDecoder? {
    guard let link = tables[table].link, let parent = self.schema(of: link.parent, in: schema)
    else { return nil }
    let outer =
      tables[link.parent].link == nil
      ? root : decoder(of: link.parent, schema: schema, root: root)?.child
    return outer?.list(parent.columns[link.list])
  }
}

extension RowRules {
  /// Whether rows get a leaf of their own by a rule.
  fileprivate func isKey(_ leaf: Int) -> Bool {
    for ruled in derived where ruled.leaf == leaf {
      switch ruled.rule {
      case .sequence, .shapes: return true
      default: return false
      }
    }
    return false
  }
}

extension DecoderModule {
  /// The decoder of a list among the leaves that a module makes; nil if it does not make it.
  fileprivate func list(_ leaf: Int) -> RepeatedDecoder? {
    switch self {
    case .repeated(let decoder): return decoder.leaf == leaf ? decoder : nil
    case .optional(let decoder): return decoder.child.list(leaf)
    case .chosen(let decoder): return decoder.child.list(leaf)
    case .tuple(let decoder):
      for element in decoder.elements {
        if let found = element.child.list(leaf) { return found }
      }
      return nil
    default: return nil
    }
  }
}
