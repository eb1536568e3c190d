import Evaluation
import Foundation

/// The HTML page that shows runs side by side.
struct ReportPage {
  let title: String
  let runs: [ReportedRun]
  let gnuplot: Gnuplot

  /// One part of the page; `content` is HTML.
  private struct Section {
    var identifier: String
    var title: String
    var lead: String
    var content: String
  }

  /// The whole page.
  ///
  /// - Throws: `ReportError`.
  func html() throws -> String {
    let sections = try [
      overview, losses, generatedLoss, pValues, latents, rounds, interpolations, streets, exposure,
    ].compactMap { try $0() }
    let links = sections.map { "<a href=\"#\($0.identifier)\">\(HTML.escape($0.title))</a>" }
    let body = sections.map {
      """
      <section id="\($0.identifier)"><h2>\(HTML.escape($0.title))</h2>
      <p class="lead">\($0.lead)</p>
      \($0.content)
      </section>
      """
    }
    let names = runs.map(\.name).joined(separator: ", ")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(HTML.escape(title))</title>
      <style>
      \(Style.sheet)
      </style>
      </head>
      <body><main>
      <header><h1>\(HTML.escape(title))</h1>
      <p class="lead">\(HTML.escape(names))</p></header>
      <nav aria-label="Parts of the report">\(links.joined(separator: "\n"))</nav>
      \(body.joined(separator: "\n"))
      </main></body>
      </html>

      """
  }

  private func legend(_ runs: [ReportedRun]) -> [HTML.Legend] {
    guard self.runs.count > 1 else { return [] }
    return self.runs.enumerated().filter { run in runs.contains { $0.name == run.element.name } }
      .map { HTML.Legend(text: $1.name, color: Style.series($0)) }
  }

  private func missing(_ what: String, _ runs: [ReportedRun]) -> String {
    guard !runs.isEmpty else { return "" }
    let names = runs.map { "<b>\(HTML.escape($0.name))</b>" }.joined(separator: ", ")
    return "<p class=\"note\">Not measured: \(names). Run <code>\(what)</code>.</p>"
  }

  private static func number(_ value: Double?, decimals: Int = 3) -> String {
    guard let value, value.isFinite else { return "–" }
    return String(format: "%.\(decimals)f", value)
  }

  private static func grouped(_ value: Int) -> String {
    var digits = String(abs(value))
    var result = ""
    while digits.count > 3 {
      result = "," + digits.suffix(3) + result
      digits.removeLast(3)
    }
    return (value < 0 ? "−" : "") + digits + result
  }

  private func overview() -> Section? {
    var rows: [[String]] = [
      ["examples seen"] + runs.map { Self.grouped(Int($0.losses.numbers("examples")?.last ?? 0)) },
      ["steps"] + runs.map { Self.grouped(Int($0.losses.numbers("step")?.last ?? 0)) },
    ]
    let heldOut = runs.lazy.compactMap(\.measurements?.heldOut).first
    let measured = runs.map(\.measurements)
    if measured.contains(where: { $0 != nil }) {
      rows.append(
        ["rows measured"] + measured.map { $0.map { Self.grouped($0.generated.rows) } ?? "–" }
          + [heldOut.map { Self.grouped($0.rows) } ?? ""])
    }
    for (label, value) in Self.figures {
      let cells = measured.map { $0.flatMap { value($0.generated) } }
      guard cells.contains(where: { $0 != nil }) else { continue }
      rows.append([label] + cells.map { Self.number($0) } + [Self.number(heldOut.flatMap(value))])
    }
    if heldOut == nil { rows = rows.map { Array($0.prefix(runs.count + 1)) } }
    let head = [""] + runs.map(\.name) + (heldOut == nil ? [] : ["held-out rows"])
    rows = rows.map { $0 + Array(repeating: "", count: head.count - $0.count) }
    let about = runs.compactMap { run in
      run.about.map { "<p><b>\(HTML.escape(run.name))</b> — \(HTML.escape($0))</p>" }
    }.joined(separator: "\n")
    return Section(
      identifier: "overview", title: "Overview",
      lead: "What was trained, and how generated rows compare with real ones.",
      content: about + HTML.table(head: head, rows: rows)
        + missing("trainer measure", runs.filter { $0.measurements == nil }))
  }

  private static var figures: [(String, (Metrics) -> Double?)] {
    [
      ("p mean", { $0.pValues?.mean }), ("p median", { $0.pValues?.median }),
      ("p standard deviation", { $0.pValues?.standardDeviation }),
      ("p distance to held-out (KS)", { $0.pValueDistance }),
      ("known zip", { $0.knownZip }), ("known city", { $0.knownCity }),
      ("known (city, zip)", { $0.knownCityZip }), ("known street", { $0.knownStreet }),
      ("known (city, street)", { $0.knownCityStreet }),
      ("copies of training rows", { $0.copies }), ("unique", { $0.unique }),
      ("zip total variation", { $0.zipTotalVariation }),
      ("city total variation", { $0.cityTotalVariation }),
      ("km to the zip's centroid, median", { $0.zipKilometres }),
      ("column shapes", { $0.columnShapes }), ("pair trends", { $0.pairTrends }),
      ("street Levenshtein per character", { $0.streetLevenshtein }),
      ("malformed text", { $0.malformed }),
    ]
  }

  private func losses() throws -> Section? {
    let quantities: [(column: String, title: String, axis: String)] = [
      ("loss", "Total loss", "loss"),
      ("reconstruction", "Reconstruction loss", "loss"),
      ("divergence", "KL divergence", "nats per row"),
      ("bitsPerCharacter", "Bits per character", "bits"),
    ]
    let figures = try quantities.compactMap { quantity -> String? in
      let curves = runs.enumerated().compactMap { index, run -> (series: Int, curve: Curve)? in
        guard let x = run.losses.numbers("examples"), let y = run.losses.numbers(quantity.column)
        else { return nil }
        return (index, Curve(x: x, y: y).averaged(to: 250))
      }
      guard
        let script = Chart.curves(
          curves, axis: quantity.axis)
      else { return nil }
      return HTML.figure(
        try Picture(gnuplot.svg(script), label: "\(quantity.title) over examples seen"),
        legend: legend(runs), title: quantity.title)
    }
    guard !figures.isEmpty else { return nil }
    let rows = runs.map { run in
      [run.name]
        + quantities.map { quantity in
          let values = (run.losses.numbers(quantity.column) ?? []).suffix(20)
          return Self.number(
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count), decimals: 4)
        }
    }
    return Section(
      identifier: "losses", title: "Training losses",
      lead:
        "Of training batches, averaged over neighbouring steps. Reconstruction is the weighted "
        + "mean over fields; the total adds beta times the KL "
        + "divergence per latent dimension.",
      content: HTML.grid(figures)
        + HTML.table(
          head: ["run"] + quantities.map(\.title), rows: rows,
          caption: "Means of the last 20 logged steps."))
  }

  private func generatedCurve(_ run: ReportedRun, _ source: String, _ column: String) -> Curve? {
    guard let log = run.generatedLoss, let sources = log.texts("source"),
      let x = log.numbers("examples"), let y = log.numbers(column)
    else { return nil }
    let places = sources.indices.filter { sources[$0] == source }
    return places.isEmpty
      ? nil : Curve(x: places.map { x[$0] }, y: places.map { y[$0] }).averaged(to: 250)
  }

  private func generatedLoss() throws -> Section? {
    let present = runs.filter { ($0.generatedLoss?.count ?? 0) > 0 }
    guard !present.isEmpty else { return nil }
    let sources = [
      ("train", "training rows"), ("test", "testing rows"), ("generated", "generated"),
    ]
    let columns = [("loss", "Total loss"), ("bitsPerCharacter", "Bits per character")]
    var content = ""
    for run in present {
      let figures = try columns.compactMap { column, title -> String? in
        let curves = sources.enumerated().compactMap { index, source in
          generatedCurve(run, source.0, column).map { (series: index, curve: $0) }
        }
        guard
          let script = Chart.curves(
            curves, axis: column == "loss" ? "loss" : "bits")
        else { return nil }
        let legend = curves.map {
          HTML.Legend(text: sources[$0.series].1, color: Style.series($0.series))
        }
        return HTML.figure(
          try Picture(gnuplot.svg(script), label: "\(title) of \(run.name) by source of rows"),
          legend: legend, title: "\(run.name): \(title.lowercased())")
      }
      content += HTML.grid(figures)
    }
    if present.count > 1 {
      let figures = try columns.compactMap { column, title -> String? in
        let curves = runs.enumerated().compactMap { index, run in
          generatedCurve(run, "generated", column).map { (series: index, curve: $0) }
        }
        guard
          let script = Chart.curves(
            curves, axis: column == "loss" ? "loss" : "bits")
        else { return nil }
        return HTML.figure(
          try Picture(gnuplot.svg(script), label: "\(title) of generated rows, all runs"),
          legend: legend(present), title: "Generated rows: \(title.lowercased())")
      }
      content += HTML.grid(figures)
    }
    let rows = present.flatMap { run in
      sources.compactMap { source, name -> [String]? in
        let curves = columns.map { generatedCurve(run, source, $0.0) }
        guard curves.contains(where: { $0 != nil }) else { return nil }
        return [run.name, name]
          + curves.flatMap {
            [Self.number($0?.y.first, decimals: 4), Self.number($0?.y.last, decimals: 4)]
          }
      }
    }
    return Section(
      identifier: "generated-loss", title: "Generated loss",
      lead:
        "Generated rows scored by the model of the moment as if they were data, beside training "
        + "and testing rows (paper, Figures 1 to 4).",
      content: content
        + HTML.table(
          head: [
            "run", "rows", "loss, first", "loss, last", "bits per character, first",
            "bits per character, last",
          ], rows: rows))
  }

  private func pValues() throws -> Section? {
    let present = runs.filter { $0.measurements?.pValues != nil }
    guard !present.isEmpty else { return nil }
    func density(_ counts: [Int]) -> [Double] {
      let total = Double(max(1, counts.reduce(0, +)))
      return counts.map { Double($0) / total * Double(counts.count) }
    }
    let cells = try present.map { run in
      let histogram = run.measurements!.pValues!
      var steps = [(series: 1, density: density(histogram.training))]
      var legend = [
        HTML.Legend(text: "generated", color: Style.series(0), mark: .box),
        HTML.Legend(text: "training rows", color: Style.series(1)),
      ]
      if let heldOut = histogram.heldOut {
        steps.append((2, density(heldOut)))
        legend.append(HTML.Legend(text: "held-out rows", color: Style.series(2)))
      }
      legend.append(HTML.Legend(text: "uniform", color: "var(--ink)", mark: .dashed))
      let tallest = density(histogram.generated).max() ?? 0
      let caption =
        tallest > Chart.greatestDensity
        ? "The tallest bar reaches \(Self.number(tallest, decimals: 1))." : ""
      let script = Chart.histogram(bars: density(histogram.generated), steps: steps)
      let bins = histogram.generated.count
      let rows = (0..<bins).map { bin in
        [
          String(
            format: "%.2f–%.2f", Double(bin) / Double(bins), Double(bin + 1) / Double(bins)),
          Self.grouped(histogram.generated[bin]), Self.grouped(histogram.training[bin]),
          histogram.heldOut.map { Self.grouped($0[bin]) } ?? "–",
        ]
      }
      return HTML.figure(
        try Picture(gnuplot.svg(script), label: "Histogram of the p-values of \(run.name)"),
        legend: legend, title: run.name, caption: caption)
        + HTML.details(
          "Counts",
          HTML.table(head: ["p-value", "generated", "training", "held-out"], rows: rows))
    }
    return Section(
      identifier: "p-values", title: "p-values of coordinates given the zip",
      lead: "Real rows are near uniform. A heap at 0 holds rows whose zip is unknown or lies "
        + "elsewhere.", content: HTML.grid(cells))
  }

  private func latents() throws -> Section? {
    let present = runs.filter { !($0.measurements?.latents.divergences.isEmpty ?? true) }
    guard !present.isEmpty else { return nil }
    let cells = try present.map { run in
      let latents = run.measurements!.latents
      let total = latents.divergences.reduce(0, +)
      return HTML.figure(
        try Picture(
          gnuplot.svg(Chart.divergences(latents.divergences)),
          label: "KL divergence of each latent dimension of \(run.name)"), title: run.name,
        caption: "\(latents.activeUnits) of \(latents.divergences.count) dimensions are active; "
          + "\(Self.number(total, decimals: 1)) nats in all.")
    }
    let rows = present.map { run in
      let latents = run.measurements!.latents
      return [
        run.name, String(latents.activeUnits), String(latents.divergences.count),
        Self.number(latents.divergences.reduce(0, +), decimals: 2),
        Self.number(latents.divergences.first, decimals: 2),
        Self.number(latents.divergences[latents.divergences.count / 2], decimals: 3),
      ]
    }
    return Section(
      identifier: "latents", title: "Use of the latent space",
      lead: "KL divergence of each dimension's posterior from the unit Gaussian, over random "
        + "training rows. A dimension is active if its mean varies by more than 0.01.",
      content: HTML.grid(cells)
        + HTML.table(
          head: ["run", "active", "dimensions", "KL (nats)", "greatest", "median"], rows: rows))
  }

  private func rounds() throws -> Section? {
    let present = runs.filter { $0.measurements != nil }
    guard !present.isEmpty else { return nil }
    let names = ["generated", "reconstructed training rows"]
    let legend = names.enumerated().map {
      HTML.Legend(text: $1, color: Style.series($0), mark: .box)
    }
    let cells = try present.map { run -> String in
      let rounds = run.measurements!.rounds
      let both = [rounds.generated, rounds.reconstructed]
      var cell = ""
      let boxes = both.map { rounds in
        rounds.compactMap { round in
          round.pValues.map {
            (
              round: round.round,
              box: (
                $0.lowerWhisker, $0.lowerQuartile, $0.median, $0.upperQuartile, $0.upperWhisker,
                $0.outliers
              ) as BoxPlotNumbers
            )
          }
        }
      }
      if boxes.allSatisfy({ !$0.isEmpty }) {
        cell += HTML.figure(
          try Picture(
            gnuplot.svg(Chart.boxes(boxes)),
            label: "Box plots of the p-values of \(run.name) over rounds"), legend: legend,
          title: run.name,
          caption: "Boxes are quartiles, whiskers end at the last value within 1.5 interquartile "
            + "ranges, dots lie beyond (at most 100 are drawn).")
      }
      let shares = both.map { rounds in
        rounds.compactMap { round in round.knownStreet.map { (round: round.round, share: $0) } }
      }
      if shares.allSatisfy({ !$0.isEmpty }) {
        cell += HTML.figure(
          try Picture(
            gnuplot.svg(Chart.shares(shares)), label: "Known streets of \(run.name) over rounds"),
          legend: names.enumerated().map { HTML.Legend(text: $1, color: Style.series($0)) },
          title: cell.isEmpty ? run.name : nil,
          caption: "Share of street names that are in the training data.")
      }
      let rows = both.enumerated().flatMap { index, rounds in
        rounds.map { round in
          let box = round.pValues
          return [
            index == 0 ? "generated" : "reconstructed", String(round.round),
            Self.number(box?.mean), Self.number(box?.lowerWhisker),
            Self.number(box?.lowerQuartile), Self.number(box?.median),
            Self.number(box?.upperQuartile), Self.number(box?.upperWhisker),
            box.map { Self.grouped($0.outlierCount) } ?? "–", Self.number(round.knownStreet),
          ]
        }
      }
      return cell
        + HTML.details(
          "Numbers",
          HTML.table(
            head: [
              "rows", "round", "mean", "whisker", "quartile", "median", "quartile", "whisker",
              "outliers", "known street",
            ], rows: rows))
    }
    return Section(
      identifier: "rounds", title: "Repeated encoding and decoding",
      lead: "Rows are encoded, and decoded by sampling from the mean vector, over and over (paper, "
        + "Appendix E).", content: HTML.grid(cells))
  }

  private func interpolations() throws -> Section? {
    let present = runs.enumerated().filter {
      !($0.element.measurements?.interpolations.isEmpty ?? true)
    }
    guard !present.isEmpty else { return nil }
    let cells = try present.map { index, run -> String in
      let measurements = run.measurements!
      let map = InterpolationMap(ground: measurements.ground)
      let parts = try measurements.interpolations.enumerated().map { pair, interpolation in
        let name = "Training rows \(2 * pair + 1) and \(2 * pair + 2)"
        let ends = interpolation.ends.map { HTML.escape($0.text) }
        var part = ""
        if let map {
          let outside = map.outside(interpolation)
          part +=
            "<div class=\"map\">"
            + HTML.figure(
              try map.picture(
                interpolation,
                label: "Map of \(interpolation.points.count) rows decoded between "
                  + "two training rows by \(run.name)", name: "ground-\(index)", isFirst: pair == 0,
                gnuplot: gnuplot), title: pair == 0 ? run.name : name,
              caption: "\(ends[0])<br><span class=\"ramp\" style=\"background:"
                + "\(InterpolationMap.ramp)\"></span><br>\(ends[1])"
                + (outside > 0 ? "<br>\(outside) rows lie outside of the map" : "")) + "</div>"
        }
        part += HTML.details(
          "The \(interpolation.points.count) rows",
          "<div class=\"texts\">"
            + HTML.table(
              head: ["way", "row"],
              rows: interpolation.points.map {
                [String(format: "%.1f %%", 100 * $0.fraction), $0.text]
              }) + "</div>")
        return part
      }
      let others = parts.dropFirst().joined(separator: "\n")
      return parts[0] + (others.isEmpty ? "" : HTML.details("More pairs", others))
    }
    let manner =
      present.allSatisfy { $0.element.measurements!.interpolationIsGreedy }
      ? "by the likeliest values" : "by sampling"
    return Section(
      identifier: "interpolation", title: "Interpolation",
      lead: "Rows decoded \(manner) from points on the line between the mean vectors of two "
        + "training rows, from red to purple; training addresses in the background. Point at a "
        + "mark to read its row.", content: HTML.grid(cells))
  }

  private func streets() -> Section? {
    let present = runs.filter { !($0.measurements?.streets.isEmpty ?? true) }
    guard let first = present.first?.measurements else { return nil }
    let rows = first.streets.indices.map { index in
      [first.streets[index].original]
        + present.map { run in
          let streets = run.measurements!.streets
          guard streets.indices.contains(index),
            streets[index].original == first.streets[index].original
          else { return "–" }
          return streets[index].reconstruction
        }
    }
    let distances = present.map {
      "\(HTML.escape($0.name)) \(Self.number($0.measurements!.generated.streetLevenshtein))"
    }.joined(separator: ", ")
    return Section(
      identifier: "streets", title: "Street reconstructions",
      lead:
        "Streets of the first training rows, encoded and decoded. Mean Levenshtein distance per "
        + "character over random training rows: \(distances).",
      content: "<div class=\"texts\">"
        + HTML.table(head: ["training row"] + present.map(\.name), rows: rows) + "</div>")
  }

  private func exposure() throws -> Section? {
    let present = runs.enumerated().filter { $0.element.exposure != nil }
    guard let first = present.first?.element.exposure else { return nil }
    let counts = Set(present.flatMap { $0.element.exposure!.canaries.map(\.insertions) }).sorted()
    let script = Chart.exposures(
      counts: counts,
      series: present.map { index, run in
        (
          index,
          run.exposure!.canaries.map { ($0.insertions, $0.extrapolatedExposure) }
        )
      })
    let figure = HTML.figure(
      try Picture(gnuplot.svg(script), label: "Exposure of canaries over insertions"),
      legend: legend(present.map(\.element))
        + [HTML.Legend(text: "never seen, on average", color: "var(--ink)", mark: .dashed)],
      caption: "A point per canary, lines through the means.")
    let rows = present.flatMap { _, run in
      counts.compactMap { count -> [String]? in
        let canaries = run.exposure!.canaries.filter { $0.insertions == count }
        guard !canaries.isEmpty else { return nil }
        func mean(_ value: (Exposure.CanaryExposure) -> Double) -> Double {
          canaries.reduce(0) { $0 + value($1) } / Double(canaries.count)
        }
        return [
          run.name, String(count), String(canaries.count),
          Self.number(mean(\.exposure), decimals: 2),
          Self.number(mean(\.extrapolatedExposure), decimals: 2),
          Self.number(canaries.map(\.extrapolatedExposure).max(), decimals: 2),
          Self.number(mean(\.bound), decimals: 2), Self.number(mean(\.candidateMean), decimals: 2),
        ]
      }
    }
    return Section(
      identifier: "memorisation", title: "Memorisation",
      lead: "Canaries are training rows with \(first.length) random letters for a "
        + "\(HTML.escape(first.field)), put into the training data so many times. Exposure (Carlini "
        + "et al. 2018) is how far up the model ranks a canary's secret among random ones, by an "
        + "importance-weighted bound on log p(x) with \(first.samples) posterior samples: among "
        + "\(Self.grouped(first.candidates)) candidates, at most "
        + "\(Self.number(log2(Double(first.candidates + 1)), decimals: 1)) bits, and extrapolated by "
        + "a skew-normal tail to all \(Self.number(first.spaceBits, decimals: 1)) bits of secrets.",
      content: HTML.grid([figure], wide: true)
        + HTML.table(
          head: [
            "run", "insertions", "canaries", "exposure", "extrapolated", "greatest",
            "log p(x) ≥, canary", "log p(x) ≥, candidates",
          ], rows: rows))
  }
}
