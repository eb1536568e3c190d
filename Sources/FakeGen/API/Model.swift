/// A model, decoded from its file and validated. Immutable, so generators share it.
public final class Model: Sendable {
  /// The columns of a row, in the order of the training table.
  public let columns: [Column]
  /// What a person may want to know of the model.
  public let information: ModelInformation
  /// Whether any column spells its numbers in a way of its own.
  let hasSpellings: Bool
  /// For each column, its spelling where it is a common one; none if no column has a spelling.
  let trimmed: [TrimmedDecimals?]
  /// What the file holds, decoded.
  package let content: ModelContent

  /// Decodes a model file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - kernels: which of the processor's instructions rows are made with; the reference if this
  ///     machine does not have them.
  /// - Throws: `ModelError` if the file is damaged, was written by another version, or holds
  ///   anything that generating could not trust.
  public convenience init(
    bytes: [UInt8], kernels: KernelLevel = .best
  ) throws(ModelError) {
    let content = try ModelContent(
      reading: ModelBytes(bytes), kernels: Kernels(kernels) ?? .reference)
    self.init(content, fileSize: bytes.count)
  }

  /// Decodes a model file where it lies, as in a microcontroller's flash or in a program. Nothing
  /// is copied but what fast kernels want in another order, or multiplied beforehand, once rows
  /// need it. The reference kernels would like wider weights, so with them rows take longer than
  /// after `init(bytes:)`.
  ///
  /// - Parameters:
  ///   - bytes: aligned to four bytes, in memory that never changes or goes away.
  ///   - kernels: as for `init(bytes:)`.
  /// - Throws: `ModelError`, as `init(bytes:)`.
  public convenience init(
    lasting bytes: UnsafeRawBufferPointer, kernels: KernelLevel = .best
  ) throws(ModelError) {
    guard let start = bytes.baseAddress else { throw .notAModel }
    let content = try ModelContent(
      reading: ModelBytes(lastingAt: start, count: bytes.count),
      kernels: Kernels(kernels) ?? .reference)
    self.init(content, fileSize: bytes.count)
  }

  /// Decodes a model file without a copy of it.
  ///
  /// - Parameters:
  ///   - memory: the file is its first bytes, and nothing changes them.
  ///   - count: bytes of the file.
  ///   - kernels: as for `init(bytes:)`.
  /// - Throws: `ModelError`, as `init(bytes:)`.
  package convenience init(
    memory: NumberMemory, count: Int, kernels: KernelLevel = .best
  ) throws(ModelError) {
    let content = try ModelContent(
      reading: ModelBytes(memory, count: count), kernels: Kernels(kernels) ?? .reference)
    self.init(content, fileSize: count)
  }

  /// Decodes the model that is part of this program. Of its checks, those of the checksum and of
  /// each weight are left to a test: they would give the same each time, and read all of the file.
  ///
  /// - Parameters:
  ///   - bytes: as for `init(lasting:)`.
  ///   - kernels: as for `init(bytes:)`.
  /// - Throws: `ModelError` if the program was built from a damaged file.
  package convenience init(
    shipped bytes: UnsafeRawBufferPointer, kernels: KernelLevel = .best
  ) throws(ModelError) {
    let kernels = Kernels(kernels) ?? .reference
    guard let start = bytes.baseAddress else { throw .notAModel }
    let content = try ModelContent(
      // The reference is faster on a wider copy.
      reading: kernels == .reference
        ? ModelBytes(Array(bytes))
        : ModelBytes(lastingAt: start, count: bytes.count, checksNumbers: false),
      kernels: kernels)
    self.init(content, fileSize: bytes.count)
  }

  /// Returns how many rows a `Generator` should make together.
  ///
  /// - Parameter limit: the most rows to make together.
  /// - Returns: `limit`, or as many rows as take 16 MiB of working memory if those are fewer; at
  ///   least 1.
  public func batchSize(limit: Int) -> Int {
    let schema = content.schema
    let elements = schema.valueCount - schema.leaves.count
    return content.network.scratchSize.rows(
      within: 1 << 24, besides: elements * MemoryLayout<DecodedBatch.Value>.stride, limit: limit)
  }

  /// Creates a model of decoded content. It cannot fail: Embedded Swift never frees an object whose
  /// designated initializer throws to a convenience initializer.
  private init(_ content: ModelContent, fileSize: Int) {
    self.content = content
    let schema = content.schema
    var mayBeNull = schema.leaves.map { $0.isOptional }
    content.network.root.markLeaves(in: &mayBeNull, isOptional: false)
    content.rules.markLeaves(
      in: &mayBeNull, schema: schema, root: .tuple(content.network.root))
    columns = schema.columns.map { leaf in
      var column = schema.leaves[leaf]
      column.isOptional = mayBeNull[leaf]
      if case .list = column.kind {
        DecoderModule.tuple(content.network.root).markElements(of: leaf, kind: &column.kind)
      }
      return column
    }
    var hasSpellings = false
    for column in columns where column.spelling != nil { hasSpellings = true }
    self.hasSpellings = hasSpellings
    trimmed = hasSpellings ? columns.map { TrimmedDecimals($0) } : []
    let provenance = content.provenance
    information = ModelInformation(
      messageName: schema.messageName, attribution: provenance.attribution,
      trainingData: provenance.trainingData, trainingDataHash: provenance.trainingDataHash,
      trainingRows: provenance.trainingRows, preset: provenance.preset, steps: provenance.steps,
      examples: provenance.examples, metrics: provenance.metrics,
      parameterCount: content.network.parameterCount,
      contentHash: content.checksum.hexadecimal,
      architectureHash: content.architectureHash.hexadecimal, fileSize: fileSize,
      filters: content.filters.map { filter in
        FilterInformation(
          columns: filter.columns.map { schema.leaves[schema.columns[$0]].name },
          entries: filter.entries, size: filter.fingerprints.count)
      })
  }
}
