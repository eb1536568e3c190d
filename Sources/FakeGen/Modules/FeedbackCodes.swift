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
    let (own, other) = (Self.ranges(tables), Self.ranges([added]))
    for column in 0..<added.width {
      let least = Int32(own.least[column]) + Int32(other.least[column])
      let greatest = Int32(own.greatest[column]) + Int32(other.greatest[column])
      if least < Int32(Int16.min) || greatest > Int32(Int16.max) { return false }
    }
    return true
  }

  /// Returns the least and the greatest elements of the tables' columns.
  private static func ranges(_ tables: [EmbeddingTable]) -> (least: [Int16], greatest: [Int16]) {
    let width = tables.first?.width ?? 0
    var least = [Int16](repeating: .max, count: width)
    var greatest = [Int16](repeating: .min, count: width)
    least.withUnsafeMutableBufferPointer { least in
      greatest.withUnsafeMutableBufferPointer { greatest in
        guard let least = least.baseAddress, let greatest = greatest.baseAddress else { return }
        for table in tables { table.widen(least: least, greatest: greatest) }
      }
    }
    return (least, greatest)
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
