/// The values that a record's first elements have had so far, in the order in which they are decoded.
///
/// Without a latent vector a row's state depends on nothing but these, and most rows share them: so a
/// node of the tree keeps its state, what the next element is decoded from, and the weights of its
/// classes. Rows that meet no node any more are decoded as all rows are without a tree, with the same
/// values. The tree grows as rows are made, until it is full: the values that come first are mostly
/// the frequent ones.
package struct PrefixTree: Sendable {
  private var levels: [PrefixLevel] = []

  /// Most elements that a tree covers.
  private static let maximumDepth = 8
  /// Bytes of a tree's nodes at most, shared by the elements: more would not stay in the cache.
  private static let maximumSize = 1 << 22
  /// Where fewer rows are made together a tree takes more memory than they are worth.
  static let fewestRows = 16

  /// Creates no tree: all rows are decoded as without one.
  package init() {}

  /// Creates a tree without nodes; none if the network's rows share nothing, or if the kernels are the
  /// reference, which has no memory to spare.
  ///
  /// - Parameters:
  ///   - network: whose rows are made.
  ///   - capacity: most nodes that wait for an element.
  package init(_ network: Network, capacity: Int = 1 << 12) {
    let depth = Self.depth(of: network)
    for index in 0..<depth {
      levels.append(
        PrefixLevel(
          network.root, element: index, isLast: index == depth - 1, capacity: capacity,
          size: min(Self.maximumSize / depth, 1 << 20)))
    }
  }

  /// Number of nodes so far that wait for each element.
  package var nodeCounts: [Int] { levels.map { $0.count } }

  /// Number of elements that a tree of a network's rows covers; 0 if there is none.
  static func depth(of network: Network) -> Int {
    guard network.latent == nil, network.tables.kernels.level != .reference else { return 0 }
    let root = network.root
    var depth = 0
    while depth < min(root.elements.count, maximumDepth), root.elements[depth].child.choice != nil {
      depth += 1
      if root.children(after: depth - 1) == 0 { break }
    }
    // The first element's distribution alone is worth less than the tree's own work.
    return depth > 1 ? depth : 0
  }

  /// Whether there is no tree.
  var isEmpty: Bool { levels.isEmpty }

  /// Decodes the first elements of rows.
  ///
  /// - Parameters:
  ///   - root: of the network.
  ///   - state: `[rows, n]`, overwritten with the states past these elements.
  ///   - vectors: as the message's elements take it for feedback vectors.
  ///   - codes: `[rows, 2]` likewise for codes.
  ///   - rows: the rows.
  ///   - decoding: what they are decoded with.
  ///   - scratch: working memory, `scratchSize` for each row.
  ///   - batch: where the rows' values are put.
  /// - Returns: number of the elements decoded.
  mutating func decode(
    _ root: TupleDecoder, state: Vectors, vectors: Vectors, codes: UnsafeMutablePointer<Int32>,
    rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    into batch: inout DecodedBatch
  ) -> Int {
    var scratch = copy scratch
    if levels[0].count == 0 { plant(root, decoding: decoding, scratch: scratch) }
    // The node of each row, -1 if there is none.
    let nodes = scratch.takeWide(1, rows: rows.count).base
    nodes.update(repeating: 0, count: rows.count)
    for index in levels.indices {
      var left = 0
      for place in 0..<rows.count where nodes[place] >= 0 { left &+= 1 }
      if left == 0 || left < rows.count / 8 {
        levels[index].copyStates(of: nodes, count: rows.count, into: state)
        return index
      }
      decode(
        element: index, of: root, nodes: nodes, state: state, vectors: vectors, codes: codes,
        rows: rows, decoding: decoding, scratch: scratch, into: &batch)
    }
    return levels.count
  }

  /// Makes the node that all rows start from.
  private mutating func plant(
    _ root: TupleDecoder, decoding: borrowing Decoding, scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let start = scratch.takeNarrow(root.input.inputs)
    start[0].update(repeating: 0, count: root.input.inputs)
    let state = scratch.takeNarrow(root.input.outputs)
    root.input.applyCELU(
      start, count: 1, into: state, tables: decoding.tables, scratch: scratch)
    _ = levels[0].add(state, tables: decoding.tables, scratch: scratch)
  }

  /// Decodes one element of rows, and takes them to its children, or takes their states past it.
  private mutating func decode(
    element index: Int, of root: TupleDecoder, nodes: UnsafeMutablePointer<Int32>, state: Vectors,
    vectors: Vectors, codes: UnsafeMutablePointer<Int32>, rows: RowList,
    decoding: borrowing Decoding, scratch: borrowing Scratch, into batch: inout DecodedBatch
  ) {
    var scratch = copy scratch
    let element = root.elements[index]
    let (child, choice) = (element.child, levels[index].choice)
    let chosen = scratch.takeWide(1, rows: rows.count).base
    let draws = decoding.firstDraws(stream: choice.stream, rows: rows, scratch: &scratch)
    let e = scratch.takeNarrow(element.embedding.outputs, rows: rows.count)
    decodeOthers(
      element, choice, isWhole: levels[index].isWhole, nodes: nodes, state: state, e: e,
      rows: rows, draws: draws, decoding: decoding, scratch: scratch, into: chosen)
    levels[index].choose(
      nodes, count: rows.count, draws: draws, tables: decoding.tables, into: chosen)
    if !levels[index].isWhole || child.readsVectors || root.feedbackWidth == nil {
      levels[index].copyVectors(of: nodes, count: rows.count, into: e)
    }
    if !levels[index].isWhole {
      choice.factored?.sample(
        e, count: rows.count, draws: draws[1], tables: decoding.tables, scratch: scratch,
        chosen: chosen)
    }
    let feedback = root.feedback(
      of: index, vectors: vectors, codes: codes, isBrief: decoding.isBrief)
    child.put(
      chosen, e, rows: rows, draws: draws, decoding: decoding, scratch: scratch,
      feedback: feedback, into: &batch)
    if index < levels.count - 1 {
      step(
        after: index, of: root, nodes: nodes, chosen: chosen, feedback ?? .vectors(e),
        state: state, rows: rows, decoding: decoding, scratch: scratch)
    } else {
      levels[index].copyStates(of: nodes, count: rows.count, into: state)
      root.step(
        after: index, feedback ?? .vectors(e), state: state, count: rows.count,
        tables: decoding.tables, scratch: scratch)
    }
  }

  /// Samples the classes of rows without a node, or their clusters unless the level is whole.
  private func decodeOthers(
    _ element: TupleDecoder.Element, _ choice: ClassChoice, isWhole: Bool,
    nodes: UnsafePointer<Int32>, state: Vectors, e: Vectors, rows: RowList, draws: FirstDraws,
    decoding: borrowing Decoding, scratch: borrowing Scratch,
    into chosen: UnsafeMutablePointer<Int32>
  ) {
    var scratch = copy scratch
    var others = RowSubset(rows: rows.count, scratch: &scratch)
    for place in 0..<rows.count where nodes[place] < 0 { others.add(place, of: rows) }
    let count = others.count
    if count == 0 { return }
    let tables = decoding.tables
    let own = scratch.takeNarrow(element.embedding.outputs, rows: count)
    let found = scratch.takeWide(1, rows: count).base
    var stateScratch = copy scratch
    let states = stateScratch.takeNarrow(element.embedding.inputs, rows: count)
    others.gather(state, width: element.embedding.inputs, into: states)
    element.embedding.applyCELU(
      states, count: count, into: own, tables: tables, scratch: stateScratch)
    others.scatter(own, width: element.embedding.outputs, into: e)
    let ownDraws = draws.of(others, scratch: &scratch)
    if isWhole {
      choice.sample(
        own, count: count, draws: ownDraws, tables: tables, scratch: scratch, into: found)
    } else {
      choice.sampleKnown(
        own, count: count, draws: ownDraws, tables: tables, scratch: scratch, into: found)
    }
    for index in 0..<count { chosen[others[index]] = found[index] }
  }

  /// Takes rows to the nodes past an element, or their states if there are none, which become nodes
  /// where there is room.
  private mutating func step(
    after index: Int, of root: TupleDecoder, nodes: UnsafeMutablePointer<Int32>,
    chosen: UnsafePointer<Int32>, _ feedback: Feedback, state: Vectors, rows: RowList,
    decoding: borrowing Decoding, scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let n = root.input.outputs
    var others = RowSubset(rows: rows.count, scratch: &scratch)
    // The node that each of them comes from, -1 if none.
    let parents = scratch.takeWide(1, rows: rows.count).base
    // The node past each row's value.
    let next = scratch.takeWide(1, rows: rows.count).base
    levels[index].findChildren(of: nodes, count: rows.count, values: chosen, into: next)
    for place in 0..<rows.count where next[place] < 0 {
      parents[others.count] = nodes[place]
      others.add(place, of: rows)
    }
    nodes.update(from: next, count: rows.count)
    let count = others.count
    if count == 0 { return }
    let states = scratch.takeNarrow(n, rows: count)
    others.gather(state, width: n, into: states)
    levels[index].copyStates(of: parents, count: count, into: states)
    var stepScratch = copy scratch
    let width = root.feedbackWidth ?? root.elements[index].embedding.outputs
    let own = feedback.taken(rows: count, width: width, scratch: &stepScratch)
    others.gather(feedback, width: width, into: own)
    root.step(
      after: index, own, state: states, count: count, tables: decoding.tables,
      scratch: stepScratch)
    others.scatter(states, width: n, into: state)
    for other in 0..<count {
      let (parent, place) = (parents[other], others[other])
      // What is spelled has no node.
      if parent < 0 || chosen[place] < 0 { continue }
      // Another row of the batch may have made it.
      var child = levels[index].child(of: parent, value: chosen[place])
      if child < 0 {
        child = levels[index &+ 1].add(
          states.from(other), tables: decoding.tables, scratch: scratch)
        levels[index].setChild(of: parent, value: chosen[place], to: child)
      }
      nodes[place] = child
    }
  }

  /// The scratch that `decode` needs for each row, besides what all elements need without a tree.
  static func scratchSize(_ network: Network) -> ScratchSize {
    let depth = depth(of: network)
    if depth == 0 { return ScratchSize() }
    let root = network.root
    let n = root.input.outputs
    var largest = ScratchSize(narrow: root.input.inputs) + ScratchSize(narrow: n)
    for element in root.elements[..<depth] {
      let width = element.embedding.outputs
      largest =
        largest
        | (ScratchSize(narrow: width) + ScratchSize(wide: 1) + FirstDraws.scratchSize
          + ScratchSize(narrow: n, wide: n) + ScratchSize(narrow: width, wide: width)
          + ScratchSize(narrow: root.feedbackWidth ?? width))
    }
    return ScratchSize(wide: 1) + ScratchSize(wide: 1) + FirstDraws.scratchSize
      + RowSubset.scratchSize + ScratchSize(wide: 1) + ScratchSize(wide: 1) + Feedback.codesSize
      + largest
  }
}

