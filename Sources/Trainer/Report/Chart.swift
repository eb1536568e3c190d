import Foundation

/// Scripts for gnuplot in the report's style.
///
/// Data go into the script as numbers only; every text is the report's own.
struct Chart {
  static let width = 560
  static let height = 330

  /// Returns the script's head: size, fonts, colours of the axes.
  static func head(width: Int = width, height: Int = height) -> String {
    """
    set terminal svg size \(width),\(height) dynamic rounded font "sans,13" linewidth 1
    unset key
    set border 3 lc rgb "#010200" lw 1
    set tics nomirror out scale 0.5 textcolor rgb "#010300"
    set grid lt 1 lc rgb "#010400" lw 1
    set style fill solid 0.55 noborder

    """
  }

  /// Returns a data block of numbers; what is not finite is missing.
  static func block(_ name: String, _ columns: [[Double]]) -> String {
    let rows = (0..<(columns.map(\.count).min() ?? 0)).map { row in
      columns.map { $0[row].isFinite ? "\($0[row])" : "NaN" }.joined(separator: " ")
    }
    return "$\(name) << EOD\n\(rows.joined(separator: "\n"))\nEOD\n"
  }

  /// Curves over examples seen.
  ///
  /// - Returns: nil if there is nothing to draw.
  static func curves(
    _ curves: [(series: Int, curve: Curve)], axis: String
  ) -> String? {
    let curves = curves.filter { !$0.curve.x.isEmpty }
    guard !curves.isEmpty else { return nil }
    let values = curves.flatMap(\.curve.y)
    let most = curves.flatMap(\.curve.x).max() ?? 0
    var script = head()
    // Thousands or millions, whatever keeps the numbers short.
    let (unit, word) = most >= 2e6 ? (1e6, "million examples") : (1e3, "thousand examples")
    script += "set xlabel \"\(word)\" textcolor rgb \"#010300\"\n"
    script += "set ylabel \"\(axis)\" textcolor rgb \"#010300\"\n"
    script += "set xrange [0:\(most > 0 ? "\(most / unit)" : "*")]\n"
    // A logarithmic axis pays once it spans a decade.
    if let least = values.min(), let greatest = values.max(), least > 0, greatest > 10 * least {
      script += "set logscale y\nset yrange [\(least * 0.85):\(greatest * 1.15)]\n"
      let decades = Int(log10(least).rounded(.down))...Int(log10(greatest).rounded(.up))
      let steps = decades.count > 3 ? [1.0] : [1.0, 2, 5]
      let tics = decades.flatMap { decade in steps.map { $0 * pow(10, Double(decade)) } }
      script += "set ytics (\(tics.map { String(format: "%g", $0) }.joined(separator: ", ")))\n"
    }
    for (index, item) in curves.enumerated() {
      script += block("d\(index)", [item.curve.x.map { $0 / unit }, item.curve.y])
    }
    script +=
      "plot "
      + curves.enumerated().map { index, item in
        let mark = item.curve.x.count == 1 ? "points pt 7 ps 0.5" : "lines lw 2"
        return "$d\(index) using 1:2 with \(mark) lc rgb \"\(Picture.Ink.series(item.series + 1))\""
      }.joined(separator: ", ")
    return script + "\n"
  }

  /// Returns the script of two rows of box plots side by side over the rounds.
  static func boxes(_ series: [[(round: Int, box: BoxPlotNumbers)]]) -> String {
    var script = head(height: 360)
    script += "set xlabel \"rounds of encoding and decoding\" textcolor rgb \"#010300\"\n"
    script += "set ylabel \"p-value\" textcolor rgb \"#010300\"\n"
    script += "set yrange [-0.02:1.02]\nset xtics 1\nunset grid\n"
    let last = series.flatMap { $0.map(\.round) }.max() ?? 0
    script += "set xrange [-0.6:\(Double(last) + 0.6)]\n"
    script += "set grid ytics lt 1 lc rgb \"#010400\" lw 1\n"
    var plots: [String] = []
    for (index, rounds) in series.enumerated() {
      let x = rounds.map { Double($0.round) + (index == 0 ? -0.2 : 0.2) }
      let color = Picture.Ink.series(index + 1)
      script += block(
        "b\(index)",
        [
          x, rounds.map(\.box.lowerQuartile), rounds.map(\.box.lowerWhisker),
          rounds.map(\.box.upperWhisker), rounds.map(\.box.upperQuartile),
          rounds.map(\.box.median),
        ])
      let outliers = rounds.indices.flatMap { place in
        rounds[place].box.outliers.map { (x[place], $0) }
      }
      script += block("o\(index)", [outliers.map(\.0), outliers.map(\.1)])
      plots.append(
        "$b\(index) using 1:2:3:4:5:(0.3) with candlesticks lc rgb \"\(color)\""
          + " fs solid 0.35 border lc rgb \"\(color)\" whiskerbars 0.5")
      plots.append(
        "$b\(index) using ($1-0.15):6:(0.3):(0) with vectors nohead lw 2.5 lc rgb \"\(color)\"")
      if !outliers.isEmpty {
        plots.append("$o\(index) using 1:2 with points pt 7 ps 0.18 lc rgb \"\(color)\"")
      }
    }
    return script + "plot " + plots.joined(separator: ", ") + "\n"
  }

