/// The vectors that a module may feed back, where there are few: one of some tables, or the sum of
/// that and one of another table. A row's code is the place of its vector in all tables.
package struct FeedbackCodes {
  /// The tables, one after the other.
  var tables: [EmbeddingTable]
  /// What is added; nil if nothing.
  var added: EmbeddingTable?

  /// Creates the codes of some tables.
  ///
  /// - Parameters:
  ///   - tables: the tables, one after the other.
  ///   - added: what is added; nil if nothing.
  package init(tables: [EmbeddingTable], added: EmbeddingTable? = nil) {
    self.tables = tables
    self.added = added
  }

  /// Number of codes.
  var count: Int { tables.reduce(0) { $0 + $1.rows } }

  /// The code for nothing added.
  var noneAdded: Int { added?.rows ?? 0 }

  /// Whether no sum of two vectors exceeds Int16, so that products with it are sums of products.
  var neverSaturate: Bool {
    guard let added else { return true }
    for column in 0..<added.width {
      let own = tables.map { $0.range(of: column) }
      let other = added.range(of: column)
      let least = (own.map { Int($0.lowerBound) }.min() ?? 0) + Int(other.lowerBound)
      let greatest = (own.map { Int($0.upperBound) }.max() ?? 0) + Int(other.upperBound)
      if least < Int(Int16.min) || greatest > Int(Int16.max) { return false }
    }
    return true
  }
}

extension DecoderModule {
  /// The codes of what the module feeds back; nil if it feeds back other vectors too, or none.
  var feedbackCodes: FeedbackCodes? {
    switch self {
    case .categorical(let decoder):
      decoder.embedding.map { FeedbackCodes(tables: [$0]) }
    case .vocabulary(let decoder):
      decoder.isClosed ? decoder.embedding.map { FeedbackCodes(tables: [$0]) } : nil
    case .number(let decoder):
      decoder.embedding.map {
        FeedbackCodes(tables: [$0], added: decoder.cells?.embedding)
      }
    case .optional(let decoder): decoder.child.feedbackCodes?.with(absent: decoder.absent)
    case .chosen(let decoder): decoder.child.feedbackCodes?.with(absent: decoder.absent)
    case .string, .scalars, .tuple, .repeated: nil
    }
  }
}

extension FeedbackCodes {
  /// The same with a code for absence, the last.
  fileprivate func with(absent: EmbeddingTable?) -> FeedbackCodes? {
    guard let absent else { return nil }
    return FeedbackCodes(tables: tables + [absent], added: added)
  }
}
