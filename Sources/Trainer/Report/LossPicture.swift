import Foundation

/// The losses of training over how often each row had been seen, as SVG.
struct LossPicture {
  private let points: [TablePage.Training.Point]

  init(_ points: [TablePage.Training.Point]) {
    self.points = points.filter { $0.epochs.isFinite && $0.heldOut.isFinite }
  }

  /// Nil if there is no curve to draw.
  var svg: String? {
    let (width, height, left) = (440.0, 200.0, 46.0)
    guard points.count > 1, let last = points.map(\.epochs).max(), last > 0 else { return nil }
    let training = points.compactMap { point in
      point.training.flatMap { $0.isFinite ? (point.epochs, $0) : nil }
    }
    // The first points are far above what one wants to see.
    let sorted = points.map(\.heldOut).sorted()
    let least = min(sorted[0], training.map(\.1).min() ?? sorted[0])
    let middle = sorted[sorted.count / 2]
    let most = min(
      sorted[sorted.count - 1], max(middle + 2 * (middle - sorted[0]), sorted[0] + 1e-6))
    let reach = max(most - least, 1e-9)
    func place(_ epochs: Double, _ loss: Double) -> String {
      let x = left + (width - left - 4) * epochs / last
      let y = 6 + (height - 6) * (1 - (min(loss, most) - least) / reach)
      return "\(ProfilePicture.text(x)) \(ProfilePicture.text(y))"
    }
    func path(_ places: [(Double, Double)], _ color: String) -> String {
      guard !places.isEmpty else { return "" }
      let corners = places.map { place($0.0, $0.1) }.joined(separator: "L")
      return "<path d=\"M\(corners)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>"
    }
    var content = ""
    for tick in 0...4 {
      let value = least + reach * Double(tick) / 4
      let y = 6 + (height - 6) * (1 - Double(tick) / 4)
      content +=
        "<path class=\"axis\" d=\"M\(ProfilePicture.text(left)) \(ProfilePicture.text(y))H"
        + "\(ProfilePicture.text(width))\"/><text x=\"\(ProfilePicture.text(left - 6))\" y=\""
        + "\(ProfilePicture.text(y + 4))\" text-anchor=\"end\" font-size=\"12\">"
        + "\(ProfilePicture.number(value, decimals: 2))</text>"
      content +=
        "<text x=\"\(ProfilePicture.text(left + (width - left - 4) * Double(tick) / 4))\" y=\""
        + "\(ProfilePicture.text(height + 18))\" font-size=\"12\" "
        + "text-anchor=\"\(tick == 0 ? "start" : tick == 4 ? "end" : "middle")\">"
        + "\(ProfilePicture.number(last * Double(tick) / 4, decimals: 1))"
        + "\(tick == 4 ? " epochs" : "")</text>"
    }
    content += path(training, Style.series(0))
    content += path(points.map { ($0.epochs, $0.heldOut) }, Style.series(1))
    return "<svg viewBox=\"0 0 \(ProfilePicture.text(width)) \(ProfilePicture.text(height + 26))\" "
      + "role=\"img\" aria-label=\"Losses of training\">\(content)</svg>"
  }
}
