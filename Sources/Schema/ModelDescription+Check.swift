/// A model description that does not hang together.
public struct ModelDescriptionError: Error, Hashable, Sendable {
  /// What should be, and what was found.
  public let reason: String
}

/// Bounds on what a description may ask for, so that none takes memory or time out of proportion.
public enum ModelLimits {
  /// Modules inside modules.
  public static let depth = 16
  /// Leaves of a record.
  public static let leaves = 4096
  /// Any layer's width, and the codes of an alphabet.
  public static let width = 65536
  /// Unicode scalars of a string.
  public static let stringLength = 4096
  /// Gaussians of a mixture density.
  public static let mixtureComponents = 256
  /// Scalars that one mixture density models jointly.
  public static let mixtureValues = 16
  /// Digits of a real after the point.
  public static let decimals = 18
}

extension ModelDescription {
  /// Checks everything that building a model relies on: widths, leaves, modules.
  public func check() throws(ModelDescriptionError) {
    func check(
      _ condition: Bool, _ reason: @autoclosure () -> String
    ) throws(ModelDescriptionError) {
      if !condition { throw ModelDescriptionError(reason: reason()) }
    }
    let width = 1...ModelLimits.width
    for (name, value) in [
      ("character", widths.character), ("embedding", widths.embedding),
      ("stringState", widths.stringState), ("tupleState", widths.tupleState),
      ("deviation", widths.deviation),
    ] {
      try check(width.contains(value), "the width \(name) should be in \(width), found \(value)")
    }
    let lengths = 1...ModelLimits.stringLength
    try check(
      lengths.contains(maximumStringLength),
      "maximumStringLength should be in \(lengths), found \(maximumStringLength)")
    try check(
      alphabet.allSatisfy { Unicode.Scalar($0) != nil } && Set(alphabet).count == alphabet.count
        && codeCount <= ModelLimits.width,
      "its alphabet should hold distinct Unicode scalar values")
    try check(
      (1...ModelLimits.leaves).contains(schema.leaves.count),
      "a model has 1 to \(ModelLimits.leaves) leaves, found \(schema.leaves.count)")
    try check(
      integerRanges.count == schema.leaves.count,
      "it should have an integer range, or null, for each of \(schema.leaves.count) leaves")
    for (leaf, range) in zip(schema.leaves, integerRanges) {
      if let range {
        try check(range.minimum <= range.maximum, "the range of \(leaf.path) is empty")
      }
      switch leaf.kind {
      case .real(let decimals):
        try check(
          (0...ModelLimits.decimals).contains(decimals),
          "\(leaf.path) should have 0 to \(ModelLimits.decimals) decimals")
      case .enumeration(let names, _):
        try check(!names.isEmpty, "the enumeration \(leaf.path) has no names")
      default: break
      }
    }
    try check(
      schema.columns.allSatisfy(schema.leaves.indices.contains)
        && Set(schema.columns).count == schema.columns.count && !schema.columns.isEmpty,
      "its columns should be distinct leaves")
    guard case .tuple = schema.root else {
      throw ModelDescriptionError(reason: "its root should be a tuple")
    }
    var modelled: [Int] = []
    try schema.root.check(schema, depth: 0, modelled: &modelled)
    try check(
      modelled.sorted() == Array(schema.leaves.indices),
      "its modules should make each leaf exactly once")
    try checkOptions()
  }
}

extension ModuleNode {
  /// Checks that leaves exist and suit their modules, and gathers them.
  fileprivate func check(
    _ schema: RecordSchema, depth: Int, modelled: inout [Int]
  ) throws(ModelDescriptionError) {
    guard depth < ModelLimits.depth else {
      throw ModelDescriptionError(
        reason: "its modules are nested deeper than \(ModelLimits.depth)")
    }
    switch self {
    case .stringLiteral(let leaf):
      try schema.checkLeaf(leaf, is: "a text") { $0.isString }
      modelled.append(leaf)
    case .vocabulary(let leaf), .constant(let leaf):
      try schema.checkLeaf(leaf, is: "a text") { $0 == .text }
      modelled.append(leaf)
    case .scalarTuple(let leaves):
      guard !leaves.isEmpty else { throw ModelDescriptionError(reason: "a scalar tuple is empty") }
      for leaf in leaves {
        try schema.checkLeaf(leaf, is: "a scalar") { $0.isScalar }
        modelled.append(leaf)
      }
    case .categorical(let leaf, let classes):
      try schema.checkLeaf(leaf, is: "an enumeration of \(classes)") { $0.classes == classes }
      modelled.append(leaf)
    case .optional(let child):
      guard !child.isConstant else {
        throw ModelDescriptionError(reason: "a constant has no presence of its own")
      }
      try child.check(schema, depth: depth + 1, modelled: &modelled)
    case .tuple(_, let elements):
      guard elements.contains(where: { !$0.isConstant }) else {
        throw ModelDescriptionError(reason: "a message has no field to model")
      }
      for element in elements {
        try element.check(schema, depth: depth + 1, modelled: &modelled)
      }
    }
  }
}

