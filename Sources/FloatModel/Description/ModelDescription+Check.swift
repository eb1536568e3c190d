import Schema

extension ModelDescription {
  /// Checks everything that building a model relies on: widths, leaves, modules.
  ///
  /// - Throws: `ModelDescriptionError` for the first thing that is wrong.
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
      Alphabet(values: alphabet) != nil && codeCount <= ModelLimits.width,
      "its alphabet should hold Unicode scalar values in ascending order")
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
      try check(!leaf.jsonNames.isEmpty, "\(leaf.path) should have a name in JSON")
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
      (modelled + schema.derived.map(\.leaf)).sorted() == Array(schema.leaves.indices),
      "its modules and rules should make each leaf exactly once")
    if let problem = schema.ruleProblem { throw ModelDescriptionError(reason: problem) }
    try checkLists()
    try checkOptions()
  }
}

extension ModelDescription {
  /// Checks the types of lists, and that rows have room for all of their elements.
  private func checkLists() throws(ModelDescriptionError) {
    let lists = schema.lists
    guard !lists.isEmpty else { return }
    guard schema.height(schema.root) <= ModelLimits.depth else {
      throw ModelDescriptionError(
        reason: "its lists and messages are nested deeper than \(ModelLimits.depth) modules; leave "
          + "out what is innermost")
    }
    guard options.latent == .none else {
      throw ModelDescriptionError(
        reason: "lists such as \(schema.leaves[lists[0].leaf].path) need a model without a latent "
          + "vector, as trainer learn makes it")
    }
    for (leaf, type) in lists {
      let path = schema.leaves[leaf].path
      guard let capacity = type.elements.capacity,
        capacity <= ModelLimits.elements / type.counts.upperBound
      else {
        throw ModelDescriptionError(
          reason: "\(path) may have \(type.counts.upperBound) elements, with lists in them more "
            + "than \(ModelLimits.elements) in a row; cut the lists")
      }
      guard let values = type.elements.valueCount,
        values <= ModelLimits.values / type.counts.upperBound
      else {
        throw ModelDescriptionError(
          reason: "\(path) may have \(type.counts.upperBound) elements, whose values are more than "
            + "\(ModelLimits.values) in a row; leave columns out, or cut the lists")
      }
      guard type.isMessage || type.elements.columns.count == 1 else {
        throw ModelDescriptionError(reason: "\(path) should have values of one column")
      }
      guard type.hasRulesOfLeaves else {
        throw ModelDescriptionError(
          reason: "\(path) should have rules of its elements' leaves, no lists, in ascending order")
      }
      guard !type.isMap || type.hasEntries else {
        throw ModelDescriptionError(
          reason: "\(path), a map, should have a key, a text or an integer or a boolean, and after "
            + "it a value, no list")
      }
      let elements = ofElements(type)
      guard !type.elements.root.nodes.contains(where: \.kind.isJoint) else {
        throw ModelDescriptionError(reason: "the numbers of \(path) should come in bins")
      }
      do {
        try elements.check()
      } catch {
        throw ModelDescriptionError(reason: "\(path): \(error.reason)")
      }
    }
    guard let values = schema.valueCount, values <= ModelLimits.values else {
      throw ModelDescriptionError(
        reason: "its lists may have more than \(ModelLimits.values) values in a row; leave columns "
          + "out, or cut the lists")
    }
  }
}

extension RecordSchema {
  /// Elements of lists in lists for which a row has room, at least 1; nil beyond
  /// `ModelLimits.elements`.
  fileprivate var capacity: Int? {
    var most = 1
    for (_, type) in lists {
      guard let inner = type.elements.capacity,
        inner <= ModelLimits.elements / type.counts.upperBound
      else { return nil }
      most = max(most, type.counts.upperBound * inner)
    }
    return most
  }

  /// Values of a row, those of all elements that its lists may have among them; nil beyond
  /// `ModelLimits.values`.
  fileprivate var valueCount: Int? {
    var count = leaves.count
    for (_, type) in lists {
      guard let inner = type.elements.valueCount,
        inner <= ModelLimits.values / type.counts.upperBound
      else { return nil }
      count += type.counts.upperBound * inner
      if count > ModelLimits.values { return nil }
    }
    return count
  }

