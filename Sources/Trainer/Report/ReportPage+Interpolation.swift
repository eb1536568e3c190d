import Foundation

// Interpolation on a map (paper, App. D), and reconstructed streets.
extension ReportPage {
  func interpolations() throws -> Section? {
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

  func streets() -> Section? {
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
}