extension TupleDecoder {
  /// Most children of a node of a tree.
  private static let maximumChildren = 512

  /// Number of an element's values, null among them, from which the state past it follows; 0 if it
  /// chooses among none, or if they are many.
  fileprivate func children(after index: Int) -> Int {
    let element = elements[index]
    let count = element.child.valueCount + 1
    return element.gru != nil && count > 1 && count <= Self.maximumChildren ? count : 0
  }
}

/// One element of a tree: its nodes are what the rows' values before it come to.
private struct PrefixLevel: Sendable {
  private let element: TupleDecoder.Element
  let choice: ClassChoice
  /// Whether nodes have the weights of all classes, where the softmax is factored, too.
  let isWhole: Bool
  /// Children of a node, one for each value and one for null; 0 for the last element.
  private let childCount: Int
  /// Weights of a node.
  private let weightCount: Int
  /// Sums of weights of a node.
  private let totalCount: Int
  private let capacity: Int
  /// Nodes so far.
  private(set) var count = 0
  /// `[nodes, n]`: the state before the element.
  private var states: [Int16] = []
  /// `[nodes, embedding]`: what the element is decoded from.
  private var vectors: [Int16] = []
  /// `[nodes, weightCount]`: of the softmax's outputs, then of each cluster's classes.
  private var weights: [Int32] = []
  /// `[nodes, 1 + clusters]`: the sums of these.
  private var totals: [UInt64] = []
  /// `[nodes, childCount]`: the node past each value in the level of the next element, -1 if there is
  /// none.
  private var children: [Int16] = []

