import FakeGen
import FloatModel
import Schema

extension ModelDescription {
  /// Checks that fixed point has everything that the model is made of.
  func checkForQuantization() throws(QuantizationError) {
    func require(
      _ condition: Bool, _ reason: @autoclosure () -> String
    ) throws(QuantizationError) {
      if !condition { throw .invalidDescription(reason: reason()) }
    }
    try require(
      options.tree == .tuple,
      "expected the tree 'tuple', found '\(options.tree.rawValue)', which has no fixed-point "
        + "generator; use trainer generate")
    try require(
      options.feedback == .own || method.scalarActivation == .sigmoid,
      "with feedback \(options.feedback.rawValue) its scalarActivation should be sigmoid, found "
        + method.scalarActivation.rawValue)
    for (index, leaf) in schema.leaves.enumerated() {
      try require(
        digitRange(index).map(DigitString.isValid) ?? true,
        "the integers of \(leaf.path) should have room for every digit")
    }
    for (_, type) in schema.lists { try ofElements(type).checkForQuantization() }
    if schema.root.usesStrings {
      try require(!alphabet.isEmpty, "its alphabet is empty but there are strings")
    }
    if schema.root.leaves.contains(where: { schema.leaves[$0].kind == .digits }) {
      try require(
        alphabet.contains { (0x31...0x39).contains($0) },
        "its alphabet has no digits but there are leaves of digits")
    }
  }
}

extension RecordSchema {
  /// The schema as the model file holds it.
  var rowSchema: RowSchema {
    RowSchema(
      messageName: messageName,
      leaves: leaves.map {
        Column(
          name: $0.column, kind: $0.columnKind, path: $0.path, isOptional: $0.isOptional,
          spelling: $0.spelling)
      },
      columns: columns)
  }
}

extension Leaf {
  var columnKind: ColumnKind {
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
