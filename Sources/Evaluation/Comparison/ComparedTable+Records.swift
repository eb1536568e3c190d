import Records
import Schema

extension ComparedColumn {
  /// The columns of a schema's tables.
  public static func columns(of schema: RecordSchema) -> [ComparedColumn] {
    schema.columns.map { leaf in
      ComparedColumn(name: schema.leaves[leaf].comparedName, kind: kind(leaf, schema))
    }
  }

  private static func kind(_ leaf: Int, _ schema: RecordSchema) -> Kind {
    for derived in schema.derived where derived.leaf == leaf {
      guard case .key(let pattern, _) = derived.rule else { continue }
      if case .sequence = pattern { return .sequence }
      return .key
    }
    return switch schema.leaves[leaf].kind {
    case .text: .text
    case .real(let decimals): .number(decimals: decimals)
    case .integer, .list: .number(decimals: 0)
    case .digits, .boolean, .enumeration: .category
    case .moment(let layout): .moment(layout: layout)
    }
  }
}

extension Leaf {
  /// The name of the column in a comparison, which looks at lists' numbers of elements.
  public var comparedName: String { kind.isList ? "\(column) (elements)" : column }
}

extension ComparedTable {
  /// Creates a table of a schema's columns. Empty texts count as null, lists by their elements.
  ///
  /// - Parameters:
  ///   - records: the rows.
  ///   - schema: of the rows.
  public init(_ records: [Record], schema: RecordSchema) {
    let formatter = RecordFormatter(schema: schema, format: .csv)
    columns = schema.columns.map { leaf in
      let kind = schema.leaves[leaf].kind
      let texts = records.map { record -> String? in
        if case .list(let elements) = record.values[leaf] { return String(elements.count) }
        let text = formatter.text(record.values[leaf], kind)
        return text.isEmpty ? nil : text
      }
      guard case .moment = kind else { return Column(texts: texts) }
      return Column(texts: texts, numbers: records.map { $0.values[leaf].number })
    }
  }
}