  /// Most classes of which a node has all weights.
  private static let maximumClasses = 512

  init(_ root: TupleDecoder, element index: Int, isLast: Bool, capacity: Int, size: Int) {
    element = root.elements[index]
    guard let choice = element.child.choice else {
      preconditionFailure("a level is of an element that chooses a class")
    }
    self.choice = choice
    isWhole = choice.factored == nil || choice.classes <= Self.maximumClasses
    childCount = isLast ? 0 : root.children(after: index)
    weightCount =
      choice.softmax.outputs
      + (isWhole ? choice.factored.map { $0.clusters.count * $0.clusters.size } ?? 0 : 0)
    totalCount = isWhole ? 1 + (choice.factored?.clusters.count ?? 0) : 1
    let numbers = root.input.outputs + element.embedding.outputs + childCount
    let bytes = 2 * numbers + 4 * weightCount + 8 * totalCount
    self.capacity = min(capacity, max(1, size / bytes), Int(Int16.max))
  }

  /// Adds a node.
  ///
  /// - Parameter state: of one row.
  /// - Returns: its number; -1 if there is no room.
  mutating func add(
    _ state: Vectors, tables: ActivationTables, scratch: borrowing Scratch
  ) -> Int32 {
    if count == capacity { return -1 }
    var scratch = copy scratch
    let e = scratch.takeNarrow(element.embedding.outputs)
    element.embedding.applyCELU(state, count: 1, into: e, tables: tables, scratch: scratch)
    states.append(contentsOf: UnsafeBufferPointer(start: state[0], count: element.embedding.inputs))
    vectors.append(contentsOf: UnsafeBufferPointer(start: e[0], count: element.embedding.outputs))
    children.append(contentsOf: repeatElement(-1, count: childCount))
    let logits = scratch.takeNarrow(choice.softmax.outputs)
    choice.softmax.apply(e, count: 1, into: logits, scratch: scratch)
    addWeights(logits[0], count: choice.softmax.outputs, of: choice.softmax.outputs, tables)
    if isWhole, let factored = choice.factored {
      let clusters = factored.clusters
      let logits = scratch.takeNarrow(clusters.size)
      for cluster in 0..<clusters.count {
        factored.softmax.apply(
          e, count: 1, segment: cluster, of: clusters.size, into: logits, scratch: scratch)
        addWeights(logits[0], count: clusters[cluster].count, of: clusters.size, tables)
      }
    }
    count += 1
    return Int32(truncatingIfNeeded: count - 1)
  }

