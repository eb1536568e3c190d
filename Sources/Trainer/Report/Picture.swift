import Foundation

/// A gnuplot drawing made fit for a page: its colours are the page's CSS variables, its points are
/// circles that can carry a text to show on hover, and it brings no definitions that another
/// picture's could clash with.
struct Picture {
  /// An `<svg>` element.
  let svg: String

  /// What `set terminal svg` names the colours of the page.
  enum Ink {
    /// Series 1, 2, ...
    static func series(_ number: Int) -> String { String(format: "#0100%02x", number) }
    /// Points and lines in the background.
    static let ground = "#010100"
    /// Reference lines.
    static let reference = "#010200"
    /// Lines that help to read off values.
    static let grid = "#010400"
    /// What stands out without being a series.
    static let text = "#010300"

    /// Returns the CSS value of one of the colours above as gnuplot writes it; others stay.
    static func css(_ red: Int, _ green: Int, _ blue: Int) -> String {
      switch (red, green, blue) {
      case (1, 0, let number): "var(--series-\((number - 1) % Style.seriesCount + 1))"
      case (1, 1, 0): "var(--ground)"
      case (1, 2, 0): "var(--reference)"
      case (1, 3, 0): "var(--ink)"
      case (1, 4, 0): "var(--grid)"
      default: String(format: "#%02x%02x%02x", red, green, blue)
      }
    }
  }

  /// Adapts gnuplot's drawing to the page.
  ///
  /// - Parameters:
  ///   - drawing: gnuplot's SVG, points drawn with `pt 7` or `dots`.
  ///   - label: what the picture shows, for those who cannot see it.
  ///   - hovers: per number of a plot, from 1, a text for each of its points in order.
  ///   - shared: plots whose dots are drawn once on a page, under the given name: where `isFirst`
  ///     they are defined, elsewhere referred to.
  /// - Throws: `ReportError.gnuplotFailed` if the points are not as many as their texts.
  init(
    _ drawing: String, label: String, hovers: [Int: [String]] = [:],
    sharedDots: (plot: Int, name: String, isFirst: Bool)? = nil
  ) throws(ReportError) {
    guard let viewBox = drawing.firstMatch(of: /viewBox="([0-9. ]+)"/),
      let body = drawing.firstMatch(of: /<\/defs>/)
    else { throw .gnuplotFailed(reason: "its output is no SVG that this version knows") }
    var result =
      "<svg viewBox=\"\(viewBox.1)\" role=\"img\" aria-label=\"\(HTML.escape(label))\">\n"
      // gnuplot opens the group of the whole drawing before its definitions.
      + "<g>\n"
    var plot = 0
    var points: [Int: Int] = [:]
    var dots = ""
    func endDots() {
      guard !dots.isEmpty else { return }
      let path = "<path class=\"dots\" d=\"\(dots)\"/>"
      if let sharedDots, sharedDots.plot == plot {
        result +=
          sharedDots.isFirst
          ? "<g id=\"\(sharedDots.name)\">\(path)</g>\n" : "<use href=\"#\(sharedDots.name)\"/>\n"
      } else {
        result += path + "\n"
      }
      dots = ""
    }
    // An element a line: gnuplot may put points behind a path.
    let lines = String(drawing[body.range.upperBound...]).replacing("<use", with: "\n<use")
      .replacing("/>", with: "/>\n").split(separator: "\n")
    for line in lines {
      if let dot = line.firstMatch(of: /<use xlink:href='#gpDot' x='([0-9.-]+)' y='([0-9.-]+)'/) {
        dots += "M\(Self.short(dot.1)) \(Self.short(dot.2))h0"
        continue
      }
      if line.allSatisfy(\.isWhitespace) { continue }
      if let start = line.firstMatch(of: /<g id="gnuplot_plot_([0-9]+)"/) {
        plot = Int(start.1) ?? 0
        result += "<g>\n"
      } else if let point = line.firstMatch(
        of:
          /<use xlink:href='#gpPt6' transform='translate\(([0-9.-]+),([0-9.-]+)\) scale\(([0-9.]+)\)' color='rgb\( *([0-9]+), *([0-9]+), *([0-9]+)\)'/
      ) {
        let place = points[plot, default: 0]
        points[plot] = place + 1
        let texts = hovers[plot]
        let title =
          texts.map { place < $0.count ? "<title>\(HTML.escape($0[place]))</title>" : "" } ?? ""
        let color = Ink.css(Int(point.4) ?? 0, Int(point.5) ?? 0, Int(point.6) ?? 0)
        result +=
          "<circle\(texts == nil ? "" : " class=\"hover\"") cx=\"\(point.1)\" cy=\"\(point.2)\" "
          + "r=\"\(point.3)\" stroke=\"none\" fill=\"\(color)\">\(title)</circle>\n"
      } else {
        if line.contains("</g>") { endDots() }
        result += Self.recoloured(line) + "\n"
      }
    }
    for (plot, texts) in hovers where points[plot, default: 0] != texts.count {
      throw .gnuplotFailed(
        reason: "it drew \(points[plot, default: 0]) of \(texts.count) points")
    }
    // Groups that gnuplot opens for every change of its pen, and leaves empty.
    while true {
      let shorter = result.replacing(/<g [^>]*>\s*<\/g>\n?/, with: "")
      if shorter.utf8.count == result.utf8.count { break }
      result = shorter
    }
    svg = result
  }

  /// Rounds a number to one decimal, a tenth of a pixel.
  private static func short(_ number: Substring) -> String {
    String(format: "%.1f", Double(number) ?? 0)
  }

  private static func recoloured(_ line: Substring) -> String {
    String(line)
      .replacing(/rgb\( *([0-9]+), *([0-9]+), *([0-9]+)\)/) {
        Ink.css(Int($0.1) ?? 0, Int($0.2) ?? 0, Int($0.3) ?? 0)
      }
      .replacing(/<title>gnuplot_plot_[0-9]+<\/title>/, with: "")
      .replacing(/(stroke|fill|color)=(["'])black["']/) { "\($0.1)=\($0.2)var(--ink)\($0.2)" }
      .replacing(/(stroke|fill|color)=(["'])gr[ae]y["']/) { "\($0.1)=\($0.2)var(--grid)\($0.2)" }
      .replacing(/font-family="[^"]*"/, with: "")
  }
}
