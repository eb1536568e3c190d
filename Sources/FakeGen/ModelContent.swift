/// What a model file holds, decoded: the argument of encoding and the result of decoding.
package struct ModelContent: Sendable {
  package var provenance: ModelProvenance
  package var schema: RowSchema
  /// Nil if every row may be made.
  package var filter: ExclusionFilter?
  package var network: Network
  /// The checksum of the file decoded; 0 before encoding.
  package internal(set) var checksum: UInt32 = 0
  /// The architecture hash of the file decoded; 0 before encoding.
  package internal(set) var architectureHash: UInt32 = 0

  package init(
    provenance: ModelProvenance, schema: RowSchema, filter: ExclusionFilter? = nil,
    network: Network
  ) {
    self.filter = filter
    self.provenance = provenance
    self.schema = schema
    self.network = network
  }
}

/// Where a model comes from.
package struct ModelProvenance: Sendable, Hashable {
  package var attribution = ""
  package var trainingData = ""
  package var trainingDataHash = ""
  package var trainingRows: UInt64 = 0
  package var preset = ""
  package var steps: UInt64 = 0
  package var examples: UInt64 = 0
  package var metrics = ""

  package init() {}
}

/// The leaves of a record in the order of declaration, and the columns of its rows.
package struct RowSchema: Sendable, Hashable {
  package var messageName: String
  /// Here `isOptional` says whether the leaf itself has explicit presence.
  package var leaves: [Column]
  /// Indices into `leaves`.
  package var columns: [Int]

  package init(messageName: String, leaves: [Column], columns: [Int]) {
    self.messageName = messageName
    self.leaves = leaves
    self.columns = columns
  }
}
