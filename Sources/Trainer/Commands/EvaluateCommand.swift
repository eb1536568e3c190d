import ArgumentParser
import Autodiff
import Evaluation
import Files
import FloatModel
import Foundation
import Quantize
import Records
import Schema

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluates generated rows against the training rows, beside held-out rows.",
    discussion: """
      Takes checkpoints, model files and tables, any number of them; each becomes a column of the \
      table that is printed. docs/Metrics.md explains the figures. Warnings say what comes back of \
      the training rows.
      """)

  @Argument(help: ArgumentHelp("Checkpoints, model files, CSV or JSON Lines.", valueName: "files"))
  var candidates: [String]

  @OptionGroup var schemaArguments: SchemaArguments

  @OptionGroup var data: DataOption

  @Option(help: ArgumentHelp("Held-out rows, the ceiling.", valueName: "file"))
  var heldOut: String

  @Option(
    name: [.customShort("n"), .long], help: ArgumentHelp("Rows to generate.", valueName: "n"))
  var count = 10_000

  @Option(help: "Seed of generated rows.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Training rows whose street is reconstructed from the mean vector, for checkpoints.",
      valueName: "n"))
  var reconstructions = 10_000

  @Option(
    help: ArgumentHelp(
      "Random halves of the rows that 95 % intervals are computed from; 0 leaves them out.",
      valueName: "n"))
  var intervals = 0

  @Option(help: ArgumentHelp("Also writes the figures as JSON.", valueName: "file"))
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Also writes a page that draws generated and real rows over each other, for one candidate.",
      valueName: "file"))
  var report: String?

  @Flag(help: "Shows held-out rows on the page, beside generated ones.")
  var showHeldOut = false

  @OptionGroup var readingOptions: ReadingOptions

  @Option(help: ArgumentHelp("Threads.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    if candidates.isEmpty { throw ValidationError("expected at least one file to measure") }
    if report != nil, candidates.count > 1 {
      throw ValidationError(
        "--report: expected one file to measure, found \(candidates.count)")
    }
    if count < 1 { throw ValidationError("--count: expected at least 1, found \(count)") }
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
    if intervals < 0 || intervals == 1 {
      throw ValidationError("--intervals: expected 0, or at least 2, found \(intervals)")
    }
    if reconstructions < 0 {
      throw ValidationError("--reconstructions: expected at least 0, found \(reconstructions)")
    }
  }

  func run() throws {
    let schema = try schemaArguments.load()
    let pool = ThreadPool(threads: threads)
    let training = try readTable(path: data.path, schema: schema, reading: readingOptions.reading)
      .records
    let heldOutRecords = try readTable(
      path: heldOut, schema: schema, reading: readingOptions.reading
    ).records
    let roles = FieldRoles(schema: schema)
    for part in roles.missing { warn("metrics are left out that need a \(part)") }
    let reference = ReferenceData(rows: training, roles: roles)
    let heldOutPValues = reference.pValues(of: heldOutRecords)
    let nearest = NearestRecords(
      training: someTraining(training, count: heldOutRecords.count), heldOut: heldOutRecords)
    var columns: [MetricsColumn] = []
    let tables = (
      training: ComparedTable(training, schema: schema),
      heldOut: ComparedTable(heldOutRecords, schema: schema)
    )
    var comparisons: [TableComparison] = []
    for path in candidates {
      let candidate = try Candidate(path: path, schema: schema, reading: readingOptions.reading)
      let rows = try candidate.rows(count: count, seed: seed, schema: schema, pool: pool)
      var metrics = measure(
        rows.records, reference: reference, heldOutPValues: heldOutPValues,
        distances: nearest.distances(of: rows.records))
      if case .checkpoint(let generator) = candidate {
        metrics.malformed = generator.malformedShare(of: rows)
        metrics.streetLevenshtein = roles.street.flatMap {
          levenshtein(generator, training: training, street: $0, pool: pool)
        }
      }
      let comparison = TableComparison(
        training: tables.training, heldOut: tables.heldOut,
        generated: ComparedTable(rows.records, schema: schema),
        columns: ComparedColumn.columns(of: schema), seed: seed)
      metrics.table = comparison.ofGenerated
      comparisons.append(comparison)
      if let report {
        try writePage(
          comparison, of: path, rows: rows.records, heldOut: heldOutRecords, schema: schema,
          to: report)
      }
      columns.append(
        MetricsColumn(title: URL(fileURLWithPath: path).lastPathComponent, metrics: metrics))
    }
    var ceiling = measure(
      heldOutRecords, reference: reference, heldOutPValues: heldOutPValues,
      distances: nearest.distances(of: heldOutRecords, areHeldOut: true))
    // Held-out rows alone may be too few for these; training rows are as real.
    (ceiling.distinctStreets, ceiling.distinctZips) = distinctStreetsAndZips(
      of: training + heldOutRecords, roles: roles)
    ceiling.table = comparisons.first?.ofReal
    columns.append(MetricsColumn(title: "held-out", metrics: ceiling))
    try StandardOutput.print(MetricsTable(columns: columns).description)
    for (column, comparison) in zip(columns, comparisons) {
      for warning in comparison.warnings { warn("\(column.title): \(warning)") }
    }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      let figures = Dictionary(
        columns.map { ($0.title, $0.metrics) }, uniquingKeysWith: { first, _ in first })
      try AtomicFile.write(
        String(decoding: encoder.encode(figures), as: UTF8.self) + "\n", to: json)
    }
  }

  private func writePage(
    _ comparison: TableComparison, of path: String, rows: [Record], heldOut: [Record],
    schema: RecordSchema, to file: String
  ) throws {
    func first(_ records: [Record]) -> [[String?]] {
      ComparedTable(Array(records.prefix(10)), schema: schema).textRows
    }
    let page = TablePage(
      title: URL(fileURLWithPath: path).lastPathComponent, comparison: comparison,
      generatedRows: first(rows), heldOutRows: showHeldOut ? first(heldOut) : [])
    try AtomicFile.write(page.html(), to: file)
  }

  /// Draws training rows at random without replacement, at most `count`.
  private func someTraining(_ training: [Record], count: Int) -> [Record] {
    var order = training.indices.map { Int32($0) }
    RandomGenerator(seed: seed, stream: RandomStreams.neighbours.first).shuffle(&order)
    return order.prefix(count).map { training[Int($0)] }
  }

  /// Measures rows, with intervals if they are asked for.
  private func measure(
    _ rows: [Record], reference: ReferenceData, heldOutPValues: [Double]?,
    distances: [NearestRecords.Distances]?
  ) -> Metrics {
    var metrics = evaluate(
      rows: rows, reference: reference, heldOutPValues: heldOutPValues, distances: distances)
    let random = RandomGenerator(seed: seed, stream: RandomStreams.halves.first)
    metrics.addIntervals(rows: rows.count, halves: intervals, shuffle: random.shuffle) { places in
      evaluate(
        rows: places.map { rows[$0] }, reference: reference, heldOutPValues: heldOutPValues,
        distances: distances.map { distances in places.map { distances[$0] } })
    }
    return metrics
  }

  /// Measures the mean Levenshtein distance per character between streets of random training rows
  /// and their reconstructions from the mean vector (paper, 2.4); nil of a model without latent vectors.
  private func levenshtein(
    _ generator: FloatGenerator<Float>, training: [Record], street: Int, pool: ThreadPool
  ) -> Double? {
    guard generator.model.hasLatents else { return nil }
    let random = RandomGenerator(seed: seed, stream: RandomStreams.trainingRows.first)
    let originals = (0..<reconstructions).map { _ in
      training[random.uniform(below: training.count)]
    }
    let copies = generator.reconstruct(
      GeneratedRows(originals), seed: seed, stream: RandomStreams.reconstruction.first, pool: pool
    )
    .records
    return meanLevenshteinDistancePerCharacter(
      zip(originals, copies).compactMap { original, copy in
        guard case .text(let before) = original.values[street] else { return nil }
        guard case .text(let after) = copy.values[street] else { return (before, "") }
        return (before, after)
      })
  }
}
