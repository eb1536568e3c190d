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
