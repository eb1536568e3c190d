/// Some of a list's rows, whose vectors lie one after the other.
struct RowSubset {
  private let places: UnsafeMutablePointer<Int32>
  private let positions: UnsafeMutablePointer<Int32>
  private(set) var count = 0

  /// The scratch that `init` takes.
  static let scratchSize = ScratchSize(wide: 2)

  /// Creates an empty subset of `rows` rows or fewer.
  init(rows: Int, scratch: inout Scratch) {
    let memory = scratch.takeWide(2, rows: rows)
    places = memory.base
    positions = memory.base + rows
  }

  mutating func add(_ place: Int, of rows: RowList) {
    places[count] = Int32(truncatingIfNeeded: place)
    positions[count] = rows.positions[place]
    count &+= 1
  }

  var rows: RowList { RowList(positions: positions, count: count) }

  /// The list's place of row `index` of the subset.
  subscript(index: Int) -> Int { Int(places[index]) }

  /// Copies the subset's vectors (width) out of the list's.
  func gather(_ vectors: Vectors, width: Int, into gathered: Vectors) {
    for index in 0..<count { gathered[index].update(from: vectors[self[index]], count: width) }
  }

  /// Copies the subset's vectors (width) back into the list's.
  func scatter(_ gathered: Vectors, width: Int, into vectors: Vectors) {
    for index in 0..<count { vectors[self[index]].update(from: gathered[index], count: width) }
  }
}
