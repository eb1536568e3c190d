import Records

extension Alphabet {
  /// Creates the alphabet of the strings and digit strings of records.
  ///
  /// - Parameters:
  ///   - records: the records.
  ///   - leaves: whose strings are left out, since none spells them.
  ///   - minimumCount: how often a character must occur.
  ///   - maximumSize: characters that the alphabet may have; the most frequent are taken.
  public init(
    records: some Sequence<Record>, excluding leaves: Set<Int> = [], minimumCount: Int = 1,
    maximumSize: Int = Alphabet.standardMaximumSize
  ) {
    var counts = CharacterCounts()
    for record in records {
      for (leaf, value) in record.values.enumerated() where !leaves.contains(leaf) {
        if case .text(let text) = value { counts.add(text) }
      }
    }
    self.init(counts, minimumCount: minimumCount, maximumSize: maximumSize)
  }
}
