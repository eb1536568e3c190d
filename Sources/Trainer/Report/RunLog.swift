import Files
import Foundation

/// A CSV file that a run wrote, by columns.
struct RunLog {
  private let columns: [String: [Substring]]
  /// Lines without the head.
  let count: Int

  /// Largest file that is read.
  static let limit = 1 << 28

  /// Reads a log.
  ///
  /// - Throws: `FileError`, or `ReportError.badLog` for a line with another number of cells than
  ///   the head.
  init(path: String) throws {
    let text = String(decoding: try fileBytes(path, limit: Self.limit), as: UTF8.self)
    let lines = text.split(separator: "\n")
    let head = (lines.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
    var columns = Array(repeating: [Substring](), count: head.count)
    for (number, line) in lines.enumerated().dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == head.count else {
        // The last line of a run that was killed may be cut.
        if number == lines.count - 1, !text.hasSuffix("\n") { break }
        throw ReportError.badLog(
          path: path, line: number + 1,
          reason: "expected \(head.count) cells as in the first line, found \(cells.count)")
      }
      for (column, cell) in cells.enumerated() { columns[column].append(cell) }
    }
    count = columns.first?.count ?? 0
    self.columns = Dictionary(
      zip(head.map(String.init), columns), uniquingKeysWith: { first, _ in first })
  }

  func texts(_ name: String) -> [Substring]? { columns[name] }

  /// Returns a column's numbers; what is no number is not a number.
  func numbers(_ name: String) -> [Double]? {
    columns[name]?.map { Double($0) ?? .nan }
  }
}

/// A curve to draw.
struct Curve {
  var x: [Double]
  var y: [Double]

  /// Returns at most `count` points, each the mean of as many neighbours; points that are not
  /// finite are left out.
  func averaged(to count: Int) -> Curve {
    let points = zip(x, y).filter { $0.isFinite && $1.isFinite }
    let size = max(1, (points.count + count - 1) / count)
    var result = Curve(x: [], y: [])
    for start in stride(from: 0, to: points.count, by: size) {
      let group = points[start..<min(points.count, start + size)]
      let x = group.reduce(0) { $0 + $1.0 } / Double(group.count)
      let y = group.reduce(0) { $0 + $1.1 } / Double(group.count)
      // Sums of huge numbers may be infinite.
      guard x.isFinite, y.isFinite else { continue }
      result.x.append(x)
      result.y.append(y)
    }
    return result
  }
}
