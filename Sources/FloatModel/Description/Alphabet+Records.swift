import Records

extension Alphabet {
  /// Creates the alphabet of the strings and digit strings of records.
  ///
  /// - Parameters:
  ///   - records: the records.
  ///   - minimumCount: how often a character must occur.
  ///   - maximumSize: characters that the alphabet may have; the most frequent are taken.
  public init(
    records: some Sequence<Record>, minimumCount: Int = 1,
    maximumSize: Int = Alphabet.standardMaximumSize
  ) {
    var counts = CharacterCounts()
    for record in records {
      for case .text(let text) in record.values { counts.add(text) }
    }
    self.init(counts, minimumCount: minimumCount, maximumSize: maximumSize)
  }
}
