/// Where a model comes from; shown by `fakegen --model-info`.
public struct Provenance: Codable, Hashable, Sendable {
  /// One line naming the data's owner, as its terms ask.
  public var attribution: String
  /// Name of the training file.
  public var trainingData: String
  /// SHA-256 of the training file, hexadecimal.
  public var trainingDataHash: String
  /// Number of records of the training file.
  public var trainingRows: Int
  /// Name of the preset of the run that ended with this model.
  public var preset: String
  /// Number of training steps, those of the checkpoint that a run started from included.
  public var steps: Int
  /// Number of examples seen in those steps.
  public var examples: Int

  /// Creates a provenance.
  ///
  /// - Parameters:
  ///   - attribution: one line naming the data's owner, as its terms ask.
  ///   - trainingData: name of the training file.
  ///   - trainingDataHash: SHA-256 of the training file, hexadecimal.
  ///   - trainingRows: number of records of the training file.
  ///   - preset: name of the preset of the run that ended with this model.
  ///   - steps: number of training steps.
  ///   - examples: number of examples seen in those steps.
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
