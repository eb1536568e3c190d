import Evaluation
import Foundation

/// A column of real rows and of generated ones drawn over each other, as SVG.
struct ProfilePicture {
  private static let width = 340.0
  private let column: TableComparison.Column

  init(_ column: TableComparison.Column) {
    self.column = column
  }

  /// Returns an `<svg>` element, or a word where there is nothing to draw.
  var html: String {
    switch column.profile {
    case .histogram(let start, let width, let real, let generated):
      histogram(start, width, real, generated, step: step, unit: "") { label($0) }
    case .lengths(let start, let width, let real, let generated):
      histogram(start, width, real, generated, step: 1, unit: " characters") {
        Self.number($0, decimals: 0)
      }
    case .bars(let labels, let real, let generated),
      .patterns(let labels, let real, let generated):
      labels.isEmpty
        ? nothing("no value recurs often enough to be shown") : bars(labels, real, generated)
    case .none:
      switch column.column.kind {
      case .sequence: nothing("counts on from row to row")
      case .constant: nothing("one value throughout")
      default: nothing("nothing to draw")
      }
    }
  }

  private func nothing(_ why: String) -> String { "<p class=\"note\">\(why)</p>" }

  private func svg(height: Double, _ content: String) -> String {
    "<svg viewBox=\"0 0 \(Self.text(Self.width)) \(Self.text(height))\" role=\"img\" aria-label=\""
      + "\(HTML.escape("Real and generated values of \(column.column.name)"))\">\(content)</svg>"
  }

