import FakeGen
import Records
import Schema

extension TablePlan {
  /// Says of the leaves of a plan that are columns what a message declares of them: the person's, or
  /// the one that `messageText` prints.
  ///
  /// - Parameters:
  ///   - leaves: the columns are the first.
  ///   - spelled: leaves whose values may be spelled anew.
  ///   - declared: what the person declares; none for as found.
  ///   - lists: the elements of lists.
  /// - Returns: what a person should look at.
  /// - Throws: `InferenceError.unsuitableKind` for a column whose values are not of its field's type.
  static func declare(
    _ leaves: inout [Leaf], columns: [TypedColumn], spelled: Set<Int>,
    declared: [DeclaredTable.Column], lists: [String: TablePlan]
  ) throws(InferenceError) -> [InferenceWarning] {
    var warnings: [InferenceWarning] = []
    let fields = Dictionary(declared.map { ($0.name, $0) }) { first, _ in first }
    let paths = columns.indices.map { leaves[$0].path.split(separator: ".").map(String.init) }
    let numbers = MessageTree.numbers(paths)
    for (index, column) in columns.enumerated() {
      let keys = column.keys.count == paths[index].count ? column.keys : paths[index]
      var found = ProtobufField(
        numbers: numbers[index], keys: keys, type: column.protobufType,
        isExplicit: column.nullRows > 0)
      if case .list(let list) = column.form {
        let element = lists[column.name]?.schema.leaves.first?.protobuf
        found.type = list.isMessage ? .message : element?.type ?? .string
        found.values = list.isMessage ? [] : element?.values ?? []
      }
      leaves[index].protobuf = found
      guard let field = fields[column.name] else { continue }
      leaves[index].protobuf = field.protobuf
      leaves[index].protobuf?.keys = keys
      guard
        let reason = misfit(
          column, leaves[index], field.protobuf, isSpelled: spelled.contains(index))
      else { continue }
      let type = field.protobuf.type.name(isWrapped: field.protobuf.isWrapped)
      // What a kind says of a column counts for more than its type.
      guard field.field.kind != nil else {
        throw .unsuitableKind(
          column: column.name, kind: type,
          reason:
            "its field is declared so, found \(reason); say what the column is with --kind, or "
            + "change the field's type")
      }
      found.numbers = field.protobuf.numbers
      found.isExplicit = field.protobuf.isExplicit
      leaves[index].protobuf = found
      warnings.append(
        InferenceWarning(
          column: column.name,
          text: "its field is declared as \(type), but by its kind it has \(reason): protobuf gets "
            + found.type.name(isWrapped: false)))
    }
    return warnings
  }

  /// What of the values that a column may have is not of the type that its field is declared with; nil
  /// if all are.
  private static func misfit(
    _ column: TypedColumn, _ leaf: Leaf, _ field: ProtobufField, isSpelled: Bool
  ) -> String? {
    if column.form == .empty { return nil }
    if !field.suits(leaf.columnKind) { return column.why }
    if case .moment(let layout) = column.form {
      // Numbers of digits such as 20240131 are moments, too.
      let fits =
        switch field.type {
        case .timestamp: layout.hasDate && layout.hasTime && layout.text.hasSuffix("Z")
        case .string: true
        default: column.presentCodes.allSatisfy { Int64(column.raw.texts[$0]) != nil }
        }
      return fits ? nil : "moments as in \(layout.text)"
    }
    if let range = field.type.integerRange, leaf.kind == .integer || leaf.kind == .digits {
      let code = column.presentCodes.first { code in
        column.number(code)?.units(decimals: 0).map { !range.contains($0) } ?? true
      }
      return code.map { shortened(column.raw.texts[$0]) }
    }
    guard leaf.kind == .text, field.type != .string else { return nil }
    // What is spelled anew may be no such value, and no base64 either.
    if isSpelled || column.isKey && field.type != .bytes { return "texts: \(column.why)" }
    if field.type == .bytes { return nil }
    let misfit = column.presentCodes.lazy.map { column.raw.texts[$0] }.first { text in
      switch field.type {
      case .enumeration: return !field.values.contains { $0.name == text }
      case .bool: return !Self.booleanWords.contains(text.lowercased())
      case .timestamp, .duration, .message: return true
      default:
        guard let number = DecimalText(Array(text.utf8)[...]) else { return true }
        return field.type.isInteger && number.decimals > 0
      }
    }
    return misfit.map(shortened)
  }

  private static let booleanWords = [
    "true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0",
  ]
}

extension ProtobufType {
  /// The values of an integer type, those of 64 bits without a sign up to 2^63 - 1; nil for others.
  fileprivate var integerRange: ClosedRange<Int64>? {
    switch self {
    case .int32, .sint32, .sfixed32: Int64(Int32.min)...Int64(Int32.max)
    case .uint32, .fixed32: 0...Int64(UInt32.max)
    case .int64, .sint64, .sfixed64: .min ... .max
    case .uint64, .fixed64: 0 ... .max
    default: nil
    }
  }
}
