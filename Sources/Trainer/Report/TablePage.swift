import Evaluation
import Foundation

/// The HTML page about a table and the model of it: how good generated rows are, what they look
/// like beside real ones, what comes back of the training rows, and how it came about.
///
/// Its pictures are SVG of its own: it needs neither scripts nor other files nor gnuplot. It shows
/// no row of the table unless it is given some, and no value that fewer than
/// `ColumnProfile.leastCount` training rows have.
struct TablePage {
  /// What was inferred of a column.
  struct Choice {
    var column: String
    /// What it was taken for, as `--kind` spells it.
    var kind: String
    var why: String
  }

  /// How the model was trained.
  struct Training {
    /// The loss at a point of training, in nats per row.
    struct Point {
      /// How often each row had been seen.
      var epochs: Double
      var heldOut: Double
      /// Of training rows; nil if it was not measured.
      var training: Double?
    }

    var seconds: Double
    var steps: Int
    var epochs: Double
    /// Number of the model's parameters.
    var parameters: Int
    /// Bytes of the model file.
    var bytes: Int
    /// In the order of training.
    var losses: [Point]
  }

  var title: String
  var comparison: TableComparison
  var choices: [Choice] = []
  var training: Training?
  /// Generated rows to show, `[rows][columns]`.
  var generatedRows: [[String?]] = []
  /// Real rows to show beside them. Anyone who sees the page sees them: only if they were asked
  /// for.
  var heldOutRows: [[String?]] = []

  /// Columns that are drawn; of the others there is a table.
  static let drawnColumns = 60

  /// Returns the whole page.
  func html() -> String {
    let sections = [
      overview, columns, togetherness, nulls, privacy, rows, inference, trainingSection,
    ].compactMap { $0() }
    let counts = comparison.rows
    let lead =
      "\(ReportPage.grouped(counts.generated)) generated rows beside "
      + "\(ReportPage.grouped(counts.heldOut)) held-out ones; trained on "
      + "\(ReportPage.grouped(counts.training)) rows of \(comparison.columns.count) columns."
    return HTML.page(title: title, lead: lead, sections: sections, style: Self.style)
  }

  func name(_ column: Int) -> String { comparison.columns[column].column.name }

  private func overview() -> ReportPage.Section? {
    let sentence = comparison.verdict
    let verdict = sentence.prefix(1).uppercased() + sentence.dropFirst() + "."
    let isBad =
      comparison.grade == .telltale || comparison.grade == .recognisable
      || !comparison.recurrences.isEmpty
    let warnings = comparison.warnings.map { "<li>\(HTML.escape($0)).</li>" }.joined()
    let meanings = [
      "how well boosted trees tell the rows from held-out ones: 0.5 not at all, 1 always",
      "how alike the distributions of each column are, 1 at best",
      "the same of columns two by two",
      "of a column, to that of the held-out rows",
      "share of rows that are training rows, keys aside",
      "share of rows nearer to a training row than all but 5 % of the held-out rows",
      "than to a held-out one, share of rows: 0.5 if the model remembers none",
    ]
    let rows = zip(comparison.figures, meanings).compactMap { figure, meaning -> [String]? in
      guard figure.generated != nil || figure.real != nil else { return nil }
      return [
        figure.label, ReportPage.number(figure.generated), ReportPage.number(figure.real), meaning,
      ]
    }
    let trees =
      comparison.rows.trees.map {
        " The trees are 100 histogram gradient-boosted ones of at most 31 leaves, of our own code, "
          + "cross-validated on \(ReportPage.grouped($0)) rows of each."
      } ?? ""
    return ReportPage.Section(
      identifier: "verdict", title: "How good the rows are",
      lead: "Each figure stands beside that of real rows, the best that one can reach.",
      content: """
        <p class="verdict\(isBad ? " bad" : "")">\(HTML.escape(verdict))</p>
        \(warnings.isEmpty ? "" : "<ul class=\"warnings\">\(warnings)</ul>")
        <div class="figures">\(HTML.table(
          head: ["", "generated", "real rows", "what it is"], rows: rows))</div>
        <p class="note">Real rows are training rows taken as if they were generated and, where \
        training rows are looked for, held-out rows.\(trees)</p>
        """)
  }