extension ModelDescription {
  private func checkOptions() throws(ModelDescriptionError) {
    func check(
      _ condition: Bool, _ reason: @autoclosure () -> String
    ) throws(ModelDescriptionError) {
      if !condition { throw ModelDescriptionError(reason: reason()) }
    }
    let components = 0...ModelLimits.mixtureComponents
    if options.tree != .tuple {
      try check(
        options.feedback == .own && options.softmaxClusters == 0 && pieces.isEmpty
          && schema.root.vocabularyLeaves == schema.root.constantLeaves,
        "the tree \(options.tree.rawValue) goes with feedback own and strings of characters")
    }
    try check(
      components.contains(options.scalarMixture),
      "scalarMixture should be in \(components), found \(options.scalarMixture)")
    try check(
      options.scalarMixture == 0
        || schema.root.largestScalarTuple <= ModelLimits.mixtureValues,
      "a mixture models at most \(ModelLimits.mixtureValues) scalars of a message, found "
        + "\(schema.root.largestScalarTuple); set model.scalarMixture=0")
    try check(
      options.softmaxClusters == 0
        ? softmaxOrder.isEmpty
        : (1...codeCount).contains(options.softmaxClusters)
          && softmaxOrder.sorted() == Array(0..<codeCount),
      "its softmaxOrder should list each string code once where it has clusters")
    if options.softmaxClusters > 0 {
      let size = (codeCount + options.softmaxClusters - 1) / options.softmaxClusters
      try check(
        (options.softmaxClusters - 1) * size < codeCount,
        "\(options.softmaxClusters) clusters of \(codeCount) string codes leave one empty")
    }
    let known = Set(alphabet)
    for piece in pieces {
      let length = piece.unicodeScalars.count
      try check(
        (2...ModelLimits.stringLength).contains(length)
          && piece.unicodeScalars.allSatisfy { known.contains($0.value) },
        "a subword piece should be two or more characters of the alphabet")
    }
    try check(Set(pieces).count == pieces.count, "its subword pieces should be distinct")
    try check(
      vocabularies.count == schema.leaves.count,
      "it should have a vocabulary, if an empty one, for each of \(schema.leaves.count) leaves")
    for (leaf, vocabulary) in zip(schema.leaves, vocabularies) {
      try check(
        vocabulary.count < ModelLimits.width && Set(vocabulary).count == vocabulary.count,
        "the vocabulary of \(leaf.path) should hold distinct values")
    }
    let modelled = schema.root.vocabularyLeaves
    for leaf in vocabularies.indices {
      try check(
        vocabularies[leaf].isEmpty != modelled.contains(leaf),
        "\(schema.leaves[leaf].path) should have a vocabulary if it is modelled by one")
    }
    for leaf in schema.root.constantLeaves {
      try check(
        vocabularies[leaf].count == 1, "\(schema.leaves[leaf].path) should have one value")
    }
  }
}

extension ModuleNode {
  /// Most scalars that one ScalarTuple models.
  fileprivate var largestScalarTuple: Int {
    switch self {
    case .scalarTuple(let leaves): leaves.count
    case .optional(let child): child.largestScalarTuple
    case .tuple(_, let elements): elements.map(\.largestScalarTuple).max() ?? 0
    case .stringLiteral, .vocabulary, .constant, .categorical: 0
    }
  }

  /// Leaves of constants.
  public var constantLeaves: Set<Int> {
    switch self {
    case .constant(let leaf): [leaf]
    case .optional(let child): child.constantLeaves
    case .tuple(_, let elements): elements.reduce(into: []) { $0.formUnion($1.constantLeaves) }
    case .stringLiteral, .scalarTuple, .categorical, .vocabulary: []
    }
  }

  /// Leaves whose module has a vocabulary.
  fileprivate var vocabularyLeaves: Set<Int> {
    switch self {
    case .vocabulary(let leaf), .constant(let leaf): [leaf]
    case .optional(let child): child.vocabularyLeaves
    case .tuple(_, let elements): elements.reduce(into: []) { $0.formUnion($1.vocabularyLeaves) }
    case .stringLiteral, .scalarTuple, .categorical: []
    }
  }
}

extension RecordSchema {
  fileprivate func checkLeaf(
    _ leaf: Int, is expected: String, _ suits: (LeafKind) -> Bool
  ) throws(ModelDescriptionError) {
    guard leaves.indices.contains(leaf), suits(leaves[leaf].kind) else {
      throw ModelDescriptionError(reason: "leaf \(leaf) should be \(expected)")
    }
  }
}

extension Leaf {
  /// The integers that a `.digits` leaf may hold, nil for other leaves.
  public var digitRange: ClosedRange<Int64>? {
    guard kind == .digits else { return nil }
    guard let typeRange, typeRange.minimum <= typeRange.maximum else { return .min ... .max }
    return typeRange.minimum...typeRange.maximum
  }
}

extension LeafKind {
  /// Whether the values are modelled as text.
  public var isString: Bool {
    switch self {
    case .text, .digits: true
    default: false
    }
  }

  /// Whether the values are numbers of a ScalarTuple.
  public var isScalar: Bool {
    switch self {
    case .real, .integer: true
    default: false
    }
  }

  /// Number of classes of a categorical leaf, nil for others.
  public var classes: Int? {
    switch self {
    case .boolean: 2
    case .enumeration(let names, _): names.count
    default: nil
    }
  }
}
