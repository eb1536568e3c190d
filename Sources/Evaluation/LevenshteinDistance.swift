/// Returns the least number of insertions, deletions and replacements of Unicode scalars that turn
/// `original` into `other`.
public func levenshteinDistance(_ original: String, _ other: String) -> Int {
  let columns = Array(other.unicodeScalars)
  // Row r of the table: distances from the first r scalars of `original` to every prefix of
  // `other`.
  var row = Array(0...columns.count)
  for (index, scalar) in original.unicodeScalars.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in columns.indices {
      let replaced = diagonal + (scalar == columns[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
    }
  }
  return row[columns.count]
}

/// Returns the Levenshtein distance divided by the original's length in Unicode scalars (paper,
/// section 2.4). An empty original counts as one character long, so that it costs nothing when it
/// is kept and the length of the other string when it is not.
public func levenshteinDistancePerCharacter(original: String, other: String) -> Double {
  Double(levenshteinDistance(original, other)) / Double(max(1, original.unicodeScalars.count))
}

/// Returns the mean over the pairs of `levenshteinDistancePerCharacter`; nil if there are none.
public func meanLevenshteinDistancePerCharacter(
  _ pairs: [(original: String, other: String)]
) -> Double? {
  guard !pairs.isEmpty else { return nil }
  let sum = pairs.reduce(0) {
    $0 + levenshteinDistancePerCharacter(original: $1.original, other: $1.other)
  }
  return sum / Double(pairs.count)
}