  /// Adds the weights of `count` classes, and 0 for others up to `size`.
  private mutating func addWeights(
    _ logits: UnsafePointer<Int16>, count: Int, of size: Int, _ tables: ActivationTables
  ) {
    let start = weights.count
    weights.append(contentsOf: repeatElement(0, count: size))
    totals.append(
      weights.withUnsafeMutableBufferPointer { all in
        guard let base = all.baseAddress else { return 0 }
        return tables.kernels.exponentials(
          logits, count: count, tables: tables, into: base + start)
      })
  }

  /// Samples a class for each row that has a node, or a cluster if the softmax is factored and the
  /// level not whole.
  ///
  /// - Parameters:
  ///   - nodes: `[rows]`, -1 for rows that have none.
  ///   - count: number of rows.
  ///   - draws: of the rows.
  ///   - tables: the non-linear functions.
  ///   - chosen: `[rows]`, overwritten for rows that have a node.
  func choose(
    _ nodes: UnsafePointer<Int32>, count: Int, draws: FirstDraws, tables: ActivationTables,
    into chosen: UnsafeMutablePointer<Int32>
  ) {
    let (outputs, escapes) = (choice.softmax.outputs, Int32(truncatingIfNeeded: choice.escapes))
    let known = Int32(truncatingIfNeeded: choice.known)
    let segments = isWhole ? choice.factored?.clusters : nil
    let (first, second) = (draws[0], draws[1])
    weights.withUnsafeBufferPointer { weights in
      totals.withUnsafeBufferPointer { totals in
        guard let weights = weights.baseAddress, let totals = totals.baseAddress else { return }
        for row in 0..<count where nodes[row] >= 0 {
          let node = Int(nodes[row])
          let own = weights + node &* weightCount
          let sums = totals + node &* totalCount
          let output = tables.sampledClass(
            weights: own, count: outputs, total: sums[0], draw: first[row])
          let index = Int32(truncatingIfNeeded: output) &- escapes
          chosen[row] = index < known ? index : -1
          guard let segments, chosen[row] >= 0 else { continue }
          let cluster = Int(chosen[row])
          let classes = segments[cluster]
          let place = tables.sampledClass(
            weights: own + outputs + cluster &* segments.size, count: classes.count,
            total: sums[1 &+ cluster], draw: second[row])
          chosen[row] = Int32(truncatingIfNeeded: classes.lowerBound &+ place)
        }
      }
    }
  }

