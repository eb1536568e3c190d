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
