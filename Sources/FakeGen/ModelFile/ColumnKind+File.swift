extension ColumnKind {
  /// Reads a kind, which is part of the section of the schema.
  ///
  /// - Parameter depth: number of lists around it.
  /// - Returns: the kind.
  /// - Throws: `ModelError` if there is none of this number.
  static func read(
    from sections: inout SectionReader, depth: Int
  ) throws(ModelError) -> ColumnKind {
    switch try sections.readShape(0...8) {
    case 0: return .text
    case 1: return .digits
    case 2: return .real(decimals: try sections.readInteger(0...ModelFormat.maximumDecimals))
    case 3: return .integer
    case 4: return .boolean
    case 6:
      let text = try sections.readText()
      let isTimestamp = try sections.readShape(0...1) == 1
      do throws(MomentLayout.Problem) {
        var layout = try MomentLayout(text)
        layout.isTimestamp = isTimestamp
        return .moment(layout)
      } catch {
        throw sections.invalid("the layout of a moment \(error.reason)")
      }
    case 7: return .list(try .read(from: &sections, isRuled: false, depth: depth + 1))
    case 8: return .list(try .read(from: &sections, isRuled: true, depth: depth + 1))
    default:
      let count = try sections.readShape(1...ModelFormat.maximumWidth)
      var names: [String] = []
      for _ in 0..<count { names.append(try sections.readText()) }
      return .enumeration(names: names)
    }
  }

  func write(to writer: inout SectionWriter) {
    switch self {
    case .text: writer.writeShape(0)
    case .digits: writer.writeShape(1)
    case .real(let decimals):
      writer.writeShape(2)
      writer.write(UInt32(decimals))
    case .integer: writer.writeShape(3)
    case .boolean: writer.writeShape(4)
    case .enumeration(let names):
      writer.writeShape(5)
      writer.writeShape(names.count)
      for name in names { writer.write(name) }
    case .moment(let layout):
      writer.writeShape(6)
      writer.write(layout.text)
      writer.writeShape(layout.isTimestamp ? 1 : 0)
    case .list(let list):
      writer.writeShape(list.isMap || !list.rules.isEmpty ? 8 : 7)
      list.write(to: &writer)
    }
  }
}

extension ColumnKind {
  /// Whether its values can be the keys of a map, as protobuf and JSON have them.
  fileprivate var isMapKey: Bool {
    switch self {
    case .text, .digits, .integer, .boolean: true
    case .moment(let layout): !layout.isTimestamp
    case .real, .enumeration, .list: false
    }
  }
}

extension ListKind {
  /// Reads a list's kind, which is part of the section of the schema.
  ///
  /// - Parameters:
  ///   - isRuled: whether it is a map, or something holds in every list.
  ///   - depth: number of lists around its elements.
  /// - Returns: the kind.
  /// - Throws: `ModelError` if it is not what it must be.
  fileprivate static func read(
    from sections: inout SectionReader, isRuled: Bool, depth: Int
  ) throws(ModelError) -> ListKind {
    guard depth < ModelFormat.maximumDepth else {
      throw sections.invalid("lists are nested deeper than \(ModelFormat.maximumDepth)")
    }
    let most = ModelFormat.maximumDepth
    func parts(_ name: String) -> Int {
      var bytes: [UInt8] = []
      bytes.append(name)
      return bytes.count { $0 == UInt8(ascii: ".") } + 1
    }
    let minimum = try sections.readShape(0...RandomStream.maximumElements)
    let maximum = try sections.readShape(max(1, minimum)...RandomStream.maximumElements)
    let isMessage = try sections.readShape(0...1) == 1
    let schema = try RowSchema.readLeaves(from: &sections, messageName: "", depth: depth)
    for leaf in schema.leaves where parts(leaf.path) > most || parts(leaf.name) > most {
      throw sections.invalid("a field's name has more than \(most) parts")
    }
    guard isMessage || schema.columns.count == 1 else {
      throw sections.invalid("a list of values should have one column")
    }
    guard isRuled else {
      return ListKind(
        schema: schema, minimumCount: minimum, maximumCount: maximum, isMessage: isMessage)
    }
    let isMap = try sections.readShape(0...1) == 1
    let rules = try ListRules.read(
      from: &sections, schema: schema, counts: minimum...maximum)
    if isMap {
      guard isMessage, schema.columns.count == 2, schema.columns[0] < schema.columns[1],
        rules.distinct.contains(schema.columns[0])
      else { throw sections.invalid("a map should have distinct keys, and a value for each") }
      guard schema.leaves[schema.columns[0]].kind.isMapKey,
        !schema.leaves[schema.columns[0]].isOptional
      else {
        throw sections.invalid("a map's keys should be texts, integers or booleans, never null")
      }
      if case .list = schema.leaves[schema.columns[1]].kind {
        throw sections.invalid("a map's values should be no lists")
      }
    } else if rules.isEmpty {
      throw sections.invalid("a list should be a map, or have rules")
    }
    return ListKind(
      schema: schema, minimumCount: minimum, maximumCount: maximum, isMessage: isMessage,
      isMap: isMap, rules: rules)
  }