  /// Finds the nodes past rows' values.
  ///
  /// - Parameters:
  ///   - nodes: `[rows]`, -1 for rows that have none.
  ///   - count: number of rows.
  ///   - chosen: `[rows]`, -1 for what is spelled.
  ///   - next: `[rows]`, overwritten: -1 if there is none.
  func findChildren(
    of nodes: UnsafePointer<Int32>, count: Int, values chosen: UnsafePointer<Int32>,
    into next: UnsafeMutablePointer<Int32>
  ) {
    children.withUnsafeBufferPointer { children in
      guard let children = children.baseAddress else { return }
      for row in 0..<count {
        next[row] =
          nodes[row] < 0 || chosen[row] < 0
          ? -1 : Int32(children[Int(nodes[row]) &* childCount &+ Int(chosen[row])])
      }
    }
  }

  /// The node past a value of a node; -1 if there is none.
  func child(of node: Int32, value chosen: Int32) -> Int32 {
    Int32(children[Int(node) &* childCount &+ Int(chosen)])
  }

  /// Sets the node past a value of a node; -1 if there is no room for one.
  mutating func setChild(of node: Int32, value chosen: Int32, to child: Int32) {
    children[Int(node) &* childCount &+ Int(chosen)] = Int16(truncatingIfNeeded: child)
  }

  /// Gives rows that have a node its state.
  func copyStates(of nodes: UnsafePointer<Int32>, count: Int, into state: Vectors) {
    copy(states, width: element.embedding.inputs, of: nodes, count: count, into: state)
  }

  /// Gives rows that have a node what the element is decoded from.
  func copyVectors(of nodes: UnsafePointer<Int32>, count: Int, into e: Vectors) {
    copy(vectors, width: element.embedding.outputs, of: nodes, count: count, into: e)
  }

  /// Gives rows that have a node its row (width) of `all`.
  private func copy(
    _ all: [Int16], width: Int, of nodes: UnsafePointer<Int32>, count: Int, into target: Vectors
  ) {
    all.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      for row in 0..<count where nodes[row] >= 0 {
        target[row].update(from: all + Int(nodes[row]) &* width, count: width)
      }
    }
  }
}
