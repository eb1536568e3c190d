import FloatModel
import Records
import Schema

/// What of a model beyond its widths is chosen: the options of docs/ModelOptions.md, and the rules
/// by which they are applied to a table.
struct ModelShape: Codable, Hashable, Sendable {
  /// When a string field is modelled by a softmax over its known values.
  struct Vocabularies: Codable, Hashable, Sendable {
    /// Most values of a vocabulary; 0 for none at all.
    var maximumValues: Int
    /// Rows that a value must occur in to be known.
    var minimumCount: Int
    /// Share of the rows that the known values must cover.
    var coverage: Double
    /// Fields, by dotted path, for which the rule is set aside.
    var always: [String]
    var never: [String]
  }

  struct Pieces: Codable, Hashable, Sendable {
    /// Most subword pieces; 0 for characters alone.
    var maximum: Int
    /// How often a pair must occur to become a piece.
    var minimumCount: Int
  }

  struct Numbers: Codable, Hashable, Sendable {
    /// Most bins of a real or integer; 0 for ScalarTuples instead.
    var maximumBins: Int
    /// Most cells of a bin.
    var maximumCells: Int
  }

  /// What the record's decoder starts from.
  var latent: ModelOptions.Latent
  var feedback: ModelOptions.Feedback
  /// Gaussians of a ScalarTuple's mixture density; 0 for squared error.
  var scalarMixture: Int
  var numbers: Numbers
  var vocabularies: Vocabularies
  /// Whether strings that never change are left out of the model.
  var constants: Bool
  var pieces: Pieces
  /// Clusters of the factored softmax over string codes; 0 for a single softmax.
  var softmaxClusters: Int
  /// String field by whose values string codes are put into clusters: codes that occur with the
  /// same value come together. Empty: codes of like frequency come together.
  var softmaxContext: String
  /// Known values of a vocabulary, or bins of a number, from which on their softmax is factored; 0
  /// for never.
  var factoredClasses: Int
  /// Elements of messages that come first, in this order: fields and messages by dotted path, a
  /// message's ScalarTuple, and what has become of it, as `scalars` (`home.scalars`). The others
  /// follow in their own order.
  var order: [String]
}

extension ModelShape {
  /// The paper's shape, as a YAML mapping.
  static let paper = """
    {latent: gaussian, feedback: own, scalarMixture: 0, numbers: {maximumBins: 0, maximumCells: 32}, \
    vocabularies: {maximumValues: 0, minimumCount: 2, \
    coverage: 0.99, always: [], never: []}, constants: false, \
    pieces: {maximum: 0, minimumCount: 8}, softmaxClusters: 0, softmaxContext: '', factoredClasses: 0, order: []}
    """

  /// Whether models have no more than the paper's modules and constants.
  var isOfThePaper: Bool {
    latent == .gaussian && feedback == .own && softmaxClusters == 0 && pieces.maximum == 0
      && vocabularies.maximumValues == 0 && vocabularies.always.isEmpty
      && numbers.maximumBins == 0
  }

  /// Checks the preset's section `model`.
  func check(
    _ require: (_ holds: Bool, _ key: String, _ reason: String) throws -> Void
  ) throws {
    let components = 0...ModelLimits.mixtureComponents
    try require(
      components.contains(scalarMixture), "model.scalarMixture",
      "expected \(components), found \(scalarMixture)")
    for (key, count, least) in [
      ("numbers.maximumBins", numbers.maximumBins, 0),
      ("numbers.maximumCells", numbers.maximumCells, 1),
    ] {
      try require(
        (least...NumberBins.maximumCells).contains(count), "model.\(key)",
        "expected \(least) to \(NumberBins.maximumCells), found \(count)")
    }
    try require(
      numbers.maximumBins * numbers.maximumCells <= NumberBins.maximumCells, "model.numbers",
      "expected at most \(NumberBins.maximumCells) cells in all bins")
    for (key, count) in [
      ("vocabularies.maximumValues", vocabularies.maximumValues),
      ("vocabularies.minimumCount", vocabularies.minimumCount),
      ("pieces.maximum", pieces.maximum), ("pieces.minimumCount", pieces.minimumCount),
      ("softmaxClusters", softmaxClusters), ("factoredClasses", factoredClasses),
    ] {
      try require(
        (0...1 << 15).contains(count), "model.\(key)", "expected 0 to 32768, found \(count)")
    }
    try require(
      (0...1).contains(vocabularies.coverage), "model.vocabularies.coverage",
      "expected 0 to 1, found \(vocabularies.coverage)")
  }
}