  /// Modules inside one another, those of lists' elements among them.
  fileprivate func height(_ node: ModuleNode) -> Int {
    let below = node.children.map { height($0) }.max() ?? 0
    let elements =
      node.ownLeaves.compactMap { leaf -> Int? in
        guard leaves.indices.contains(leaf), case .list(let type) = leaves[leaf].kind else {
          return nil
        }
        return type.elements.height(type.elements.root)
      }.max() ?? 0
    return 1 + max(below, elements)
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
    let kind = kind
    if kind.isJoint, ownLeaves.isEmpty {
      throw ModelDescriptionError(reason: "a \(kind.name) is empty")
    }
    for leaf in ownLeaves {
      guard schema.leaves.indices.contains(leaf), kind.suits(schema.leaves[leaf].kind) else {
        throw ModelDescriptionError(reason: "leaf \(leaf) should be \(kind.models)")
      }
      modelled.append(leaf)
    }
    switch self {
    case .optional(let child) where child.isConstant:
      throw ModelDescriptionError(reason: "a constant has no presence of its own")
    case .chosen(let leaf, let choice, let child):
      guard !child.isConstant, modelled.contains(leaf),
        let bins = schema.root.binnedLeaves[leaf], schema.leaves[leaf].kind == .integer,
        bins.bins.allSatisfy({ $0.count == 1 && $0[0].lowerBound == $0[0].upperBound }),
        bins.bins.contains(where: { $0[0].lowerBound == choice })
      else {
        throw ModelDescriptionError(
          reason: "alternative \(choice) should be chosen by an integer of one bin for each value, "
            + "before it")
      }
    case .tuple(_, let elements) where elements.allSatisfy(\.isConstant):
      throw ModelDescriptionError(reason: "a message has no field to model")
    default: break
    }
    for child in children { try child.check(schema, depth: depth + 1, modelled: &modelled) }
  }
}

extension ModelDescription {
  private func checkOptions() throws(ModelDescriptionError) {
    func check(
      _ condition: Bool, _ reason: @autoclosure () -> String
    ) throws(ModelDescriptionError) {
      if !condition { throw ModelDescriptionError(reason: reason()) }
    }
    try check(
      (1...ModelLimits.levels).contains(method.levels),
      "a model has 1 to \(ModelLimits.levels) levels, found \(method.levels)")
    try check(
      (0...3).contains(method.conditionedLayers),
      "conditionedLayers should be in 0...3, found \(method.conditionedLayers)")
    try check(
      method.lowestShare > 0 && method.lowestShare <= 1,
      "lowestShare should be above 0 and at most 1, found \(method.lowestShare)")
    let components = 0...ModelLimits.mixtureComponents
    if options.latent == .none {
      try check(
        options.tree == .tuple && options.feedback == .state && method.deviation == .none,
        "a model without a latent vector has the tree tuple, feedback state, no deviation")
    }
    if options.tree != .tuple {
      try check(
        options.feedback == .own && options.softmaxClusters == 0 && pieces.isEmpty
          && schema.root.knownValueLeaves == schema.root.constantLeaves,
        "the tree \(options.tree.rawValue) goes with feedback own and strings of characters")
    }
    try check(
      components.contains(options.scalarMixture),
      "scalarMixture should be in \(components), found \(options.scalarMixture)")
    let largest = schema.root.nodes.filter(\.kind.isJoint).map(\.ownLeaves.count).max() ?? 0
    try check(
      options.scalarMixture == 0 || largest <= ModelLimits.mixtureValues,
      "a mixture models at most \(ModelLimits.mixtureValues) scalars of a message, found "
        + "\(largest); set model.scalarMixture=0")
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
      [0, schema.leaves.count].contains(spelledCodes.count)
        && spelledCodes.allSatisfy { codes in
          codes.allSatisfy { $0 == 0 || (Int(Alphabet.firstCode)..<codeCount).contains($0) }
            && codes != [0]
        },
      "it should have a list of string codes, perhaps empty, for each leaf, or for none")
    try checkKnownValues(check)
  }

  private func checkKnownValues(
    _ check: (Bool, @autoclosure () -> String) throws(ModelDescriptionError) -> Void
  ) throws(ModelDescriptionError) {
    try check(
      knownValues.count == schema.leaves.count,
      "it should have a list of known values, perhaps empty, for each of "
        + "\(schema.leaves.count) leaves")
    let modelled = schema.root.knownValueLeaves
    for (index, (leaf, values)) in zip(schema.leaves, knownValues).enumerated() {
      try check(
        values.count < ModelLimits.width && Set(values).count == values.count,
        "the known values of \(leaf.path) should be distinct")
      try check(
        values.isEmpty != modelled.contains(index),
        "\(leaf.path) should have known values if it is modelled by them")
    }
    for leaf in schema.root.constantLeaves {
      try check(
        knownValues[leaf].count == 1, "\(schema.leaves[leaf].path) should have one value")
    }
  }
}
