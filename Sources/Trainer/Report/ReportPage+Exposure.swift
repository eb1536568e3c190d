import Foundation

// Exposure of canaries.
extension ReportPage {
  func exposure() throws -> Section? {
    let present = runs.enumerated().filter { $0.element.exposure != nil }
    guard !present.isEmpty else { return nil }
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
    let conditions = present.map { _, run in
      let exposure = run.exposure!
      return [
        run.name, exposure.field, String(exposure.length),
        Self.number(exposure.spaceBits, decimals: 1), Self.grouped(exposure.candidates),
        Self.number(log2(Double(exposure.candidates) + 1), decimals: 1), String(exposure.samples),
      ]
    }
    return Section(
      identifier: "memorisation", title: "Memorisation",
      lead: "Canaries are training rows with random letters for a text, put into the training "
        + "data so many times. Exposure (Carlini et al. 2018) is how far up the model ranks a "
        + "canary's secret among random candidates, by an importance-weighted bound on log p(x) "
        + "with samples of the posterior (a multiscale model's of the lowest beta), and "
        + "extrapolated by a skew-normal tail to all secrets.",
      content: HTML.grid([figure], wide: true)
        + HTML.table(
          head: [
            "run", "insertions", "canaries", "exposure", "extrapolated", "greatest",
            "log p(x) ≥, canary", "log p(x) ≥, candidates",
          ], rows: rows)
        + HTML.table(
          head: [
            "run", "field", "letters", "bits of all secrets", "candidates", "exposure at most",
            "samples",
          ], rows: conditions))
  }
}