extension ModelShape {
  /// Applies the shape to the description of a model of the paper's modules.
  func apply(to description: inout ModelDescription, records: [Record]) throws(ModelShapeError) {
    description.options.latent = latent
    description.options.feedback = feedback
    description.options.scalarMixture = scalarMixture
    description.options.factoredClasses = factoredClasses
    let paths = description.schema.leaves.map(\.path)
    for (key, names) in [("always", vocabularies.always), ("never", vocabularies.never)] {
      for name in names where !paths.contains(name) {
        throw .unknownField(key: "model.vocabularies.\(key)", name: name, known: paths)
      }
    }
    if !softmaxContext.isEmpty, !paths.contains(softmaxContext) {
      throw .unknownField(key: "model.softmaxContext", name: softmaxContext, known: paths)
    }
    var root = description.schema.root
    let scalars = root.elementNames(description.schema)
    if numbers.maximumBins > 0 { root = binned(root, description.schema, records) }
    let elements = root.elementNames(description.schema)
    for name in order where !elements.contains(name) && !scalars.contains(name) {
      throw .unknownField(key: "model.order", name: name, known: elements)
    }
    root = classified(root, &description, records)
    root = root.ordered(by: order, description.schema)
    description.schema.root = root
    description.orderFactoredClasses(records)
    learnPieces(&description, records)
  }

  /// The node with numbers in bins, here and below, in the place of their ScalarTuples. Those
  /// without a value stay there, and reals beyond 2^62 units, whose rounding 64 bits may not hold.
  private func binned(
    _ node: ModuleNode, _ schema: RecordSchema, _ records: [Record]
  ) -> ModuleNode {
    let shaped = node.mappingChildren { binned($0, schema, records) }
    guard case .tuple(let name, let elements) = shaped else { return shaped }
    return .tuple(
      name: name,
      elements: elements.flatMap { element -> [ModuleNode] in
        guard case .scalarTuple(let leaves) = element else { return [element] }
        let bins = leaves.map { self.bins($0, schema.leaves[$0].kind, records) }
        let numbers = zip(leaves, bins).compactMap { leaf, bins in
          bins.map { ModuleNode.number(leaf: leaf, bins: $0) }
        }
        let others = zip(leaves, bins).filter { $0.1 == nil }.map(\.0)
        return numbers + (others.isEmpty ? [] : [.scalarTuple(leaves: others)])
      })
  }

  private func bins(_ leaf: Int, _ kind: LeafKind, _ records: [Record]) -> NumberBins? {
    var units: [Int64] = []
    for record in records {
      switch (record.values[leaf], kind) {
      case (.integer(let value), _): units.append(value)
      case (.real(let value), .real(let decimals)):
        let value = NumberBins.units(value, decimals: decimals)
        guard value.magnitude <= 1 << 62 else { return nil }
        units.append(value)
      default: break
      }
    }
    return NumberBins(
      values: units, maximumBins: numbers.maximumBins, maximumCells: numbers.maximumCells)
  }

  /// Rows in which each value of a string leaf occurs.
  private func counts(_ leaf: Int, _ records: [Record]) -> [String: Int] {
    var counts: [String: Int] = [:]
    for record in records {
      if case .text(let text) = record.values[leaf] { counts[text, default: 0] += 1 }
    }
    return counts
  }

  /// The node with strings of few values, here and below, modelled by their values.
  private func classified(
    _ node: ModuleNode, _ description: inout ModelDescription, _ records: [Record]
  ) -> ModuleNode {
    if case .stringLiteral(let leaf) = node { return classified(leaf, &description, records) }
    let shaped = node.mappingChildren { classified($0, &description, records) }
    guard constants, case .tuple(let name, var elements) = shaped else { return shaped }
    for index in elements.indices {
      // One element must be left for the message to have something to model.
      guard elements[index].kind.hasKnownValues, let leaf = elements[index].ownLeaves.first,
        description.knownValues[leaf].count == 1,
        counts(leaf, records).count == 1,
        elements.indices.contains(where: { $0 != index && !elements[$0].isConstant })
      else { continue }
      elements[index] = .constant(leaf: leaf)
    }
    return .tuple(name: name, elements: elements)
  }

  private func classified(
    _ leaf: Int, _ description: inout ModelDescription, _ records: [Record]
  ) -> ModuleNode {
    let spelled = ModuleNode.stringLiteral(leaf: leaf)
    let field = description.schema.leaves[leaf]
    guard field.kind == .text, !vocabularies.never.contains(field.path) else { return spelled }
    let counts = counts(leaf, records)
    let known = counts.filter { $0.value >= vocabularies.minimumCount }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let rows = counts.values.reduce(0, +)
    let covered = known.reduce(0) { $0 + $1.value }
    let suits =
      known.count <= vocabularies.maximumValues
      && Double(covered) >= vocabularies.coverage * Double(rows)
    // A constant is a vocabulary of one value, whether or not there are others.
    let isConstant = constants && counts.count == 1
    guard !known.isEmpty, suits || isConstant || vocabularies.always.contains(field.path) else {
      return spelled
    }
    description.knownValues[leaf] = known.map(\.key)
    // Where every row has a known value nothing else is ever learned, and so nothing else is made.
    return known.count == counts.count ? .closedVocabulary(leaf: leaf) : .vocabulary(leaf: leaf)
  }

