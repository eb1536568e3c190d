import ArgumentParser
import FloatModel
import Records

/// Options that follow the loss of generated rows through a run.
struct GeneratedLossOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Rows held out of training, whose loss generated-loss.csv follows too.", valueName: "file"))
  var heldOut: String?

  @Option(
    name: .customLong("generated-loss-interval"),
    help: ArgumentHelp(
      "Steps between lines of generated-loss.csv; 0 leaves it out. Training does not depend on it.",
      valueName: "n"))
  var interval = 1000

  @Option(
    name: .customLong("generated-loss-rows"),
    help: ArgumentHelp("Rows of each batch that generated-loss.csv measures.", valueName: "n"))
  var rows = 1024

  func validate() throws {
    if interval < 0 {
      throw ValidationError("--generated-loss-interval: expected at least 0, found \(interval)")
    }
    if !(1...1 << 20).contains(rows) {
      throw ValidationError("--generated-loss-rows: expected 1 to 1048576, found \(rows)")
    }
    if heldOut != nil, interval == 0 {
      throw ValidationError("--held-out needs a --generated-loss-interval of at least 1")
    }
  }

  /// Opens the log of a run, nil if none is asked for.
  ///
  /// - Parameters:
  ///   - path: of the log.
  ///   - reading: how the held-out file is read.
  /// - Throws: `TableError` for the held-out file, `FileError` for the log.
  func open(_ run: TrainingRun, path: String, reading: TableReading) throws -> GeneratedLoss? {
    guard interval > 0 else { return nil }
    let description = run.model.description
    let test = try heldOut.map { file in
      EncodedTable(
        try readTable(path: file, schema: description.schema, reading: reading).records,
        description: description)
    }
    return try GeneratedLoss(
      path: path, interval: interval, rows: rows, test: test, resumingAt: run.step)
  }
}
