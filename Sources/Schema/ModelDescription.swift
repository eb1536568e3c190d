/// Everything about a trained model that is not a tensor: the checkpoint's metadata, and what
/// `quantize` needs to turn it into a model file.
public struct ModelDescription: Codable, Hashable, Sendable {
  /// The message and its module tree.
  public var schema: RecordSchema
  /// Unicode scalar values of codes 2, 3, ...; code 0 ends a string, code 1 is any other character.
  public var alphabet: [UInt32]
  /// Layer widths.
  public var widths: Widths
  /// Longest string, in Unicode scalars, that the generator may emit.
  public var maximumStringLength: Int
  /// Per leaf: the training data's range if the leaf is a `.integer`, else nil.
  public var integerRanges: [IntegerRange?]
  /// What the modules have beyond the paper's.
  public var options: ModelOptions
  /// Per leaf: known values of a `.vocabulary`, most frequent first; none for other leaves.
  public var vocabularies: [[String]]
  /// Texts of the string codes after the alphabet's: subword pieces.
  public var pieces: [String]
  /// String codes in the order of the factored softmax's clusters; empty for a single softmax.
  public var softmaxOrder: [Int]
  /// What it was trained on, and how long.
  public var provenance: Provenance

  public init(
    schema: RecordSchema, alphabet: [UInt32], widths: Widths, maximumStringLength: Int,
    integerRanges: [IntegerRange?], options: ModelOptions = ModelOptions(),
    vocabularies: [[String]]? = nil, pieces: [String] = [], softmaxOrder: [Int] = [],
    provenance: Provenance
  ) {
    self.schema = schema
    self.alphabet = alphabet
    self.widths = widths
    self.maximumStringLength = maximumStringLength
    self.integerRanges = integerRanges
    self.options = options
    self.vocabularies = vocabularies ?? schema.leaves.map { _ in [] }
    self.pieces = pieces
    self.softmaxOrder = softmaxOrder
    self.provenance = provenance
  }

  /// Descriptions written before the options existed are of the paper's modules.
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
      vocabularies: try container.decodeIfPresent([[String]].self, forKey: .vocabularies),
      pieces: try container.decodeIfPresent([String].self, forKey: .pieces) ?? [],
      softmaxOrder: try container.decodeIfPresent([Int].self, forKey: .softmaxOrder) ?? [],
      provenance: try container.decode(Provenance.self, forKey: .provenance))
  }

  /// Number of codes of strings: the end, any other character, the alphabet, the pieces.
  public var codeCount: Int { alphabet.count + Int(Alphabet.firstCode) + pieces.count }

  /// What the codes of strings stand for.
  public var stringCodes: StringCodes {
    StringCodes(
      alphabet: Alphabet(alphabet.compactMap(Unicode.Scalar.init)), pieces: pieces)
  }
}

/// Layer widths; the defaults are the paper's (App. B).
public struct Widths: Codable, Hashable, Sendable {
  /// Character embedding.
  public var character = 16
  /// Embedding vectors passed between modules, and the latent space.
  public var embedding = 128
  /// State of the string GRUs.
  public var stringState = 128
  /// State of the tuple GRUs.
  public var tupleState = 128
  /// Hidden layers of the standard-deviation network.
  public var deviation = 128

  public init() {}
}

/// A closed range of integers.
public struct IntegerRange: Codable, Hashable, Sendable {
  /// The least integer of the range.
  public var minimum: Int64
  /// The greatest integer of the range, at least `minimum`.
  public var maximum: Int64

  public init(minimum: Int64, maximum: Int64) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// Where a model comes from; shown by `fakegen --model-info`.
public struct Provenance: Codable, Hashable, Sendable {
  /// One line naming the data's owner, as its terms ask.
  public var attribution: String
  /// Name of the training file.
  public var trainingData: String
  /// SHA-256 of the training file, hexadecimal.
  public var trainingDataHash: String
  /// Records of the training file.
  public var trainingRows: Int
  /// Name of the preset of the run that ended with this model.
  public var preset: String
  /// Training steps, those of the checkpoint that a run started from included.
  public var steps: Int
  /// Examples seen in those steps.
  public var examples: Int

  public init(
    attribution: String, trainingData: String, trainingDataHash: String, trainingRows: Int,
    preset: String, steps: Int, examples: Int
  ) {
    self.attribution = attribution
    self.trainingData = trainingData
    self.trainingDataHash = trainingDataHash
    self.trainingRows = trainingRows
    self.preset = preset
    self.steps = steps
    self.examples = examples
  }
}