  private func columns() -> ReportPage.Section? {
    let all = comparison.columns
    guard !all.isEmpty else { return nil }
    let order =
      comparison.worstColumns + all.indices.filter { !comparison.worstColumns.contains($0) }
    let drawn = order.prefix(Self.drawnColumns).map { column in
      "<figure class=\"column\"><h3>\(HTML.escape(name(column)))</h3>"
        + "<p class=\"note\">\(HTML.escape(facts(all[column])))</p>"
        + ProfilePicture(all[column]).html + "</figure>"
    }
    let rest = order.dropFirst(Self.drawnColumns).map { column in
      [
        name(column), Self.kind(all[column].column.kind), ReportPage.number(all[column].shape),
        ReportPage.number(all[column].realShape),
      ]
    }
    let table =
      rest.isEmpty
      ? ""
      : HTML.details(
        "\(rest.count) more columns",
        HTML.table(head: ["column", "kind", "shape", "real rows"], rows: rest))
    return ReportPage.Section(
      identifier: "columns", title: "Columns",
      lead: "The worst first. Numbers beyond the outer half percent are in the outer bars; beside "
        + "a bar stand the share of generated rows and that of real ones.",
      content: """
        <ul class="legend"><li><span class="swatch box" style="--swatch:var(--series-1)"></span>\
        real rows (training)</li><li><span class="swatch line" style="--swatch:var(--series-2)">\
        </span>generated rows</li></ul>
        \(HTML.grid(Array(drawn)).replacing("class=\"grid\"", with: "class=\"grid columns\""))
        \(table)
        """)
  }

  /// Returns what is to say of a column in one line.
  private func facts(_ column: TableComparison.Column) -> String {
    var facts = [Self.kind(column.column.kind)]
    if let shape = column.shape {
      facts.append("shape \(ReportPage.number(shape)), real \(ReportPage.number(column.realShape))")
    }
    if let importance = column.importance, importance >= 0.1 {
      facts.append("\(TableComparison.percent(importance)) of what the trees see")
    }
    if max(column.nulls.generated, column.nulls.training) > 0 {
      facts.append(
        "null \(TableComparison.percent(column.nulls.generated)), "
          + "real \(TableComparison.percent(column.nulls.training))")
    }
    return facts.joined(separator: " · ")
  }

  static func kind(_ kind: ComparedColumn.Kind) -> String {
    switch kind {
    case .number: "number"
    case .category: "category"
    case .moment: "date or time"
    case .key: "key"
    case .sequence: "key that counts on"
    case .text: "text"
    case .constant: "constant"
    }
  }

  private func togetherness() -> ReportPage.Section? {
    let maps = comparison.associations
    guard maps.columns.count > 1 else { return nil }
    let names = maps.columns.map(name)
    let differences = zip(maps.real, maps.generated).map { abs($0 - $1) }
    let pictures = [
      ("Real rows", maps.real, 1, "var(--series-1)"),
      ("Generated rows", maps.generated, 1, "var(--series-1)"),
      ("Difference, five times as strong", differences, 5, "var(--series-5)"),
    ].map { title, values, strength, color in
      "<figure class=\"map\"><h3>\(title)</h3>"
        + AssociationPicture(names: names, values: values, strength: strength, color: color).svg
        + "</figure>"
    }
    let pairs = comparison.worstPairs.prefix(10).map { pair in
      [
        "\(name(pair.first)) with \(name(pair.second))", ReportPage.number(pair.score),
        ReportPage.number(pair.realScore),
      ]
    }
    let possible = comparison.worstColumns.count * (comparison.worstColumns.count - 1) / 2
    let chosen =
      comparison.comparedPairs < possible
      ? " Of \(ReportPage.grouped(possible)) pairs \(ReportPage.grouped(comparison.comparedPairs)) "
        + "were compared, chosen at random."
      : ""
    return ReportPage.Section(
      identifier: "pairs", title: "Columns together",
      lead: "How strongly columns hang together, two by two: from nothing (pale) to one following "
        + "from the other (strong), as Cramér's V of tenths of numbers or frequent values.",
      content: "<div class=\"maps\">\(pictures.joined(separator: "\n"))</div>"
        + HTML.table(
          head: ["pair, the worst first", "generated", "real rows"], rows: Array(pairs))
        + "<p class=\"note\">How alike the pairs' distributions are, 1 at best.\(chosen)</p>")
  }

