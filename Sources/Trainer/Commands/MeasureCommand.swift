import ArgumentParser
import Autodiff
import Evaluation
import Files
import Foundation
import Quantize
import Records

struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Examines a run's model and latent space as the paper does, for trainer report.",
    discussion: """
      p-values and known streets over rounds of encoding and decoding, use of the latent \
      dimensions, interpolations, street reconstructions. Writes measurements.json into the run's \
      folder; it holds training rows.
      """)

  @Argument(help: ArgumentHelp("A run's folder.", valueName: "run"))
  var folder: String

  @OptionGroup var data: DataOption

  @Option(help: ArgumentHelp("Rows held out of training.", valueName: "file"))
  var heldOut: String?

  @Option(
    name: [.customShort("n"), .long],
    help: ArgumentHelp("Rows to generate, and training rows to draw.", valueName: "n"))
  var count = MeasurementPlan().rows

  @Option(help: ArgumentHelp("Rounds of encoding and decoding.", valueName: "n"))
  var rounds = MeasurementPlan().rounds

  @Option(
    help: ArgumentHelp("Pairs of training rows to interpolate between.", valueName: "n"))
  var pairs = MeasurementPlan().pairs

  @Option(help: ArgumentHelp("Rows of each interpolation.", valueName: "n"))
  var points = MeasurementPlan().points

  @Option(help: ArgumentHelp("Training rows on the map.", valueName: "n"))
  var ground = MeasurementPlan().ground

  @Flag(help: "Interpolate by the likeliest values instead of draws.")
  var greedy = false

  @Option(help: "Seed of all random draws.")
  var seed: UInt64 = 1

  @OptionGroup var readingOptions: ReadingOptions

  @Option(help: ArgumentHelp("Threads.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    let limit = 1 << 24
    for (name, value, minimum, maximum) in [
      ("count", count, 1, limit), ("rounds", rounds, 0, RandomStreams.maximumRounds),
      ("pairs", pairs, 0, limit), ("points", points, 2, limit), ("ground", ground, 0, limit),
      ("threads", threads, 1, limit),
    ] where value < minimum || value > maximum {
      throw ValidationError("--\(name): expected \(minimum) to \(maximum), found \(value)")
    }
  }

  func run() throws {
    let folder = try RunFolder(self.folder)
    let (generator, about) = try folder.generator()
    guard generator.model.hasLatents else { throw TrainerError.noLatents(path: self.folder) }
    let training = try folder.trainingTable(
      data.path, of: generator, reading: readingOptions.reading
    ).table
    let heldOutRows = try heldOut.map {
      try readTable(path: $0, schema: training.schema, reading: readingOptions.reading).records
    }
    for part in FieldRoles(schema: training.schema).missing {
      warn("metrics are left out that need a \(part)")
    }
    var plan = MeasurementPlan()
    plan.rows = count
    plan.rounds = rounds
    plan.pairs = pairs
    plan.points = points
    plan.ground = ground
    plan.isGreedy = greedy
    plan.seed = seed
    let measurements = Measurements(
      generator, about: about, training: training.records, heldOut: heldOutRows, plan: plan,
      pool: ThreadPool(threads: threads), progress: warn)
    try RunFolder.write(measurements, to: folder.paths.measurements)
    var columns = [MetricsColumn(title: "generated", metrics: measurements.generated)]
    if let heldOut = measurements.heldOut {
      columns.append(MetricsColumn(title: "held-out", metrics: heldOut))
    }
    try StandardOutput.print(MetricsTable(columns: columns).description)
  }
}