  fileprivate func write(to writer: inout SectionWriter) {
    writer.writeShape(minimumCount)
    writer.writeShape(maximumCount)
    writer.writeShape(isMessage ? 1 : 0)
    schema.writeLeaves(to: &writer)
    guard isMap || !rules.isEmpty else { return }
    writer.writeShape(isMap ? 1 : 0)
    rules.write(to: &writer)
  }
}

extension ListRules {
  /// Reads rules, which are part of the section of the schema.
  ///
  /// - Parameters:
  ///   - schema: of elements.
  ///   - counts: from the fewest to the most elements.
  /// - Throws: `ModelError` if they are not what they must be.
  fileprivate static func read(
    from sections: inout SectionReader, schema: RowSchema, counts: ClosedRange<Int>
  ) throws(ModelError) -> ListRules {
    var rules = ListRules()
    let count = try sections.readShape(0...schema.leaves.count)
    for _ in 0..<count {
      let leaf = try readLeaf(from: &sections, schema: schema)
      if let last = rules.distinct.last, last >= leaf {
        throw sections.invalid("the leaves of a list's distinct values should ascend")
      }
      rules.distinct.append(leaf)
    }
    // 0 for no order, 1 for an ascending one, 2 for a descending one.
    let order = try sections.readShape(0...2)
    if order > 0 {
      rules.order = Order(
        leaf: try readLeaf(from: &sections, schema: schema), isDescending: order == 2)
    }
    let absent = try sections.readShape(0...counts.count)
    for _ in 0..<absent {
      let count = try sections.readShape(0...counts.upperBound)
      guard counts.lowerBound < count, count < counts.upperBound,
        count > rules.absentCounts.last ?? 0
      else { throw sections.invalid("numbers of elements that no list has should ascend") }
      rules.absentCounts.append(count)
    }
    return rules
  }

  private static func readLeaf(
    from sections: inout SectionReader, schema: RowSchema
  ) throws(ModelError) -> Int {
    let leaf = try sections.readShape(0...schema.leaves.count - 1)
    if case .list = schema.leaves[leaf].kind {
      throw sections.invalid("a list's values are compared by leaf \(leaf), a list")
    }
    return leaf
  }

  fileprivate func write(to writer: inout SectionWriter) {
    writer.writeShape(distinct.count)
    for leaf in distinct { writer.writeShape(leaf) }
    if let order {
      writer.writeShape(order.isDescending ? 2 : 1)
      writer.writeShape(order.leaf)
    } else {
      writer.writeShape(0)
    }
    writer.writeShape(absentCounts.count)
    for count in absentCounts { writer.writeShape(count) }
  }
}
