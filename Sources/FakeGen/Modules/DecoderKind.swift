/// What a kind of decoder module knows of itself. All of it is in the file of the type that
/// conforms: besides, a new kind is a case of `DecoderModule` and of `SectionType`.
///
/// No value has this protocol for its type, which Embedded Swift does not allow: `DecoderModule`
/// forwards to the types.
protocol DecoderKind: Sendable {
  /// Reads a module's section and checks that it suits its place.
  ///
  /// - Returns: the module.
  /// - Throws: `ModelError` if its section is not what it must be there.
  static func read(
    from reader: inout NetworkReader, at place: ModulePlace
  ) throws(ModelError) -> Self

  /// Writes the module's section, as `read` reads it.
  func write(to writer: inout SectionWriter, name: UTF8Text)

  /// Decodes the vectors of `rows` into `batch`, where their fields below this module are null
  /// before, and writes the module's feedback vectors (width) if asked.
  func decode(
    _ e: Vectors, rows: RowList, decoding: borrowing Decoding, scratch: borrowing Scratch,
    feedback: Feedback?, into batch: inout DecodedBatch
  )

  /// Gives the scratch that `decode` needs, where a string needs `strings`.
  func scratchSize(strings: ScratchSize) -> ScratchSize

  /// Weights and biases, without those that all strings share.
  var parameterCount: Int { get }

  /// Multiply-adds of a row (`MultiplyAdds`), without those of strings.
  var multiplyAdds: Int { get }

  /// Says of each leaf that the module makes whether it may be null.
  ///
  /// - Parameter isOptional: whether the module itself may be absent.
  func markLeaves(in mayBeNull: inout [Bool], isOptional: Bool)
}
