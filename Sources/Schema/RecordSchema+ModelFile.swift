import FakeGen

extension RecordSchema {
  /// The schema as the model file holds it.
  package var rowSchema: RowSchema {
    RowSchema(
      messageName: messageName,
      leaves: leaves.map {
        Column(
          name: $0.column, kind: $0.columnKind, path: $0.path, isOptional: $0.isOptional,
          spelling: $0.spelling)
      },
      columns: columns)
  }

  /// How a message declares the leaves, as the model file holds it; none unless it declares all columns.
  package var protobufFields: [ProtobufField] {
    guard columns.allSatisfy({ leaves[$0].protobuf != nil }) else { return [] }
    return leaves.map { leaf in
      var field = leaf.protobuf ?? ProtobufField(numbers: [], type: .string)
      if case .list(let type) = leaf.kind, type.isMessage {
        field.elements = type.elements.protobufFields
      }
      return field
    }
  }
}

extension Leaf {
  /// The kind of its column in the model file.
  package var columnKind: ColumnKind {
    switch kind {
    case .text: .text
    case .digits: .digits
    case .real(let decimals): .real(decimals: decimals)
    case .integer: .integer
    case .boolean: .boolean
    case .enumeration(let names, _): .enumeration(names: names)
    case .moment(let text): momentKind(text)
    case .list(let type):
      .list(
        ListKind(
          schema: type.elements.rowSchema, minimumCount: type.counts.lowerBound,
          maximumCount: type.counts.upperBound, isMessage: type.isMessage, isMap: type.isMap,
          rules: ListRules(
            distinct: type.distinct,
            order: type.order.map { .init(leaf: $0.leaf, isDescending: $0.isDescending) },
            absentCounts: type.absentCounts)))
    }
  }

  /// A moment with a range is a `google.protobuf.Timestamp`.
  private func momentKind(_ text: String) -> ColumnKind {
    // A checked description has layouts that are well formed.
    guard var layout = try? MomentLayout(text) else { return .integer }
    layout.isTimestamp = typeRange != nil
    return .moment(layout)
  }
}