  /// Learns the subword pieces of a model.
  ///
  /// - Parameters:
  ///   - description: whose alphabet is known; takes the pieces.
  ///   - texts: how often each text is spelled.
  func learnPieces(_ description: inout ModelDescription, texts: [String: Int]) {
    description.pieces = PieceLearner.learn(
      texts, alphabet: description.stringCodes.alphabet, maximum: pieces.maximum,
      minimumCount: pieces.minimumCount)
  }

  private func learnPieces(_ description: inout ModelDescription, _ records: [Record]) {
    let known = description.knownValues.map(Set.init)
    let leaves = description.schema.root.nodes.filter(\.kind.spells).flatMap(\.ownLeaves).filter {
      description.schema.leaves[$0].kind == .text
    }
    var texts: [String: Int] = [:]
    for leaf in leaves {
      texts.merge(
        counts(leaf, records).filter { !known[leaf].contains($0.key) }, uniquingKeysWith: +)
    }
    learnPieces(&description, texts: texts)
    guard softmaxClusters > 0 else { return }
    let codeCount = description.codeCount
    // Clusters of equal size, none of them empty.
    let size = (codeCount + softmaxClusters - 1) / softmaxClusters
    description.options.softmaxClusters = (codeCount + size - 1) / size
    let context = description.schema.leaves.firstIndex { $0.path == softmaxContext }
    description.softmaxOrder = softmaxOrder(
      description.stringCodes, leaves: leaves, known: known, context: context, clusterSize: size,
      records)
  }

  /// The codes in the order of their clusters. The most frequent ones share the first clusters, as
  /// many as have at least the average frequency; the others come by the context they are most
  /// often seen in.
  private func softmaxOrder(
    _ codes: StringCodes, leaves: [Int], known: [Set<String>], context: Int?, clusterSize: Int,
    _ records: [Record]
  ) -> [Int] {
    var frequencies = Array(repeating: 0, count: codes.count)
    var contexts = Array(repeating: [String: Int](), count: codes.count)
    var spelled: [String: [Int32]] = [:]
    for record in records {
      for leaf in leaves {
        guard case .text(let text) = record.values[leaf], !known[leaf].contains(text) else {
          continue
        }
        let string = spelled[text] ?? codes.encode(text)
        spelled[text] = string
        for code in string + [Alphabet.endCode] {
          frequencies[Int(code)] += 1
          if let context, case .text(let value) = record.values[context] {
            contexts[Int(code)][value, default: 0] += 1
          }
        }
      }
    }
    let byFrequency = (0..<codes.count).sorted {
      (frequencies[$1], $0) < (frequencies[$0], $1)
    }
    guard context != nil else { return byFrequency }
    let average = frequencies.reduce(0, +) / codes.count
    let frequent = byFrequency.prefix { frequencies[$0] >= average }.count
    let kept = min(codes.count, (frequent + clusterSize - 1) / clusterSize * clusterSize)
    // The value that a code is seen with most often; the first in order of several.
    let homes = contexts.map { counts in
      counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    }
    return byFrequency[..<kept]
      + byFrequency[kept...].sorted {
        (homes[$0], frequencies[$1], $0) < (homes[$1], frequencies[$0], $1)
      }
  }
}

extension ModuleNode {
  /// What `ModelShape.order` calls an element of the message `parent`.
  private func elementName(_ schema: RecordSchema, parent: String) -> String {
    fieldPath(in: schema) ?? Self.scalarsName(parent)
  }

  /// What `ModelShape.order` calls the ScalarTuple of the message `parent`.
  private static func scalarsName(_ parent: String) -> String {
    parent.isEmpty ? "scalars" : "\(parent).scalars"
  }

  /// Names of all elements of the message and those below.
  fileprivate func elementNames(_ schema: RecordSchema) -> [String] {
    nodes.flatMap { node -> [String] in
      guard case .tuple(let name, let elements) = node else { return [] }
      return elements.map { $0.elementName(schema, parent: name) }
    }
  }

  fileprivate func ordered(by order: [String], _ schema: RecordSchema) -> ModuleNode {
    let node = mappingChildren { $0.ordered(by: order, schema) }
    guard case .tuple(let name, let elements) = node else { return node }
    let places = elements.enumerated().map { index, element in
      var place = order.firstIndex(of: element.elementName(schema, parent: name))
      if place == nil, case .number = element {
        place = order.firstIndex(of: Self.scalarsName(name))
      }
      return (place ?? .max, index)
    }
    let sorted = elements.indices.sorted { places[$0] < places[$1] }
    return .tuple(name: name, elements: sorted.map { elements[$0] })
  }
}
