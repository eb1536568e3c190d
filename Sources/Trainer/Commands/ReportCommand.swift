import ArgumentParser
import Files
import Foundation

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Draws runs side by side as one HTML file.",
    discussion: """
      Shows what the runs' folders hold: losses.csv, and generated-loss.csv, measurements.json \
      (trainer measure), exposure.json (trainer exposure) where they are. The file needs nothing \
      else and no network. Its maps and lists show training rows. Needs gnuplot.
      """)

  @Argument(help: ArgumentHelp("Folders of runs.", valueName: "runs"))
  var runs: [String]

  @Option(name: [.short, .long], help: ArgumentHelp("File to write.", valueName: "file"))
  var output = "report.html"

  @Option(help: "Heading of the page.")
  var title = "Training report"

  func validate() throws {
    if runs.isEmpty { throw ValidationError("expected at least one run's folder") }
    if runs.count > Style.seriesCount {
      throw ValidationError("expected at most \(Style.seriesCount) runs, found \(runs.count)")
    }
  }

  func run() throws {
    let gnuplot = try Gnuplot()
    var loaded = try runs.map(ReportedRun.init)
    // Runs of the same name are told apart by their whole paths.
    let names = loaded.map(\.name)
    for index in loaded.indices where names.count(where: { $0 == names[index] }) > 1 {
      loaded[index].name = runs[index]
    }
    let page = try ReportPage(title: title, runs: loaded, gnuplot: gnuplot).html()
    try AtomicFile.write(page, to: output)
    try StandardOutput.print(output)
  }
}
