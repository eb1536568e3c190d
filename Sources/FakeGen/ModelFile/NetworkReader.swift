/// Reads the sections of a network and checks that every layer takes what the one before gives, and
/// that the modules make each leaf once that no rule makes.
struct NetworkReader {
  var sections: SectionReader
  /// Of the rows, or of the list's elements whose modules are being read.
  private(set) var schema: RowSchema
  /// Elements of lists for which a row has room there; 1 for rows themselves.
  private var elements = 1
  let kernels: Kernels
  /// Nil if a Tuple's elements feed back their own embeddings.
  private(set) var feedback: FeedbackFormat?
  /// Whether any module makes numbers of characters.
  var usesDigits = false
  private var usesStrings = false
  private var isModelled: [Bool]
  /// Leaves that follow by rules, and are null while modules make the others.
  private var isDerived: [Bool]
  private var streams: [UInt32] = [LatentSampler.stream]
  /// Nil without a StringLiteral.
  private(set) var strings: StringDecoder?

  init(sections: SectionReader, schema: RowSchema, rules: RowRules, kernels: Kernels) {
    self.kernels = kernels
    self.sections = sections
    self.schema = schema
    isModelled = .init(repeating: false, count: schema.leaves.count)
    for leaf in rules.derived { isModelled[leaf.leaf] = true }
    isDerived = isModelled
  }

  /// Reads the network, which is all that is left of the file.
  ///
  /// - Returns: the network.
  /// - Throws: `ModelError` if a section is not what it must be.
  mutating func readNetwork() throws(ModelError) -> Network {
    let tables = ActivationTables(
      sigmoid: try readTable(
        "sigmoid", count: ActivationTables.sigmoidCount, range: 0...32768, ascending: true),
      celu: try readTable(
        "celu", count: ActivationTables.celuCount, range: -3 << 12...0, ascending: true),
      exponential: try readTable(
        "exponential", count: ActivationTables.exponentialCount, range: 0...1 << Format.weight,
        ascending: false),
      kernels: kernels)
    guard tables.exponential[0] == 1 << Format.weight else {
      throw .invalid(section: "exponential", reason: "exp(0) is not 1")
    }
    let gaussian = GaussianTable(
      entries: try readTable(
        "gaussian", count: GaussianTable.count, range: 0...(8 << 16) - 32, ascending: false))
    // Without a latent vector there is feedback, or no element would know another.
    let latent =
      sections.nextType() == .feedback ? nil : try LatentSampler.read(from: &self)
    if sections.nextType() == .feedback { feedback = try FeedbackFormat.read(from: &sections) }
    if sections.nextType() == .stringLiteral { strings = try StringDecoder.read(from: &self) }
    let vector = latent?.format ?? Network.noLatent
    guard sections.nextType() == .tuple else {
      throw .unexpectedSection(expected: "record", offset: sections.position)
    }
    let root = try TupleDecoder.read(
      from: &self, at: ModulePlace(name: "record", input: vector, feedback: nil, depth: 0))
    try sections.finish()
    try checkLeaves()
    return Network(
      tables: tables, gaussian: gaussian, latent: latent, feedback: feedback, strings: strings,
      root: root)
  }

  /// What is known of the rows or elements around a list's elements.
  struct Outer {
    fileprivate let schema: RowSchema
    fileprivate let isModelled: [Bool]
    fileprivate let isDerived: [Bool]
    fileprivate let elements: Int
  }

  /// Begins to read the module of a list's elements.
  ///
  /// - Parameters:
  ///   - list: the kind of the list.
  ///   - rules: what no module makes of its elements.
  /// - Returns: what `leave` needs.
  /// - Throws: `ModelError` if a row has room for too many elements.
  mutating func enter(_ list: ListKind, rules: RowRules) throws(ModelError) -> Outer {
    let outer = Outer(
      schema: schema, isModelled: isModelled, isDerived: isDerived, elements: elements)
    guard list.maximumCount <= RandomStream.maximumElements / elements else {
      throw sections.invalid(
        "a row has more than \(RandomStream.maximumElements) elements of lists in lists")
    }
    elements *= list.maximumCount
    schema = list.schema
    isModelled = .init(repeating: false, count: schema.leaves.count)
    for leaf in rules.derived { isModelled[leaf.leaf] = true }
    isDerived = isModelled
    return outer
  }

