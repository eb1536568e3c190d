// Losses through the run, of training rows and of generated ones.
extension ReportPage {
  func losses() throws -> Section? {
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

  /// Loss and bits per character of each source at some ten places of the run.
  private func generatedLossTable(
    _ run: ReportedRun, _ sources: [(name: String, title: String)]
  ) -> String {
    guard let log = run.generatedLoss, let steps = log.texts("step"),
      let names = log.texts("source"), let examples = log.numbers("examples"),
      let losses = log.numbers("loss"), let bits = log.numbers("bitsPerCharacter")
    else { return "" }
    // The first line of each step, and all lines by step and source.
    let first = steps.indices.filter { $0 == 0 || steps[$0] != steps[$0 - 1] }
    let lines = Dictionary(
      steps.indices.map { ([steps[$0], names[$0]], $0) }, uniquingKeysWith: { first, _ in first })
    let chosen = Set((0...10).map { $0 * (first.count - 1) / 10 }).sorted()
    return HTML.table(
      head: ["examples"] + sources.flatMap { ["\($0.title), loss", "\($0.title), bits"] },
      rows: chosen.map { place in
        [Self.grouped(examples[first[place]])]
          + sources.flatMap { source -> [String] in
            let line = lines[[steps[first[place]], Substring(source.name)]]
            return [
              Self.number(line.map { losses[$0] }), Self.number(line.map { bits[$0] }),
            ]
          }
      })
  }

  func generatedLoss() throws -> Section? {
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
      content +=
        HTML.grid(figures)
        + HTML.details("\(run.name) through the run", generatedLossTable(run, sources))
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
        + "and testing rows (paper, Figures 1 to 4); with the beta and standard deviations of "
        + "the lowest level in a multiscale run.",
      content: content
        + HTML.table(
          head: [
            "run", "rows", "loss, first", "loss, last", "bits per character, first",
            "bits per character, last",
          ], rows: rows))
  }
}
