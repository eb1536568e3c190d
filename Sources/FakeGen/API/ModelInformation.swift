/// What a person may want to know of a model.
public struct ModelInformation: Sendable, Hashable {
  /// Full name of the protobuf message.
  public var messageName: String
  /// One line naming the training data's owner.
  public var attribution: String
  /// Name of the training file.
  public var trainingData: String
  /// SHA-256 of the training file, hexadecimal.
  public var trainingDataHash: String
  /// Number of rows that the model was trained on.
  public var trainingRows: UInt64
  /// Name of the preset that it was trained with.
  public var preset: String
  /// Number of training steps.
  public var steps: UInt64
  /// Number of training examples, a row counted each time that it was seen.
  public var examples: UInt64
  /// Free text: the figures that the model reached.
  public var metrics: String
  /// Number of weights and biases in the file, without the tables.
  public var parameterCount: Int
  /// CRC-32 of the file up to the checksum at its end, which it is; eight hexadecimal digits.
  public var contentHash: String
  /// CRC-32 of the tree of modules and their shapes, eight hexadecimal digits.
  public var architectureHash: String
  /// Number of bytes of the file.
  public var fileSize: Int
  /// What keeps rows from being made: a row is not made if any of these keeps it back.
  public var filters: [FilterInformation]
}
