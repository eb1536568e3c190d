import ArgumentParser
import Checkpoint
import Evaluation
import Files
import FloatModel
import Foundation
import Inference
import ProtobufSchema
import Schema

struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Makes a model of any table: trains, quantizes and evaluates it.",
    discussion: """
      Writes NAME.fakegen (the model, for fakegen), NAME.proto (what the columns were taken for and \
      why) and NAME.html (how good the rows are). A tenth of the rows is held out: it decides when \
      training ends, and the rows are compared with it. SIGINT or SIGTERM saves and ends; --resume \
      goes on.
      """)

  @OptionGroup var arguments: TableArguments

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "What the names of the files begin with (the table's name in this folder).",
      valueName: "name"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Time for training, as in 90s, 5m or 1h; without it the table decides.", valueName: "time"))
  var time: LearningTime?

  @Option(help: "Size of the model: small, medium or large.")
  var size = LearningSize.medium

  @Option(
    help: ArgumentHelp(
      "The message: your own, or as trainer infer prints it and you have changed it.",
      valueName: "file"))
  var schema: String?

  @Option(help: ArgumentHelp("The message, where the file has several.", valueName: "name"))
  var message: String?

  @Option(
    help: ArgumentHelp(
      "Folder for protoc to look for imports in (repeatable).", valueName: "folder"))
  var importPath: [String] = []

  @Option(
    help: ArgumentHelp(
      "Sets a value of the preset otherwise, as in dropout=0.2 (repeatable; docs/Presets.md).",
      valueName: "key=value"))
  var set: [String] = []

  @Flag(help: "Go on where an interrupted run of the same table and options stopped.")
  var resume = false

  @Flag(help: "Overwrite files of the same names.")
  var overwrite = false

  @Option(help: ArgumentHelp("Threads; the rows do not depend on it.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("Line that names the data's owner, kept in the model."))
  var attribution = ""

  func validate() throws {
    if time != nil, set.contains(where: { $0.hasPrefix("steps=") }) {
      throw ValidationError("--time and --set steps: expected one of them")
    }
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
  }

  func run() throws {
    let started = Date()
    let output = LearnOutput(output: output, files: arguments.sources)
    try output.check(overwrites: overwrite, resumes: resume, given: schema)
    let table = try loadTable()
    var settings = LearningSettings(
      rows: table.trainingRows.count, elements: table.plan.order.count, size: size,
      seed: arguments.seed)
    try settings.apply(set)
    let learner = try makeLearner(table, settings, output.folder)
    if resume { try learner.resume() }
    let stop = StopSignal()
    guard try learner.train(isStopped: { stop.isRaised }) else {
      warn(
        "stopped at step \(learner.run.step) of \(learner.state.settings.steps); --resume goes on "
          + "from here")
      throw ExitCode.failure
    }
    warn("calibrating on generated rows")
    HeadCalibration.apply(to: learner.run)
    try checkGoing(stop)
    warn("comparing with \(table.heldOutRows.count) held-out rows")
    let epochs =
      Double(learner.run.step * learner.state.settings.batchSize)
      / Double(table.trainingRows.count)
    let model = try LearnedModel(
      learner.run.checkpoint(compact: true), of: table, epochs: epochs, seed: arguments.seed)
    try checkGoing(stop)
    do {
      try write(model, table, learner, output, epochs: epochs)
    } catch {
      if output.folder.exists { warn("the training is kept in \(output.folder.path): --resume") }
      throw error
    }
    output.folder.remove()
    let seconds = -started.timeIntervalSinceNow
    try StandardOutput.print(summary(model, table, learner, output, seconds: seconds))
  }

  /// Ends the command if a signal has come after training, which is kept.
  private func checkGoing(_ stop: StopSignal) throws {
    guard !stop.isRaised else {
      warn("stopped after training; --resume goes on from here")
      throw ExitCode.failure
    }
  }

  /// Reads the table and finds out what its columns are.
  private func loadTable() throws -> LearnedTable {
    let messages = try schema.map { path in
      try DeclaredMessages(
        path: path, options: SchemaOptions(message: message, importPaths: importPath))
    }
    let input = try arguments.input(messages: messages)
    for note in input.notes { warn(note) }
    var options = try arguments.options()
    if let joined = input.joined { options = joined.options(options) }
    let plan: TablePlan
    if let messages {
      plan = try TablePlan(table: input.raw, messages: messages, options: options)
    } else {
      plan = try TablePlan(
        table: input.raw, options: options, messageName: arguments.messageName)
    }
    for warning in plan.warnings { warn(warning.description) }
    let table = try LearnedTable(
      plan: plan, raw: input.raw, seed: arguments.seed, joined: input.joined)
    let rare = table.rareValues.filter { $0.share >= 0.0005 }
    for (what, values) in [
      ("rare values are never generated: ", rare.filter(\.areLeftOut)),
      ("rare values are invented anew: ", rare.filter { !$0.areLeftOut }),
    ] where !values.isEmpty {
      let columns = values.map {
        String(format: "'%@' (%.1f %% of the rows)", $0.column, 100 * $0.share)
      }
      warn(what + columns.joined(separator: ", "))
    }
    if !rare.isEmpty {
      warn(
        "values of fewer than \(plan.minimumCount) rows are rare; a smaller "
          + "(fakegen.minimum_count) in the message, given back with --schema, keeps more as they are"
      )
    }
    return table
  }

  private func makeLearner(
    _ table: LearnedTable, _ settings: LearningSettings, _ folder: LearningFolder
  ) throws -> Learner {
    var settings = settings
    let records = table.trainingRecords
    let name = arguments.sources.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      .joined(separator: ", ")
    var warns = true
    func newRun() throws -> TrainingRun {
      let preset = try settings.preset()
      let source = try TrainingSource(
        plan: table.plan, records: records, name: name, hash: table.raw.hash, preset: preset,
        attribution: attribution)
      let model = RecordModel(source.description)
      try LearningLimits.check(model, folder: folder.path)
      if warns { for warning in source.warnings { warn("\(name): \(warning)") } }
      warns = false
      return TrainingRun(preset: preset, model: model, table: source.table, threads: threads)
    }
    let origin = LearningState.Origin(
      dataHash: table.raw.hash, rows: table.raw.rowCount,
      message: table.plan.messageText(source: ""),
      options: [
        "--size": size.rawValue, "--seed": "\(arguments.seed)", "--time": time?.text ?? "",
        "--set": set.joined(separator: " "),
      ])
    if resume {
      settings = try folder.state().settings
    } else if let time {
      settings.take(steps: time.steps(of: try newRun(), settings))
    }
    let run = try newRun()
    let heldOut = EncodedTable(
      table.lossRecords(limit: LearningLimits.lossRows), description: run.model.description)
    return Learner(
      run: run, heldOut: heldOut, state: LearningState(origin: origin, settings: settings),
      folder: folder)
  }

  private func write(
    _ model: LearnedModel, _ table: LearnedTable, _ learner: Learner, _ output: LearnOutput,
    epochs: Double
  ) throws {
    let batch = Double(learner.state.settings.batchSize) / Double(table.trainingRows.count)
    let page = TablePage(
      title: URL(fileURLWithPath: output.prefix).lastPathComponent, comparison: model.comparison,
      choices: table.plan.choices.map {
        TablePage.Choice(column: $0.column, kind: $0.kind.text, why: $0.why)
      },
      training: TablePage.Training(
        seconds: learner.state.seconds, steps: learner.run.step, epochs: epochs,
        parameters: model.parameters, bytes: model.bytes.count,
        losses: learner.state.looks.map {
          TablePage.Training.Point(
            epochs: Double($0.step) * batch, heldOut: $0.heldOut, training: $0.training)
        }),
      generatedRows: model.firstRows)
    // The largest first: if it fits the others do, too.
    try AtomicFile.write(model.bytes, to: output.model)
    do {
      try AtomicFile.write(page.html(), to: output.page)
      if !LearnOutput.areSame(output.message, schema) {
        try AtomicFile.write(
          table.plan.messageText(source: arguments.sources.joined(separator: ", ")),
          to: output.message)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: output.model)
      throw error
    }
  }

  private func summary(
    _ model: LearnedModel, _ table: LearnedTable, _ learner: Learner, _ output: LearnOutput,
    seconds: Double
  ) -> String {
    let kept =
      model.isFiltered
      ? "no training row is ever printed"
        + (model.sparseRows == 0
          ? "" : ", but \(model.sparseRows) that hold little or nothing rare may be")
      : "training rows may be printed: rows of this table recur by themselves"
    let trained = Double(learner.run.step * learner.state.settings.batchSize)
    let rate = Int(trained / max(learner.state.seconds, 0.001))
    // A message that was given stays as it is.
    let message =
      LearnOutput.areSame(output.message, schema)
      ? ""
      : "\n\(output.message): what the columns were taken for; change it and give it back with --schema"
    return """
      \(model.comparison.description)
      learned \(table.trainingRows.count) rows of \(table.plan.schema.columns.count) columns in \
      \(ProgressLine.duration(seconds)), \(learner.run.step) steps \
      of \(learner.state.settings.batchSize) rows, \(rate) rows/s; \(kept)
      \(output.model): \(model.bytes.count / 1024) KiB, for fakegen --model \(output.model)\(delimiterOption(table))
      \(output.page): how good the rows are, column by column\(message)

      """
  }

  /// What makes rows come out with the table's delimiter, if that is no comma.
  private func delimiterOption(_ table: LearnedTable) -> String {
    switch table.raw.delimiter {
    case UInt8(ascii: "\t"): " --format tsv"
    case nil where table.raw.isOfDocuments: " --format jsonl"
    case UInt8(ascii: ","), nil: ""
    case let other?: " --delimiter '\(String(decoding: [other], as: UTF8.self))'"
    }
  }
}
