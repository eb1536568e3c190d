import Foundation

/// How strongly columns hang together, as squares in SVG.
struct AssociationPicture {
  let names: [String]
  /// `[names, names]`, 0...1.
  let values: [Double]
  /// What the values are multiplied with.
  let strength: Int
  /// A CSS colour.
  let color: String

  /// Columns whose names are written, at most.
  private static let namedColumns = 30

  var svg: String {
    let count = names.count
    let size = 240.0
    let cell = size / Double(max(1, count))
    let isNamed = count <= Self.namedColumns
    let left = isNamed ? 100.0 : 0
    let height = max(cell - (count > 20 ? 0 : 1), 1)
    func text(_ value: Double) -> String { ProfilePicture.text(value) }
    var content =
      "<rect x=\"\(text(left))\" y=\"0\" width=\"\(text(size))\" height=\"\(text(size))\" "
      + "fill=\"var(--shade)\"/><g fill=\"\(color)\">"
    for first in 0..<count {
      for second in 0..<count {
        let value = values[first * count + second]
        let shade = min(1, value * Double(strength))
        guard shade >= 0.01 else { continue }
        let place =
          "<rect x=\"\(text(left + Double(second) * cell))\" y=\"\(text(Double(first) * cell))\" "
          + "width=\"\(text(height))\" height=\"\(text(height))\" "
          + "fill-opacity=\"\(String(format: "%.2f", shade))\""
        let title = "\(names[first]) with \(names[second]): \(ReportPage.number(value))"
        content +=
          isNamed ? place + "><title>\(HTML.escape(title))</title></rect>" : place + "/>"
      }
    }
    content += "</g>"
    if isNamed {
      let font = min(11, max(5, cell * 0.85))
      for (index, name) in names.enumerated() {
        content +=
          "<text x=\"\(text(left - 5))\" y=\"\(text((Double(index) + 0.5) * cell + font * 0.35))\" "
          + "text-anchor=\"end\" style=\"font-size:\(text(font))px\">"
          + "\(HTML.escape(TablePage.clipped(name, to: 16)))</text>"
      }
    }
    return "<svg viewBox=\"0 0 \(text(left + size)) \(text(size))\" role=\"img\" "
      + "aria-label=\"Association of columns, two by two\">\(content)</svg>"
  }
}
