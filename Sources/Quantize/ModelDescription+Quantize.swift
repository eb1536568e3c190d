import Checkpoint
import FakeGen
import Foundation
import Schema

extension ModelDescription {
  /// The description in a checkpoint's metadata.
  init(metadataOf checkpoint: Checkpoint) throws(QuantizationError) {
    struct Metadata: Decodable {
      var model: ModelDescription
    }
    do {
      self = try JSONDecoder().decode(Metadata.self, from: Data(checkpoint.metadata)).model
    } catch {
      throw .unreadableDescription(reason: Self.oneLine(error))
    }
  }

  private static func oneLine(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return error.localizedDescription }
    switch error {
    case .keyNotFound(let key, let context):
      return "no \((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "wrong type at \(context.codingPath.map(\.stringValue).joined(separator: "."))"
    default: return "it is not JSON of the expected form"
    }
  }

  /// Checks everything that indexing and encoding rely on.
  func checkForQuantization() throws(QuantizationError) {
    func check(_ condition: Bool, _ reason: @autoclosure () -> String) throws(QuantizationError) {
      if !condition { throw .invalidDescription(reason: reason()) }
    }
    let width = 1...ModelFormat.maximumWidth
    for (name, value) in [
      ("character", widths.character), ("embedding", widths.embedding),
      ("stringState", widths.stringState), ("tupleState", widths.tupleState),
    ] {
      try check(width.contains(value), "the width \(name) should be in \(width), found \(value)")
    }
    let lengths = 1...ModelFormat.maximumStringLength
    try check(
      lengths.contains(maximumStringLength),
      "maximumStringLength should be in \(lengths), found \(maximumStringLength)")
    try check(
      alphabet.allSatisfy { Unicode.Scalar($0) != nil } && Set(alphabet).count == alphabet.count
        && codeCount <= ModelFormat.maximumWidth,
      "its alphabet should hold distinct Unicode scalar values")
    try check(
      (1...ModelFormat.maximumLeaves).contains(schema.leaves.count),
      "a model has 1 to \(ModelFormat.maximumLeaves) leaves, found \(schema.leaves.count)")
    try check(
      integerRanges.count == schema.leaves.count,
      "it should have an integer range, or null, for each of \(schema.leaves.count) leaves")
    for (leaf, range) in zip(schema.leaves, integerRanges) {
      if let range {
        try check(range.minimum <= range.maximum, "the range of \(leaf.path) is empty")
      }
      try check(
        leaf.digitRange.map(DigitString.isValid) ?? true,
        "the integers of \(leaf.path) should have room for every digit")
      switch leaf.kind {
      case .real(let decimals):
        try check(
          (0...ModelFormat.maximumDecimals).contains(decimals),
          "\(leaf.path) should have 0 to \(ModelFormat.maximumDecimals) decimals")
      case .enumeration(let names, _):
        try check(!names.isEmpty, "the enumeration \(leaf.path) has no names")
      default: break
      }
    }
    try check(
      schema.columns.allSatisfy(schema.leaves.indices.contains)
        && Set(schema.columns).count == schema.columns.count && !schema.columns.isEmpty,
      "its columns should be distinct leaves")
    if schema.leaves.contains(where: { $0.kind.isString }) {
      try check(!alphabet.isEmpty, "its alphabet is empty but there are strings")
    }
    if schema.leaves.contains(where: { $0.kind == .digits }) {
      try check(
        alphabet.contains { (0x31...0x39).contains($0) },
        "its alphabet has no digits but there are leaves of digits")
    }
    var modelled: [Int] = []
    try schema.root.check(schema, depth: 0, modelled: &modelled)
    try check(
      modelled.sorted() == Array(schema.leaves.indices),
      "its modules should make each leaf exactly once")
  }
}

extension ModuleNode {
  /// Checks that leaves exist and suit their modules, and gathers them.
  fileprivate func check(
    _ schema: RecordSchema, depth: Int, modelled: inout [Int]
  ) throws(QuantizationError) {
    guard depth < ModelFormat.maximumDepth else {
      throw .invalidDescription(
        reason: "its modules are nested deeper than \(ModelFormat.maximumDepth)")
    }
    switch self {
    case .stringLiteral(let leaf):
      try schema.checkLeaf(leaf, is: "a text") { $0.isString }
      modelled.append(leaf)
    case .scalarTuple(let leaves):
      guard !leaves.isEmpty else { throw .invalidDescription(reason: "a scalar tuple is empty") }
      for leaf in leaves {
        try schema.checkLeaf(leaf, is: "a scalar") { $0.isScalar }
        modelled.append(leaf)
      }
    case .categorical(let leaf, let classes):
      try schema.checkLeaf(leaf, is: "an enumeration of \(classes)") { $0.classes == classes }
      modelled.append(leaf)
    case .optional(let child):
      try child.check(schema, depth: depth + 1, modelled: &modelled)
    case .tuple(_, let elements):
      guard !elements.isEmpty else { throw .invalidDescription(reason: "a message is empty") }
      for element in elements {
        try element.check(schema, depth: depth + 1, modelled: &modelled)
      }
    }
  }
}

extension RecordSchema {
  fileprivate func checkLeaf(
    _ leaf: Int, is expected: String, _ suits: (LeafKind) -> Bool
  ) throws(QuantizationError) {
    guard leaves.indices.contains(leaf), suits(leaves[leaf].kind) else {
      throw .invalidDescription(reason: "leaf \(leaf) should be \(expected)")
    }
  }

  /// The schema as the model file holds it.
  var rowSchema: RowSchema {
    RowSchema(
      messageName: messageName,
      leaves: leaves.map {
        Column(
          name: $0.column, kind: $0.kind.columnKind, path: $0.path, isOptional: $0.isOptional)
      },
      columns: columns)
  }
}

extension Leaf {
  /// The integers that a `.digits` leaf may hold, nil for other leaves.
  var digitRange: ClosedRange<Int64>? {
    guard kind == .digits else { return nil }
    guard let typeRange, typeRange.minimum <= typeRange.maximum else { return .min ... .max }
    return typeRange.minimum...typeRange.maximum
  }
}

extension LeafKind {
  var isString: Bool {
    switch self {
    case .text, .digits: true
    default: false
    }
  }

  var isScalar: Bool {
    switch self {
    case .real, .integer: true
    default: false
    }
  }

  /// Number of classes of a categorical leaf.
  var classes: Int? {
    switch self {
    case .boolean: 2
    case .enumeration(let names, _): names.count
    default: nil
    }
  }

  var columnKind: ColumnKind {
    switch self {
    case .text: .text
    case .digits: .digits
    case .real(let decimals): .real(decimals: decimals)
    case .integer: .integer
    case .boolean: .boolean
    case .enumeration(let names, _): .enumeration(names: names)
    }
  }
}
