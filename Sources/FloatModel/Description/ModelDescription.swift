import Schema

/// Everything about a trained model that is not a tensor: a checkpoint's metadata hold it, and
/// with the tensors it is all that generating, measuring and quantizing need.
public struct ModelDescription: Codable, Hashable, Sendable {
  /// The message and its module tree.
  public var schema: RecordSchema
  /// Unicode scalar values of the codes from `Alphabet.firstCode` on.
  public var alphabet: [UInt32]
  /// Layer widths.
  public var widths: Widths
  /// Longest string, in Unicode scalars, that the generator may emit.
  public var maximumStringLength: Int
  /// Per leaf: the training data's range if the leaf is a `.integer`; what the data leave of the
  /// type's range if it is a `.digits`, nil for all of it; nil for other leaves.
  public var integerRanges: [IntegerRange?]
  /// What the modules have beyond the paper's.
  public var options: ModelOptions
  /// What the methods of training decide about parameters and losses.
  public var method: MethodOptions
  /// Per leaf: the values that its module knows, those of a cluster beside each other; none for most
  /// leaves.
  public var knownValues: [[String]]
  /// Texts of the string codes after the alphabet's: subword pieces.
  public var pieces: [String]
  /// Per leaf: the string codes that its texts are spelled with, ascending, and the end's first if one
  /// of them is empty; none for all codes. No lists at all if that goes for each leaf.
  public var spelledCodes: [[Int]]
  /// String codes in the order of the factored softmax's clusters; empty for a single softmax.
  public var softmaxOrder: [Int]
  /// What it was trained on, and how long.
  public var provenance: Provenance

  enum CodingKeys: String, CodingKey {
    case schema, alphabet, widths, maximumStringLength, integerRanges, options, method
    case knownValues = "vocabularies"
    case pieces, spelledCodes, softmaxOrder, provenance
  }

  /// Creates a description; options that are not given are the paper's.
  public init(
    schema: RecordSchema, alphabet: [UInt32], widths: Widths, maximumStringLength: Int,
    integerRanges: [IntegerRange?], options: ModelOptions = ModelOptions(),
    method: MethodOptions = MethodOptions(), knownValues: [[String]]? = nil,
    pieces: [String] = [], spelledCodes: [[Int]] = [], softmaxOrder: [Int] = [],
    provenance: Provenance
  ) {
    self.schema = schema
    self.alphabet = alphabet
    self.widths = widths
    self.maximumStringLength = maximumStringLength
    self.integerRanges = integerRanges
    self.options = options
    self.method = method
    self.knownValues = knownValues ?? schema.leaves.map { _ in [] }
    self.pieces = pieces
    self.spelledCodes = spelledCodes
    self.softmaxOrder = softmaxOrder
    self.provenance = provenance
  }

  /// Reads a description; the paper's options stand for those that are missing.
  ///
  /// - Throws: `DecodingError` if it is malformed.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      schema: try container.decode(RecordSchema.self, forKey: .schema),
      alphabet: try container.decode([UInt32].self, forKey: .alphabet),
      widths: try container.decode(Widths.self, forKey: .widths),
      maximumStringLength: try container.decode(Int.self, forKey: .maximumStringLength),
      integerRanges: try container.decode([IntegerRange?].self, forKey: .integerRanges),
      options: try container.decodeIfPresent(ModelOptions.self, forKey: .options)
        ?? ModelOptions(),
      method: try container.decodeIfPresent(MethodOptions.self, forKey: .method)
        ?? MethodOptions(),
      knownValues: try container.decodeIfPresent([[String]].self, forKey: .knownValues),
      pieces: try container.decodeIfPresent([String].self, forKey: .pieces) ?? [],
      spelledCodes: try container.decodeIfPresent([[Int]].self, forKey: .spelledCodes) ?? [],
      softmaxOrder: try container.decodeIfPresent([Int].self, forKey: .softmaxOrder) ?? [],
      provenance: try container.decode(Provenance.self, forKey: .provenance))
  }

  /// Width of what the record is decoded from: of the latent vector, or of a single zero in its
  /// place.
  public var latentWidth: Int { options.latent == .none ? 1 : widths.embedding }

  /// Number of string codes: the end, any other character, the alphabet, the pieces.
  public var codeCount: Int { alphabet.count + Int(Alphabet.firstCode) + pieces.count }

  /// What the codes of strings stand for.
  public var stringCodes: StringCodes {
    StringCodes(
      alphabet: Alphabet(alphabet.compactMap(Unicode.Scalar.init)), pieces: pieces)
  }
}

extension ModelDescription {
  /// Returns the description of a list's elements: that of the record but for what depends on leaves.
  package func ofElements(_ type: ListType) -> ModelDescription {
    var description = self
    description.schema = type.elements
    description.knownValues = type.knownValues
    description.integerRanges = type.elements.leaves.map { _ in nil }
    description.spelledCodes = []
    return description
  }

  /// Tells which codes may be sampled for a leaf's texts.
  ///
  /// - Parameter leaf: index of the leaf.
  /// - Returns: `[codes]`, that of the end for the first code of a text; nil for all.
  package func allowedCodes(_ leaf: Int) -> [Bool]? {
    guard spelledCodes.indices.contains(leaf), !spelledCodes[leaf].isEmpty else { return nil }
    var isAllowed = Array(repeating: false, count: codeCount)
    for code in spelledCodes[leaf] { isAllowed[code] = true }
    return isAllowed
  }

  /// Returns the integers that a `.digits` leaf may be given: those of its type, without the negative
  /// ones if the training data have none.
  ///
  /// - Parameter leaf: index of the leaf.
  /// - Returns: the range; nil for other leaves.
  package func digitRange(_ leaf: Int) -> ClosedRange<Int64>? {
    guard let type = schema.leaves[leaf].digitRange else { return nil }
    guard let range = integerRanges[leaf], range.minimum <= range.maximum else { return type }
    return type.clamped(to: range.minimum...range.maximum)
  }
}
