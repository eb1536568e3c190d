/// What every module of a network decodes with, for a batch of rows.
package struct Decoding {
  /// The non-linear functions.
  package let tables: ActivationTables
  /// The normal distribution.
  package let gaussian: GaussianTable
  /// What all strings share; nil if no leaf is a string.
  package let strings: StringDecoder?
  /// The seed of the rows' draws.
  package let seed: UInt64
  /// Number of the batch's first row.
  package let row: UInt64
  /// The attempt at the rows, from 0 on: rows that a filter excludes are attempted anew, from other
  /// draws.
  package let attempt: UInt32
  /// Whether so few rows are made that computing anything once for many does not pay.
  let isBrief: Bool
  /// Elements for which each row has room, where lists' elements are decoded; 1 for rows themselves.
  package private(set) var elements = 1
  /// Elements around these that are being drawn anew.
  private(set) var redraws = 0
  /// What draws are made from: the seed, or another one where an element is drawn anew.
  private var drawSeed: UInt64

  /// Creates what a batch of rows is decoded with.
  ///
  /// - Parameters:
  ///   - tables: the non-linear functions.
  ///   - gaussian: the normal distribution.
  ///   - strings: what all strings share; nil if no leaf is a string.
  ///   - seed: the seed of the rows' draws.
  ///   - row: number of the batch's first row.
  ///   - attempt: the attempt at the rows, from 0 on.
  ///   - isBrief: whether so few rows are made that computing anything once for many does not pay.
  package init(
    tables: ActivationTables, gaussian: GaussianTable, strings: StringDecoder?, seed: UInt64,
    row: UInt64, attempt: UInt32 = 0, isBrief: Bool = false
  ) {
    self.tables = tables
    self.gaussian = gaussian
    self.strings = strings
    self.seed = seed
    drawSeed = seed
    self.row = row
    self.attempt = attempt
    self.isBrief = isBrief
  }

  /// What the elements of lists are decoded with: positions are then of elements, each row's in a
  /// run of their own.
  ///
  /// - Parameter capacity: most elements of a list.
  func ofElements(capacity: Int) -> Decoding {
    var decoding = self
    decoding.elements = elements &* capacity
    return decoding
  }

  /// What the same elements are decoded with once more, from other draws.
  ///
  /// - Parameter retry: number of the time, from 1 on.
  func again(_ retry: UInt32) -> Decoding {
    var decoding = self
    decoding.redraws = redraws &+ 1
    decoding.drawSeed = RandomStream.seed(drawSeed, retry: retry)
    return decoding
  }

  /// Number of the first element that the batch has room for: distinct for all elements of all rows
  /// if elements count on from it.
  var firstElement: UInt64 { row &* UInt64(truncatingIfNeeded: elements) }

  /// Makes the first draws of a module for all of some rows, or elements: as many as one module of a
  /// value takes.
  ///
  /// - Parameters:
  ///   - stream: the module's stream number.
  ///   - rows: the rows.
  ///   - scratch: gives the memory, `FirstDraws.scratchSize` for each row.
  /// - Returns: the draws.
  func firstDraws(stream: UInt32, rows: RowList, scratch: inout Scratch) -> FirstDraws {
    let words = UnsafeMutableRawPointer(
      scratch.takeWide(FirstDraws.count, rows: rows.count).base
    ).assumingMemoryBound(to: UInt32.self)
    let isDrawn =
      elements == 1
      && tables.kernels.draw(
        seed: drawSeed, first: row, rows: rows, stream: stream,
        block: RandomStream.block(attempt: attempt), into: words)
    if !isDrawn {
      for place in 0..<rows.count {
        var draws = draws(stream: stream, position: rows[place])
        for index in 0..<FirstDraws.count { words[index &* rows.count &+ place] = draws.next() }
      }
    }
    return FirstDraws(words: words, rows: rows.count)
  }

  /// Returns the uniform draws of a module for one row, or one element.
  ///
  /// - Parameters:
  ///   - stream: the module's stream number.
  ///   - position: of the row, or the element, in the batch.
  package func draws(stream: UInt32, position: Int) -> RandomStream {
    if elements > 1 {
      let (row, element) = position.quotientAndRemainder(dividingBy: elements)
      return RandomStream(
        seed: drawSeed, row: self.row &+ UInt64(truncatingIfNeeded: row), stream: stream,
        attempt: attempt, element: UInt32(truncatingIfNeeded: element))
    }
    return RandomStream(
      seed: drawSeed, row: row &+ UInt64(truncatingIfNeeded: position), stream: stream,
      attempt: attempt)
  }
}
