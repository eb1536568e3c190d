extension StringDecoder {
  /// Samples the code after each of `count` states, among those that the field has, or that the
  /// string's number allows if it must be one.
  ///
  /// - Parameters:
  ///   - states: `[count, n]`.
  ///   - strings: their draws and numbers.
  ///   - count: number of states.
  ///   - allowed: the field's codes; nil for all.
  ///   - tables: the non-linear functions.
  ///   - scratch: working memory.
  ///   - codes: `[count]`, overwritten.
  package func sampleCodes(
    _ states: Vectors, strings: inout [StringState], count: Int, allowed: CodeSet? = nil,
    tables: ActivationTables, scratch: borrowing Scratch, into codes: UnsafeMutablePointer<Int32>
  ) {
    var scratch = copy scratch
    guard let clusters else {
      let logits = scratch.takeNarrow(codeCount, rows: count)
      softmax.apply(states, count: count, into: logits, scratch: scratch)
      let weights = scratch.takeWide(codeCount).base
      for slot in 0..<count {
        let draw = strings[slot].draws.next()
        let number = strings[slot].number
        let isFirst = strings[slot].length == 0
        let code =
          if let number {
            tables.sampledClass(
              logits: logits[slot], count: codeCount, weights: weights, draw: draw
            ) { number.allows(digitKinds[$0]) }
          } else if let allowed {
            tables.sampledClass(
              logits: logits[slot], count: codeCount, weights: weights, draw: draw
            ) { allowed.contains(UInt32(truncatingIfNeeded: $0), isFirst: isFirst) }
          } else {
            tables.sampledClass(
              logits: logits[slot], count: codeCount, weights: weights, draw: draw,
              excluding: StringCode.unknown)
          }
        codes[slot] = Int32(truncatingIfNeeded: code)
      }
      return
    }
    sampleClusters(
      clusters, states, strings: &strings, count: count, allowed: allowed, tables: tables,
      scratch: scratch, into: codes)
    samplePlaces(
      clusters, states, strings: &strings, count: count, allowed: allowed, tables: tables,
      scratch: scratch, codes: codes)
  }

  /// Samples the cluster of each string's next code.
  private func sampleClusters(
    _ clusters: SoftmaxClusters, _ states: Vectors, strings: inout [StringState], count: Int,
    allowed: CodeSet?, tables: ActivationTables, scratch: borrowing Scratch,
    into sampled: UnsafeMutablePointer<Int32>
  ) {
    var scratch = copy scratch
    let logits = scratch.takeNarrow(clusters.count, rows: count)
    clusters.dense.apply(states, count: count, into: logits, scratch: scratch)
    let weights = scratch.takeWide(clusters.count).base
    for slot in 0..<count {
      let draw = strings[slot].draws.next()
      let number = strings[slot].number
      let isFirst = strings[slot].length == 0
      let cluster =
        if let number {
          tables.sampledClass(
            logits: logits[slot], count: clusters.count, weights: weights, draw: draw
          ) { cluster in
            clusterHasNumber[cluster]
              && clusters.places(cluster).contains {
                number.allows(digitKinds[Int(clusters.order[$0])])
              }
          }
        } else if let allowed {
          tables.sampledClass(
            logits: logits[slot], count: clusters.count, weights: weights, draw: draw
          ) { allowed.containsCode(ofCluster: $0, isFirst: isFirst) }
        } else {
          tables.sampledClass(
            logits: logits[slot], count: clusters.count, weights: weights, draw: draw,
            excluding: textlessCluster)
        }
      sampled[slot] = Int32(truncatingIfNeeded: cluster)
    }
  }

  /// Samples each string's next code in its cluster. Strings with the same cluster share a product.
  ///
  /// - Parameter codes: the clusters, in whose place come the codes.
  private func samplePlaces(
    _ clusters: SoftmaxClusters, _ states: Vectors, strings: inout [StringState], count: Int,
    allowed: CodeSet?, tables: ActivationTables, scratch: borrowing Scratch,
    codes: UnsafeMutablePointer<Int32>
  ) {
    var scratch = copy scratch
    let weights = scratch.takeWide(clusters.size).base
    softmax.applySegments(
      states, count: count, segments: codes, of: clusters.size, scratch: scratch
    ) { slot, row in
      let places = clusters.places(Int(codes[slot]))
      let draw = strings[slot].draws.next()
      let number = strings[slot].number
      let isFirst = strings[slot].length == 0
      let place =
        if let number {
          tables.sampledClass(
            logits: row, count: places.count, weights: weights, draw: draw
          ) { number.allows(digitKinds[Int(clusters.order[places.lowerBound &+ $0])]) }
        } else if let allowed {
          tables.sampledClass(
            logits: row, count: places.count, weights: weights, draw: draw
          ) { allowed.contains(clusters.order[places.lowerBound &+ $0], isFirst: isFirst) }
        } else {
          tables.sampledClass(
            logits: row, count: places.count, weights: weights, draw: draw,
            excluding: places.contains(unknownPlace)
              ? unknownPlace &- places.lowerBound : nil)
        }
      codes[slot] = Int32(truncatingIfNeeded: clusters.order[places.lowerBound &+ place])
    }
  }
}
