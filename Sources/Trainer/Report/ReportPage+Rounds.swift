// Repeated encoding and decoding (paper, App. E).
extension ReportPage {
  func rounds() throws -> Section? {
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
}