  private func nulls() -> ReportPage.Section? {
    let columns = comparison.columns
    let rows = columns.indices.filter {
      columns[$0].nulls.generated > 0 || columns[$0].nulls.heldOut > 0
        || columns[$0].nulls.training > 0
    }.sorted {
      let (left, right) = (columns[$0].nulls.difference, columns[$1].nulls.difference)
      return left != right ? left > right : $0 < $1
    }.map { column in
      let nulls = columns[column].nulls
      return [name(column)]
        + [nulls.generated, nulls.heldOut, nulls.training].map(TableComparison.percent)
    }
    guard !rows.isEmpty else { return nil }
    let head = ["column", "generated", "held-out", "training"]
    let rest = rows.dropFirst(20)
    return ReportPage.Section(
      identifier: "nulls", title: "Nulls",
      lead: "How often a column has no value, the greatest difference first.",
      content: HTML.table(head: head, rows: Array(rows.prefix(20)))
        + (rest.isEmpty
          ? ""
          : HTML.details(
            "\(rest.count) more columns", HTML.table(head: head, rows: Array(rest)))))
  }

  private func privacy() -> ReportPage.Section? {
    let privacy = comparison.privacy
    func row(_ label: String, _ pair: PrivacyFigures.Pair?) -> [String]? {
      pair.map { [label, ReportPage.number($0.generated), ReportPage.number($0.heldOut)] }
    }
    var rows = [
      row("rows that are training rows, keys aside", privacy.copies),
      row("distance to the closest training row, median", privacy.distance),
      row("rows nearer to one than all but 5 % of the held-out rows", privacy.nearCopies),
      row("rows nearer to a training row than to a held-out one", privacy.nearerTraining),
    ].compactMap(\.self)
    for column in privacy.nearUnique.prefix(20) {
      rows += [row("values of \(name(column.column)) that are training rows'", column.known)]
        .compactMap(\.self)
    }
    let seen =
      privacy.epochs.map { ", each seen \(ReportPage.number($0, decimals: 1)) times" } ?? ""
    return ReportPage.Section(
      identifier: "privacy", title: "What comes back of the training rows",
      lead: "\(ReportPage.grouped(privacy.trainingRows)) training rows\(seen). What generated rows "
        + "have more of than held-out ones was remembered.",
      content: (comparison.recurrences.isEmpty
        ? "<p>Nothing comes back more often than chance brings it.</p>"
        : "<p>Something comes back: see the <a href=\"#verdict\">warnings</a>.</p>")
        + HTML.table(head: ["share or distance", "generated", "held-out"], rows: rows)
        + "<p class=\"note\">Distances are Gower's: the mean over columns of 0 or 1 for values that "
        + "are equal or not, and of numbers' difference divided by their range; keys do not count. "
        + "Of each table at most \(ReportPage.grouped(privacy.probes)) rows. A column of which more "
        + "than half of the training values are distinct is looked for value by value.</p>")
  }

  private func rows() -> ReportPage.Section? {
    guard !generatedRows.isEmpty else { return nil }
    let head = comparison.columns.map(\.column.name)
    func table(_ rows: [[String?]], _ caption: String) -> String {
      let cells = rows.map { row in row.map { Self.clipped($0 ?? "") } }
      return "<div class=\"texts samples\">"
        + HTML.table(head: head, rows: cells, caption: caption) + "</div>"
    }
    return ReportPage.Section(
      identifier: "rows", title: "Sample rows",
      lead: heldOutRows.isEmpty
        ? "Generated ones alone: whoever sees this page should not see real rows."
        : "Generated rows, and real ones that were held out: do not pass this page on if they are "
          + "private.",
      content: table(generatedRows, "generated")
        + (heldOutRows.isEmpty ? "" : table(heldOutRows, "held-out")))
  }

