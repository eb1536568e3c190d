/// What a model file holds, decoded: the argument of encoding and the result of decoding.
package struct ModelContent: Sendable {
  /// Where the model comes from.
  package var provenance: ModelProvenance
  /// The leaves and columns of its rows.
  package var schema: RowSchema
  /// What rows have beside what the network makes.
  package var rules: RowRules
  /// The tables that the rows are printed as; nil if they are one.
  package var tables: LinkedTables?
  /// How a message declares the leaves, one for each; none if no message was given.
  package var protobuf: [ProtobufField]
  /// What keeps rows from being made, each by columns of its own.
  package var filters: [ExclusionFilter]
  /// What turns random bits into rows.
  package var network: Network
  /// The checksum of the file decoded; 0 before encoding.
  package internal(set) var checksum: UInt32 = 0
  /// The architecture hash of the file decoded; 0 before encoding.
  package internal(set) var architectureHash: UInt32 = 0

  /// Creates the content of a file that is to be encoded.
  ///
  /// - Parameters:
  ///   - provenance: where the model comes from.
  ///   - schema: the leaves and columns of its rows.
  ///   - rules: what rows have beside what the network makes.
  ///   - tables: that the rows are printed as; nil if they are one.
  ///   - protobuf: how a message declares the leaves, one for each, or none.
  ///   - filters: what keeps rows from being made.
  ///   - network: what turns random bits into rows.
  package init(
    provenance: ModelProvenance, schema: RowSchema, rules: RowRules = RowRules(),
    tables: LinkedTables? = nil, protobuf: [ProtobufField] = [], filters: [ExclusionFilter] = [],
    network: Network
  ) {
    self.rules = rules
    self.protobuf = protobuf
    self.tables = tables
    self.filters = filters
    self.provenance = provenance
    self.schema = schema
    self.network = network
  }
}
