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

  /// Creates the type; nil unless a list may have an element, and 4,096 at most.
  ///
  /// - Parameters:
  ///   - elements: the type of an element.
  ///   - counts: how many elements a list may have.
  ///   - isMessage: whether elements are messages, with fields.
  ///   - knownValues: per leaf of an element, the values that its module knows.
  public init?(
    elements: RecordSchema, counts: ClosedRange<Int>, isMessage: Bool, knownValues: [[String]]
  ) {
    guard counts.lowerBound >= 0, (1...Self.maximumCount).contains(counts.upperBound) else {
      return nil
    }
    self.elements = elements
    self.counts = counts
    self.isMessage = isMessage
    self.knownValues = knownValues
  }
}

extension ListType: Codable {
  private enum CodingKeys: CodingKey { case elements, counts, isMessage, knownValues }

  /// Decodes the type.
  ///
  /// - Throws: `DecodingError` if it is malformed, or lists may be too long.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let list = ListType(
      elements: try container.decode(RecordSchema.self, forKey: .elements),
      counts: try container.decode(ClosedRange<Int>.self, forKey: .counts),
      isMessage: try container.decode(Bool.self, forKey: .isMessage),
      knownValues: try container.decode([[String]].self, forKey: .knownValues))
    guard let list else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container,
        debugDescription: "expected lists of at most \(Self.maximumCount) elements")
    }
    self = list
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
