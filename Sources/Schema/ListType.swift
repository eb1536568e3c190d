/// The type of a list's elements, with what their modules know of the training data.
public struct ListType: Hashable, Sendable {
  /// Most elements of a list.
  public static let maximumCount = 4_096

  /// An element: leaves and columns of its own, and the modules that make them. Paths and names begin
  /// at the element.
  public var elements: RecordSchema
  /// How many elements a list may have; the greatest number is 1 or more.
  public let counts: ClosedRange<Int>
  /// Whether elements are messages, with fields; if not, they are the values of the one column.
  public var isMessage: Bool
  /// Per leaf of an element: the values that its module knows, most frequent first.
  public var knownValues: [[String]]
  /// Whether elements are the entries of a map: a key that no two of a list share, and its value.
  public var isMap: Bool
  /// Leaves of an element that have no value twice in a list, ascending.
  public var distinct: [Int]
  /// The order of elements; nil for any.
  public var order: Order?
  /// Numbers of elements that no list has, ascending, between the fewest and the most.
  public var absentCounts: [Int]

  /// An order of elements.
  public struct Order: Codable, Hashable, Sendable {
    /// The leaf by whose values elements are in order: numbers by size, texts by their bytes.
    public var leaf: Int
    /// Whether the greatest value comes first.
    public var isDescending: Bool

    /// Creates an order.
    public init(leaf: Int, isDescending: Bool) {
      self.leaf = leaf
      self.isDescending = isDescending
    }
  }

  /// Creates the type; nil unless a list may have an element, and 4,096 at most.
  ///
  /// - Parameters:
  ///   - elements: the type of an element.
  ///   - counts: how many elements a list may have.
  ///   - isMessage: whether elements are messages, with fields.
  ///   - knownValues: per leaf of an element, the values that its module knows.
  ///   - isMap: whether elements are the entries of a map.
  ///   - distinct: leaves of an element that have no value twice in a list, ascending.
  ///   - order: the order of elements; nil for any.
  ///   - absentCounts: numbers of elements that no list has, ascending.
  public init?(
    elements: RecordSchema, counts: ClosedRange<Int>, isMessage: Bool, knownValues: [[String]],
    isMap: Bool = false, distinct: [Int] = [], order: Order? = nil, absentCounts: [Int] = []
  ) {
    guard counts.lowerBound >= 0, (1...Self.maximumCount).contains(counts.upperBound) else {
      return nil
    }
    self.elements = elements
    self.counts = counts
    self.isMessage = isMessage
    self.knownValues = knownValues
    self.isMap = isMap
    self.distinct = distinct
    self.order = order
    self.absentCounts = absentCounts
  }
}

extension ListType: Codable {
  private enum CodingKeys: CodingKey {
    case elements, counts, isMessage, knownValues, isMap, distinct, order, absentCounts
  }

  /// Decodes the type.
  ///
  /// - Throws: `DecodingError` if it is malformed, or lists may be too long. Types that were written
  ///   before there were rules of lists have none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let list = ListType(
      elements: try container.decode(RecordSchema.self, forKey: .elements),
      counts: try container.decode(ClosedRange<Int>.self, forKey: .counts),
      isMessage: try container.decode(Bool.self, forKey: .isMessage),
      knownValues: try container.decode([[String]].self, forKey: .knownValues),
      isMap: try container.decodeIfPresent(Bool.self, forKey: .isMap) ?? false,
      distinct: try container.decodeIfPresent([Int].self, forKey: .distinct) ?? [],
      order: try container.decodeIfPresent(Order.self, forKey: .order),
      absentCounts: try container.decodeIfPresent([Int].self, forKey: .absentCounts) ?? [])
    guard let list else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container,
        debugDescription: "expected lists of at most \(Self.maximumCount) elements")
    }
    self = list
  }
}

extension ListType {
  /// Whether elements are as a map's entries are: a key that JSON and protobuf take for one, never
  /// null, and a value after it that is no list.
  public var hasEntries: Bool {
    guard isMessage, elements.columns.count == 2,
      elements.columns.allSatisfy(elements.leaves.indices.contains)
    else { return false }
    let (key, value) = (elements.columns[0], elements.columns[1])
    let isKey =
      switch elements.leaves[key].kind {
      case .text, .digits, .integer, .boolean, .moment: true
      case .real, .enumeration, .list: false
      }
    return key < value && isKey && !elements.leaves[key].isOptional
      && !elements.leaves[value].kind.isList
  }

  /// Whether what holds in every list is about leaves of elements that can be compared; of a map also
  /// that its keys are distinct; and whether numbers of elements that no list has lie in between.
  public var hasRulesOfLeaves: Bool {
    let leaves = distinct + (order.map { [$0.leaf] } ?? [])
    return leaves.allSatisfy {
      elements.leaves.indices.contains($0) && !elements.leaves[$0].kind.isList
    }
      && zip(distinct, distinct.dropFirst()).allSatisfy { $0 < $1 }
      && zip([counts.lowerBound] + absentCounts, absentCounts + [counts.upperBound])
        .allSatisfy { $0 < $1 || absentCounts.isEmpty }
      && (!isMap || elements.columns.first.map(distinct.contains) ?? false)
  }
}

extension RecordSchema {
  /// The leaves that are lists, with their types.
  public var lists: [(leaf: Int, type: ListType)] {
    leaves.indices.compactMap { leaf in
      if case .list(let type) = leaves[leaf].kind { (leaf, type) } else { nil }
    }
  }

  /// Whether the StringLiteral is used, in lists too.
  public var usesStrings: Bool {
    root.usesStrings || lists.contains { $0.type.elements.usesStrings }
  }
}
