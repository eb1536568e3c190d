/// Where modules put what a Tuple's GRU takes of the rows' values.
enum Feedback {
  /// `[rows, width]`: the vectors.
  case vectors(Vectors)
  /// `[rows, 2]`: their codes (`FeedbackCodes`); of the second ones `none` stands for nothing added.
  case codes(UnsafeMutablePointer<Int32>, none: Int32)

  /// The scratch that codes take.
  static let codesSize = ScratchSize(wide: 2)

  /// The vectors, which are what modules without codes are asked for.
  var vectors: Vectors? {
    if case .vectors(let vectors) = self { vectors } else { nil }
  }

  /// Sets a row's vector to one of a table.
  ///
  /// - Parameters:
  ///   - place: of the row.
  ///   - table: the table.
  ///   - row: of the vector in the table.
  ///   - code: of the vector in all of the module's tables.
  @inline(__always)
  func set(_ place: Int, to table: EmbeddingTable?, row: Int, code: Int) {
    switch self {
    case .vectors(let vectors): table?.copy(row: row, into: vectors[place])
    case .codes(let codes, let none):
      codes[2 &* place] = Int32(truncatingIfNeeded: code)
      codes[2 &* place &+ 1] = none
    }
  }

  /// Sets a row's vector to one of a module's only table.
  @inline(__always)
  func set(_ place: Int, to table: EmbeddingTable?, row: Int) {
    set(place, to: table, row: row, code: row)
  }

  /// Adds a vector of the table of those that are added.
  @inline(__always)
  func add(_ place: Int, _ table: EmbeddingTable?, row: Int) {
    switch self {
    case .vectors(let vectors): table?.add(row: row, to: vectors[place])
    case .codes(let codes, _): codes[2 &* place &+ 1] = Int32(truncatingIfNeeded: row)
    }
  }

  /// Returns that of the rows from `row` on.
  func from(_ row: Int) -> Feedback {
    switch self {
    case .vectors(let vectors): .vectors(vectors.from(row))
    case .codes(let codes, let none): .codes(codes + 2 &* row, none: none)
    }
  }

  /// Gives one row what another has.
  func move(from source: Int, to target: Int, width: Int) {
    switch self {
    case .vectors(let vectors): vectors[target].update(from: vectors[source], count: width)
    case .codes(let codes, _):
      (codes + 2 &* target).update(from: codes + 2 &* source, count: 2)
    }
  }

  /// Takes memory for what some of the rows feed back.
  func taken(rows: Int, width: Int, scratch: inout Scratch) -> Feedback {
    switch self {
    case .vectors: .vectors(scratch.takeNarrow(width, rows: rows))
    case .codes(_, let none): .codes(scratch.takeWide(2, rows: rows).base, none: none)
    }
  }
}

extension RowSubset {
  /// Gives the subset's rows what those of the list feed back.
  func gather(_ feedback: Feedback, width: Int, into gathered: Feedback) {
    switch (feedback, gathered) {
    case (.vectors(let vectors), .vectors(let gathered)):
      gather(vectors, width: width, into: gathered)
    case (.codes(let codes, _), .codes(let gathered, _)):
      for index in 0..<count {
        (gathered + 2 &* index).update(from: codes + 2 &* self[index], count: 2)
      }
    default: preconditionFailure("some rows feed back codes, others vectors")
    }
  }

  /// Gives the list's rows what those of the subset feed back.
  func scatter(_ gathered: Feedback, width: Int, into feedback: Feedback) {
    switch (gathered, feedback) {
    case (.vectors(let gathered), .vectors(let vectors)):
      scatter(gathered, width: width, into: vectors)
    case (.codes(let gathered, _), .codes(let codes, _)):
      for index in 0..<count {
        (codes + 2 &* self[index]).update(from: gathered + 2 &* index, count: 2)
      }
    default: preconditionFailure("some rows feed back codes, others vectors")
    }
  }
}