  /// Checks that all leaves of a list's elements are made, and goes on with what is around them.
  ///
  /// - Throws: `ModelError` if one is not.
  mutating func leave(_ outer: Outer) throws(ModelError) {
    for (leaf, isModelled) in isModelled.enumerated() where !isModelled {
      throw sections.invalid("no module makes leaf \(leaf) of an element")
    }
    (schema, isModelled) = (outer.schema, outer.isModelled)
    (isDerived, elements) = (outer.isDerived, outer.elements)
  }

  private func checkLeaves() throws(ModelError) {
    for (leaf, isModelled) in isModelled.enumerated() where !isModelled {
      throw .invalid(
        section: "record", reason: ("no module makes leaf \(leaf)" as UTF8Text).text)
    }
    if usesDigits, let strings, !strings.alphabet.contains(where: { (0x31...0x39).contains($0) }) {
      throw .invalid(section: "string", reason: "a leaf of digits needs digits in the alphabet")
    }
    if strings != nil, !usesStrings {
      throw .invalid(section: "string", reason: "no leaf is a string")
    }
  }

  @inline(never)
  private mutating func readTable(
    _ name: UTF8Text, count: Int, range: ClosedRange<Int32>, ascending: Bool
  ) throws(ModelError) -> Numbers<Int32> {
    try sections.begin(.table, name: name)
    _ = try sections.readShape(count...count)
    let entries = try sections.readNumbers(Int32.self, count: count)
    for (index, entry) in entries.enumerated() {
      guard range.contains(entry) else { throw sections.invalid("entry \(index) is out of range") }
      if index > 0, ascending ? entry < entries[index - 1] : entry > entries[index - 1] {
        throw sections.invalid("entry \(index) is out of order")
      }
    }
    try sections.finish()
    return entries
  }

  /// Checks that the StringLiteral takes these vectors.
  mutating func useStrings(input: VectorFormat) throws(ModelError) {
    guard let layer = strings?.input else {
      throw sections.invalid("the file has no section string")
    }
    try check(
      VectorFormat(width: layer.inputs, fractionBits: layer.inputFractionBits), is: input)
    usesStrings = true
  }

  /// Reads the leaf that a module makes; no two modules make the same.
  mutating func readLeaf() throws(ModelError) -> Int {
    let leaf = try sections.readShape(0...schema.leaves.count - 1)
    if isModelled[leaf] { throw sections.invalid("leaf \(leaf) has two modules, or a rule too") }
    isModelled[leaf] = true
    return leaf
  }

  /// Reads an integer leaf that a module before made, and no rule will.
  mutating func readMadeLeaf() throws(ModelError) -> Int {
    let leaf = try sections.readShape(0...schema.leaves.count - 1)
    guard isModelled[leaf], !isDerived[leaf], schema.leaves[leaf].kind.isInteger else {
      throw sections.invalid("leaf \(leaf) is no integer that a module made before")
    }
    return leaf
  }

  /// Reads a leaf of kind text.
  mutating func readTextLeaf() throws(ModelError) -> Int {
    let leaf = try readLeaf()
    guard schema.leaves[leaf].kind == .text else {
      throw sections.invalid("leaf \(leaf) is not a text")
    }
    return leaf
  }

  /// Reads the number of a module's random stream, which no other module has.
  mutating func readStream() throws(ModelError) -> UInt32 {
    let stream = try sections.readNumber(UInt32.self)
    if streams.contains(stream) { throw sections.invalid("stream \(stream) is used twice") }
    streams.append(stream)
    return stream
  }

  /// Width and format of feedback vectors; nil if there are none.
  var feedbackVector: VectorFormat? {
    feedback.map { VectorFormat(width: $0.width, fractionBits: $0.fractionBits) }
  }

  /// Checks the width and format of a layer's inputs; nil stands for any.
  func check(_ found: VectorFormat, is expected: VectorFormat?) throws(ModelError) {
    if let expected, found != expected {
      throw sections.invalid(
        """
        expected inputs of width \(expected.width) with \(expected.fractionBits) fraction bits, \
        found width \(found.width) with \(found.fractionBits)
        """)
    }
  }
}