  /// Returns the script that draws the share of known streets over the rounds.
  static func shares(_ series: [[(round: Int, share: Double)]]) -> String {
    var script = head(height: 300)
    script += "set xlabel \"rounds of encoding and decoding\" textcolor rgb \"#010300\"\n"
    script += "set ylabel \"share of known streets\" textcolor rgb \"#010300\"\n"
    script += "set yrange [0:1.03]\nset xtics 1\n"
    let last = series.flatMap { $0.map(\.round) }.max() ?? 0
    script += "set xrange [-0.3:\(Double(last) + 0.3)]\n"
    for (index, points) in series.enumerated() {
      script += block("s\(index)", [points.map { Double($0.round) }, points.map(\.share)])
    }
    return script + "plot "
      + series.indices.map {
        "$s\($0) using 1:2 with linespoints pt 7 ps 0.5 lw 2 lc rgb "
          + "\"\(Picture.Ink.series($0 + 1))\""
      }.joined(separator: ", ") + "\n"
  }

  /// Greatest density that a histogram shows: twenty bins may heap up to 20, and nothing else would
  /// be seen.
  static let greatestDensity = 3.0

  /// Densities of p-values: the generated rows' as bars, others as steps, and the uniform one.
  static func histogram(bars: [Double], steps: [(series: Int, density: [Double])]) -> String {
    let width = 1 / Double(bars.count)
    let centres = bars.indices.map { (Double($0) + 0.5) * width }
    var script = head(height: 300)
    script += "set xlabel \"p-value\" textcolor rgb \"#010300\"\n"
    script += "set ylabel \"density\" textcolor rgb \"#010300\"\n"
    let top = min(greatestDensity, 1.1 * (([1.2] + bars + steps.flatMap(\.density)).max() ?? 0))
    script += "set xrange [0:1]\nset yrange [0:\(top)]\nset boxwidth \(width * 0.92)\n"
    script += block("bars", [centres, bars])
    var plots = ["$bars using 1:2 with boxes lc rgb \"\(Picture.Ink.series(1))\""]
    for (index, step) in steps.enumerated() {
      // A step function's corners, from edge to edge.
      let x = step.density.indices.flatMap { [Double($0) * width, Double($0 + 1) * width] }
      script += block("s\(index)", [x, step.density.flatMap { [$0, $0] }])
      plots.append(
        "$s\(index) using 1:2 with lines lw 2 lc rgb \"\(Picture.Ink.series(step.series + 1))\"")
    }
    plots.append("1 with lines lw 1.5 dt (6,4) lc rgb \"\(Picture.Ink.text)\"")
    return script + "plot " + plots.joined(separator: ", ") + "\n"
  }

  /// Returns the script that draws the KL divergence of each latent dimension, greatest first.
  static func divergences(_ values: [Double]) -> String {
    var script = head(height: 280)
    script += "set xlabel \"latent dimension, by divergence\" textcolor rgb \"#010300\"\n"
    script += "set ylabel \"KL (nats)\" textcolor rgb \"#010300\"\n"
    script += "set xrange [0:\(values.count + 1)]\nset yrange [0:*]\nset boxwidth 0.8\n"
    script += block("k", [values.indices.map { Double($0 + 1) }, values])
    return script + "plot $k using 1:2 with boxes lc rgb \"\(Picture.Ink.series(1))\"\n"
  }

  /// Returns the script that draws exposure over the number of insertions: a point per canary, a
  /// line through the means.
  static func exposures(
    counts: [Int], series: [(series: Int, points: [(count: Int, bits: Double)])]
  ) -> String {
    let place = Dictionary(uniqueKeysWithValues: zip(counts, 0...))
    var script = head(height: 340)
    script += "set xlabel \"insertions into the training data\" textcolor rgb \"#010300\"\n"
    script += "set ylabel \"exposure (bits)\" textcolor rgb \"#010300\"\n"
    let tics = counts.enumerated().map { "\"\($0.element)\" \($0.offset)" }.joined(separator: ", ")
    script += "set xtics (\(tics))\nset xrange [-0.4:\(Double(counts.count) - 0.6)]\n"
    script += "set yrange [0:*]\n"
    var plots: [String] = []
    for (index, item) in series.enumerated() {
      let color = Picture.Ink.series(item.series + 1)
      // Runs stand side by side.
      let shift = (Double(index) - Double(series.count - 1) / 2) * 0.12
      let x = item.points.map { Double(place[$0.count] ?? 0) + shift }
      script += block("p\(index)", [x, item.points.map(\.bits)])
      let present = counts.filter { count in item.points.contains { $0.count == count } }
      let means = present.map { count in
        let bits = item.points.filter { $0.count == count }.map(\.bits)
        return bits.reduce(0, +) / Double(bits.count)
      }
      script += block("m\(index)", [present.map { Double(place[$0] ?? 0) + shift }, means])
      plots.append("$p\(index) using 1:2 with points pt 7 ps 0.55 lc rgb \"\(color)\"")
      plots.append("$m\(index) using 1:2 with lines lw 2 lc rgb \"\(color)\"")
    }
    plots.append("1/log(2) with lines lw 1.5 dt (6,4) lc rgb \"\(Picture.Ink.text)\"")
    return script + "plot " + plots.joined(separator: ", ") + "\n"
  }
}

/// What a box is drawn from.
typealias BoxPlotNumbers = (
  lowerWhisker: Double, lowerQuartile: Double, median: Double, upperQuartile: Double,
  upperWhisker: Double, outliers: [Double]
)
