// p-values at the end, and what the latent space holds.
extension ReportPage {
  func pValues() throws -> Section? {
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

  func latents() throws -> Section? {
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
        + HTML.details(
          "Dimensions",
          HTML.table(
            head: ["dimension", "KL (nats)"],
            rows: latents.divergences.enumerated().map {
              [String($0 + 1), Self.number($1, decimals: 3)]
            }))
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
        + "training rows (a multiscale model's of the lowest beta). A dimension is active if its "
        + "mean varies by more than 0.01.",
      content: HTML.grid(cells)
        + HTML.table(
          head: ["run", "active", "dimensions", "KL (nats)", "greatest", "median"], rows: rows))
  }
}
