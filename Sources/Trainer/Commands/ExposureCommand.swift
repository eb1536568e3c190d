import ArgumentParser
import Autodiff
import Files
import Foundation
import Quantize

struct ExposureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exposure",
    abstract: "Measures how much a run's model remembers of its canaries.",
    discussion: """
      For a run that was trained with --canaries. Compares each canary's likelihood with that of \
      the same row with random secrets; writes exposure.json into the run's folder.
      """)

  @Argument(help: ArgumentHelp("A run's folder.", valueName: "run"))
  var folder: String

  @OptionGroup var data: DataOption

  @Option(
    help: ArgumentHelp("Random secrets that each canary is compared with.", valueName: "n"))
  var candidates = 1023

  @Option(help: ArgumentHelp("Posterior samples of the likelihood's bound.", valueName: "n"))
  var samples = 64

  @Option(help: "Seed of all random draws.")
  var seed: UInt64 = 1

  @OptionGroup var readingOptions: ReadingOptions

  @Option(help: ArgumentHelp("Threads.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    for (name, value, minimum, maximum) in [
      ("candidates", candidates, 3, 1 << 20), ("samples", samples, 1, 1 << 12),
      ("threads", threads, 1, 1 << 10),
    ] where value < minimum || value > maximum {
      throw ValidationError("--\(name): expected \(minimum) to \(maximum), found \(value)")
    }
  }

  func run() throws {
    let folder = try RunFolder(self.folder)
    guard let canaries = try folder.decode(Canaries.self, folder.paths.canaries) else {
      throw TrainerError.notARun(
        path: self.folder, reason: "it has no canaries.json; train it with --canaries")
    }
    let generator = try folder.generator().generator
    let training = try folder.trainingTable(
      data.path, of: generator, reading: readingOptions.reading)
    guard canaries.trainingDataHash == training.hash else {
      throw TrainerError.otherData(
        path: data.path, expected: "canaries.json's table", hash: training.hash)
    }
    let exposure = try Exposure(
      of: canaries, records: training.table.records,
      bound: LikelihoodBound(generator: generator, samples: samples), candidates: candidates,
      seed: seed, pool: ThreadPool(threads: threads)
    ) { warn("canary \($0 + 1) of \(canaries.canaries.count)") }
    try RunFolder.write(exposure, to: folder.paths.exposure)
    try StandardOutput.print(exposure.description)
  }
}

extension Exposure: CustomStringConvertible {
  /// A line per canary.
  var description: String {
    let head = String(
      format: "field %@, %d letters of %d: %.1f bits; %d candidates, %d posterior samples\n",
      field, length, letters, spaceBits, candidates, samples)
    return head + "insertions  bound (nats)  exposure (bits)  extrapolated (bits)\n"
      + canaries.map {
        String(
          format: "%10d  %12.2f  %15.2f  %19.2f", $0.insertions, $0.bound, $0.exposure,
          $0.extrapolatedExposure)
      }.joined(separator: "\n")
  }
}