  /// Cuts a long text.
  static func clipped(_ text: String, to count: Int = 60) -> String {
    text.count > count ? text.prefix(count - 1) + "…" : text
  }

  private func inference() -> ReportPage.Section? {
    guard !choices.isEmpty else { return nil }
    return ReportPage.Section(
      identifier: "inferred", title: "What was inferred",
      lead: "What each column was taken for, and why. Another choice is an option away: "
        + "<code>--kind COLUMN=KIND</code>.",
      content: "<div class=\"texts\">"
        + HTML.table(
          head: ["column", "kind", "why"],
          rows: choices.map { [$0.column, Self.clipped($0.kind, to: 200), $0.why] }) + "</div>")
  }

  private func trainingSection() -> ReportPage.Section? {
    guard let training else { return nil }
    let facts = [
      ["time", Self.duration(training.seconds)],
      ["steps", ReportPage.grouped(training.steps)],
      ["each row seen", "\(ReportPage.number(training.epochs, decimals: 1)) times"],
      ["parameters", ReportPage.grouped(training.parameters)],
      ["model file", "\(ReportPage.grouped(training.bytes)) bytes"],
    ]
    let picture = LossPicture(training.losses).svg.map {
      """
      <figure><h3>Loss, nats per row</h3><ul class="legend"><li><span class="swatch line" \
      style="--swatch:var(--series-2)"></span>held-out rows</li>\
      \(training.losses.contains { $0.training != nil }
        ? "<li><span class=\"swatch line\" style=\"--swatch:var(--series-1)\"></span>"
          + "training rows</li>" : "")</ul>\($0)</figure>
      """
    }
    return ReportPage.Section(
      identifier: "training", title: "Training",
      lead: "The model whose held-out loss was least was kept.",
      content: HTML.grid([HTML.table(head: ["", ""], rows: facts), picture ?? ""]))
  }

  /// Returns seconds as minutes and hours.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  static let style = """

    .verdict { font-size: 1.15rem; font-weight: 560; border-left: 4px solid var(--series-3);
      padding: .2rem 0 .2rem .9rem; max-width: none; overflow-wrap: anywhere; }
    .verdict.bad { border-color: var(--series-5); }
    .warnings { margin: 0 0 1rem; padding: .7rem 1rem .7rem 2rem; border-radius: 8px;
      background: color-mix(in srgb, var(--series-7) 14%, transparent); overflow-wrap: anywhere; }
    .figures td:last-child, .figures th:last-child { text-align: left; color: var(--soft); }
    @media (max-width: 36rem) {
      .figures thead { display: none; }
      .figures tr { display: grid; grid-template-columns: 1fr 4rem 4rem;
        border-bottom: 1px solid var(--line); }
      .figures tr > * { border: 0; }
      .figures td:last-child { grid-column: 1 / -1; font-size: .82rem; padding: 0 .2rem .4rem; }
    }
    .columns { grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
    .columns { margin-top: 1rem; }
    .column { margin: 0; }
    .column h3 { margin: 0; }
    .column .note { margin: 0 0 .4rem; }
    .column svg, .maps svg { min-width: 0; }
    .area { fill: var(--series-1); fill-opacity: .38; }
    .step { fill: none; stroke: var(--series-2); stroke-width: 1.6; stroke-linejoin: round; }
    .other { fill: var(--series-2); fill-opacity: .8; }
    .axis { stroke: var(--line); fill: none; }
    .column svg text, .maps svg text { font-size: 11px; }
    .column svg .value { fill: var(--ink); }
    .maps { display: grid; gap: 1.2rem 1.6rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
    .maps figure { margin: .5rem 0; min-width: 0; }
    .samples td, .samples th { white-space: nowrap; }
    #inferred td:nth-child(2) { font-family: ui-monospace, "DejaVu Sans Mono", monospace;
      font-size: .82rem; overflow-wrap: anywhere; }
    """
}

extension TableComparison.Nulls {
  /// Between generated and held-out rows.
  fileprivate var difference: Double { abs(generated - heldOut) }
}
