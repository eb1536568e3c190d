import Evaluation

// What was trained, and how generated rows compare with real ones.
extension ReportPage {
  func overview() -> Section? {
    var rows: [[String]] = [
      ["examples seen"] + runs.map { Self.grouped($0.losses.numbers("examples")?.last ?? 0) },
      ["steps"] + runs.map { Self.grouped($0.losses.numbers("step")?.last ?? 0) },
    ]
    let heldOut = runs.lazy.compactMap(\.measurements?.heldOut).first
    let measured = runs.map(\.measurements)
    if measured.contains(where: { $0 != nil }) {
      rows.append(
        ["rows measured"] + measured.map { $0.map { Self.grouped($0.generated.rows) } ?? "–" }
          + [heldOut.map { Self.grouped($0.rows) } ?? ""])
    }
    for (label, value) in Metrics.figures {
      let cells = measured.map { $0.flatMap { value($0.generated) } }
      guard cells.contains(where: { $0 != nil }) else { continue }
      rows.append([label] + (cells + [heldOut.flatMap(value)]).map { $0.map(Metrics.text) ?? "–" })
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
}
