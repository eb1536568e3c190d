import Foundation

/// The HTML page that shows runs side by side.
struct ReportPage {
  let title: String
  let runs: [ReportedRun]
  let gnuplot: Gnuplot

  /// One part of the page; `content` is HTML.
  struct Section {
    var identifier: String
    var title: String
    var lead: String
    var content: String
  }

  /// Returns the whole page.
  ///
  /// - Throws: `ReportError`.
  func html() throws -> String {
    let sections = try [
      overview, losses, generatedLoss, pValues, latents, rounds, interpolations, streets, exposure,
    ].compactMap { try $0() }
    let names = runs.map(\.name).joined(separator: ", ")
    return HTML.page(title: title, lead: HTML.escape(names), sections: sections)
  }

  func legend(_ runs: [ReportedRun]) -> [HTML.Legend] {
    guard self.runs.count > 1 else { return [] }
    return self.runs.enumerated().filter { run in runs.contains { $0.name == run.element.name } }
      .map { HTML.Legend(text: $1.name, color: Style.series($0)) }
  }

  func missing(_ what: String, _ runs: [ReportedRun]) -> String {
    guard !runs.isEmpty else { return "" }
    let names = runs.map { "<b>\(HTML.escape($0.name))</b>" }.joined(separator: ", ")
    return "<p class=\"note\">Not measured: \(names). Run <code>\(what)</code>.</p>"
  }

  static func number(_ value: Double?, decimals: Int = 3) -> String {
    guard let value, value.isFinite else { return "–" }
    return String(format: "%.\(decimals)f", value)
  }

  /// Returns a whole number's digits in groups of three; other numbers as they are.
  static func grouped(_ value: Double) -> String {
    Int(exactly: value).map { grouped($0) } ?? number(value)
  }

  static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var result = ""
    while digits.count > 3 {
      result = "," + digits.suffix(3) + result
      digits.removeLast(3)
    }
    return (value < 0 ? "−" : "") + digits + result
  }
}
