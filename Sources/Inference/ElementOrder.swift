import Foundation

/// Finds the order in which the elements of a row are best drawn.
enum ElementOrder {
  /// Most rows that are looked at.
  static let sampleRows = 8_000
  /// Most elements whose pairs are looked at; more keep the order of the file.
  static let maximumElements = 150
  /// Codes of an element.
  static let size = 64

  /// Returns the order by mutual information: first the element that tells most of the others, then
  /// always the one of which an element that is already there tells most. An element that determines
  /// another comes before it.
  ///
  /// - Parameter codes: of each element, from 0 to 63, one for each row of the sample.
  static func byInformation(_ codes: [[Int32]]) -> [Int] {
    let count = codes.count
    guard count > 2, count <= maximumElements, let rows = codes.first?.count, rows > 0 else {
      return Array(codes.indices)
    }
    var information = [[Double]](repeating: Array(repeating: 0, count: count), count: count)
    /// Elements that determine an element, of those that take more values.
    var before = [[Int]](repeating: [], count: count)
    for left in 0..<count {
      for right in 0..<left {
        let pair = pair(codes[left], codes[right])
        information[left][right] = pair.information
        information[right][left] = pair.information
        if pair.leftDetermines, !pair.rightDetermines { before[right].append(left) }
        if pair.rightDetermines, !pair.leftDetermines { before[left].append(right) }
      }
    }
    var rest = Array(0..<count)
    var order: [Int] = []
    var best = information.map { $0.reduce(0, +) }
    while !rest.isEmpty {
      let chosen = Set(order)
      let ready = rest.filter { before[$0].allSatisfy(chosen.contains) }
      let candidates = ready.isEmpty ? rest : ready
      guard let next = candidates.max(by: { (best[$0], $1) < (best[$1], $0) }) else { break }
      if order.isEmpty { best = Array(repeating: 0, count: count) }
      order.append(next)
      rest.removeAll { $0 == next }
      for element in rest { best[element] = max(best[element], information[element][next]) }
    }
    return order
  }

  private static func pair(
    _ left: [Int32], _ right: [Int32]
  ) -> (information: Double, leftDetermines: Bool, rightDetermines: Bool) {
    var joint = [Int32](repeating: 0, count: size * size)
    for (a, b) in zip(left, right) { joint[Int(a) * size + Int(b)] += 1 }
    var (sumsLeft, sumsRight) = (
      [Double](repeating: 0, count: size), [Double](repeating: 0, count: size)
    )
    var (cellsLeft, cellsRight) = (
      [Int](repeating: 0, count: size), [Int](repeating: 0, count: size)
    )
    for a in 0..<size {
      for b in 0..<size where joint[a * size + b] > 0 {
        sumsLeft[a] += Double(joint[a * size + b])
        sumsRight[b] += Double(joint[a * size + b])
        cellsLeft[a] += 1
        cellsRight[b] += 1
      }
    }
    let rows = Double(left.count)
    var information = 0.0
    for a in 0..<size {
      for b in 0..<size where joint[a * size + b] > 0 {
        let share = Double(joint[a * size + b]) / rows
        information += share * log(share * rows * rows / (sumsLeft[a] * sumsRight[b]))
      }
    }
    let (usedLeft, usedRight) = (sumsLeft.count { $0 > 0 }, sumsRight.count { $0 > 0 })
    // What independent columns would show by chance (Miller and Madow).
    information -= Double((usedLeft - 1) * (usedRight - 1)) / (2 * rows)
    return (
      max(information, 0), usedLeft > usedRight && cellsLeft.allSatisfy { $0 <= 1 },
      usedRight > usedLeft && cellsRight.allSatisfy { $0 <= 1 }
    )
  }
}
