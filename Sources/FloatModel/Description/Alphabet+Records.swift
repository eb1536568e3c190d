import Records

extension Alphabet {
  /// The alphabet of the strings and digit strings of records.
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
