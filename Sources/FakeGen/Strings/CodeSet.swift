/// The codes that a field's texts are spelled with: the others are the alphabet's for other fields.
package struct CodeSet: Sendable {
  /// Bit c % 32 of word c / 32: whether code c may be sampled.
  package let words: Numbers<UInt32>
  /// Whether a text may end before its first code.
  package let mayBeEmpty: Bool
  /// Per cluster of the factored softmax, whether it has such a code, and whether it has one beside
  /// the end.
  private let clusters: [(any: Bool, first: Bool)]

  /// Creates the set of `words`.
  ///
  /// - Parameters:
  ///   - words: bit c % 32 of word c / 32 tells whether code c may be sampled; that of
  ///     `StringCode.end` is set, that of `StringCode.unknown` is not.
  ///   - mayBeEmpty: whether a text may end before its first code.
  ///   - order: the clusters that codes are sampled by; nil for one softmax over all.
  package init(words: Numbers<UInt32>, mayBeEmpty: Bool, clusters order: SoftmaxClusters?) {
    self.words = words
    self.mayBeEmpty = mayBeEmpty
    var clusters: [(any: Bool, first: Bool)] = []
    if let order {
      for cluster in 0..<order.count {
        var (hasAny, hasFirst) = (false, false)
        for place in order.places(cluster) where Self.has(order.order[place], words) {
          hasAny = true
          if mayBeEmpty || order.order[place] != UInt32(StringCode.end) { hasFirst = true }
        }
        clusters.append((hasAny, hasFirst))
      }
    }
    self.clusters = clusters
  }

  /// Words that a set of `codes` codes has.
  static func wordCount(codes: Int) -> Int { (codes + 31) / 32 }

  @inline(__always)
  private static func has(_ code: UInt32, _ words: Numbers<UInt32>) -> Bool {
    words[Int(code / 32)] &>> (code % 32) & 1 != 0
  }

  /// Tells whether a code may be sampled, as a text's first one or later.
  @inline(__always)
  func contains(_ code: UInt32, isFirst: Bool) -> Bool {
    Self.has(code, words) && (!isFirst || mayBeEmpty || code != UInt32(StringCode.end))
  }

  /// Tells whether a code of a cluster may be sampled, as a text's first one or later.
  @inline(__always)
  func containsCode(ofCluster cluster: Int, isFirst: Bool) -> Bool {
    isFirst ? clusters[cluster].first : clusters[cluster].any
  }
}

extension CodeSet {
  /// Reads the section of a field's codes, if there is one.
  ///
  /// - Returns: the set; nil if the field may have all codes.
  /// - Throws: `ModelError` if the section is not what it must be.
  static func readIfPresent(
    from reader: inout NetworkReader
  ) throws(ModelError) -> CodeSet? {
    guard reader.sections.nextType() == .codes else { return nil }
    try reader.sections.begin(.codes, name: "codes")
    guard let strings = reader.strings else {
      throw reader.sections.invalid("the file has no section string")
    }
    let mayBeEmpty = try reader.sections.readInteger(0...1) == 1
    let words = try reader.sections.readNumbers(
      UInt32.self, count: wordCount(codes: strings.codeCount))
    var hasSpelled = false
    for code in StringCode.first..<strings.codeCount where has(UInt32(code), words) {
      hasSpelled = true
    }
    guard hasSpelled, has(UInt32(StringCode.end), words), !has(UInt32(StringCode.unknown), words)
    else {
      throw reader.sections.invalid("it should have the end, a character, and not code 1")
    }
    try reader.sections.finish()
    return CodeSet(words: words, mayBeEmpty: mayBeEmpty, clusters: strings.clusters)
  }

  func write(to writer: inout SectionWriter) {
    writer.begin(.codes, name: "codes")
    writer.write(mayBeEmpty ? 1 as UInt32 : 0)
    writer.write(words)
    writer.end()
  }
}
