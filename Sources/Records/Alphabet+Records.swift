import Schema

extension Alphabet {
  /// The alphabet of the strings and digit strings of records.
  public init(
    records: some Sequence<Record>, minimumCount: Int = 1,
    maximumSize: Int = Alphabet.standardMaximumSize
  ) {
    let texts = records.lazy.flatMap { record in
      record.values.lazy.compactMap { value in
        if case .text(let text) = value { text } else { nil }
      }
    }
    self.init(texts: texts, minimumCount: minimumCount, maximumSize: maximumSize)
  }
}