  /// A coordinate of a drawing.
  static func text(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func histogram(
    _ start: Double, _ width: Double, _ real: [Double], _ generated: [Double], step: Double,
    unit: String, _ label: (Double) -> String
  ) -> String {
    let height = 120.0
    let shares = (real + generated).sorted(by: >)
    guard let most = shares.first, most > 0 else { return nothing("no values") }
    // A spike would leave nothing to be seen of the rest: it is cut off, and its height written.
    let others = zip(real, generated).map { max($0, $1) }.sorted(by: >).dropFirst(1).first ?? 0
    let isCut = others > 0 && most > 4 * others
    let top = isCut ? 1.6 * others : most
    let scale = height / (top * 1.04)
    func y(_ share: Double) -> Double { height - min(share, top) * scale }
    func x(_ bin: Int) -> Double { Double(bin) * Self.width / Double(real.count) }
    var area = "M0 \(Self.text(height))"
    var line = ""
    for bin in real.indices {
      area += "V\(Self.text(y(real[bin])))H\(Self.text(x(bin + 1)))"
      line += bin == 0 ? "M0 \(Self.text(y(generated[bin])))" : "V\(Self.text(y(generated[bin])))"
      line += "H\(Self.text(x(bin + 1)))"
    }
    area += "V\(Self.text(height))Z"
    var content = "<path class=\"area\" d=\"\(area)\"/><path class=\"step\" d=\"\(line)\"/>"
    content += "<path class=\"axis\" d=\"M0 \(Self.text(height))H\(Self.text(Self.width))\"/>"
    if isCut {
      let bin = real.indices.first { max(real[$0], generated[$0]) == most } ?? 0
      let isRight = 2 * bin > real.count
      let said =
        "\(TableComparison.percent(generated[bin])), real \(TableComparison.percent(real[bin]))"
      content +=
        "<text class=\"value\" x=\"\(Self.text(isRight ? x(bin) - 5 : x(bin + 1) + 5))\" y=\"12\" "
        + "text-anchor=\"\(isRight ? "end" : "start")\">\(HTML.escape(said))</text>"
    }
    for (place, anchor) in [(0.0, "start"), (0.5, "middle"), (1, "end")]
    where real.count > 2 || place != 0.5 {
      // The bins of whole numbers begin and end halfway between two.
      let value = start + step / 2 + place * (Double(real.count) * width - step)
      content +=
        "<text x=\"\(Self.text(place * Self.width))\" y=\"\(Self.text(height + 15))\" "
        + "text-anchor=\"\(anchor)\">\(HTML.escape(label(value) + (place == 1 ? unit : "")))</text>"
    }
    return svg(height: height + 20, content)
  }

  private func bars(_ labels: [String], _ real: [Double], _ generated: [Double]) -> String {
    let (row, left) = (18.0, 126.0)
    let room = Self.width - left - 92
    let most = max((real + generated).max() ?? 0, 1e-9)
    var content = ""
    for index in labels.indices {
      let y = Double(index) * row
      let said =
        "\(TableComparison.percent(generated[index])), \(TableComparison.percent(real[index]))"
      content +=
        "<text x=\"\(Self.text(left - 6))\" y=\"\(Self.text(y + 12))\" text-anchor=\"end\">"
        + "<title>\(HTML.escape(labels[index]))</title>"
        + "\(HTML.escape(Self.shortened(labels[index])))</text>"
        + "<rect class=\"area\" x=\"\(Self.text(left))\" y=\"\(Self.text(y + 2))\" "
        + "width=\"\(Self.text(room * real[index] / most))\" height=\"13\"/>"
        + "<rect class=\"other\" x=\"\(Self.text(left))\" y=\"\(Self.text(y + 6))\" "
        + "width=\"\(Self.text(room * generated[index] / most))\" height=\"5\"/>"
        + "<text x=\"\(Self.text(left + room * max(real[index], generated[index]) / most + 5))\" "
        + "y=\"\(Self.text(y + 12))\">\(HTML.escape(said))</text>"
    }
    let rest = [real, generated].map { max(0, 1 - $0.reduce(0, +)) }
    if max(rest[0], rest[1]) >= 0.0005 {
      content +=
        "<text x=\"\(Self.text(left))\" y=\"\(Self.text(Double(labels.count) * row + 13))\">"
        + HTML.escape(
          "others and nulls: \(TableComparison.percent(rest[1])), "
            + "real \(TableComparison.percent(rest[0]))") + "</text>"
    }
    return svg(height: Double(labels.count + 1) * row, content)
  }

  /// Returns a label that fits to the left of its bar.
  private static func shortened(_ text: String) -> String {
    if text.isEmpty { return "(empty)" }
    return TablePage.clipped(text, to: 15)
  }

  /// What numbers of the column are multiples of; 0 if of nothing.
  private var step: Double {
    guard case .number(let decimals) = column.column.kind else { return 0 }
    return pow(10, -Double(decimals))
  }

  /// Returns the text of a number of the column's.
  private func label(_ value: Double) -> String {
    switch column.column.kind {
    case .moment(let layout): MomentLabel(layout: layout).text(value)
    case .number(let decimals): Self.number(value, decimals: decimals)
    default: Self.number(value, decimals: 3)
    }
  }

  /// Returns a number with the digits that tell it from its neighbours.
  static func number(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "" }
    if value != 0, abs(value) >= 1e9 || abs(value) < 1e-4 { return String(format: "%.3g", value) }
    if abs(value) >= 10_000 { return ReportPage.grouped(value.rounded()) }
    let digits = abs(value) >= 100 ? 0 : abs(value) >= 1 ? 2 : 4
    let text = String(format: "%.\(max(0, min(decimals, digits)))f", value)
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }
}

/// What a moment is called below a drawing.
struct MomentLabel {
  /// As in `LeafKind.moment`.
  let layout: String

  /// Returns a day, or the time of day if the layout has no year.
  ///
  /// - Parameter units: since 1970-01-01 or midnight, as `LeafKind.moment` counts them.
  func text(_ units: Double) -> String {
    var digits = 0.0
    for digit in 1...9 where layout.contains("%\(digit)f") { digits = Double(digit) }
    let seconds = (units / pow(10, digits)).rounded()
    guard seconds.magnitude < 1e12 else { return "" }
    let total = Int(seconds)
    let days = Int((Double(total) / 86_400).rounded(.down))
    let hasDate = layout.contains("%Y") || layout.contains("%y")
    guard hasDate else {
      let rest = total - days * 86_400
      return String(format: "%02d:%02d", rest / 3600, rest % 3600 / 60)
    }
    // The civil calendar in eras of 400 years, a year beginning in March.
    let shifted = days + 719_468
    let era = Int((Double(shifted) / 146_097).rounded(.down))
    let ofEra = shifted - era * 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * month + 2) / 5 + 1
    let civil = month < 10 ? month + 3 : month - 9
    return String(format: "%04d-%02d-%02d", year + era * 400 + (civil <= 2 ? 1 : 0), civil, day)
  }
}
